"""The deepest falls of an account that trades one symbol, without its value at every bar.

While nothing is held the account stands still, and while shares are held its value rises and falls
with the close. So the lowest and the highest close of each trade tell how deep it fell from the
highs before it. Only a trade that itself made a new high has to be looked at close by close, and
only if its range would allow for a deeper fall than is known for sure.
"""

from __future__ import annotations

import numpy as np

from core.backtest.fast.closed import Closed
from core.backtest.fast.first import extremes
from core.backtest.fast.flows import Flows, Ints, Values
from core.backtest.market import SymbolBars
from core.domain.price import Price

_ROUNDING = 1 - 1e-9  # far more than rounding does


def falls_of_one(
    bars: SymbolBars, flows: Flows, closed: Closed, start: Price
) -> tuple[int, dict[str, float]]:
    """Return at how many bars' closes shares were held, and what `metrics.falls` returns."""
    paths = _Paths(bars, flows, closed, start)
    fallen = paths.deepest()
    return paths.bars, {"max_drawdown_pct": fallen[0] * 100, "max_drawdown": fallen[1]}


class _Paths:
    """The account while each trade was held, and right after it.

    Every close of a position lies between its stop and its target (see PLAN), which bounds the
    account while it is held; closes are looked up only where these bounds leave a doubt.
    """

    def __init__(self, bars: SymbolBars, flows: Flows, closed: Closed, start: Price) -> None:
        self._close = bars.columns.close
        trades = flows.trades
        self._entry, self._exit = trades["entry"], trades["exit"]
        held = self._exit - self._entry
        self.bars = int(held.sum())
        self._is_held = held > 0  # else it is sold at the bar at which it was bought
        self._cash, self._sold = closed.bought.astype(np.float64), closed.sold.astype(np.float64)
        self._shares = closed.shares.astype(np.float64)
        self._lowest = self._cash + self._shares * trades["stop"]
        self._begin = float(start)
        self._look_up(self._cash + self._shares * trades["target"])

    def _look_up(self, highest: Values) -> None:
        """Find the highs before each trade, and those of trades that may have made new ones."""
        before = _before(self._begin, self._sold)
        self._rising = np.flatnonzero(self._is_held & (highest > before))
        top = self._sold.copy()
        top[self._rising] = np.maximum(self._ends(np.maximum, self._rising), top[self._rising])
        self._before = _before(self._begin, top)
        self._high = np.maximum(self._before, top)
        self._rising = self._rising[top[self._rising] > self._before[self._rising]]

    def deepest(self) -> tuple[float, float]:
        """Return the deepest falls, as a fraction of the high before and in won."""
        fall = self._high - self._sold
        fraction = float(np.max(fall / self._high, initial=0.0))
        in_won = float(np.max(fall, initial=0.0))
        plain = self._is_held.copy()
        plain[self._rising] = False
        trades = self._doubts(np.flatnonzero(plain), self._lowest, fraction, in_won)
        high = self._before[trades]
        fall = high - self._ends(np.minimum, trades)
        fraction = max(fraction, float(np.max(fall / high, initial=0.0)))
        in_won = max(in_won, float(np.max(fall, initial=0.0)))
        return self._rising_ones(fraction, in_won)

    def _rising_ones(self, fraction: float, in_won: float) -> tuple[float, float]:
        trades = self._doubts(self._rising, self._lowest, fraction, in_won)
        lowest = self._lowest.copy()
        lowest[trades] = self._ends(np.minimum, trades)
        trades = self._doubts(trades, lowest, fraction, in_won)
        for trade in trades[np.argsort(lowest[trades] / self._high[trades])].tolist():
            if len(self._doubts(np.array([trade]), lowest, fraction, in_won)):
                own = self._looked_at(trade)
                fraction, in_won = max(fraction, own[0]), max(in_won, own[1])
        return fraction, in_won

    def _doubts(self, trades: Ints, lowest: Values, fraction: float, in_won: float) -> Ints:
        """Return those that may have fallen deeper from their highs to `lowest` than is known."""
        high = self._high[trades]
        fall = high - lowest[trades]
        may_be = (fall > in_won * _ROUNDING) | (fall > fraction * _ROUNDING * high)
        return trades[np.flatnonzero(may_be)]

    def _ends(self, extreme: np.ufunc, trades: Ints) -> Values:
        """Return the account at the lowest or highest close of some trades."""
        price = extremes(extreme, self._close, self._entry[trades], self._exit[trades])
        return self._cash[trades] + self._shares[trades] * price

    def _looked_at(self, trade: int) -> tuple[float, float]:
        """Return the deepest falls during one trade, close by close."""
        path = self._shares[trade] * self._close[self._entry[trade] : self._exit[trade]]
        path += self._cash[trade]
        high = np.maximum(np.maximum.accumulate(path), self._before[trade])
        fall = high - path
        return float(np.max(fall / high)), float(np.max(fall))


def _before(begin: float, tops: Values) -> Values:
    """Return the highest value before each trade: `begin`, or a top of an earlier one."""
    highs: Values = np.maximum.accumulate(np.concatenate(([begin], tops)))[:-1]
    return highs
