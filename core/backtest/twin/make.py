"""Makes the twin of a recorded day: the backtest of its bars, beside what was really filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from config.schema import Settings
from config.text import Text
from core.backtest.market import MarketData, market_of
from core.backtest.outcome import Outcome
from core.backtest.run import parameters
from core.backtest.twin.compare import Twin, compare
from core.backtest.twin.real_day import RealDay, read_real_day
from core.backtest.twin.recorded import RecordedDay, Recording, recorded_day
from core.blackbox.closed_bars import ToldBars, joined, told_bars
from core.domain.portfolio import Trade
from core.domain.price import FREE, KRX_STOCK
from core.program import Program
from core.series import BarColumns
from core.simulation.costs import CostOptions

Run = Callable[[MarketData, Settings, date], Outcome]
"""Trades a market by settings from a day on."""

_MINUTE = timedelta(minutes=1)
_CHANGED = Text(
    "세션 사이에 설정이나 종목이 바뀌어, 각 시간대를 그때의 설정으로 백테스트했습니다",
    "settings or symbols changed between the sessions; each part of the day was backtested with "
    "those of then",
)
_NOT_RECORDED = Text(
    "세션 {}의 녹화가 없어, 그동안의 봉은 나중 세션이 받은 과거 봉입니다",
    "there is no recording of session {}; its bars are those that later sessions loaded",
)


def make_twin(program: Program, session: int | None, run: Run) -> Twin:
    """Return the twin of the day of a recorded session, of the last one where None is named.

    Raises:
        RecordingError: There is no recording of it, or it can't be run again.
        JournalError: The journal can't be read.
    """
    day = recorded_day(program, session)
    told = [told_bars(each.path, day.calendar) for each in day.recordings]
    real = _with_spans(read_real_day(program.journal_target, day.sessions), day, told)
    market, parts = _market(day, told), _parts(day.recordings)
    trades = list(_backtested(market, parts, real, day.day, run))
    options = day.recordings[-1].header.settings[CostOptions]
    grid = KRX_STOCK if options.tick_rule == "krx" else FREE
    hours = day.calendar.session(day.day)
    seen = max((last for _, last in real.spans), default=day.recordings[0].header.began)
    return Twin(
        day.sessions,
        day.mode,
        day.day,
        compare(real, trades, grid),
        hours is not None and seen >= hours.close,
        tuple(_notes(day, len(parts))),
    )


class _Part(NamedTuple):
    """Sessions in a row with the same settings and symbols."""

    settings: Settings
    symbols: tuple[str, ...]
    began: datetime


def _parts(recordings: Sequence[Recording]) -> list[_Part]:
    found: list[_Part] = []
    seen: tuple[dict[str, Any], tuple[str, ...]] | None = None
    for each in recordings:
        header = each.header
        key = parameters(header.settings), header.symbols
        if key != seen:
            found.append(_Part(header.settings, header.symbols, header.began))
        seen = key
    return found


def _backtested(
    market: MarketData, parts: Sequence[_Part], real: RealDay, day: date, run: Run
) -> Iterator[Trade]:
    """Yield the trades whose entries lie in each part, by its settings and the real capital."""
    for at, part in enumerate(parts):
        settings = part.settings
        if real.start_capital is not None and real.start_capital > 0:
            settings = settings.changed({"risk.start_capital": int(real.start_capital)})
        own = tuple(bars for bars in market.symbols if bars.symbol in part.symbols)
        for trade in run(replace(market, symbols=own), settings, day).trades:
            is_late = at + 1 < len(parts) and trade.entry_time >= parts[at + 1].began
            if not is_late and (at == 0 or trade.entry_time >= part.began):
                yield trade


def _market(day: RecordedDay, told: Sequence[ToldBars]) -> MarketData:
    bars, calendar = joined(told), day.calendar
    columns = [
        (
            symbol,
            BarColumns.from_bars(
                bar for bar in bars.get(symbol, ()) if calendar.session_of(bar.start) is not None
            ),
        )
        for symbol in day.symbols
    ]
    return market_of(columns, calendar, calendar.zone)


def _with_spans(real: RealDay, day: RecordedDay, told: Sequence[ToldBars]) -> RealDay:
    """Let sessions last as long as they closed bars: one that was killed has no last record."""
    spans = dict(zip(day.sessions, real.spans, strict=True))
    for recording, bars in zip(day.recordings, told, strict=True):
        number = recording.header.session
        first, last = spans[number]
        starts = [start for closed in bars.closed.values() for start in closed]
        spans[number] = first, max(last, max(starts, default=first) + _MINUTE)
    return replace(real, spans=tuple(spans.values()))


def _notes(day: RecordedDay, parts: int) -> Iterator[Text]:
    if parts > 1:
        yield _CHANGED
    recorded = {each.header.session for each in day.recordings}
    missing = [str(number) for number in day.sessions if number not in recorded]
    if missing:
        yield _NOT_RECORDED.format(", ".join(missing))
