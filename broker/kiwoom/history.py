"""Minute bars of the days before and of today, and the previous close, by chart TRs.

The engine needs all bars of a symbol to begin with it, so the deeper pages of a symbol go before
the first ones of those named after it; this brings the first charts as early as can be. A few
symbols are under way at once, so that one request without an answer does not hold up all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from broker.kiwoom.masters import Masters
from broker.kiwoom.notes import Notes
from broker.kiwoom.options import KiwoomOptions
from broker.kiwoom.tr_queue import Priority, TrQueue, TrRequest, time_for_charts
from broker.kiwoom.tr_reading import TrReply, Values
from broker.kiwoom.trs import SEOUL
from broker.kiwoom.watch import Alarms
from config.schema import Settings
from config.sections import MarketOptions
from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import HistoryLoaded
from core.ports import Clock, Post

_MINUTE = timedelta(minutes=1)
_ROWS_A_PAGE = 900  # of opt10080
_BARS_A_DAY = 381  # 380 minutes and the closing auction
_DAILY = 1  # request for daily bars of each symbol
_LOGIN = timedelta(seconds=30)  # with the account and a margin
_RETRIES_S = (15, 30, 60, 300)  # after the first failure of a symbol, the second, ...
_UNKNOWN = Text(
    "{}: 키움에 없는 종목입니다. 종목코드를 확인하십시오",
    "{}: Kiwoom has no such security; check the code",
)
_DIRTY = Text("분봉 {}개를 쓸 수 없어 뺐습니다", "{} minute bars were unusable and left out")
_FAILED = Text.of("{} {}: {}")
_OTHER_BASE = Text(
    "기준가 {:,}원이 전일 종가 {:,}원과 다릅니다. 권리락이나 액면분할일 수 있습니다",
    "today's base price of {:,} won differs from the last close of {:,} won: ex rights, or a split",
)


def time_before_open(settings: Settings) -> timedelta:
    """Return how long before the open to log in, so that all histories are there at the open."""
    watched = settings[MarketOptions]
    pages = -(-_BARS_A_DAY * (watched.historical_lookback_days + 1) // _ROWS_A_PAGE)
    requests = len(watched.symbols) * (pages + _DAILY)
    return time_for_charts(settings[KiwoomOptions].kiwoom_pacing, requests) + _LOGIN


@dataclass(slots=True)
class MinuteBars:
    """Collects rows of opt10080, newest first, until `days` sessions before `today` are whole."""

    symbol: str
    today: date
    days: int
    dirty: int = 0
    _bars: dict[datetime, Bar] = field(default_factory=dict)
    _earlier: list[date] = field(default_factory=list)  # sessions before today, newest first

    def add(self, rows: Iterable[Values]) -> bool:
        """Take one page; return whether older rows are still needed."""
        for row in rows:
            bar = _bar(self.symbol, row)
            if bar is None:
                self.dirty += 1
            elif not self._take(bar):
                return False
        return True

    def _take(self, bar: Bar) -> bool:
        """Keep a bar of a day we want; False once an older day begins."""
        day = bar.start.date()
        if day < self.today and day not in self._earlier:
            if self._earlier and day > self._earlier[-1]:
                self.dirty += 1  # out of order: a day we have left behind
                return True
            if len(self._earlier) >= self.days:
                return False
            self._earlier.append(day)
        # Pages may overlap where a bar has formed meanwhile; the newer page has its newer state.
        self._bars.setdefault(bar.start, bar)
        return True

    def closed(self, now: datetime) -> tuple[Bar, ...]:
        """Return the bars whose minute is over, oldest first."""
        return tuple(self._bars[start] for start in sorted(self._bars) if start + _MINUTE <= now)

    def forming(self, now: datetime) -> Bar | None:
        """Return the bar of the minute that `now` is in, as far as it had traded."""
        return self._bars.get(now.replace(second=0, microsecond=0))


class History:
    """Answers each symbol by one `HistoryLoaded`, and by another one if the first told an error.

    Nothing is subscribed to without its history, so what failed is tried again.
    """

    def __init__(
        self,
        queue: TrQueue,
        masters: Masters,
        clock: Clock,
        post: Post,
        notes: Notes,
        alarms: Alarms,
    ) -> None:
        self._queue, self._masters, self._clock = queue, masters, clock
        self._post, self._notes, self._alarms = post, notes, alarms
        self._failures: dict[str, int] = {}  # in a row, by symbol
        self._waiting: list[tuple[str, int]] = []  # asked for before the login
        self._is_open = False
        self._has_first = False
        self._closes: dict[str, tuple[date, int]] = {}  # by symbol, with the day it was asked on

    def request(self, symbols: Sequence[str], days: int) -> None:
        for symbol in symbols:
            if self._is_open:
                self._begin(symbol, days)
            else:
                self._waiting.append((symbol, days))

    def open(self) -> None:
        """The masters are there: begin what was asked for before."""
        self._is_open = True
        waiting, self._waiting = self._waiting, []
        for symbol, days in waiting:
            self._begin(symbol, days)

    def hold(self) -> None:
        """The line is lost: what was begun is begun anew by the queue, the rest waits."""
        self._is_open = False

    def _begin(self, symbol: str, days: int) -> None:
        instrument = self._masters.instrument(symbol)
        if instrument is None:
            self._post(HistoryLoaded(Instrument(symbol, symbol), (), _UNKNOWN.format(symbol)))
            return
        priority = Priority.HISTORY if self._has_first else Priority.FIRST
        self._has_first = True
        if instrument.previous_close is None:
            self._find_close(instrument, days, priority)
        else:
            self._load(instrument, days, priority)
            self._check_close(instrument)

    def _load(self, instrument: Instrument, days: int, priority: Priority) -> None:
        found: list[MinuteBars] = []

        def on_page(reply: TrReply, page: int) -> bool:
            if page == 0:
                found[:] = [MinuteBars(instrument.symbol, self._today(), days)]
            found[0].dirty += len(reply.errors)
            return found[0].add(reply.rows)

        def on_end(error: Text | None) -> None:
            if found and error is None:
                self._answer(instrument, found[0])
            else:
                self._fail(instrument, days, error)

        inputs = {"종목코드": instrument.symbol}
        self._queue.ask(TrRequest("opt10080", inputs, on_page, on_end, priority))

    def _answer(self, instrument: Instrument, bars: MinuteBars) -> None:
        now, symbol = self._clock.now(), instrument.symbol
        self._failures.pop(symbol, None)
        if bars.dirty:
            self._notes.warn(_DIRTY.format(bars.dirty), symbol)
        self._post(HistoryLoaded(instrument, bars.closed(now), "", bars.forming(now)))

    def _fail(self, instrument: Instrument, days: int, error: Text | None) -> None:
        """Say so once, and ask again later."""
        symbol = instrument.symbol
        failures = self._failures.get(symbol, 0)
        self._failures[symbol] = failures + 1
        if not failures:
            words = _FAILED.format(symbol, instrument.name, error or "")
            self._post(HistoryLoaded(instrument, (), words))
        wait_s = _RETRIES_S[min(failures, len(_RETRIES_S) - 1)]
        again = self._clock.now() + timedelta(seconds=wait_s)
        self._alarms.set(f"history {symbol}", again, lambda _: self.request([symbol], days))

    # -- the previous close -------------------------------------------------------------------

    def _find_close(self, instrument: Instrument, days: int, priority: Priority) -> None:
        """The files have no base price: take the last day's close in its place."""

        def on_close(close: int | None) -> None:
            self._load(replace(instrument, previous_close=close), days, priority)

        self._ask_close(instrument.symbol, priority, on_close)

    def _check_close(self, instrument: Instrument) -> None:
        """Compare the base price with the last daily bar, once a day and behind all else."""
        base = instrument.previous_close

        def on_close(close: int | None) -> None:
            if close is not None and base is not None and close != base:
                self._notes.info(_OTHER_BASE.format(int(base), close), instrument.symbol)

        self._ask_close(instrument.symbol, Priority.CHECK, on_close)

    def _ask_close(
        self, symbol: str, priority: Priority, on_close: Callable[[int | None], None]
    ) -> None:
        today = self._today()
        known = self._closes.get(symbol)
        if known is not None and known[0] == today:
            on_close(known[1])
            return
        found: list[int] = []

        def on_page(reply: TrReply, page: int) -> bool:
            earlier = [row for row in reply.rows if row["일자"] and row["일자"] < today]
            newest = max(earlier, key=lambda row: row["일자"], default=None)
            if newest is not None and newest["현재가"]:
                found.append(newest["현재가"])
            return False

        def on_end(error: Text | None) -> None:
            if found:
                self._closes[symbol] = (today, found[0])
            on_close(found[0] if found else None)

        inputs = {"종목코드": symbol}
        self._queue.ask(TrRequest("opt10081", inputs, on_page, on_end, priority))

    def _today(self) -> date:
        return self._clock.now().astimezone(SEOUL).date()


def _bar(symbol: str, row: Values) -> Bar | None:
    """Return the bar of a row; None where it makes no sense as one."""
    start, prices = row["체결시간"], [row[name] for name in ("시가", "고가", "저가", "현재가")]
    if start is None or None in prices:
        return None
    opened, high, low, close = prices
    if not low <= min(opened, close) <= max(opened, close) <= high:
        return None
    minute = start.replace(second=0)
    return Bar(symbol, minute, opened, high, low, close, row["거래량"])
