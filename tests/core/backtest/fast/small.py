"""Small markets bar by bar, and signals that are simply given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.fast.signals import Candidates
from core.backtest.market import MarketData, SymbolBars
from core.backtest.outcome import Outcome
from core.series import DAY_S, BarColumns

SEOUL = ZoneInfo("Asia/Seoul")
_DAY, _ZONE_S, _CLOSE_S = 20_402, 9 * 3600, 15 * 3600 + 30 * 60
_FIRST_MINUTE = 9 * 60
FLAT = (70_000, 70_000, 70_000, 70_000)
"""A bar on which nothing happens: open, high, low, close."""

PLAIN = {
    "risk.stop_loss_pct": 1,
    "risk.take_profit_pct": 2,
    "risk.daily_target_pct": 0,
    "risk.daily_max_loss_pct": 0,
    "costs.slippage_ticks": 0,
    "costs.commission_bps": 0,
    "costs.tax_bps": 0,
}
"""No costs, no limits: the stop of a buy at 70,000 is 69,300, its target 71,400."""


def bars(
    *days: Sequence[tuple[float, float, float, float]],
    name: str = "005930",
    minutes: Iterable[int] | None = None,
    close_s: int = _CLOSE_S,
) -> SymbolBars:
    """Return days of bars (open, high, low, close), one a minute from 09:00 on.

    `minutes` are those of each day's bars instead, counted from 09:00.
    """
    at = [list(range(len(day))) if minutes is None else list(minutes) for day in days]
    local = [
        (_DAY + number) * DAY_S + 60 * (_FIRST_MINUTE + minute)
        for number, day in enumerate(at)
        for minute in day
    ]
    rows = np.array([row for day in days for row in day], np.float64).reshape(-1, 4).T
    start = np.array(local, np.int64) - _ZONE_S
    columns = BarColumns.from_arrays(
        start=start,
        local=local,
        open=rows[0],
        high=rows[1],
        low=rows[2],
        close=rows[3],
        volume=np.ones(len(local)),
    )
    closes = [(_DAY + number) * DAY_S + close_s - _ZONE_S for number in range(len(days))]
    return SymbolBars(
        name, columns, columns.day_starts().astype(np.int64), np.array(closes, np.int64)
    )


def market(*symbols: SymbolBars) -> MarketData:
    return MarketData(symbols, SEOUL)


def signals(buys: Sequence[int] = (), sells: Sequence[int] = ()) -> Candidates:
    return Candidates(np.array(buys, np.int64), np.array(sells, np.int64))


def traded(symbol: SymbolBars, found: Candidates, **changes: object) -> Outcome:
    """Run one symbol with these signals: `traded(bars, signals([0]), risk__stop_loss_pct=3)`."""
    own = {key.replace("__", "."): value for key, value in changes.items()}
    return run_fast(market(symbol), Settings({**PLAIN, **own}), signals=[found])
