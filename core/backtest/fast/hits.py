"""What a rule says of a whole column, kept as the few bars at which it says anything."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from core.rules.registry import Verdicts

Bars = NDArray[np.int64]
"""Indexes of bars, ascending."""
Mask = NDArray[np.bool_]


class Hits(NamedTuple):
    """The bars at which a rule says buy, and those at which it says sell."""

    buys: Bars
    sells: Bars

    @classmethod
    def of(cls, verdicts: Verdicts) -> Self:
        return cls(np.flatnonzero(verdicts.buys), np.flatnonzero(verdicts.sells))

    @classmethod
    def joined(cls, buys: list[Bars], sells: list[Bars]) -> Self:
        """Return hits found stretch by stretch."""
        return cls(_joined(buys), _joined(sells))

    @property
    def nbytes(self) -> int:
        return self.buys.nbytes + self.sells.nbytes


def _joined(parts: list[Bars]) -> Bars:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
