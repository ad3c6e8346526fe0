"""What a run has done so far; a day of it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.account import Account, Sale
from core.backtest.fast.plans import LIMIT, Plans
from core.domain.price import Price


class Exit(NamedTuple):
    """A sale that a daily limit asked for."""

    bar: int  # of its symbol
    time: int  # its start, UTC epoch seconds
    price: Price


class Closed(NamedTuple):
    """A finished trade of a plan."""

    plan: int  # row
    sale: Sale
    instead: Exit | None  # of the planned one


class Mark(NamedTuple):
    """A moment at which nothing is held and nothing waits."""

    cash: Price
    realized: Price
    closed: int
    fills: int
    counts: tuple[int, int, int, int]


@dataclass(slots=True)
class Ledger:
    """Everything in the order in which it happened; one row per fill, won.

    Attributes:
        moment: Of each fill, see Timeline.
        cash: After it.
        capital: After it.
        ordered: BUYs placed; `denied`, `canceled`: as in Counts.
        replaced: SELLs that a daily limit's sale took the place of.
    """

    closed: list[Closed] = field(default_factory=list)
    moment: list[int] = field(default_factory=list)
    cash: list[Price] = field(default_factory=list)
    capital: list[Price] = field(default_factory=list)
    ordered: int = 0
    denied: int = 0
    canceled: int = 0
    replaced: int = 0

    def note(self, moment: int, account: Account) -> None:
        """Write down a fill that `account` has just booked."""
        self.moment.append(moment)
        self.cash.append(account.cash)
        self.capital.append(account.capital)

    def mark(self, account: Account) -> Mark:
        counts = self.ordered, self.denied, self.canceled, self.replaced
        return Mark(account.cash, account.realized, len(self.closed), len(self.moment), counts)

    def back_to(self, mark: Mark, account: Account) -> None:
        """Forget what happened since `mark`."""
        account.cash, account.realized = mark.cash, mark.realized
        del self.closed[mark.closed :]
        for column in (self.moment, self.cash, self.capital):
            del column[mark.fills :]
        self.ordered, self.denied, self.canceled, self.replaced = mark.counts


def traded(plans: Plans, closed: Sequence[Closed]) -> tuple[Plans, NDArray[np.int64]]:
    """Return what was carried out of `plans`, in the order of `closed`, and the shares of each."""
    trades = plans[[each.plan for each in closed]]
    for row, exit_ in enumerate(each.instead for each in closed):
        if exit_ is not None:
            trades["exit"][row], trades["exit_time"][row] = exit_.bar, exit_.time
            trades["exit_price"][row], trades["reason"][row] = exit_.price, LIMIT
            trades["is_whole_exit"][row] = isinstance(exit_.price, int)
    return trades, np.array([each.sale.quantity for each in closed], np.int64)
