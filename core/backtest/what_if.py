"""What other settings would have done with the bars of a chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.fast.signals import candidates
from core.backtest.market import MarketData, SymbolBars
from core.domain.price import Price
from core.series import BarColumns
from core.sessions import TradingCalendar


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Signals as starts of bars (UTC epoch seconds), and what trading them would have brought."""

    symbol: str
    buys: tuple[int, ...]
    sells: tuple[int, ...]
    trades: int
    net_pnl: Price  # won, costs paid


def what_if(
    symbol: str, columns: BarColumns, settings: Settings, calendar: TradingCalendar
) -> WhatIf:
    """Trade one symbol's bars by `settings`; bars outside regular sessions are left out.

    A signal is a bar whose score reaches its threshold, whether or not it could have been traded.
    """
    bars = SymbolBars.of(symbol, _in_session(columns, calendar), calendar)
    found = candidates(bars, settings)
    outcome = run_fast(MarketData((bars,), calendar.zone), settings, signals=[found])
    start = bars.columns.start
    return WhatIf(
        symbol,
        tuple(start[found.buys].tolist()),
        tuple(start[found.sells].tolist()),
        len(outcome.trades),
        outcome.net_pnl,
    )


def _in_session(columns: BarColumns, calendar: TradingCalendar) -> BarColumns:
    kept = np.zeros(len(columns), np.bool_)
    days = columns.day
    for day in np.unique(days).tolist():
        date = np.datetime64(day, "D").item()
        hours = calendar.hours(date)
        if hours is not None:
            start = columns.start
            first, last = hours.first.timestamp(), hours.last.timestamp()
            kept |= (days == day) & (start >= first) & (start <= last)
    names = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")
    return BarColumns.from_arrays(**{name: columns[name][kept] for name in names})
