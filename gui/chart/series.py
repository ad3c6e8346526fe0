"""What the chart draws, without Qt: one symbol's bars in any time frame with values and scores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from core.domain.market import Bar
from core.domain.messages import BarClosed
from core.indicators import IndicatorSet
from core.series import DAY_S, BarColumns
from gui.chart.candle_columns import NAMES, Candle, Candles, Floats, columns_of, row_of
from gui.chart.joined_bars import MINUTE, JoinedBars

DAY_MINUTES = DAY_S // 60
BUY_SCORE, SELL_SCORE = "buy_score", "sell_score"


class ChartSeries:
    """Closed minutes, the forming one, and both in the chosen time frame.

    Rows are numbered from the oldest bar. The last rows may be live: bars that later trades still
    change. Indicator values exist for complete rows only.
    """

    def __init__(self, indicators: IndicatorSet) -> None:
        self._indicators = indicators
        self._zone: tzinfo = UTC
        self._minutes = BarColumns((BUY_SCORE, SELL_SCORE))
        self._bars = JoinedBars(self._minutes, MINUTE, self._zone)
        self._forming: Bar | None = None
        self._live: list[Bar] = []
        self._valued = 0  # complete rows whose indicator values are known
        self._scores: dict[str, Floats] = {}  # per row, made when asked for
        self._has_fractions = False

    def load(self, bars: Sequence[Bar] | BarColumns, zone: tzinfo | None = None) -> None:
        """Replace everything by closed minutes, oldest first; those that go back are left out.

        Columns become the series' own, with indicator values where they bring all of them. `zone`
        is the exchange's; `Bar`s bring theirs.
        """
        if not isinstance(bars, BarColumns):
            zone = bars[0].start.tzinfo if bars else None
            bars = columns_of(bars)
        self._zone = zone or self._zone
        self._minutes = bars
        nothing = np.full(len(bars), np.nan)
        self._minutes.set_values({BUY_SCORE: nothing, SELL_SCORE: nothing})
        self._has_fractions = not np.array_equal(bars.close, np.rint(bars.close))
        self._forming = None
        self._join(self._bars.length)
        drawn = {name for plot in self._indicators.plots() for name in plot.names}
        if self._bars.complete is bars and drawn <= set(bars.names):
            self._valued = len(bars)

    def append(self, event: BarClosed) -> bool:
        """Take one more closed minute; return False for one that is not newer than the last."""
        bar, score = event.bar, event.score
        if bar.start.timestamp() <= self._newest:
            return False
        self._zone = bar.start.tzinfo or self._zone
        scores = {} if score is None else {BUY_SCORE: score.buy, SELL_SCORE: score.sell}
        is_minutes = self._bars.complete is self._minutes
        is_valued = is_minutes and self._valued == len(self._minutes) > 0
        self._minutes.append(bar, {**event.values, **scores})
        self._valued += is_valued
        self._bars.add(bar)
        self._scores.clear()
        if self._forming is not None and self._forming.start <= bar.start:
            self._forming = None
        self._live = self._bars.live(self._forming)
        return True

    def set_forming(self, bar: Bar | None) -> None:
        """Show a minute that still moves; one that has closed already is left out."""
        self._forming = bar if bar is not None and bar.start.timestamp() > self._newest else None
        if self._forming is not None:
            self._zone = self._forming.start.tzinfo or self._zone
            self._has_fractions |= self._forming.close != round(self._forming.close)
        self._live = self._bars.live(self._forming)

    def minutes(self) -> BarColumns:
        """Return the closed minutes as they are now, read-only."""
        return self._minutes.part(0, len(self._minutes))

    def set_timeframe(self, minutes: int) -> None:
        """Show bars of `minutes`, 1 to DAY_MINUTES."""
        self._join(timedelta(minutes=minutes))

    def set_indicators(self, indicators: IndicatorSet) -> None:
        """Compute all values anew, with other indicators or parameters."""
        self._indicators = indicators
        self._valued = 0

    @property
    def timeframe(self) -> int:
        """Minutes of one bar; DAY_MINUTES for days."""
        return self._bars.length // MINUTE

    @property
    def is_daily(self) -> bool:
        return self.timeframe == DAY_MINUTES

    @property
    def decimals(self) -> int:
        """Decimals that prices need: 0 for won, 2 where a close is not whole."""
        return 2 if self._has_fractions else 0

    def __len__(self) -> int:
        """Return the number of rows, live ones included."""
        return len(self._bars.complete) + len(self._live)

    def candles(self, first: int, end: int) -> Candles:
        """Return the rows [first, end)."""
        complete = self._bars.complete
        count = len(complete)
        parts = [complete[name][first:end] for name in NAMES]
        live = self._live[max(first - count, 0) : max(end - count, 0)]
        if live:
            tail = zip(*(row_of(bar) for bar in live), strict=True)
            parts = [np.append(part, new) for part, new in zip(parts, tail, strict=True)]
        return Candles(*parts)

    def candle(self, row: int) -> Candle:
        """Return one row."""
        complete = self._bars.complete
        if row >= len(complete):
            return row_of(self._live[row - len(complete)])
        return Candle(*(complete[name][row].item() for name in NAMES))

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
        """Return the row whose bar holds `moment`, the one before where nothing was traded then.

        None for a moment before the first bar.
        """
        local = moment.astimezone(self._zone).replace(tzinfo=UTC).timestamp()
        row = int(np.searchsorted(self._bars.complete.local, local, side="right")) - 1
        for number, bar in enumerate(self._live, len(self._bars.complete)):
            if bar.start <= moment:
                row = number
        return row if row >= 0 else None

    def rows_of(self, starts: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the row that holds each moment (UTC epoch seconds), -1 before the first bar."""
        live = [round(bar.start.timestamp()) for bar in self._live]
        edges = np.append(self._bars.complete.start, np.array(live, np.int64))
        return np.searchsorted(edges, starts, side="right") - 1

    def start_of(self, local: float) -> datetime:
        """Return a bar's start as an aware time of the exchange."""
        return datetime.fromtimestamp(local, UTC).replace(tzinfo=self._zone)

    @property
    def _newest(self) -> float:
        return float(self._minutes.start[-1]) if len(self._minutes) else -np.inf

    def _join(self, length: timedelta) -> None:
        self._bars = JoinedBars(self._minutes, length, self._zone)
        self._valued = 0
        self._scores.clear()
        self._live = self._bars.live(self._forming)

    def _known(self, name: str) -> Floats:
        """Values of the first rows; live rows have none, but their minutes may have scores."""
        if name in (BUY_SCORE, SELL_SCORE):
            return self._score(name)
        complete = self._bars.complete
        if self._valued < len(complete):
            complete.set_values(self._indicators.batch(complete))
            self._valued = len(complete)
        return complete[name] if name in complete.names else np.empty(0)

    def _score(self, name: str) -> Floats:
        """The highest score of the minutes in each row: a signal is not lost in a longer bar."""
        minutes = self._minutes[name]
        if self._bars.complete is self._minutes or not len(minutes):
            return minutes
        if name not in self._scores:
            self._scores[name] = np.fmax.reduceat(minutes, self._bars.groups())
        return self._scores[name]
