"""How far the whole market is below its high of the last minutes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from core.domain.messages import IndexMoved
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.risk.checks.market_shock import MarketShockOptions

_FRESH = timedelta(minutes=1)
"""How long an index is believed after its last value."""
_ENOUGH = 5
"""Symbols whose median stands for the market where no index is known."""


class MarketShock:
    """Owned by the engine thread; works only when it is asked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._indices: dict[str, deque[IndexMoved]] = {}  # of the window, oldest first

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {IndexMoved: self._on_index}

    def fall_pct(self, now: datetime) -> float | None:
        """Return the fall of the index that has fallen most; without one, of the watchlist.

        0 to 100, from the high of the window that the settings name; None where nothing is known.
        """
        since = now - self._window
        falls = [
            _fall_of(values, since) for values in self._indices.values() if _is_fresh(values, now)
        ]
        return max(falls) if falls else self._fall_of_symbols(since)

    @property
    def _window(self) -> timedelta:
        return timedelta(minutes=self._parts.settings[MarketShockOptions].market_shock_window_min)

    def _on_index(self, moved: IndexMoved) -> None:
        self._parts.outbox.publish(moved)
        values = self._indices.setdefault(moved.index, deque())
        values.append(moved)
        while values[0].time < moved.time - self._window:
            values.popleft()

    def _fall_of_symbols(self, since: datetime) -> float | None:
        found = (_fall_of_symbol(market, since) for market in self._parts.markets.values())
        falls = [fall for fall in found if fall is not None]
        return median(falls) if len(falls) >= _ENOUGH else None


def _is_fresh(values: deque[IndexMoved], now: datetime) -> bool:
    return bool(values) and now - values[-1].time <= _FRESH


def _fall_of(values: deque[IndexMoved], since: datetime) -> float:
    high = max((moved.value for moved in values if moved.time >= since), default=values[-1].value)
    return (high - values[-1].value) / high * 100


def _fall_of_symbol(market: SymbolMarket, since: datetime) -> float | None:
    """Return None for a symbol that has not traded meanwhile: its price says nothing of now."""
    tick, price = market.last_tick, market.last_price
    if tick is None or price is None or tick.time < since:
        return None
    high = price
    for bar in reversed(market.bars):
        if bar.start < since:
            break
        high = max(high, bar.high)
    return (high - price) / high * 100
