"""A CostModel's arithmetic without its look-ups, for a backtest that asks thousands of times.

The results are the model's own, bit for bit and of the same type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.domain.price import Price
from core.simulation.costs import CostModel, Rate

Share = Callable[[Price], Price]
"""Returns what is taken of a value in won."""

_EPOCH = date(1970, 1, 1).toordinal()


def taxes_of(costs: CostModel, days: NDArray[np.int64]) -> Iterator[tuple[Rate, int, int]]:
    """Yield the tax on sales with the stretch of `days` it holds for: from a place to before one.

    `days` are ascending, in days since 1970-01-01; all of them are in one of the stretches.
    """
    begins = [first.toordinal() - _EPOCH for first, _ in costs.tax_rates]
    edges = [0, *np.searchsorted(days, begins[1:]).tolist(), len(days)]
    for (_, rate), first, end in zip(costs.tax_rates, edges, edges[1:], strict=False):
        if first < end:
            yield rate, first, end


def share_of(rate: Rate, rounds: bool) -> Share:
    """Return what works out a cost of `rate`, cut to the won where it `rounds`."""
    if not rounds:
        return rate.exact
    numerator, cut = rate.numerator, rate.cut_to_won
    denominator = rate.denominator * cut

    def floored(value: Price) -> Price:
        if isinstance(value, int):
            return value * numerator // denominator * cut
        return rate.floored(value)

    return floored
