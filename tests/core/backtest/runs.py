"""Finished backtests for tests: outcomes out of trades that are simply given, and real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.load_report import LoadReport
from core.backtest.market import MarketData, SymbolBars
from core.backtest.outcome import Counts, EquityCurve, Outcome
from core.backtest.run import Run
from core.domain.order import Reason
from core.domain.portfolio import Trade
from core.domain.price import Price
from core.series import DAY_S, BarColumns
from tests.core.backtest.markets import a_market, lively

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2025, 11, 10, 9, 0, tzinfo=SEOUL)
_ZONE_S = 9 * 3600
_FIRST_LOCAL = int(MONDAY.timestamp()) + _ZONE_S
CAPITAL = 10_000_000


def flat_bars(days: int = 2, minutes: int = 4, symbol: str = "005930") -> SymbolBars:
    """Return bars at 70,000 won from 09:00 on, Monday 2025-11-10 the first day."""
    local = np.concatenate(
        [_FIRST_LOCAL + day * DAY_S + 60 * np.arange(minutes) for day in range(days)]
    )
    price = np.full(len(local), 70_000.0)
    columns = BarColumns.from_arrays(
        start=local - _ZONE_S,
        local=local,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=np.full(len(local), 100),
    )
    first = columns.day_starts().astype(np.int64)
    return SymbolBars(symbol, columns, first, columns.start[first] + 390 * 60)


def flat_market(
    days: int = 2, minutes: int = 4, symbols: Sequence[str] = ("005930",)
) -> MarketData:
    return MarketData(tuple(flat_bars(days, minutes, symbol) for symbol in symbols), SEOUL)


def a_trade(
    net: Price = 1_000,
    minute: int = 0,
    held_min: int = 1,
    day: int = 0,
    reason: Reason = Reason.SIGNAL,
    symbol: str = "005930",
    commission: Price = 0,
    tax: Price = 0,
) -> Trade:
    """Return a round trip in 10 shares bought at 70,000 won that brought `net`."""
    entry = MONDAY + timedelta(days=day, minutes=minute)
    gross = net + commission + tax
    price = (
        70_000 + gross // 10 if isinstance(gross, int) and gross % 10 == 0 else 70_000 + gross / 10
    )
    exit_time = entry + timedelta(minutes=held_min)
    return Trade(symbol, entry, 70_000, 10, exit_time, price, reason, gross, commission, tax)


def an_outcome(
    market: MarketData,
    trades: Sequence[Trade] = (),
    equity: Sequence[float] | None = None,
    held: Sequence[float] | None = None,
) -> Outcome:
    """Return an outcome; without an `equity` curve what trades bring is there at their exits."""
    times = market.times
    made = np.full(len(times), float(CAPITAL)) if equity is None else np.array(equity, np.float64)
    if equity is None:
        for trade in trades:
            made[np.searchsorted(times, trade.exit_time.timestamp()) :] += trade.net_pnl
    value = np.zeros(len(times)) if held is None else np.array(held, np.float64)
    curve = EquityCurve(times, made - value, value)
    cash: Price = CAPITAL + sum(trade.net_pnl for trade in trades)
    counts = Counts(bars=market.bars, fills=2 * len(trades), orders=2 * len(trades))
    return Outcome(tuple(trades), curve, counts, (), CAPITAL, cash)


def a_run(market: MarketData | None = None, trades: Sequence[Trade] = (), **changes: Any) -> Run:
    """Return a run of given trades on bars without a move."""
    bars = flat_market() if market is None else market
    return Run(
        outcome=changes.pop("outcome", None) or an_outcome(bars, trades),
        market=bars,
        settings=Settings(changes.pop("settings", None)),
        reports=tuple(a_report(one) for one in bars.symbols),
        engine="fast",
        wall_s=0.5,
        calendar="XKRX",
        **changes,
    )


def a_real_run(seed: int = 3, is_whole: bool = True, **changes: Any) -> Run:
    """Return what the fast engine made of a random market."""
    market = a_market(seed, is_whole=is_whole)
    settings = lively(**changes)
    outcome = run_fast(market, settings)
    reports = tuple(map(a_report, market.symbols))
    return Run(outcome, market, settings, reports, "fast", 0.25, "XKRX")


def a_report(bars: SymbolBars, **changes: Any) -> LoadReport:
    """Return the report of a file without anything odd."""
    first, last = (
        datetime.fromtimestamp(int(bars.columns.start[at]), SEOUL) if len(bars) else None
        for at in (0, -1)
    )
    plain: dict[str, Any] = {
        "symbol": bars.symbol,
        "path": Path("data") / f"{bars.symbol}_1min.csv.gz",
        "sha256": "0" * 64,
        "rows": len(bars),
        "bars": len(bars),
        "first": first,
        "last": last,
        "days": len(bars.day_first),
        "missing_days": (),
        "gap_minutes": 0,
        "longest_gap": None,
        "duplicates": 0,
        "out_of_order": 0,
        "skipped": (),
        "zero_volume": 0,
        "off_session": 0,
        "outside_dates": 0,
        "jumps": (),
        "step_s": 60,
        "has_end_labels": False,
        "crosses_midnight": False,
    }
    return LoadReport(**{**plain, **changes})
