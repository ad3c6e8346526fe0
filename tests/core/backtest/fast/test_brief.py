"""A sweep's figures are those of a whole backtest, to the last bit and type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Settings
from core.backtest.fast import at_once, run_fast
from core.backtest.fast.brief import Brief
from core.backtest.market import MarketData
from core.backtest.metrics import numbers
from core.backtest.run import parameters
from core.backtest.sweep.periods import WHOLE, Part
from core.backtest.sweep.worker import Job, Worker
from core.backtest.trading_days import trading_days
from tests.bench.bars import walk
from tests.core.backtest.fast.small import FLAT, bars, market
from tests.core.backtest.markets import SEOUL, a_market, lively
from tests.core.backtest.test_engines_agree import CHANGES, chosen

SECOND_DAY = date(2025, 11, 11)


@pytest.fixture(autouse=True, scope="module")
def _even_a_few_plans_are_traded_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(at_once, "_FEW", 1)
        yield


def a_worker(bars_of: MarketData, options: Settings) -> Worker:
    return Worker(Job(bars_of, parameters(options), Path("nowhere"), {}))


def check(bars_of: MarketData, options: Settings, found: Brief, begin: date | None = None) -> int:
    """Hold a brief against the whole; return how many trades it is about."""
    outcome = run_fast(bars_of, options, trade_from=begin)
    days = trading_days(outcome, bars_of, begin)
    whole = numbers(outcome, days)
    del whole["invested_pct"]
    assert repr(found.numbers) == repr({name: whole[name] for name in found.numbers})
    assert set(found.numbers) == set(whole)
    for name in ("number", "first", "before", "after"):
        assert np.array_equal(getattr(found.days, name), getattr(days, name))
    return len(outcome.trades)


@given(
    seed=st.integers(0, 10**6),
    symbols=st.integers(1, 4),
    is_whole=st.booleans(),
    starts_late=st.booleans(),
    changes=CHANGES,
)
@settings(max_examples=80, deadline=None)
def test_on_any_market_and_settings(
    seed: int, symbols: int, is_whole: bool, starts_late: bool, changes: dict[str, Any]
) -> None:
    options = chosen(changes)
    if options is None:
        return
    days = a_market(seed, symbols, days=5, is_whole=is_whole)
    part = Part("late", None, None, SECOND_DAY) if starts_late else WHOLE
    found = a_worker(days, options).brief(part, {})
    check(days, options, found, part.trade_from)


@given(seed=st.integers(0, 10**6), symbols=st.integers(1, 2), sets=st.lists(CHANGES, max_size=6))
@settings(max_examples=30, deadline=None)
def test_sets_one_after_the_other(seed: int, symbols: int, sets: list[dict[str, Any]]) -> None:
    days = a_market(seed, symbols, days=4)
    worker = a_worker(days, lively())
    for changes in sets:
        if chosen(changes) is not None:
            check(days, lively().changed(changes), worker.brief(WHOLE, changes))


@pytest.mark.parametrize("pct", [10, 60])
@pytest.mark.parametrize("limit", [0, 1])
def test_of_thousands_of_trades(pct: int, limit: int) -> None:
    days = MarketData((walk("A", 60_000, seed=4),), SEOUL)
    options = Settings(
        {
            "strategy.buy_threshold": 0.7,
            "risk.max_position_pct": pct,
            "risk.daily_target_pct": limit,
            "risk.daily_max_loss_pct": limit,
        }
    )
    worker = a_worker(days, options)
    for stop in (1.0, 0.3, 3.0, 0.7):
        changes = {"risk.stop_loss_pct": stop, "costs.tax_bps": 0, "costs.commission_bps": 0}
        assert check(days, options.changed(changes), worker.brief(WHOLE, changes)) > 200


@given(seed=st.integers(0, 10**6), pct=st.sampled_from([5, 30, 97, 100]), rounds=st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_it_makes_no_difference_how_soon_guesses_settle(seed: int, pct: int, rounds: int) -> None:
    days = a_market(seed, symbols=1, days=5)
    options = lively(risk__max_position_pct=pct, risk__start_capital=1_000_000)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(at_once, "_ROUNDS", rounds)
        found = a_worker(days, options).brief(WHOLE, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(at_once, "_LARGEST", 0)  # one trade after the other
        check(days, options, found)


def test_a_fall_inside_a_trade_that_made_a_new_high_is_seen() -> None:
    rows = [FLAT, FLAT, *((p, p, p, p) for p in (70_500, 71_000, 69_500, 70_900, 70_000))]
    days = market(bars([*rows, FLAT]))
    options = lively(
        risk__stop_loss_pct=5,
        risk__take_profit_pct=9,
        risk__entry_cutoff_min=0,
        strategy__buy_threshold=0.1,
        strategy__sell_threshold=50,
    )
    found = a_worker(days, options).brief(WHOLE, {})
    assert check(days, options, found) == 1
    assert found.numbers["max_drawdown"] > 0


def test_without_bars() -> None:
    check(market(), lively(), a_worker(market(), lively()).brief(WHOLE, {}))
    empty = market(bars(minutes=()))
    check(empty, lively(), a_worker(empty, lively()).brief(WHOLE, {}))
