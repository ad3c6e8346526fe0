"""Figures of a backtest: against hand computations, and against the formulas of other packages."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest.metrics import max_drawdown_pct, measure, sharpe, sortino
from core.domain.order import Reason
from core.engine.counts import Drawdown
from tests.core.backtest.runs import (
    CAPITAL,
    a_real_run,
    a_trade,
    an_outcome,
    flat_market,
)

EQUITIES = st.lists(st.floats(1e3, 1e9), max_size=40)
RETURNS = st.lists(st.integers(-2_000, 2_000).map(lambda bp: bp / 1e4), min_size=3, max_size=40)


def test_a_run_without_a_trade_has_no_ratios_and_lost_nothing() -> None:
    found = measure(an_outcome(flat_market()), flat_market())
    assert (found.net_pnl, found.return_pct, found.max_drawdown_pct, found.trades) == (0, 0, 0, 0)
    ratios = (found.sharpe, found.sortino, found.win_rate_pct, found.profit_factor, found.payoff)
    assert ratios == (None,) * 5
    assert found.expectancy is None and found.costs_share_pct is None


def test_a_market_without_a_bar_can_be_measured() -> None:
    market = flat_market(symbols=())
    found = measure(an_outcome(market), market)
    assert (found.days, found.exposure_pct, found.best_day) == (0, 0, None)


def test_wins_and_losses_are_net_of_costs() -> None:
    market = flat_market()
    trades = [a_trade(3_000), a_trade(-1_000), a_trade(-10, commission=20), a_trade(0)]
    found = measure(an_outcome(market, trades), market)
    assert (found.trades, found.wins, found.losses) == (4, 1, 2)
    assert found.win_rate_pct == 25
    assert found.profit_factor == pytest.approx(3_000 / 1_010)
    assert found.expectancy == pytest.approx(1_990 / 4)
    assert (found.average_win, found.average_loss) == (3_000, -505)
    assert found.payoff == pytest.approx(3_000 / 505)
    assert (found.best_trade, found.worst_trade) == (3_000, -1_000)


def test_costs_are_told_as_a_share_of_the_gross_profit() -> None:
    market = flat_market()
    trades = [a_trade(700, commission=100, tax=200), a_trade(-500, commission=100, tax=200)]
    found = measure(an_outcome(market, trades), market)
    assert (found.gross_pnl, found.commission, found.tax, found.costs) == (800, 200, 400, 600)
    assert found.costs_share_pct == 75


def test_the_longest_losing_streak_is_the_costlier_of_two_as_long() -> None:
    market = flat_market()
    nets = (-10, -10, 5, -10, -20, 0, -900)
    found = measure(an_outcome(market, [a_trade(net) for net in nets]), market)
    assert (found.longest_losing_streak, found.longest_losing_streak_pnl) == (2, -30)


def test_days_are_measured_from_the_end_of_the_day_before() -> None:
    market = flat_market(days=3, minutes=2)
    equity = [10_100_000, 10_200_000, 9_000_000, 9_690_000, 9_700_000, 9_981_000]
    found = measure(an_outcome(market, equity=equity), market)
    best, worst = found.best_day, found.worst_day
    assert best is not None and worst is not None
    assert (best.day, best.pnl, best.return_pct) == (
        date(2025, 11, 12),
        291_000,
        pytest.approx(291 / 96.9),
    )
    assert (worst.day, worst.pnl, worst.return_pct) == (
        date(2025, 11, 11),
        -510_000,
        pytest.approx(-5.0),
    )
    assert found.under_water_pct == pytest.approx(200 / 3)
    assert found.longest_under_water_days == 2
    returns = pd.Series([0.02, -0.05, 291 / 9_690])
    assert found.sharpe == pytest.approx(returns.mean() / returns.std() * math.sqrt(252))


def test_the_drawdown_counts_from_the_start_capital_and_inside_the_day() -> None:
    market = flat_market(days=1, minutes=4)
    equity = [9_900_000, 12_000_000, 9_000_000, 12_500_000]
    found = measure(an_outcome(market, equity=equity), market)
    assert (found.max_drawdown_pct, found.max_drawdown) == (25, 3_000_000)


@settings(max_examples=50)
@given(EQUITIES)
def test_the_drawdown_is_that_of_live_trading(equity: list[float]) -> None:
    live = Drawdown(CAPITAL)
    for value in equity:
        live.add(value)
    assert max_drawdown_pct(np.array(equity), CAPITAL) == pytest.approx(live.deepest_pct)


@settings(max_examples=50)
@given(RETURNS)
def test_the_ratios_are_those_of_empyrical(returns: list[float]) -> None:
    """Its formulas with a risk-free rate and a required return of 0, written with pandas."""
    series = pd.Series(returns)
    ratio = sharpe(np.array(returns))
    if ratio is not None and series.std() > 1e-12:
        assert ratio == pytest.approx(series.mean() / series.std(ddof=1) * np.sqrt(252), rel=1e-6)
    below = np.sqrt((series.clip(upper=0) ** 2).mean()) * np.sqrt(252)
    ratio = sortino(np.array(returns))
    assert (ratio is None) == (below == 0)
    if ratio is not None:
        assert ratio == pytest.approx(series.mean() * 252 / below, rel=1e-6)


def test_equal_days_have_no_sharpe_ratio() -> None:
    assert sharpe(np.array([0.001, 0.001, 0.001])) is None
    assert sharpe(np.array([0.001])) is None


def test_exposure_is_the_share_of_bars_that_end_with_a_position() -> None:
    market = flat_market(days=1, minutes=4)
    held = [0, CAPITAL / 2, CAPITAL / 4, 0]
    found = measure(an_outcome(market, held=held), market)
    assert (found.exposure_pct, found.invested_pct) == (50, 18.75)


def test_days_before_trading_began_do_not_count() -> None:
    market = flat_market(days=3, minutes=2)
    trades = [a_trade(1_000, day=1), a_trade(-500, day=2)]
    outcome = an_outcome(market, trades)
    found = measure(outcome, market, date(2025, 11, 11))
    assert (found.days, found.trades_per_day) == (2, 1)
    assert [month.days for month in found.groups.months] == [2]


def test_profit_is_told_by_month_reason_time_symbol_and_weekday() -> None:
    market = flat_market(days=30, symbols=("005930", "000660"))
    trades = [
        a_trade(1_000, minute=29, held_min=1, reason=Reason.TP, symbol="000660"),
        a_trade(-300, minute=30, reason=Reason.SL),
        a_trade(200, day=25, reason=Reason.TP),
    ]
    groups = measure(an_outcome(market, trades), market).groups
    assert [(m.year, m.month, m.pnl, m.trades) for m in groups.months] == [
        (2025, 11, 700, 2),
        (2025, 12, 200, 1),
    ]
    assert [(g.key, g.trades, g.net) for g in groups.reasons] == [("SL", 1, -300), ("TP", 2, 1_200)]
    assert [(g.key, g.net) for g in groups.half_hours] == [("09:00", 1_200), ("09:30", -300)]
    assert [(g.key, g.net) for g in groups.symbols] == [("000660", 1_000), ("005930", -100)]
    assert [(g.key, g.net) for g in groups.weekdays] == [("0", 700), ("4", 200)]


def test_parts_of_a_real_run_add_up_to_the_whole() -> None:
    run = a_real_run()
    found = run.metrics
    assert found.trades > 10
    for groups in (found.groups.reasons, found.groups.half_hours, found.groups.symbols):
        assert sum(group.net for group in groups) == found.net_pnl
    assert sum(month.pnl for month in found.groups.months) == pytest.approx(found.net_pnl)
    assert found.gross_pnl - found.costs == found.net_pnl
    assert found.final_equity == run.outcome.cash


def test_the_figures_are_plain_json() -> None:
    found = a_real_run().metrics.as_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found["by"]) == {"month", "reason", "half_hour", "symbol", "weekday"}
