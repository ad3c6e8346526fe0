"""All symbols' plans as columns of Python numbers, with a moment for everything that may happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.plans import Plans, money
from core.domain.price import Price


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Plans in the order of their signals; a plan is known by its row.

    A moment is a number whose order is that of the work (strategy.md, section 5): at one timestamp
    first every symbol's fills and exits, then the daily limits, then every symbol's signals; the
    symbols in the configured order.

    Attributes:
        days: (days since 1970-01-01, its first row, the row after its last one).
    """

    symbols: int
    days: list[tuple[int, int, int]]
    symbol: list[int]
    signal: list[int]  # moments
    entry: list[int]
    exit: list[int]
    close: list[Price]
    entry_price: list[Price]
    exit_price: list[Price]
    stop: list[float]
    target: list[float]

    @classmethod
    def of(cls, plans: Plans, symbols: int) -> Self:
        """Lay out plans that are in the order of their signals."""
        step, symbol = 2 * symbols, plans["symbol"]
        return cls(
            symbols,
            _days(plans),
            symbol.tolist(),
            (plans["signal_time"] * step + symbols + symbol).tolist(),
            (plans["entry_time"] * step + symbol).tolist(),
            (plans["exit_time"] * step + symbol).tolist(),
            money(plans["close"], plans["is_whole_close"]),
            money(plans["entry_price"], plans["is_whole_entry"]),
            money(plans["exit_price"], plans["is_whole_exit"]),
            plans["stop"].tolist(),
            plans["target"].tolist(),
        )

    def fill(self, time: int, symbol: int) -> int:
        """Return the moment of a fill at the timestamp `time`."""
        return time * 2 * self.symbols + symbol

    def limits(self, time: int) -> int:
        """Return the moment at which the daily limits of the timestamp `time` are looked at."""
        return (time * 2 + 1) * self.symbols

    def times(self, moments: Sequence[int]) -> NDArray[np.int64]:
        """Return the timestamp of each moment, UTC epoch seconds."""
        times: NDArray[np.int64] = np.array(moments, np.int64) // (2 * self.symbols)
        return times


def _days(plans: Plans) -> list[tuple[int, int, int]]:
    days, first = np.unique(plans["day"], return_index=True)
    ends = [*first.tolist(), len(plans)][1:]
    return list(zip(days.tolist(), first.tolist(), ends, strict=True))
