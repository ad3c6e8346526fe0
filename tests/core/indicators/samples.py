"""Series of closes for indicator tests, and both ways of computing them."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from config.schema import Settings
from core.domain.market import Bar
from core.indicators import Indicator
from core.indicators.registry import Numbers
from core.indicators.stretch import Stretch
from core.series import BarColumns

REAL_FILES = (
    "005930_1min",
    "005490_1min",
    "033640_1min",
    "000660_raw_1d",  # prices up to 2,450,000
    "005930_fdr_1d",  # holds rows without open, high and low
    "AAPL_1min",  # dollars and cents, with a 7:1 split in the middle
    "SPY_1min",
)

PRICES = st.integers(1, 3_000_000)
RUNS = st.lists(st.tuples(PRICES, st.integers(1, 40)), min_size=1, max_size=12).map(
    lambda runs: [price for price, length in runs for _ in range(length)]
)
STEPS = st.tuples(st.integers(5_000, 500_000), st.lists(st.integers(-5, 5), max_size=150)).map(
    lambda walk: list(
        accumulate(walk[1], lambda price, step: max(price + 100 * step, 100), initial=walk[0])
    )
)
WHOLE = st.lists(PRICES, min_size=1, max_size=120) | RUNS | STEPS
"""Random prices with huge jumps, frozen runs, and walks on a price grid."""
CENTS = WHOLE.map(lambda closes: [close / 100 for close in closes])


def updated(indicator: Indicator, bars: Sequence[Bar]) -> dict[str, NDArray[np.float64]]:
    """Return the values of one `update` after another, None as NaN."""
    rows: list[Numbers] = []
    for bar in bars:
        rows.append({})
        indicator.update(bar, rows[-1])
    return {
        name: np.array([row[name] for row in rows], dtype=np.float64) for name in indicator.names
    }


def batched(indicator: Indicator, bars: Sequence[Bar]) -> dict[str, NDArray[np.float64]]:
    return indicator.batch(BarColumns.from_bars(bars))


def settings(**strategy: Any) -> Settings:
    """Return settings with these of the section "strategy"."""
    return Settings({f"strategy.{name}": value for name, value in strategy.items()})


def assert_near(
    ours: NDArray[np.float64], oracle: Any, bars: Sequence[Bar], within: float = 1e-9
) -> None:
    """Undefined at the same bars, and equal within that part of the price elsewhere."""
    expected = np.asarray(oracle, dtype=np.float64)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(expected))
    price = np.maximum(1.0, [bar.close for bar in bars])
    off = np.nan_to_num(np.abs(ours - expected) / price)
    assert off.max(initial=0) <= within, f"bar {off.argmax()} is {off.max():.3g} of the price off"


def stretch_of(bars: Sequence[Bar]) -> Stretch:
    """Return bars of one day as a backtest has them."""
    zone = bars[0].start.tzinfo
    assert isinstance(zone, ZoneInfo)
    return Stretch(
        bars[0].symbol,
        bars[0].start.date(),
        zone,
        np.array([int(bar.start.timestamp()) for bar in bars], np.int64),
        [bar.open for bar in bars],
        [bar.high for bar in bars],
        [bar.low for bar in bars],
        [bar.close for bar in bars],
        [float(bar.close) for bar in bars],
        [bar.volume for bar in bars],
        [bar.turnover for bar in bars],
        np.array([bar.ticks for bar in bars], np.int64),
    )
