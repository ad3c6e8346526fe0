"""How far the best set can be believed, in sentences a trader understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.text import Text
from core.backtest.sweep.overfitting import (
    Moments,
    backtest_overfitting,
    deflated_sharpe,
    neighbours,
    shuffled_drawdowns,
)
from core.backtest.sweep.search import Place
from core.backtest.sweep.walk_forward import WalkForward
from core.journal.sweeps import StoredResult

_SURE = 0.95  # as Bailey and Lopez de Prado ask for
_OFTEN = 0.25  # a choice that fails in every fourth half is hardly one
_HALF = 0.5
_MUCH_DEEPER = 1.5


@dataclass(frozen=True, slots=True)
class Sign:
    """One way to look at the best set; `values` are what a program reads."""

    code: str
    text: Text
    is_warning: bool
    values: Mapping[str, Any]


def signs(
    results: Sequence[StoredResult],
    best: Place,
    profits: Sequence[float],
    walk: WalkForward | None,
    seed: int,
) -> tuple[Sign, ...]:
    """Return what can be said, warnings first.

    Args:
        results: Every set's on all the data.
        profits: Net profit of each trade of the best set, won.
    """
    returns = np.array([one.body["returns"] for one in results]).T
    at = [one.place for one in results].index(best)
    found = [
        _no_profit(results[at]),
        _few_trades(len(profits)),
        _deflated(returns, at),
        _probability(returns),
        _peak(results, best),
        _order(np.array(profits, np.float64), seed),
        None if walk is None else _walked(walk),
    ]
    return tuple(sorted(filter(None, found), key=lambda sign: not sign.is_warning))


def _no_profit(best: StoredResult) -> Sign | None:
    net = best.body["metrics"]["net_pnl"]
    if net > 0:
        return None
    text = Text(
        f"1위 조합조차 이익이 없습니다({net:+,.0f}). 이 값들 사이에는 쓸 만한 것이 없습니다",
        f"even the best set made no profit ({net:+,.0f}): none of these values is any good",
    )
    return Sign("no_profit", text, True, {"net_pnl": net})


def _few_trades(count: int) -> Sign | None:
    if count >= 30:
        return None
    text = Text(
        f"1위 조합의 거래가 {count}건뿐입니다. 30건이 안 되면 통계로 말할 수 있는 것이 적습니다",
        f"the best set traded only {count} times; below 30 trades statistics can say little",
    )
    return Sign("few_trades", text, True, {"trades": count})


def _deflated(returns: NDArray[np.float64], at: int) -> Sign | None:
    every = [Moments.of(column) for column in returns.T]
    best, ratios = every[at], [one.sharpe for one in every if one is not None]
    if best is None:
        return None
    variance = float(np.var(ratios, ddof=1)) if len(ratios) > 1 else 0.0
    sure = deflated_sharpe(best, len(ratios), variance)
    text = Text(
        f"디플레이티드 샤프 {sure:.0%}: {len(ratios):,}개 중 1등이라는 운을 뺀 뒤에도 실력이 "
        "0보다 클 확률(95% 이상이면 양호)",
        f"deflated Sharpe {sure:.0%}: how likely the best of {len(ratios):,} sets has any skill "
        "once luck is taken off (95% or more is good)",
    )
    return Sign("deflated_sharpe", text, sure < _SURE, {"probability": sure})


def _probability(returns: NDArray[np.float64]) -> Sign | None:
    share = backtest_overfitting(returns)
    if share is None:
        return None
    text = Text(
        f"과최적화 확률(PBO) {share:.0%}: 기간 절반에서 고른 1등이 나머지 절반에서 중간도 못 한 "
        "비율(낮을수록 좋음)",
        f"probability of overfitting {share:.0%}: how often the best of one half of the days was "
        "below the middle in the other half (low is good)",
    )
    return Sign("backtest_overfitting", text, share > _OFTEN, {"probability": share})


def _peak(results: Sequence[StoredResult], best: Place) -> Sign | None:
    profits = {one.place: float(one.body["metrics"]["net_pnl"]) for one in results}
    found = neighbours(best, profits)
    if found.share is None or profits[best] <= 0:
        return None
    text = Text(
        f"이웃 조합 {found.count}개 중 {found.winning}개가 1위 이익의 절반을 넘습니다(혼자 솟은 "
        "봉우리는 운일 때가 많음)",
        f"{found.winning} of {found.count} neighbouring sets made more than half of the best one's "
        "profit (a lone peak is mostly luck)",
    )
    values = {"winning": found.winning, "count": found.count}
    return Sign("neighbours", text, found.share < _HALF, values)


def _order(profits: NDArray[np.float64], seed: int) -> Sign | None:
    found = shuffled_drawdowns(profits, seed=seed)
    if found is None:
        return None
    text = Text(
        f"거래 순서를 {found.shuffles:,}번 섞으면 최대 낙폭이 보통 {found.median:,.0f}, 스무 번에 "
        f"한 번은 {found.worst_5_pct:,.0f}보다 깊습니다(실제 {found.actual:,.0f})",
        f"with the same trades in {found.shuffles:,} random orders the deepest fall is "
        f"{found.median:,.0f} in the middle and over {found.worst_5_pct:,.0f} one time in "
        f"twenty (it was {found.actual:,.0f})",
    )
    values = {
        "actual": found.actual,
        "median": found.median,
        "worst_5_pct": found.worst_5_pct,
        "shuffles": found.shuffles,
    }
    return Sign("trade_order", text, found.worst_5_pct > _MUCH_DEEPER * found.actual, values)


def _walked(walk: WalkForward) -> Sign:
    share, count = walk.efficiency, len(walk.steps)
    if share is None:
        text = Text(
            "워크포워드: 학습 구간의 1등조차 합쳐서 이익이 없습니다",
            "walk-forward: even the best sets of the train days made no profit together",
        )
        return Sign("walk_forward", text, True, {"efficiency": None})
    text = Text(
        f"워크포워드: 검증 구간의 하루 이익이 학습 구간의 {share:.0%}입니다(50% 이상이면 양호). "
        f"{count}구간 중 {walk.winning}구간 이익",
        f"walk-forward: a test day made {share:.0%} of a train day's profit (50% or more is good); "
        f"{walk.winning} of {count} tests ended with a profit",
    )
    return Sign("walk_forward", text, share < _HALF, {"efficiency": share})
