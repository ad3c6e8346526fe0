"""Real-time registration: SetRealReg, SetRealRemove, DisconnectRealData, and by TRs."""

from __future__ import annotations

from broker.kiwoom.emulator.packets import Answer, RealData, Send, Watch
from broker.kiwoom.emulator.queries import MAX_CODES, TOO_MANY_CODES, WRONG_INPUT, Queries
from broker.kiwoom.emulator.real_types import registrations, stock_registrations
from broker.kiwoom.emulator.screens import Registrations, Screens
from broker.kiwoom.emulator.session import NOT_CONNECTED, Session

TOO_MANY_FIDS = -206
MAX_FIDS = 100

REPLACE, ADD = "0", "1"


class Subscriptions:
    """Keeps the servers told what is wanted, and drops what nobody wants."""

    def __init__(self, send: Send, session: Session, screens: Screens, queries: Queries) -> None:
        self._send, self._session = send, session
        self._screens, self._queries = screens, queries
        self._told: Registrations = frozenset()

    def SetRealReg(self, screen: str, codes: str, fids: str, option: str) -> int:
        listed, numbers = codes.removesuffix(";").split(";"), _numbers(fids)
        if not self._session.is_connected:
            return NOT_CONNECTED
        kept = self._screens.codes(screen) if option == ADD else frozenset()
        if len(kept.union(listed)) > MAX_CODES:
            return TOO_MANY_CODES
        if len(numbers) > MAX_FIDS:
            return TOO_MANY_FIDS
        if option not in (REPLACE, ADD) or not self._screens.open(screen):
            return WRONG_INPUT
        new = {code: registrations(code, numbers) for code in listed}
        (self._screens.replace if option == REPLACE else self._screens.add)(screen, new)
        self._tell()
        return 0

    def SetRealRemove(self, screen: str, code: str) -> None:
        self._screens.remove(screen, code)
        self._tell()

    def DisconnectRealData(self, screen: str) -> None:
        """Drop the registrations and the unanswered requests of `screen`, and free its number."""
        self._queries.give_up(screen)
        self._screens.free(screen)
        self._tell()

    def take_answer(self, answer: Answer) -> None:
        """Register what a TR was asked for on its screen, as every TR does by itself."""
        if answer.watches and self._screens.open(answer.screen):
            new = {code: stock_registrations(code) for code in answer.watches}
            self._screens.add(answer.screen, new)
            self._tell()

    def is_wanted(self, data: RealData) -> bool:
        return self._screens.is_wanted(data.code, data.type)

    def lose(self) -> None:
        """Forget everything, as the servers do when the line is lost."""
        self._screens.clear()
        self._told = frozenset()

    def _tell(self) -> None:
        if self._screens.wanted != self._told:
            self._told = self._screens.wanted
            self._send(Watch(self._told))


def _numbers(fids: str) -> list[int]:
    return [int(fid) for fid in fids.split(";") if fid.strip().isdigit()]
