"""What the chart draws, without Qt: one symbol's bars in any time frame with values and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.bars import resample
from core.domain.market import Bar
from core.domain.messages import BarClosed
from core.indicators import IndicatorSet
from core.series import DAY_S, BarColumns

Floats = NDArray[np.float64]
DAY_MINUTES = DAY_S // 60
BUY_SCORE, SELL_SCORE = "buy_score", "sell_score"


@dataclass(frozen=True, slots=True)
class Candles:
    """Bars to draw as columns of one length, oldest first; may share memory with the series."""

    local: NDArray[np.int64]  # start, seconds since 1970 by the exchange's own clock
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.local)

    def merged(self, starts: NDArray[np.intp]) -> Candles:
        """Return one candle for each group of neighbours; group k begins at row `starts[k]`, the first at 0."""
        last = np.append(starts[1:], len(self)) - 1
        return Candles(
            self.local[starts],
            self.open[starts],
            np.maximum.reduceat(self.high, starts),
            np.minimum.reduceat(self.low, starts),
            self.close[last],
            np.add.reduceat(self.volume, starts),
        )


class Candle(NamedTuple):
    """One bar to draw; as a row of `Candles`."""

    local: int
    open: float
    high: float
    low: float
    close: float
    volume: int


_NAMES = Candle._fields


class ChartSeries:
    """Closed minutes, the forming one, and both in the chosen time frame.

    Rows are numbered from the oldest bar. The last rows may be live: a bar of the time frame that
    later minutes still change. Indicator values exist for complete rows only.
    """

    def __init__(self, indicators: IndicatorSet) -> None:
        self._indicators = indicators
        self._minutes = BarColumns()
        self._complete = self._minutes  # of the time frame; the same object for 1 minute
        self._partial: Bar | None = None  # closed minutes of a longer bar that is not complete yet
        self._forming: Bar | None = None
        self._live: list[Bar] = []
        self._length = timedelta(minutes=1)
        self._are_values_stale = False
        self._scores: dict[str, Floats] = {}  # per row of a longer time frame, made when asked for
        self._zone: tzinfo = UTC
        self._has_fractions = False

    def load(self, bars: Sequence[Bar] | BarColumns, zone: tzinfo | None = None) -> None:
        """Replace everything by closed minutes, oldest first; bars that go back in time are left out.

        `zone` is the exchange's, taken from the bars where they are `Bar`s.
        """
        self._minutes = bars if isinstance(bars, BarColumns) else _columns(bars)
        if not isinstance(bars, BarColumns) and bars:
            zone = bars[0].start.tzinfo
        self._zone = zone or self._zone
        nothing = np.full(len(self._minutes), np.nan)
        self._minutes.set_values({BUY_SCORE: nothing, SELL_SCORE: nothing})
        closes = self._minutes.close
        self._has_fractions = not np.array_equal(closes, np.rint(closes))
        self._forming = None
        self._resample()

    def append(self, event: BarClosed) -> bool:
        """Take one more closed minute; return False for one that is not newer than the last."""
        bar, score = event.bar, event.score
        if bar.start.timestamp() <= self._newest:
            return False
        scores = {} if score is None else {BUY_SCORE: score.buy, SELL_SCORE: score.sell}
        self._zone = bar.start.tzinfo or self._zone
        self._minutes.append(bar, {**event.values, **scores})
        if self._forming is not None and self._forming.start <= bar.start:
            self._forming = None
        if self._complete is not self._minutes:
            self._join(bar)
        self._join_live()
        return True

    def set_forming(self, bar: Bar | None) -> None:
        """Show a minute that still moves; one that has closed already is left out."""
        self._forming = bar if bar is not None and bar.start.timestamp() > self._newest else None
        if self._forming is not None:
            self._zone = self._forming.start.tzinfo or self._zone
        self._join_live()

    def set_timeframe(self, minutes: int) -> None:
        """Show bars of `minutes`, 1 to DAY_MINUTES."""
        self._length = timedelta(minutes=minutes)
        self._resample()

    def set_indicators(self, indicators: IndicatorSet) -> None:
        """Compute all values anew, with other indicators or parameters."""
        self._indicators = indicators
        self._are_values_stale = True

    @property
    def timeframe(self) -> int:
        """Minutes of one bar; DAY_MINUTES for days."""
        return self._length // timedelta(minutes=1)

    @property
    def is_daily(self) -> bool:
        return self.timeframe == DAY_MINUTES

    @property
    def decimals(self) -> int:
        """Decimals that prices need: 0 for won, 2 where a close is not whole."""
        return 2 if self._has_fractions else 0

    def __len__(self) -> int:
        """Return the number of rows, live ones included."""
        return len(self._complete) + len(self._live)

    def candles(self, first: int, end: int) -> Candles:
        """Return the rows [first, end)."""
        complete = len(self._complete)
        parts = [self._complete[name][first:end] for name in _NAMES]
        live = self._live[max(first - complete, 0) : max(end - complete, 0)]
        if live:
            tail = zip(*(_row(bar) for bar in live), strict=True)
            parts = [np.append(part, new) for part, new in zip(parts, tail, strict=True)]
        return Candles(*parts)

    def candle(self, row: int) -> Candle:
        """Return one row."""
        complete = len(self._complete)
        if row >= complete:
            return _row(self._live[row - complete])
        return Candle(*(self._complete[name][row].item() for name in _NAMES))

    def values(self, name: str, first: int, end: int) -> Floats:
        """Return one indicator value or score of the rows [first, end), NaN where there is none."""
        found = np.full(max(end - first, 0), np.nan)
        known = self._known(name)[first:end]
        found[: len(known)] = known
        return found

    def value(self, name: str, row: int) -> float | None:
        """Return one value of a row; a live row shows that of the last complete one."""
        known = self._known(name)
        row = min(row, len(known) - 1)
        return float(known[row]) if row >= 0 and np.isfinite(known[row]) else None

    def row_at(self, moment: datetime) -> int | None:
        """Return the row whose bar holds `moment`; the one before where nothing was traded then."""
        local = moment.replace(tzinfo=UTC).timestamp()
        row = int(np.searchsorted(self._complete.local, local, side="right")) - 1
        for number, bar in enumerate(self._live, len(self._complete)):
            if bar.start <= moment:
                row = number
        return row if row >= 0 else None

    def start_of(self, local: float) -> datetime:
        """Return a bar's start as an aware time of the exchange."""
        return datetime.fromtimestamp(local, UTC).replace(tzinfo=self._zone)

    @property
    def _newest(self) -> float:
        return float(self._minutes.start[-1]) if len(self._minutes) else -np.inf

    def _known(self, name: str) -> Floats:
        if name in (BUY_SCORE, SELL_SCORE):
            return self._score(name)
        if self._are_values_stale:
            self._complete.set_values(self._indicators.batch(self._complete))
            self._are_values_stale = False
        return self._complete[name] if name in self._complete.names else np.empty(0)

    def _score(self, name: str) -> Floats:
        """The highest score of the minutes in each row: a signal is not lost in a longer bar."""
        if self._complete is self._minutes:
            return self._minutes[name]
        if name not in self._scores and len(self._minutes):
            slots = self._minutes.local - self._minutes.local % DAY_S % int(
                self._length.total_seconds()
            )
            starts = np.flatnonzero(np.diff(slots, prepend=-1))
            self._scores[name] = np.fmax.reduceat(self._minutes[name], starts)
        return self._scores.get(name, np.empty(0))

    def _join_live(self) -> None:
        """Make the live rows anew after a change."""
        live = [bar for bar in (self._partial, self._forming) if bar is not None]
        if len(live) == 2 and self._slot(live[0]) == self._slot(live[1]):
            live = [_joined(*live)]
        self._live = [replace(bar, start=self._slot(bar)) for bar in live]

    def _join(self, bar: Bar) -> None:
        self._scores.clear()
        if self._partial is not None and self._slot(self._partial) != self._slot(bar):
            self._complete_partial()
        self._partial = bar if self._partial is None else _joined(self._partial, bar)
        if bar.start + timedelta(minutes=1) >= self._slot(bar) + self._length:
            self._complete_partial()

    def _complete_partial(self) -> None:
        assert self._partial is not None
        self._complete.append(replace(self._partial, start=self._slot(self._partial)))
        self._partial = None
        self._are_values_stale = True

    def _resample(self) -> None:
        self._scores.clear()
        self._partial = None
        self._are_values_stale = True
        self._complete = self._minutes
        if self.timeframe > 1:
            self._complete = resample(self._minutes, self.timeframe)
            self._hold_back_incomplete()
        self._join_live()

    def _hold_back_incomplete(self) -> None:
        """Keep the last longer bar apart unless its last minute has closed."""
        rows = self._complete
        if (
            not len(rows)
            or self._minutes.local[-1] + 60 >= rows.local[-1] + self._length.total_seconds()
        ):
            return
        self._partial = Bar(
            "",
            self.start_of(float(rows.local[-1])),
            *(float(rows[name][-1]) for name in ("open", "high", "low", "close")),
            int(rows.volume[-1]),
            float(rows.turnover[-1]),
        )
        names = (*_NAMES, "start", "turnover", "ticks")
        self._complete = BarColumns.from_arrays(**{name: rows[name][:-1] for name in names})

    def _slot(self, bar: Bar) -> datetime:
        midnight = bar.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return bar.start - (bar.start - midnight) % self._length


def _row(bar: Bar) -> Candle:
    return Candle(_local(bar), bar.open, bar.high, bar.low, bar.close, bar.volume)


def _local(bar: Bar) -> int:
    return round(bar.start.replace(tzinfo=UTC).timestamp())


def _joined(first: Bar, second: Bar) -> Bar:
    return replace(
        first,
        high=max(first.high, second.high),
        low=min(first.low, second.low),
        close=second.close,
        volume=first.volume + second.volume,
        turnover=None
        if first.turnover is None or second.turnover is None
        else first.turnover + second.turnover,
        ticks=first.ticks + second.ticks,
    )


def _columns(bars: Sequence[Bar]) -> BarColumns:
    """Build columns at once: ten times as fast as appending, so that a symbol opens without a pause."""
    starts = np.array([bar.start.timestamp() for bar in bars]).round().astype(np.int64)
    newest_before = np.maximum.accumulate(starts[:-1])
    rising = np.append(True, starts[1:] > newest_before)[: len(starts)]
    kept = [bar for bar, is_newer in zip(bars, rising.tolist(), strict=True) if is_newer]
    return BarColumns.from_arrays(
        start=starts[rising],
        local=[_local(bar) for bar in kept],
        open=[bar.open for bar in kept],
        high=[bar.high for bar in kept],
        low=[bar.low for bar in kept],
        close=[bar.close for bar in kept],
        volume=[bar.volume for bar in kept],
        turnover=[np.nan if bar.turnover is None else bar.turnover for bar in kept],
        ticks=[bar.ticks for bar in kept],
    )
