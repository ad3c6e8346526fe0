"""Exponential smoothing, as EMA and Wilder's RSI use it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def weights(com: float) -> tuple[float, float]:
    """Return what the old mean and the new value count: com / (1 + com) and 1 / (1 + com).

    Computed as pandas (and with it `ta`) does, to the last bit. Their rounded sum is exactly 1 (the
    first is 1 minus the second), so a mean needs no division by it.
    """
    new = 1.0 / (1.0 + com)
    return 1.0 - new, new


def smooth(values: NDArray[Any], com: float) -> NDArray[np.float64]:
    """Return mean[t] = old x mean[t-1] + new x value[t], seeded with the first value."""
    import pandas as pd  # slow to import, and only history needs it

    series = pd.Series(values, dtype=np.float64)
    result: NDArray[np.float64] = series.ewm(com=com, adjust=False).mean().to_numpy()
    return result
