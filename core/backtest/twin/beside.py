"""What was really traded on the days of a backtest, beside its own trades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from core.backtest.market import MarketData, SymbolBars
from core.backtest.run import Run
from core.backtest.twin.compare import Twin, compare
from core.backtest.twin.real_day import RealDay, RealTrade, read_real_day
from core.domain.price import FREE, KRX_STOCK
from core.journal.reader import read
from core.simulation.costs import CostOptions

_REPLAY = "replay"
_MINUTE_S = 60
_ROOM = 0.005  # of the price: fills between two bars, after-hours closes
_MOST_STRAY = 0.5  # of a day's fills; more are of another market, or of adjusted prices


def twins_beside(target: str | Path, run: Run) -> tuple[Twin, ...]:
    """Return a twin for each day of the run on which its symbols were really traded, oldest first.

    Days whose fills are far from the run's bars are left out: a demo's market, or prices that were
    adjusted since. Where there is no journal yet, nothing was traded.

    Raises:
        JournalError: The journal can't be read.
    """
    if not len(run.market.times) or (isinstance(target, Path) and not target.exists()):
        return ()
    first, last = (run.market.moment(int(run.market.times[at])).date() for at in (0, -1))
    days = _sessions(target, run, first, last)
    return tuple(twin for key in days if (twin := _twin(target, run, *key, days[key])) is not None)


def _sessions(
    target: str | Path, run: Run, first: date, last: date
) -> Mapping[tuple[date, str, str], list[int]]:
    """Return the sessions of each account's day; one that kept no account is its own."""
    found: dict[tuple[date, str, str], list[int]] = {}
    for record in read(target, ("session",)):
        day, mode = record.time.astimezone(run.market.zone).date(), record.body["mode"]
        if mode != _REPLAY and max(first, run.trade_from or first) <= day <= last:
            account = record.body.get("account", "") or f"session {record.session}"
            found.setdefault((day, mode, account), []).append(record.session)
    return dict(sorted(found.items()))


def _twin(
    target: str | Path, run: Run, day: date, mode: str, _: str, sessions: Sequence[int]
) -> Twin | None:
    real = _of_symbols(read_real_day(target, sessions), run.market.names)
    if not real.trades or not _is_of(run.market, real.trades):
        return None
    trades = [trade for trade in run.outcome.trades if trade.entry_time.date() == day]
    grid = KRX_STOCK if run.settings[CostOptions].tick_rule == "krx" else FREE
    return Twin(tuple(sessions), mode, day, compare(real, trades, grid), is_final=True)


def _of_symbols(real: RealDay, names: Sequence[str]) -> RealDay:
    return replace(
        real,
        trades=tuple(trade for trade in real.trades if trade.symbol in names),
        denials=tuple(denial for denial in real.denials if denial.symbol in names),
    )


def _is_of(market: MarketData, trades: Sequence[RealTrade]) -> bool:
    """Return whether most fills were made at prices that the market's bars have."""
    bars = {each.symbol: each for each in market.symbols}
    fits = [fit for trade in trades for fit in _fits(bars[trade.symbol], trade)]
    return fits.count(False) <= _MOST_STRAY * len(fits)


def _fits(bars: SymbolBars, trade: RealTrade) -> Iterator[bool]:
    for leg in (trade.entry, trade.exit):
        if leg is not None:
            minute = int(leg.time.timestamp()) // _MINUTE_S * _MINUTE_S
            columns = bars.columns
            # A fill is of its own minute's bar, or of the one before where that has no trade.
            at = int(np.searchsorted(columns.start, minute, "right")) - 1
            room = leg.price * _ROOM
            yield at >= 0 and bool(columns.low[at] - room <= leg.price <= columns.high[at] + room)
