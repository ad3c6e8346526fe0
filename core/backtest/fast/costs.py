"""A CostModel's arithmetic without its look-ups, for a backtest that asks thousands of times.

The results are the model's own, bit for bit and of the same type.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from datetime import date

from core.domain.price import Price
from core.simulation.costs import CostModel, Rate

Share = Callable[[Price], Price]
"""Returns what is taken of a value in won."""

_EPOCH = date(1970, 1, 1).toordinal()


def commission_of(costs: CostModel) -> Share:
    return _share(costs.commission_rate, costs.rounds)


class Taxes:
    """The tax on sales by trading day."""

    def __init__(self, costs: CostModel) -> None:
        self._first = [first.toordinal() - _EPOCH for first, _ in costs.tax_rates]
        self._shares = [_share(rate, costs.rounds) for _, rate in costs.tax_rates]

    def on(self, day: int) -> Share:
        """Return the tax on a day given in days since 1970-01-01."""
        return self._shares[max(bisect.bisect_right(self._first, day) - 1, 0)]


def _share(rate: Rate, rounds: bool) -> Share:
    if not rounds:
        return rate.exact
    numerator, cut = rate.numerator, rate.cut_to_won
    denominator = rate.denominator * cut

    def floored(value: Price) -> Price:
        if isinstance(value, int):
            return value * numerator // denominator * cut
        return rate.floored(value)

    return floored
