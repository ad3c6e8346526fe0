"""Finished trades as columns, and what they amount to; however they were written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.domain.portfolio import Trade
from core.domain.price import Price

Won = NDArray[Any]
"""Money: int64 in whole won, float64, or objects where some is whole and some is not."""

_MINUTE = timedelta(minutes=1)
_EXACT = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class TradeColumns:
    """Trades in the order of their exits, all of shape (trades,).

    Attributes:
        turnover: Value bought and sold.
        held_min: Minutes from the start of the entry's bar to that of the exit's.
    """

    gross_pnl: Won
    commission: Won
    tax: Won
    turnover: Won
    held_min: NDArray[np.float64]

    @classmethod
    def of(cls, trades: Sequence[Trade]) -> Self:
        return cls(
            won([trade.gross_pnl for trade in trades]),
            won([trade.commission for trade in trades]),
            won([trade.tax for trade in trades]),
            won([(t.entry_price + t.exit_price) * t.quantity for t in trades]),
            np.array([(t.exit_time - t.entry_time) / _MINUTE for t in trades], np.float64),
        )

    def money(self) -> dict[str, Any]:
        """Return the fields of `Metrics` that are sums."""
        gross, commission, tax = map(total, (self.gross_pnl, self.commission, self.tax))
        return {
            "gross_pnl": gross,
            "commission": commission,
            "tax": tax,
            "turnover": total(self.turnover),
            "costs_share_pct": (commission + tax) / gross * 100 if gross > 0 else None,
        }

    def verdict(self, days: int) -> dict[str, Any]:
        """Return the fields of `Metrics` that look at trades one by one."""
        net: Won = self.gross_pnl - self.commission - self.tax
        wins, losses = net[net > 0], net[net < 0]
        average_win, average_loss = _mean(wins), _mean(losses)
        streak, taken = _longest_losing_streak(net)
        best, worst = _ends(net)
        count = len(net)
        return {
            "trades": count,
            "wins": len(wins),
            "losses": len(losses),
            "win_rate_pct": len(wins) / count * 100 if count else None,
            "profit_factor": total(wins) / -total(losses) if len(losses) else None,
            "expectancy": _mean(net),
            "average_win": average_win,
            "average_loss": average_loss,
            "payoff": -average_win / average_loss if average_win and average_loss else None,
            "best_trade": best,
            "worst_trade": worst,
            "trades_per_day": count / days if days else None,
            "average_hold_min": _mean(self.held_min),
            "longest_losing_streak": streak,
            "longest_losing_streak_pnl": taken,
        }


def won(values: Sequence[Price]) -> Won:
    """Return money as a column that keeps what type each number has."""
    types = set(map(type, values))
    if types == {float}:
        return np.array(values, np.float64)
    if types <= {int} and all(-_EXACT < value < _EXACT for value in values):
        return np.array(values, np.int64)
    return np.array(values, object)


def total(values: Won) -> Price:
    """Return the sum, as adding up one by one gives it."""
    added: Price = int(values.sum()) if values.dtype == np.int64 else sum(values.tolist())
    return added


def runs(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where flags are set in a row: first place and the one after the last, (runs, 2)."""
    padded = np.concatenate(([False], flags, [False]))
    found: NDArray[np.int64] = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)
    return found


def _mean(values: Won) -> float | None:
    return total(values) / len(values) if len(values) else None


def _ends(net: Won) -> tuple[Price | None, Price | None]:
    """Return the highest and the lowest."""
    if net.dtype == np.int64 and len(net):
        return int(net.max()), int(net.min())
    values = net.tolist()
    return max(values, default=None), min(values, default=None)


def _longest_losing_streak(net: Won) -> tuple[int, Price]:
    """Return the most losses in a row and their sum; the costliest of streaks equally long."""
    begin, end = runs(net < 0).T
    longest = int((end - begin).max(initial=0))
    if not longest:
        return 0, 0
    of_all = np.flatnonzero(end - begin == longest).tolist()
    return longest, min(total(net[begin[at] : end[at]]) for at in of_all)
