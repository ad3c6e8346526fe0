"""From values to pixel rows, and which values get a grid line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """Linear map of [low, high] onto the pixel rows [bottom, top]; low < high, top < bottom."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Return the pixel row of `value`, not rounded, possibly outside."""
        return self.bottom - (value - self.low) * self._pixels_per_unit

    def rows(self, values: Floats) -> Floats:
        """Return `y` of every value; NaN stays NaN."""
        rows: Floats = self.bottom - (values - self.low) * self._pixels_per_unit
        return rows

    def value(self, y: float) -> float:
        """Return the value at pixel row `y`."""
        return self.low + (self.bottom - y) / self._pixels_per_unit

    @property
    def _pixels_per_unit(self) -> float:
        return max(self.bottom - self.top, 1.0) / (self.high - self.low)


def padded(low: float, high: float, share: float) -> tuple[float, float]:
    """Return the range widened by `share` of itself on both sides; a single value gets room too."""
    room = (high - low) * share or max(abs(high) * 0.001, 0.5)
    return low - room, high + room


def ticks(low: float, high: float, most: int) -> tuple[Floats, int]:
    """Return at most `most` round values in [low, high] and the decimals they need.

    Steps are 1, 2 or 5 times a power of ten.
    """
    if most < 1 or not low < high:
        return np.empty(0), 0
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in (1, 2, 5, 10) if power * unit >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = np.arange(first, last + 1) * step
    return values, max(0, -math.floor(math.log10(step) + 1e-9))
