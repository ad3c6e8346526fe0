"""Condition search (조건검색): the user's saved conditions, run once or in real time."""

from __future__ import annotations

from broker.kiwoom.emulator.limits import LimitNumbers, Limits
from broker.kiwoom.emulator.packets import (
    ConditionFound,
    ConditionMoved,
    ConditionsLoaded,
    LoadConditions,
    RunCondition,
    Send,
    StopCondition,
)
from broker.kiwoom.emulator.screens import Screens
from broker.kiwoom.emulator.session import Session
from core.ports import Clock

OK, FAILED = 1, 0
NOT_FOUND, MISMATCH, OVERFLOW = -11, -12, -13

ONCE, REAL_TIME = 0, 1


class Searches:
    """Sends conditions to the servers and keeps account of those that run in real time."""

    def __init__(
        self,
        send: Send,
        session: Session,
        screens: Screens,
        limits: Limits,
        clock: Clock,
        numbers: LimitNumbers,
    ) -> None:
        self._send, self._session, self._screens = send, session, screens
        self._limits, self._clock, self._numbers = limits, clock, numbers
        self._names: dict[int, str] = {}  # by index; empty until they are loaded
        self._live: set[int] = set()
        self.shows_prices = False  # AddPrice: hits come as code^price

    def GetConditionLoad(self) -> int:
        if not self._session.is_connected:
            return FAILED
        self._send(LoadConditions())
        return OK

    def GetConditionNameList(self) -> str:
        return "".join(f"{index:03d}^{name};" for index, name in sorted(self._names.items()))

    def SendCondition(self, screen: str, name: str, index: int, search: int) -> int:
        refusal = self._refusal(screen, name, index, search)
        if refusal is not None:
            return refusal
        is_real_time = search == REAL_TIME
        if is_real_time:
            self._live.add(index)
        self._send(RunCondition(screen, name, index, is_real_time))
        return OK

    def SendConditionStop(self, screen: str, name: str, index: int) -> None:
        if index in self._live:
            self._live.remove(index)
            self._send(StopCondition(name, index))

    def take_loaded(self, packet: ConditionsLoaded) -> None:
        self._names = dict(packet.names) if packet.is_loaded else {}

    def take_found(self, packet: ConditionFound) -> None:
        """End the real time of a condition with too many hits; their list comes all the same."""
        if len(packet.codes) > self._numbers.condition_hits:
            self.SendConditionStop(packet.screen, packet.name, packet.index)

    def is_wanted(self, packet: ConditionMoved) -> bool:
        return packet.index in self._live

    def hits(self, packet: ConditionFound) -> str:
        """Return the list of codes as OnReceiveTrCondition has it."""
        if self.shows_prices and packet.prices:
            priced = zip(packet.codes, packet.prices, strict=True)
            return "".join(f"{code}^{price};" for code, price in priced)
        return "".join(f"{code};" for code in packet.codes)

    def lose(self) -> None:
        """Forget what ran in real time, as the servers do when the line is lost."""
        self._live.clear()
        self._names.clear()

    def _refusal(self, screen: str, name: str, index: int, search: int) -> int | None:
        """Return why not; None if it may run. There is never a next page (search 2)."""
        if not self._session.is_connected or not self._names:
            return FAILED
        if index not in self._names:
            return NOT_FOUND
        if self._names[index] != name:
            return MISMATCH
        if search not in (ONCE, REAL_TIME) or not self._screens.open(screen):
            return FAILED
        others = self._live - {index}
        if search == REAL_TIME and len(others) >= self._numbers.real_time_conditions:
            return OVERFLOW
        return self._limits.search(self._clock.now(), index) or None
