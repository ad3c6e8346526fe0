"""Condition searches (조건식) that the trader saved in the HTS, as a source of symbols."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.kiwoom import errors
from broker.kiwoom.control import Control
from broker.kiwoom.notes import Notes
from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.screens import CONDITIONS, ScreenPool
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.messages import Condition, ConditionMatched, ConditionsListed
from core.ports import Clock, Post

REAL_TIME_LIMIT = 10  # conditions in real time at once
HITS_LIMIT = 100  # with more hits Kiwoom sends the list, but no changes
AGAIN = timedelta(seconds=60)  # before the same condition may be searched again
_ANSWER_S = 10  # within which a list or a search has to be answered
_PENALTY = timedelta(seconds=18)  # without requests, after one was refused for the limit
_ALARM, _LIST_ALARM = "conditions", "condition list"
_NEXT = 2
_SEND = "SendCondition(QString, QString, int, int)"
_STOP = "SendConditionStop(QString, QString, int)"

_NOT_LOADED = Text("조건식을 불러오지 못했습니다 ({})", "the conditions could not be loaded ({})")
_TOO_MANY = Text(
    "실시간 조건검색은 한 번에 {}개까지입니다. 다른 조건을 멈추십시오",
    "no more than {} conditions can run in real time; stop another one",
)
_NO_CHANGES = Text(
    "조건식 '{}': {}종목이 나와 {}개를 넘으므로 실시간 편입, 이탈은 오지 않습니다.",
    "condition '{}': with {} hits, more than {}, no changes come in real time.",
)
_REFUSED = Text("조건검색이 거절되었습니다 ({})", "the search was refused ({})")
_SILENT = Text("{}초 동안 응답이 없습니다", "no answer in {} s").format(_ANSWER_S)


@dataclass(slots=True)
class _Search:
    condition: Condition
    is_real_time: bool
    screen: str = ""  # empty while it waits to be sent
    hits: tuple[str, ...] = ()  # of the pages so far
    is_answered: bool = False  # all pages have come


class Conditions:
    """Lists, runs and stops searches; those in real time go on after a reconnect."""

    def __init__(
        self,
        control: Control,
        clock: Clock,
        alarms: Alarms,
        windows: RollingWindows,
        post: Post,
        notes: Notes,
    ) -> None:
        """`windows` are those of the TRs: Kiwoom counts a search as one of them."""
        self._control, self._clock, self._alarms = control, clock, alarms
        self._windows, self._post, self._notes = windows, post, notes
        self._pool = ScreenPool(CONDITIONS)
        self._searches: dict[Condition, _Search] = {}
        self._last_sent: dict[int, datetime] = {}  # by the condition's index
        self._is_open = self._is_loaded = self._is_listing = False

    def request_list(self) -> None:
        """Post `ConditionsListed`, now or once logged in."""
        self._is_listing = True
        self._load()

    def run(self, condition: Condition, is_real_time: bool) -> None:
        running = sum(search.is_real_time for search in self._searches.values())
        if is_real_time and running >= REAL_TIME_LIMIT and condition not in self._searches:
            self._fail(condition, _TOO_MANY.format(REAL_TIME_LIMIT))
            return
        self.stop(condition)
        self._searches[condition] = _Search(condition, is_real_time)
        if self._is_loaded:
            self._send_waiting()
        else:
            self._load()

    def stop(self, condition: Condition) -> None:
        search = self._searches.pop(condition, None)
        if search is not None and search.screen:
            if self._is_open and search.is_real_time:
                values = (search.screen, condition.name, condition.index)
                self._control.dynamicCall(_STOP, *values)
            self._pool.give_back(search.screen)

    def open(self) -> None:
        """Logged in: the conditions have to be loaded anew."""
        self._is_open = True
        if self._is_listing or self._searches:
            self._load()

    def hold(self) -> None:
        """The line is lost: searches in real time are sent again after the next login."""
        self._is_open = self._is_loaded = False
        self._alarms.drop(_ALARM)
        self._alarms.drop(_LIST_ALARM)
        for search in self._searches.values():
            if search.screen:
                self._pool.give_back(search.screen)
            search.screen, search.hits = "", ()

    def close(self) -> None:
        for condition in list(self._searches):
            self.stop(condition)
        self.hold()

    # -- what the control says ----------------------------------------------------------------

    def on_loaded(self, result: int, message: str) -> None:
        """Take OnReceiveConditionVer."""
        self._alarms.drop(_LIST_ALARM)
        if result != 1:
            self._list((), _NOT_LOADED.format(message))
            return
        self._is_loaded = True
        text = str(self._control.dynamicCall("GetConditionNameList()") or "")
        found = []
        for part in text.split(";"):
            index, separator, name = part.partition("^")
            if separator and index.strip().isdigit():
                found.append(Condition(int(index), name))
        self._list(tuple(found), None)
        self._send_waiting()

    def on_found(self, codes: str, name: str, index: int, following: int) -> None:
        """Take OnReceiveTrCondition: one page of hits."""
        search = self._searches.get(Condition(index, name))
        if search is None or not search.screen:
            return
        search.hits += _codes(codes)
        if following == _NEXT:
            self._windows.take(self._clock.now())
            code = self._control.dynamicCall(_SEND, search.screen, name, index, _NEXT)
            if code == 1:
                self._await(search)
                return
        hits, search.hits, search.is_answered = search.hits, (), True
        if search.is_real_time and len(hits) > HITS_LIMIT:
            self._notes.warn(_NO_CHANGES.format(name, len(hits), HITS_LIMIT))
        if not search.is_real_time:
            self.stop(search.condition)
        self._post(ConditionMatched(search.condition, hits, is_first=True))

    def on_moved(self, code: str, kind: str, name: str, index: str) -> None:
        """Take OnReceiveRealCondition: one symbol came or went."""
        search = self._searches.get(Condition(int(index), name)) if index.isdigit() else None
        if search is None:
            return
        moved = _codes(code)
        entered, left = (moved, ()) if kind == "I" else ((), moved)
        self._post(ConditionMatched(search.condition, entered, left))

    # -- inside -------------------------------------------------------------------------------

    def _load(self) -> None:
        if not self._is_open:
            return
        when = self._clock.now() + timedelta(seconds=_ANSWER_S)
        self._alarms.set(_LIST_ALARM, when, lambda _: self._list((), _NOT_LOADED.format(_SILENT)))
        code = self._control.dynamicCall("GetConditionLoad()")
        if code != 1:
            self._alarms.drop(_LIST_ALARM)
            self._list((), _NOT_LOADED.format(code))

    def _list(self, conditions: tuple[Condition, ...], error: Text | None) -> None:
        if self._is_listing:
            self._is_listing = False
            self._post(ConditionsListed(conditions, error or ""))
        if error is not None:
            for search in [each for each in self._searches.values() if not each.screen]:
                self._fail(search.condition, error)

    def _send_waiting(self, _: datetime | None = None) -> None:
        """Send what may leave, and look again when the next one may."""
        now = self._clock.now()
        moments = []
        for search in [search for search in self._searches.values() if not search.screen]:
            last = self._last_sent.get(search.condition.index)
            moment = self._windows.next_free(now)
            if last is not None:
                moment = max(moment, last + AGAIN)
            if moment <= now:
                self._send(search, now)
            else:
                moments.append(moment)
        if moments:
            self._alarms.set(_ALARM, min(moments), self._send_waiting)

    def _send(self, search: _Search, now: datetime) -> None:
        condition = search.condition
        screen = self._pool.take()
        if screen is None:
            self._fail(condition, _TOO_MANY.format(REAL_TIME_LIMIT))
            return
        search.screen, search.hits, search.is_answered = screen, (), False
        self._windows.take(now)
        self._await(search)
        self._last_sent[condition.index] = now
        kind = 1 if search.is_real_time else 0
        code = self._control.dynamicCall(_SEND, screen, condition.name, condition.index, kind)
        if code in errors.TOO_MANY_REQUESTS:
            self._pool.give_back(screen)
            search.screen = ""
            self._windows.block(now + _PENALTY)
            self._send_waiting()
        elif code != 1:
            self._fail(condition, _REFUSED.format(errors.of(code).text if code else "0"))

    def _await(self, search: _Search) -> None:
        """Give an answer its time; a search that was stopped or sent anew is another one's."""
        screen, when = search.screen, self._clock.now() + timedelta(seconds=_ANSWER_S)
        name = f"condition {search.condition.index} {search.condition.name}"
        self._alarms.set(name, when, lambda _: self._miss(search, screen))

    def _miss(self, search: _Search, screen: str) -> None:
        is_present = self._searches.get(search.condition) is search and search.screen == screen
        if is_present and not search.is_answered:
            self.stop(search.condition)
            self._fail(search.condition, _SILENT)

    def _fail(self, condition: Condition, error: Text) -> None:
        search = self._searches.pop(condition, None)
        if search is not None and search.screen:
            self._pool.give_back(search.screen)
        self._post(ConditionMatched(condition, (), error=error))


def _codes(text: str) -> tuple[str, ...]:
    """Return the codes of a list joined by ";"; a price may follow each after "^"."""
    return tuple(part.partition("^")[0].strip() for part in text.split(";") if part.strip())
