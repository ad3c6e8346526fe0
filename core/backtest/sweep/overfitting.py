"""How far the best of many backtests can be believed; numbers only, no opinions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_EULER = 0.5772156649015329  # the Euler-Mascheroni constant


@dataclass(frozen=True, slots=True)
class Moments:
    """What the deflated Sharpe ratio needs to know of one row of returns."""

    sharpe: float  # mean / sample standard deviation, of one period (not annualised)
    skew: float
    kurtosis: float  # 3 for a normal distribution
    periods: int

    @classmethod
    def of(cls, returns: NDArray[np.float64]) -> Moments | None:
        """Return the moments of `returns`, shape (periods,); None where they have no spread."""
        if len(returns) < 3:
            return None
        centred = returns - returns.mean()
        spread = float(returns.std(ddof=1))
        # Rounding alone leaves a few units of the last place in a row that never changes.
        if spread <= 1e-12 * max(1.0, float(np.abs(returns).max())):
            return None
        scaled = centred / float(returns.std())
        return cls(
            sharpe=float(returns.mean()) / spread,
            skew=float(np.mean(scaled**3)),
            kurtosis=float(np.mean(scaled**4)),
            periods=len(returns),
        )


def expected_best_sharpe(trials: int, variance: float) -> float:
    """Return the Sharpe ratio to expect of the best of `trials` strategies that have no skill.

    Args:
        trials: Independent parameter sets tried, 1 or more.
        variance: Of the trials' Sharpe ratios, in the unit of the ratio squared.

    Source: D. Bailey and M. Lopez de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio
    Management 40 (5), 2014, equation 1.
    """
    if trials < 2 or variance <= 0:
        return 0.0
    best = (1 - _EULER) * _NORMAL.inv_cdf(1 - 1 / trials)
    best += _EULER * _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * best


def deflated_sharpe(best: Moments, trials: int, variance: float) -> float:
    """Return the probability, 0 to 1, that the best set's true Sharpe ratio is above 0.

    It counts that the set is the best of `trials`, that its returns are few, skewed and have fat
    tails. Above 0.95 is what statisticians ask for.

    Source: as `expected_best_sharpe`, equation 2; all ratios of one period, not annualised.
    """
    luck = expected_best_sharpe(trials, variance)
    ratio = best.sharpe
    width = 1 - best.skew * ratio + (best.kurtosis - 1) / 4 * ratio**2
    if width <= 0:
        return 0.0
    return _NORMAL.cdf((ratio - luck) * math.sqrt(best.periods - 1) / math.sqrt(width))


def backtest_overfitting(returns: NDArray[np.float64], blocks: int = 10) -> float | None:
    """Return how often, 0 to 1, the best set of one half of time is below the median in the other.

    One half is every choice of half of the `blocks` pieces that time is cut into (252 choices for
    10 blocks). None where there are fewer than two sets or two periods a block.

    Args:
        returns: Of one period each, shape (periods, sets).
        blocks: Even, 4 to 16.

    Source: D. Bailey, J. Borwein, M. Lopez de Prado and Q. Zhu, "The Probability of Backtest
    Overfitting", Journal of Computational Finance 20 (4), 2017: CSCV.
    """
    periods, sets = returns.shape
    if sets < 2 or periods < 2 * blocks:
        return None
    pieces = np.array_split(returns, blocks)
    sums = np.array([piece.sum(axis=0) for piece in pieces])
    squares = np.array([(piece**2).sum(axis=0) for piece in pieces])
    counts = np.array([len(piece) for piece in pieces])
    halves = list(combinations(range(blocks), blocks // 2))
    below = 0
    for half in halves:
        inside = np.isin(np.arange(blocks), half)
        trained = _sharpes(sums[inside], squares[inside], counts[inside])
        tested = _sharpes(sums[~inside], squares[~inside], counts[~inside])
        chosen = tested[int(np.argmax(trained))]
        worse, equal = np.count_nonzero(tested < chosen), np.count_nonzero(tested == chosen)
        below += worse + (equal - 1) / 2 < (sets - 1) / 2
    return below / len(halves)


def _sharpes(
    sums: NDArray[np.float64], squares: NDArray[np.float64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return each set's Sharpe ratio over some blocks; 0 where its returns have no spread."""
    periods = int(counts.sum())
    mean = sums.sum(axis=0) / periods
    variance = np.maximum(squares.sum(axis=0) / periods - mean**2, 0.0)
    flat = variance <= 1e-18
    ratio: NDArray[np.float64] = np.where(flat, 0.0, mean / np.sqrt(np.where(flat, 1.0, variance)))
    return ratio


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The parameter sets one step away from the best one in the grid."""

    winning: int  # those with a profit of more than half of the best one's
    count: int

    @property
    def share(self) -> float | None:
        return self.winning / self.count if self.count else None


def neighbours(best: Sequence[int], results: dict[tuple[int, ...], float]) -> Neighbours:
    """Count the winners round the best set.

    A lone peak is luck: a real edge does not end at the next value of one parameter.

    Args:
        best: Place of the best set in the grid, one index for each parameter.
        results: Net profit in won by place; sets that were not run are absent.
    """
    peak = results[tuple(best)]
    count = winning = 0
    for axis in range(len(best)):
        for step in (-1, 1):
            place = (*best[:axis], best[axis] + step, *best[axis + 1 :])
            if place in results:
                count += 1
                winning += results[place] > 0 and results[place] > peak / 2
    return Neighbours(winning, count)


@dataclass(frozen=True, slots=True)
class OrderOfTrades:
    """Deepest falls of the account, in won, had the same trades come in another order."""

    actual: float
    median: float
    worst_5_pct: float  # one order in twenty falls deeper
    shuffles: int


def shuffled_drawdowns(
    profits: NDArray[np.float64], shuffles: int = 1000, seed: int = 1
) -> OrderOfTrades | None:
    """Return the deepest falls in random orders of the trades; None for fewer than two.

    Sizing is left as it was, so this tells of the order alone.

    Args:
        profits: Net profit of each trade in won, shape (trades,).
        shuffles: Orders drawn.
        seed: The same seed draws the same orders.

    Source: K. Davey, Building Winning Algorithmic Trading Systems, 2014, chapter 7.
    """
    if len(profits) < 2:
        return None
    random = np.random.default_rng(seed)
    falls = [_deepest_fall(random.permutation(profits)) for _ in range(shuffles)]
    return OrderOfTrades(
        actual=_deepest_fall(profits),
        median=float(np.median(falls)),
        worst_5_pct=float(np.quantile(falls, 0.95)),
        shuffles=shuffles,
    )


def _deepest_fall(profits: NDArray[np.float64]) -> float:
    path = np.concatenate(([0.0], np.cumsum(profits)))
    return float(np.max(np.maximum.accumulate(path) - path))
