"""What the window has done in the process that backtests for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from config.schema import Settings, declared
from config.text import Text
from core.backtest.command import ENGINES, NOT_BESIDE
from core.backtest.files import write
from core.backtest.load_texts import lines
from core.backtest.market import SymbolBars
from core.backtest.metrics import Metrics
from core.backtest.run import Run
from core.backtest.twin.beside import twins_beside
from core.backtest.what_if import WhatIf, what_if
from core.clock import WallClock, monotonic
from core.domain.errors import JournalError
from core.domain.portfolio import Trade
from core.indicators import IndicatorSet
from core.predict.options import AiOptions
from core.series import BarColumns
from core.sessions import CalendarOptions, calendar_of_home
from gui.backtest.messages import Lane
from gui.backtest.thinned import Curve, curve_of
from gui.backtest.workbench import Chosen, Say, Workbench

READING, TRADING = Text("파일 읽는 중", "Reading files"), Text("계산 중", "Trading")
WRITING = Text("보고서 쓰는 중", "Writing the report")
NO_AI = Text(
    "백테스트에는 AI 예측이 없어 양쪽 모두 0점입니다",
    "A backtest has no AI predictions: they count 0 on both sides",
)
TRADES_A_PART = 200  # some 2 ms to read
_DAYS_ROUND = 3  # of candles shown before and after a trade's own
_WARM = 6_000  # bars: what an EMA of 400 has kept of older ones is 1e-13 of them
_COLUMNS = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")


class Result(NamedTuple):
    """A finished run without its trades, which come before it in parts.

    `bars`: traded on; `wall_s`: trading alone; `last`: the last bar of the first symbol;
    `currency`: the money's name, empty where it can't be told.
    """

    run: int
    bars: int
    wall_s: float
    metrics: Metrics
    curve: Curve
    notes: tuple[Text, ...]
    last: tuple[str, int]
    currency: Text


class Saved(NamedTuple):
    """Written files, and what the report had to do without."""

    paths: tuple[Path, ...]
    lacks: Text | None


class Candles(NamedTuple):
    """Bars round a moment of a run with the values of its indicators.

    `at` is the row of the moment, `trades` are those within these bars.
    """

    symbol: str
    columns: BarColumns
    zone: str
    at: int
    trades: tuple[Trade, ...]


class Preview(NamedTuple):
    """What was tried on how many bars, beside the settings in force."""

    bars: int
    wanted: WhatIf
    now: WhatIf


@dataclass(frozen=True, slots=True)
class RunBacktest:
    """Read the files and trade; `kept` are the runs that are still shown."""

    lane: ClassVar[Lane] = Lane.RUN
    number: int
    chosen: Chosen
    engine: str
    settings: Mapping[str, Any]
    kept: tuple[int, ...]

    def do(self, bench: Workbench, say: Say) -> Result:
        settings = known(self.settings)
        loaded, noted = bench.loaded(self.chosen, say.progress(READING))
        trading = say.progress(TRADING)
        trading(0.0)
        began = monotonic()
        outcome = ENGINES[self.engine](loaded.market, settings, trading)
        run = Run(
            outcome,
            loaded.market,
            settings,
            loaded.reports,
            self.engine,
            monotonic() - began,
            loaded.calendar.name,
            self.chosen.first,
            self.chosen.last,
            made=WallClock(loaded.market.zone).now(),
        )
        ai = (NO_AI,) if settings[AiOptions].enabled else ()
        found = [line for report in loaded.reports for line in lines(report)]
        notes = (*bench.take_notes(), *ai, *noted, *found)
        bars = loaded.market.symbols[0]
        last = int(bars.columns.start[-1]) if len(bars) else 0
        result = Result(
            self.number,
            outcome.counts.bars,
            run.wall_s,
            run.metrics,
            curve_of(run),
            notes,
            (bars.symbol, last),
            run.currency,
        )
        for first in range(0, len(outcome.trades), TRADES_A_PART):
            say.part(tuple(outcome.trades[first : first + TRADES_A_PART]))
        bench.keep(self.number, run, self.kept)
        return result


@dataclass(frozen=True, slots=True)
class Around:
    """Get the candles round a moment (UTC epoch seconds) of a run."""

    lane: ClassVar[Lane] = Lane.LOOK
    run: int
    symbol: str
    moment: int

    def do(self, bench: Workbench, say: Say) -> Candles:
        run = bench.run(self.run)
        bars = run.market.symbols[run.market.names.index(self.symbol)]
        at = min(int(np.searchsorted(bars.columns.start, self.moment)), max(len(bars) - 1, 0))
        first, end = _days_round(bars, at)
        columns = _valued(bars.columns, first, end, run.settings)
        zone = run.market.zone
        if not len(columns):
            return Candles(self.symbol, columns, zone.key, 0, ())
        begin, until = (run.market.moment(int(columns.start[row])) for row in (0, -1))
        near = tuple(
            trade
            for trade in run.outcome.trades
            if trade.symbol == self.symbol
            and begin <= trade.entry_time
            and trade.exit_time <= until
        )
        return Candles(self.symbol, columns, zone.key, at - first, near)


@dataclass(frozen=True, slots=True)
class SaveReport:
    """Write a run's files, its days with real fills beside them in the report."""

    lane: ClassVar[Lane] = Lane.RUN
    run: int
    folder: Path
    language: str

    def do(self, bench: Workbench, say: Say) -> Saved:
        run, lacks = bench.run(self.run), None
        try:
            run = replace(run, beside=twins_beside(bench.journal, run))
        except JournalError as error:  # it costs that section alone
            lacks = NOT_BESIDE.format(error)
        paths = write(self.folder, run, self.language, progress=say.progress(WRITING))
        return Saved(paths, lacks)


@dataclass(frozen=True, slots=True)
class TryOut:
    """Trade a chart's bars by the settings wanted and by those in force.

    `columns` come along once for each `key`.
    """

    lane: ClassVar[Lane] = Lane.PREVIEW
    symbol: str
    key: int
    columns: BarColumns | None
    wanted: Mapping[str, Any]
    now: Mapping[str, Any]

    def do(self, bench: Workbench, say: Say) -> Preview:
        columns = bench.chart(self.key, self.columns)
        wanted, now = known(self.wanted), known(self.now)
        options = now[CalendarOptions]
        zone = ZoneInfo(options.timezone)
        calendar = calendar_of_home(bench.home, options.calendar, zone)
        found = [what_if(self.symbol, columns, one, calendar) for one in (wanted, now)]
        return Preview(len(columns), *found)


def known(values: Mapping[str, Any]) -> Settings:
    """Return settings of values by key; a process that only works for another knows fewer."""
    keys = {item.key for item in declared()}
    return Settings({key: value for key, value in values.items() if key in keys})


def bare(columns: BarColumns) -> BarColumns:
    """Return bars without the indicator values beside them."""
    return _own(columns, 0, len(columns))


def _own(columns: BarColumns, first: int, end: int) -> BarColumns:
    return BarColumns.from_arrays(**{name: columns[name][first:end] for name in _COLUMNS})


def _valued(columns: BarColumns, first: int, end: int, settings: Settings) -> BarColumns:
    """Return the rows [first, end) with the values that the run's rules saw.

    Nothing of bars further back than `_WARM` is left in them that a chart could show.
    """
    begin = max(first - _WARM, 0)
    values = IndicatorSet(settings).batch(columns.part(begin, end))
    own = {name: columns[name][first:end] for name in _COLUMNS}
    return BarColumns.from_arrays(**own, **{n: v[first - begin :] for n, v in values.items()})


def _days_round(bars: SymbolBars, at: int) -> tuple[int, int]:
    """Return the first row and the end of the days round a row."""
    if not len(bars):
        return 0, 0
    day = int(bars.day_of[at])
    last = min(day + _DAYS_ROUND, len(bars.day_first) - 1)
    return int(bars.day_first[max(day - _DAYS_ROUND, 0)]), int(bars.day_end[last])
