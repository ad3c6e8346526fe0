"""One symbol's bars with every indicator, score and decision, as `--export-bars` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from core.backtest.csv_columns import chunks, numbers, times, write_rows
from core.backtest.market import SymbolBars
from core.domain.order import Reason
from core.domain.portfolio import Trade
from core.domain.signal import Action, Snapshot
from core.indicators import Arrays, IndicatorSet
from core.scoring import Scorer

FIRST_COLUMNS = ("time", "open", "high", "low", "close", "volume", "turnover")
LAST_COLUMNS = ("buy_score", "sell_score", "decision")

_AT_CLOSE_BEFORE = {Reason.SIGNAL: Action.SELL, Reason.TIME: Action.SELL_TIME}
_INSIDE_BAR = {Reason.SL: Action.SELL_SL, Reason.TP: Action.SELL_TP}


def write_bars(
    file: TextIO, bars: SymbolBars, trades: Iterable[Trade], settings: Settings, zone: ZoneInfo
) -> None:
    """Write the bars of a run that made `trades` in this symbol.

    An indicator is empty while undefined. `decision` is what was done: BUY, SELL and SELL_TIME at
    the close of the bar (filled at the next one's open), SELL_SL and SELL_TP inside it, else HOLD;
    where a bar has two, both with a space between. A BUY that a check refused is HOLD.
    """
    indicators = IndicatorSet(settings)
    values = indicators.batch(bars.columns)
    file.write(",".join((*FIRST_COLUMNS, *values, *LAST_COLUMNS)) + "\n")
    decisions = _decisions(bars, trades)
    scores = _scores(bars, values, indicators.warmup, Scorer(settings), zone)
    whole, columns = bars.is_whole, bars.columns
    for part in chunks(len(bars)):
        buys, sells = zip(*(next(scores) for _ in range(part.stop - part.start)), strict=True)
        write_rows(
            file,
            [
                times(columns.start[part], zone),
                *(numbers(columns[name][part], whole) for name in FIRST_COLUMNS[1:5]),
                numbers(columns.volume[part], is_whole=True),
                numbers(columns.turnover[part], whole),
                *(numbers(array[part], is_whole=False) for array in values.values()),
                list(map(repr, buys)),
                list(map(repr, sells)),
                [decisions.get(row, Action.HOLD.value) for row in range(part.start, part.stop)],
            ],
        )


def _scores(
    bars: SymbolBars, values: Arrays, warmup: int, scorer: Scorer, zone: ZoneInfo
) -> Iterator[tuple[float, float]]:
    """Yield buy and sell score of every bar, by the live engine's own rules."""
    prev: Snapshot | None = None
    for part in chunks(len(bars)):
        some = _part(bars, part).bars(zone)
        rows = zip(*(_or_none(array[part]) for array in values.values()), strict=True)
        for at, (bar, row) in enumerate(zip(some, rows, strict=True), part.start):
            latest = Snapshot(bar, dict(zip(values, row, strict=True)))
            score = scorer.score(prev, latest, is_warm=at >= warmup - 1)
            yield float(score.buy), float(score.sell)
            prev = latest


def _part(bars: SymbolBars, part: slice) -> SymbolBars:
    none = np.empty(0, np.int64)
    return SymbolBars(bars.symbol, bars.columns.part(part.start, part.stop), none, none)


def _or_none(array: NDArray[np.float64]) -> Sequence[float | None]:
    return [None if value != value else value for value in array.tolist()]


def _decisions(bars: SymbolBars, trades: Iterable[Trade]) -> dict[int, str]:
    """Return what was decided at which bar, by its index; HOLD left out."""
    made: dict[int, list[str]] = {}

    def row(moment: datetime) -> int:
        # As an integer: for a float numpy would copy the whole column each time.
        return int(np.searchsorted(bars.columns.start, round(moment.timestamp())))

    for trade in trades:
        if trade.symbol != bars.symbol:
            continue
        made.setdefault(row(trade.entry_time) - 1, []).append(Action.BUY.value)
        at, reason = row(trade.exit_time), trade.exit_reason
        if reason in _AT_CLOSE_BEFORE:
            made.setdefault(at - 1, []).append(_AT_CLOSE_BEFORE[reason].value)
        elif reason in _INSIDE_BAR:
            made.setdefault(at, []).append(_INSIDE_BAR[reason].value)
    return {at: " ".join(words) for at, words in made.items()}
