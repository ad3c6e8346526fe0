"""Against published numbers where there are any, else against what must hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest.sweep.overfitting import (
    Moments,
    backtest_overfitting,
    deflated_sharpe,
    expected_best_sharpe,
    neighbours,
    shuffled_drawdowns,
)

# The example of Bailey and Lopez de Prado (2014): annual figures brought to one day of 250.
PUBLISHED = Moments(sharpe=2.5 / math.sqrt(250), skew=-3.0, kurtosis=10.0, periods=1250)
VARIANCE = 0.5 / 250


def test_luck_alone_is_as_published() -> None:
    assert expected_best_sharpe(100, VARIANCE) == pytest.approx(0.1132, abs=5e-5)


def test_the_deflated_ratio_is_as_published() -> None:
    assert deflated_sharpe(PUBLISHED, 100, VARIANCE) == pytest.approx(0.9004, abs=5e-5)


def test_fewer_trials_deflate_less_as_published() -> None:
    assert deflated_sharpe(PUBLISHED, 46, VARIANCE) == pytest.approx(0.9505, abs=5e-5)


def test_one_trial_is_not_deflated() -> None:
    assert expected_best_sharpe(1, VARIANCE) == 0.0


def test_moments_are_those_of_the_returns() -> None:
    returns = np.array([0.01, -0.02, 0.03, 0.0, 0.01])
    found = Moments.of(returns)
    assert found is not None
    assert found.sharpe == pytest.approx(returns.mean() / returns.std(ddof=1))
    assert found.skew == pytest.approx(np.mean((returns - 0.006) ** 3) / returns.std() ** 3)
    assert found.periods == 5


@pytest.mark.parametrize("returns", [[], [0.1, 0.2], [0.0] * 9, [0.1] * 9])
def test_returns_without_a_spread_have_no_moments(returns: list[float]) -> None:
    assert Moments.of(np.array(returns)) is None


def test_a_set_with_a_real_edge_is_not_overfit() -> None:
    random = np.random.default_rng(1)
    returns = random.normal(0, 0.01, (400, 8))
    returns[:, 3] += 0.005
    assert backtest_overfitting(returns) == 0.0


def test_sets_without_any_edge_are_overfit_half_of_the_time() -> None:
    random = np.random.default_rng(2)
    found = [backtest_overfitting(random.normal(0, 0.01, (200, 9))) for _ in range(30)]
    assert np.mean([value for value in found if value is not None]) == pytest.approx(0.5, abs=0.15)


def test_an_edge_that_was_in_one_half_only_is_overfit() -> None:
    random = np.random.default_rng(3)
    returns = random.normal(0, 0.002, (200, 6))
    for number in range(6):  # each set shines in a piece of its own and pays for it elsewhere
        returns[:, number] -= 0.002
        returns[number * 30 : number * 30 + 30, number] += 0.013
    found = backtest_overfitting(returns)
    assert found is not None
    assert found > 0.8


@pytest.mark.parametrize("shape", [(200, 1), (15, 5)])
def test_too_little_to_split_gives_nothing(shape: tuple[int, int]) -> None:
    assert backtest_overfitting(np.zeros(shape)) is None


def test_winning_neighbours_are_those_above_half_of_the_best() -> None:
    results = {(1, 1): 100.0, (0, 1): 51.0, (2, 1): 50.0, (1, 0): -5.0, (0, 0): 99.0}
    found = neighbours((1, 1), results)
    assert (found.winning, found.count, found.share) == (1, 3, pytest.approx(1 / 3))


def test_a_set_alone_has_no_share_of_winning_neighbours() -> None:
    assert neighbours((0,), {(0,): 5.0}).share is None


def test_another_order_of_trades_can_fall_deeper() -> None:
    profits = np.array([10.0, -10.0] * 20)
    found = shuffled_drawdowns(profits)
    assert found is not None
    assert found.actual == 10
    assert found.actual < found.median <= found.worst_5_pct <= 200


def test_the_same_seed_draws_the_same_orders() -> None:
    profits = np.arange(-5.0, 9.0)
    assert shuffled_drawdowns(profits, 50) == shuffled_drawdowns(profits, 50)


def test_one_trade_has_no_order() -> None:
    assert shuffled_drawdowns(np.array([5.0])) is None


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
@settings(max_examples=50, deadline=None)
def test_no_order_falls_deeper_than_all_losses_together(profits: list[int]) -> None:
    found = shuffled_drawdowns(np.array(profits, dtype=float), shuffles=20)
    losses = -sum(profit for profit in profits if profit < 0)
    assert found is not None
    assert 0 <= found.actual <= losses
    assert found.worst_5_pct <= losses
