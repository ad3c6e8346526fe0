"""Random markets that are hard on an engine: ties, gaps, frozen prices, missing minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from config.schema import Settings
from core.backtest.market import MarketData, market_of
from core.backtest.outcome import Outcome
from core.series import DAY_S, BarColumns
from core.sessions import open_calendar

SEOUL = ZoneInfo("Asia/Seoul")
_FIRST_DAY = 20_402  # Monday 2025-11-10; Thursday of that week opens at 10:00
_OPEN_S, _ZONE_S = 9 * 3600, 9 * 3600


DENSITIES = (0.5, 0.95, 1.0)


def a_market(
    seed: int,
    symbols: int = 3,
    days: int = 3,
    minutes: int = 60,
    is_whole: bool = True,
    densities: Sequence[float] = DENSITIES,
) -> MarketData:
    """Return some symbols' last `minutes` of some days, so that cut-off and flatten happen.

    Each symbol's day has a bar in about one of `densities` of its minutes.
    """
    random = np.random.default_rng(seed)
    calendar = open_calendar("XKRX", SEOUL)
    names = [f"{number:06d}" for number in range(symbols)]
    bars = [(name, _symbol(random, days, minutes, is_whole, densities)) for name in names]
    return market_of(bars, calendar, SEOUL)


def _symbol(
    random: np.random.Generator,
    days: int,
    minutes: int,
    is_whole: bool,
    densities: Sequence[float],
) -> BarColumns:
    begin = 390 - minutes
    local = np.concatenate(
        [
            (_FIRST_DAY + day) * DAY_S + _OPEN_S + 60 * (begin + minute)
            for day in range(days)
            if len(minute := _minutes(random, minutes, densities))
        ]
    )
    size = len(local)
    price = float(random.choice([1_990, 4_980, 19_900, 49_800, 70_000, 199_000, 501_000]))
    tick = price * float(random.choice([0.0005, 0.002]))
    steps = np.rint(random.standard_t(3, size) * random.integers(1, 4)) * tick
    steps[random.random(size) < 0.2] = 0
    if random.random() < 0.3:  # a long frozen stretch
        steps[size // 3 : size // 2] = 0
    close = np.maximum(price + np.cumsum(steps), price / 4)
    open_ = np.concatenate(([price], close[:-1])) + random.integers(-2, 3, size) * tick
    open_ = np.maximum(open_, price / 5)
    high = np.maximum(open_, close) + random.integers(0, 3, size) * tick
    low = np.minimum(open_, close) - random.integers(0, 2, size) * tick
    prices = {"open": open_, "high": high, "low": np.maximum(low, price / 10), "close": close}
    if is_whole:
        prices = {name: np.rint(column) for name, column in prices.items()}
    volume = random.integers(0, 500, size) * (random.random(size) < 0.9)
    turnover = np.where(random.random(size) < 0.5, np.nan, np.rint(prices["close"]) * volume)
    return BarColumns.from_arrays(
        start=local - _ZONE_S, local=local, volume=volume, turnover=turnover, **prices
    )


def _minutes(
    random: np.random.Generator, minutes: int, densities: Sequence[float]
) -> np.ndarray[Any, Any]:
    kept = np.flatnonzero(random.random(minutes) < random.choice(densities))
    return kept if len(kept) else np.array([0])


LIVELY: Mapping[str, Any] = {
    "strategy.ema_short": 2,
    "strategy.ema_long": 4,
    "strategy.rsi_period": 3,
    "strategy.bb_period": 4,
    "strategy.bb_width": 1.0,
    "strategy.buy_threshold": 0.5,
    "strategy.sell_threshold": 1.0,
    "risk.max_position_pct": 40,
    "risk.max_positions": 2,
}
"""Settings under which a few hundred bars trade often."""


def lively(**changes: Any) -> Settings:
    """Return such settings with changes: `lively(risk__stop_loss_pct=2)`."""
    own = {key.replace("__", "."): value for key, value in changes.items()}
    return Settings({**LIVELY, **own})


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Return in what two outcomes differ, to the last bit and type."""
    found = []
    for first, second in zip(one.trades, other.trades, strict=False):
        if repr(first) != repr(second):
            found.append(f"{first} is not {second}")
            break
    found += [
        f"{name}: {getattr(one, name)} is not {getattr(other, name)}"
        for name in ("counts", "limits", "start_capital")
        if getattr(one, name) != getattr(other, name)
    ]
    if len(one.trades) != len(other.trades):
        found.append(f"{len(one.trades)} trades are not {len(other.trades)}")
    if repr(one.cash) != repr(other.cash):
        found.append(f"cash: {one.cash!r} is not {other.cash!r}")
    for name in ("time", "cash", "market_value"):
        left, right = getattr(one.equity, name), getattr(other.equity, name)
        if not np.array_equal(left, right):
            found.append(f"equity.{name} differs")
    return found
