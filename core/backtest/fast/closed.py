"""Finished trades as columns: what the books write down, and what is worked out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.backtest.trade_columns import Won, won
from core.domain.price import Price

Row: TypeAlias = tuple[int, int, Price, Price, Price, Price, Price, Price]
"""One finished trade, in the order of Closed; a plain tuple, as there are thousands."""


class Closed(NamedTuple):
    """Finished trades in the order of their sales, all columns of shape (trades,).

    Attributes:
        plan: The row of its plan.
        bought: Cash after the buy.
        sold: Cash after the sale.
        realized: Net P&L of the whole run after the sale.
        commission: Of both sides.
    """

    plan: NDArray[np.int64]
    shares: NDArray[np.int64]
    bought: Won
    sold: Won
    realized: Won
    gross_pnl: Won
    commission: Won
    tax: Won

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Self:
        """Return trades that were written down one by one."""
        plan, shares, *money = zip(*rows, strict=True) if rows else [()] * len(cls._fields)
        numbers = (np.array(plan, np.int64), np.array(shares, np.int64))
        return cls(*numbers, *map(won, money))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the trades of several tables, one after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(*map(_joined, zip(*parts, strict=True))) if parts else cls.of(())


def _joined(columns: tuple[Won, ...]) -> Won:
    kinds = {column.dtype for column in columns if len(column)}
    if len(kinds) < 2:  # an empty column says nothing
        return np.concatenate([column for column in columns if len(column)] or columns[:1])
    return np.concatenate([column.astype(object) for column in columns])
