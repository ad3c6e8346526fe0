"""Bars whose four prices are one, for what looks at closes only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.backtest.market import SymbolBars, market_of
from core.series import BarColumns
from core.sessions import DataCalendar
from tests.core.backtest.markets import SEOUL

_DAY_S = 86_400
_FIRST_DAY = 20_402


def flat(prices: Sequence[float], day_bars: int = 1_440) -> SymbolBars:
    """Return one bar a minute with a volume of 1, a new day after every `day_bars`."""
    price = np.array(prices, np.float64)
    day, minute = np.divmod(np.arange(len(price)), day_bars)
    columns = BarColumns.from_arrays(
        start=(_FIRST_DAY + day) * _DAY_S + 60 * minute - 9 * 3600,
        local=(_FIRST_DAY + day) * _DAY_S + 60 * minute,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=np.ones(len(price)),
    )
    return market_of([("A", columns)], DataCalendar(SEOUL), SEOUL).symbols[0]
