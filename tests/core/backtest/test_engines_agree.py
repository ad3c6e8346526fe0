"""Two engines, one truth: the same trades, costs and equity, bit for bit."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ConfigError
from config.schema import Settings
from core.backtest.exact import books, engine, run_exact
from core.backtest.fast import run_fast
from core.backtest.market import MarketData
from core.domain.order import Reason
from core.risk.exits import ExitOptions
from core.simulation.costs import CostOptions
from tests.core.backtest.markets import LIVELY, SEOUL, a_market, differences, lively

PERCENT = st.sampled_from([0.1, 0.3, 0.5, 1.0, 2.0, 5.0])
WEIGHT = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "strategy.ema_short": st.integers(2, 5),
        "strategy.ema_long": st.integers(3, 40),
        "strategy.rsi_period": st.integers(2, 20),
        "strategy.rsi_oversold": st.sampled_from([20, 30, 50]),
        "strategy.bb_period": st.integers(2, 25),
        "strategy.bb_width": st.sampled_from([0.1, 1.0, 2.0, 2.5]),
        "strategy.weight_ema_cross": WEIGHT,
        "strategy.weight_rsi": WEIGHT,
        "strategy.weight_bb_break": WEIGHT,
        "strategy.weight_vwap_break": WEIGHT,
        "strategy.buy_threshold": st.sampled_from([0.1, 0.5, 0.6, 1.0, 1.5]),
        "strategy.sell_threshold": st.sampled_from([0.1, 0.5, 1.0, 1.5, 50]),
        "risk.start_capital": st.sampled_from([300_000, 1_000_000, 10_000_000]),
        "risk.max_position_pct": st.sampled_from([1, 10, 50, 99, 100]),
        "risk.stop_loss_pct": PERCENT,
        "risk.take_profit_pct": PERCENT,
        "risk.max_positions": st.integers(1, 3),
        "risk.daily_target_pct": st.sampled_from([0, 0.1, 0.5, 3]),
        "risk.daily_max_loss_pct": st.sampled_from([0, 0.1, 0.5, 2]),
        "risk.daily_basis": st.sampled_from(["equity", "realized"]),
        "risk.entry_cutoff_min": st.sampled_from([0, 5, 20]),
        "risk.flatten_before_close_min": st.sampled_from([0, 5, 15, 30]),
        "risk.trailing_stop_pct": st.sampled_from([0, 0.3, 1.0]),
        "risk.trailing_start_pct": st.sampled_from([0, 0.5]),
        "risk.break_even_pct": st.sampled_from([0, 0.3]),
        "risk.time_stop_min": st.sampled_from([0, 3, 10]),
        "risk.time_stop_gain_pct": st.sampled_from([-1, 0, 0.5]),
        "costs.commission_bps": st.sampled_from([0, 1.5, 100]),
        "costs.tax_bps": st.sampled_from([0, 20]),
        "costs.slippage_ticks": st.integers(0, 2),
        "costs.tick_rule": st.sampled_from(["krx", "none"]),
        "costs.round_costs": st.booleans(),
        "costs.profile": st.sampled_from(["settings", "settings", "kiwoom"]),
    },
)


def chosen(changes: dict[str, Any]) -> Settings | None:
    try:
        return Settings({**LIVELY, **changes})
    except ConfigError:
        return None  # two values that exclude each other


@given(
    seed=st.integers(0, 10**6),
    symbols=st.integers(1, 4),
    is_whole=st.booleans(),
    starts_late=st.booleans(),
    changes=CHANGES,
)
@settings(max_examples=60, deadline=None)
def test_both_engines_agree_on_any_market_and_settings(
    seed: int, symbols: int, is_whole: bool, starts_late: bool, changes: dict[str, Any]
) -> None:
    found = chosen(changes)
    if found is None:
        return
    market = a_market(seed, symbols, is_whole=is_whole)
    begin = date(2025, 11, 11) if starts_late else None
    exact = run_exact(market, found, trade_from=begin)
    assert differences(exact, run_fast(market, found, trade_from=begin)) == []


def test_these_markets_meet_every_way_out_every_limit_and_every_refusal() -> None:
    reasons: Counter[Reason] = Counter()
    limits = denied = canceled = 0
    options = lively(
        risk__max_position_pct=35,
        risk__max_positions=4,
        risk__daily_max_loss_pct=1,
        risk__daily_target_pct=1,
        risk__time_stop_min=10,
        risk__flatten_before_close_min=25,
    )
    for seed in range(12):
        outcome = run_exact(a_market(seed, symbols=6, days=4), options)
        reasons.update(trade.exit_reason for trade in outcome.trades)
        limits += len(outcome.limits)
        denied += outcome.counts.denied
        canceled += outcome.counts.canceled
    used = {Reason.SIGNAL, Reason.SL, Reason.TP, Reason.TIME, Reason.EOD, Reason.LIMIT}
    assert set(reasons) == used
    assert min(reasons.values()) >= 3
    assert limits >= 3
    assert denied >= 3
    assert canceled >= 1


def test_midnight_where_the_trader_is_does_not_part_a_trading_day() -> None:
    """Seoul's morning is New York's evening before; the VWAP goes on over its midnight."""
    at_home = a_market(3, symbols=2, days=4, minutes=390)
    away = MarketData(at_home.symbols, ZoneInfo("America/New_York"))
    exact, trades = run_exact(away, lively()), run_exact(at_home, lively()).trades
    assert differences(exact, run_fast(away, lively())) == []
    assert [trade.net_pnl for trade in exact.trades] == [trade.net_pnl for trade in trades]
    assert len(trades) > 20


@pytest.mark.parametrize("reason", ["max_positions", "order_size", "cash"])
def test_both_engines_refuse_for_the_same_reason(reason: str) -> None:
    """Sizing keeps every order within a position's value, so that nothing is refused for it."""
    changes: dict[str, dict[str, Any]] = {
        "max_positions": {"risk__max_positions": 1, "risk__max_position_pct": 5},
        "order_size": {"risk__max_position_pct": 0.1, "risk__start_capital": 300_000},
        "cash": {"risk__max_position_pct": 99, "risk__max_positions": 4},
    }
    options = lively(**changes[reason])
    market = a_market(3, symbols=4, days=4)
    exact, fast = run_exact(market, options).counts, run_fast(market, options).counts
    assert exact == fast
    assert getattr(exact.refusals, reason) == max(astuple(exact.refusals)) > 0
    assert sum(astuple(exact.refusals)) == exact.denied


def test_no_position_is_held_overnight() -> None:
    for trade in run_exact(a_market(5), lively()).trades:
        assert trade.entry_time.date() == trade.exit_time.date()


def test_trades_come_in_order_of_their_exits_then_of_the_symbols() -> None:
    market = a_market(6, symbols=4)
    trades = run_exact(market, lively(risk__max_positions=4)).trades
    keys = [(trade.exit_time, market.names.index(trade.symbol)) for trade in trades]
    assert len(keys) > 20
    assert all(first < second for first, second in pairwise(keys))


def test_the_books_add_up() -> None:
    outcome = run_exact(a_market(7), lively())
    assert outcome.cash == outcome.start_capital + sum(t.net_pnl for t in outcome.trades)
    assert outcome.equity.equity[-1] == outcome.cash
    assert isinstance(outcome.cash, int)


def test_a_market_without_bars_gives_nothing() -> None:
    market = type(a_market(1))((), SEOUL)
    for run in (run_exact, run_fast):
        outcome = run(market, lively())
        assert (outcome.trades, outcome.cash, len(outcome.equity.time)) == ((), 10_000_000, 0)


def broken_exit(*args: Any) -> Any:
    """Look at the target before the stop: the rule that matters most, the wrong way round."""
    run, row, watched = args
    target = watched.target
    if row < run.flatten and run.bars.high[row] >= target > run.bars.open[row]:
        return target, Reason.TP
    return ORIGINAL_EXIT(run, row, watched)


ORIGINAL_EXIT = engine._exit


@pytest.mark.parametrize(
    ("place", "name", "broken"),
    [
        (engine, "_exit", broken_exit),
        (engine, "reached", lambda *_: None),
        (books, "CHECKS", books.CHECKS[:-1]),
        (books, "execution_price", lambda reference, *_: reference),
    ],
)
def test_a_broken_rule_makes_the_comparison_fail(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, broken: Any
) -> None:
    options = lively(
        risk__daily_max_loss_pct=1,
        risk__stop_loss_pct=0.2,
        risk__take_profit_pct=0.2,
        risk__max_position_pct=30,
        risk__max_positions=1,
    )
    markets = [a_market(seed) for seed in range(4)]
    assert all(not differences(run_exact(m, options), run_fast(m, options)) for m in markets)
    monkeypatch.setattr(place, name, broken)
    assert any(differences(run_exact(m, options), run_fast(m, options)) for m in markets)


def test_the_settings_used_here_are_registered() -> None:
    assert Settings()[ExitOptions].time_stop_min == 0
    assert Settings()[CostOptions].slippage_ticks == 1
    assert np.isfinite(a_market(1).symbols[0].columns.close).all()
