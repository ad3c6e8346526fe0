"""TR requests: inputs, CommRqData and CommKwRqData, and which answers are still wanted."""

from __future__ import annotations

from broker.kiwoom.emulator.limits import Limits
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Answer, Query, Send
from broker.kiwoom.emulator.screens import Screens
from broker.kiwoom.emulator.session import NOT_CONNECTED, Session
from broker.kiwoom.emulator.texts import tr_table
from config.text import Text
from core.ports import Clock

WRONG_INPUT = -105
WRONG_TR = -202
TOO_MANY_CODES = -204
MAX_CODES = 100

FOLLOWING_PAGE = 2
WATCHLIST_TR = "OPTKWFID"
_PASSWORD_TRS = "OPW"  # account TRs whose names begin so

BLOCKED = Text(
    "조회 제한: 과도한 조회로 이후의 조회가 제한됩니다. 프로그램을 다시 실행해 로그인하세요.",
    "Too many requests: all further ones are refused until the next login",
)
NO_PASSWORD = Text(
    "계좌비밀번호가 등록되지 않았습니다. 계좌비밀번호 입력창에서 등록하세요.",
    "The account password is not registered; register it in the account window",
)


class Queries:
    """Collects inputs, sends requests, and knows which answers nobody wants any more."""

    def __init__(
        self,
        send: Send,
        session: Session,
        screens: Screens,
        limits: Limits,
        clock: Clock,
        options: ControlOptions,
    ) -> None:
        self._send, self._session, self._screens = send, session, screens
        self._limits, self._clock, self._options = limits, clock, options
        self._inputs: dict[str, str] = {}
        self._last_ticket = 0
        self._pending: dict[int, str] = {}  # screen by ticket
        self._given_up: set[int] = set()

    def SetInputValue(self, id_: str, value: str) -> None:
        self._inputs[id_] = value

    def CommRqData(self, name: str, tr: str, prev_next: int, screen: str) -> int:
        """Send the inputs set since the last request; they are used up even if it is refused."""
        inputs, self._inputs = self._inputs, {}
        return self._request(Query(screen, name, tr, inputs, prev_next == FOLLOWING_PAGE))

    def CommKwRqData(
        self, codes: str, prev_next: int, count: int, type_: int, name: str, screen: str
    ) -> int:
        listed = codes.removesuffix(";").split(";") if codes else []
        if max(count, len(listed)) > MAX_CODES:
            return TOO_MANY_CODES
        if not listed or count != len(listed):
            return WRONG_INPUT
        inputs = {"종목코드": ";".join(listed)}
        return self._request(Query(screen, name, WATCHLIST_TR, inputs, is_next=False))

    def give_up(self, screen: str = "") -> None:
        """Want no more answers to what was asked on `screen`; on any screen if it is ""."""
        gone = [each for each, of in self._pending.items() if screen in ("", of)]
        for ticket in gone:
            del self._pending[ticket]
        self._given_up.update(gone)

    def is_wanted(self, answer: Answer) -> bool:
        """Return whether an answer just come is still wanted; one that comes twice is, twice."""
        self._pending.pop(answer.ticket, None)
        return answer.ticket not in self._given_up

    def _request(self, query: Query) -> int:
        refusal = self._refusal(query)
        if refusal:
            return refusal
        if query.tr.upper().startswith(_PASSWORD_TRS) and not self._session.has_password:
            self._options.alert(NO_PASSWORD)
            return 0  # sent, but no answer comes
        self._last_ticket += 1
        self._pending[self._last_ticket] = query.screen
        self._send(
            Query(
                query.screen, query.name, query.tr, query.inputs, query.is_next, self._last_ticket
            )
        )
        return 0

    def _refusal(self, query: Query) -> int:
        if not self._session.is_connected:
            return NOT_CONNECTED
        if not self._screens.open(query.screen):
            return WRONG_INPUT
        if self._options.refuses_unknown_trs and tr_table(query.tr) is None:
            return WRONG_TR
        was_blocked = self._limits.is_blocked
        refusal = self._limits.query(self._clock.now())
        if self._limits.is_blocked and not was_blocked:
            self._options.alert(BLOCKED)
        return refusal
