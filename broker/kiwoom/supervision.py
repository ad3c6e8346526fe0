"""Whether the line and the feed still live, although nobody says that they died."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from broker.kiwoom.notes import Notes
from broker.kiwoom.options import KiwoomOptions
from broker.kiwoom.trs import SEOUL
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.messages import MarketNotice
from core.ports import Clock

_LOOK = timedelta(seconds=5)  # between two looks
_ALARM = "supervision"
_PATIENCE = 30  # usual pauses between events: a longer silence than so many is no chance
_SYMBOL_PATIENCE = 100  # the same for a single symbol, of which there are many
_ENOUGH = 20  # events before a pause counts as usual
_MAX_DOUBLINGS = 4  # of the wait for a feed that stays silent after each new login
_OPENS, _CLOSES = time(9, 0), time(15, 20)  # of continuous trading, until the exchange says so
_JUST_NOW = timedelta(seconds=30)

_DEAD = Text(
    "{}초 동안 실시간 시세가 없습니다. 다시 등록합니다.",
    "no real-time data for {} s: they are registered anew.",
)
_STILL_DEAD = Text(
    "다시 등록해도 시세가 오지 않습니다. 다시 로그인합니다.",
    "registering anew brought no data: logging in again.",
)
_ALIVE = Text("시세가 다시 옵니다.", "real-time data come again.")
_SILENT_SYMBOL = Text(
    "{}초 동안 체결이 없어 실시간 시세를 다시 등록했습니다.",
    "nothing for {} s: its real-time data were registered anew.",
)


class Feed(Protocol):
    """What supervision needs of the real-time data."""

    notice: MarketNotice | None
    interrupted: set[str]

    @property
    def symbols(self) -> tuple[str, ...]: ...

    def renew(self, symbols: Sequence[str]) -> None: ...


class Supervision:
    """Watches pauses between events; `died`, `revived` and `gave_up` are called as they happen."""

    def __init__(
        self,
        clock: Clock,
        alarms: Alarms,
        notes: Notes,
        options: KiwoomOptions,
        look_at_line: Callable[[], None],
        died: Callable[[Text], None],
        revived: Callable[[], None],
        gave_up: Callable[[Text], None],
    ) -> None:
        """`gave_up` is to log in again: registering anew did not help."""
        self._clock, self._alarms, self._notes, self._options = clock, alarms, notes, options
        self._look_at_line, self._died = look_at_line, died
        self._revived, self._gave_up = revived, gave_up
        self._feed: Feed | None = None
        self._since = self._last = clock.now()  # of watching, and of the last event
        self._due = self._since  # of the next look
        self._last_of: dict[str, datetime] = {}  # event; before the first one the first look
        self._count_of: dict[str, int] = {}
        self._renewed: set[str] = set()  # silent symbols that were registered anew
        self._had_data_on: date | None = None
        self._dead_since: datetime | None = None
        self._logins = 0  # tried because of the present silence

    @property
    def is_silent(self) -> bool:
        """Whether the feed counts as dead."""
        return self._dead_since is not None

    def open(self, feed: Feed) -> None:
        """Logged in: watch from now on. A dead feed stays dead until data come."""
        self._feed = feed
        self._begin(self._clock.now())
        if self.is_silent:
            self._dead_since = self._since
        self._plan(self._since)

    def hold(self) -> None:
        """The line is known to be lost."""
        self._alarms.drop(_ALARM)

    def heard(self, code: str, now: datetime) -> None:
        """Take note of an event; called for each, so it does little."""
        self._last = self._last_of[code] = now
        self._count_of[code] = self._count_of.get(code, 0) + 1
        if self._dead_since is not None:
            self._notes.info(_ALIVE)
            self._revive()

    def noticed(self, now: datetime) -> None:
        """The exchange has said something of its session: pauses are measured anew."""
        self._begin(now)

    # -- inside -------------------------------------------------------------------------------

    def _begin(self, now: datetime) -> None:
        self._since = self._last = now
        self._last_of.clear()
        self._count_of.clear()
        self._renewed.clear()

    def _plan(self, now: datetime) -> None:
        self._due = now + _LOOK
        self._alarms.set(_ALARM, self._due, self._look)

    def _revive(self) -> None:
        self._dead_since, self._logins = None, 0
        self._revived()

    def _look(self, now: datetime) -> None:
        was_late = now - self._due > _LOOK
        self._plan(now)
        self._look_at_line()  # may end in `hold`
        feed = self._feed
        if feed is None or was_late or not self._alarms.is_set(_ALARM):
            return  # late: our thread was busy, or the machine slept, and data wait behind us
        if not self._is_data_due(feed, now):
            self._begin(now)
            if self.is_silent:  # nobody can tell any more
                self._revive()
            return
        if sum(self._count_of.values()) >= _ENOUGH:
            self._had_data_on = now.date()
        if self._had_data_on != now.date():
            return  # a holiday, or symbols that nobody trades
        quiet_since = max(self._last, self._dead_since or self._last)
        if now - quiet_since >= self._limit():
            self._on_silence(feed, now)
        elif now - self._last < _JUST_NOW:
            self._look_at_symbols(feed, now)

    def _is_data_due(self, feed: Feed, now: datetime) -> bool:
        """Whether the session is open, as far as is known, and not all symbols are in a VI."""
        if all(symbol in feed.interrupted for symbol in feed.symbols):
            return False
        if feed.notice is not None:
            return feed.notice is MarketNotice.OPENED
        local = now.astimezone(SEOUL)
        return local.weekday() < 5 and _OPENS <= local.time() < _CLOSES

    def _limit(self) -> timedelta:
        """Return which silence is too long: as set, longer where data are rare anyway."""
        base = timedelta(seconds=self._options.kiwoom_silence_s)
        usual = self._usual_pause(sum(self._count_of.values()), self._last)
        return max(base, _PATIENCE * usual) * (1 << min(self._logins, _MAX_DOUBLINGS))

    def _usual_pause(self, count: int, last: datetime) -> timedelta:
        return (last - self._since) / count if count else timedelta(0)

    def _on_silence(self, feed: Feed, now: datetime) -> None:
        if self._dead_since is None:
            self._dead_since = now
            self._died(_DEAD.format(self._options.kiwoom_silence_s))
            feed.renew(feed.symbols)
        else:
            self._logins += 1
            self._gave_up(_STILL_DEAD)

    def _look_at_symbols(self, feed: Feed, now: datetime) -> None:
        for symbol in feed.symbols:
            self._last_of.setdefault(symbol, now)
        silent = [symbol for symbol in feed.symbols if self._is_silent(feed, symbol, now)]
        self._renewed.intersection_update(silent)
        for symbol in silent:
            if symbol not in self._renewed:
                self._renewed.add(symbol)
                seconds = int((now - self._last_of[symbol]).total_seconds())
                self._notes.warn(_SILENT_SYMBOL.format(seconds), symbol)
                feed.renew([symbol])

    def _is_silent(self, feed: Feed, symbol: str, now: datetime) -> bool:
        last, count = self._last_of[symbol], self._count_of.get(symbol, 0)
        if 0 < count < _ENOUGH or symbol in feed.interrupted:
            return False
        base = timedelta(seconds=self._options.kiwoom_symbol_silence_s)
        return now - last >= max(base, _SYMBOL_PATIENCE * self._usual_pause(count, last))
