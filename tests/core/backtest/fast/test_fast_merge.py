"""The account's way through the plans: whatever path is taken, the same account comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Settings
from core.backtest.fast import merge, run_fast
from core.backtest.fast.signals import candidates
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from core.domain.order import Reason
from tests.core.backtest.fast.small import FLAT, PLAIN, bars, market, signals, traded
from tests.core.backtest.markets import a_market, differences, lively

LIMITS = {"risk__daily_target_pct": 0.5, "risk__daily_max_loss_pct": 0.3}
SINKS = (70_000, 70_000, 69_400, 69_400)


@given(seed=st.integers(0, 10**6), pct=st.sampled_from([20, 100]))
@settings(max_examples=25, deadline=None)
def test_one_symbol_trades_the_same_beside_one_without_signals(seed: int, pct: int) -> None:
    """The loop for a single symbol against the one for many."""
    alone, options = a_market(seed, symbols=1), lively(risk__max_position_pct=pct, **LIMITS)
    silent = replace(alone.symbols[0], symbol="000001")
    found = candidates(alone.symbols[0], options)
    one = run_fast(alone, options, signals=[found])
    beside = MarketData((*alone.symbols, silent), alone.zone)
    two = run_fast(beside, options, signals=[found, signals()])
    same_bars = replace(two, counts=replace(two.counts, bars=one.counts.bars))
    assert differences(one, same_bars) == []


@given(
    seed=st.integers(0, 10**6),
    stretch=st.integers(1, 3),
    basis=st.sampled_from(["equity", "realized"]),
)
@settings(max_examples=25, deadline=None)
def test_it_makes_no_difference_in_what_stretches_limits_are_looked_for(
    seed: int, stretch: int, basis: str
) -> None:
    days, options = a_market(seed, days=5), lively(risk__daily_basis=basis, **LIMITS)
    whole = run_fast(days, options)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merge, "_FIRST_STRETCH", stretch)
        patched.setattr(merge, "_LONGEST_STRETCH", stretch)
        assert differences(whole, run_fast(days, options)) == []


def two_symbols(**changes: object) -> Outcome:
    """The first symbol sinks at 09:02; the second has bars at 09:00, 09:01, 09:05 and 09:06."""
    first = bars((FLAT, FLAT, SINKS, SINKS, SINKS, SINKS), name="000001")
    second = bars((FLAT,) * 4, name="000002", minutes=(0, 1, 5, 6))
    options = {"risk.max_position_pct": 50, "risk.daily_max_loss_pct": 0.4, **changes}
    both = [signals([0]), signals([1])]
    return run_fast(market(first, second), Settings({**PLAIN, **options}), signals=both)


def test_a_daily_limit_sells_at_the_next_open_and_cancels_what_waits() -> None:
    outcome = two_symbols()
    (trade,) = outcome.trades
    assert (trade.exit_reason, trade.exit_price, trade.exit_time.minute) == (
        Reason.LIMIT,
        70_000,
        3,
    )
    assert (outcome.counts.canceled, outcome.counts.orders, outcome.counts.signals) == (1, 3, 2)


def test_without_the_limit_the_other_symbol_is_bought() -> None:
    outcome = two_symbols(**{"risk.daily_max_loss_pct": 0})
    assert [trade.symbol for trade in outcome.trades] == ["000001", "000002"]


def test_after_a_limit_nothing_is_bought_on_that_day_but_on_the_next() -> None:
    day = (FLAT, FLAT, SINKS, FLAT, FLAT, FLAT)
    outcome = traded(
        bars(day, day),
        signals([0, 3, 6 + 3]),
        risk__max_position_pct=100,
        risk__daily_max_loss_pct=0.5,
    )
    assert [(t.entry_time.day, t.exit_reason) for t in outcome.trades] == [
        (10, Reason.LIMIT),
        (11, Reason.EOD),
    ]
    assert [hit.day for hit in outcome.limits] == [date(2025, 11, 10)]


def test_a_sale_that_waits_since_before_the_limit_counts_once() -> None:
    first = bars((FLAT, FLAT, SINKS, SINKS), name="000001")
    second = bars((FLAT,) * 4, name="000002", minutes=(0, 1, 5, 6))
    outcome = run_fast(
        market(first, second),
        Settings({**PLAIN, "risk.max_position_pct": 50, "risk.daily_max_loss_pct": 0.4}),
        signals=[signals([0]), signals([0], [1])],
    )
    assert {trade.symbol: trade.exit_reason for trade in outcome.trades} == {
        "000001": Reason.LIMIT,
        "000002": Reason.LIMIT,
    }
    assert (outcome.counts.signals, outcome.counts.orders) == (3, 4)


def test_a_higher_open_cuts_the_shares_to_what_the_cash_pays() -> None:
    jumps = (77_000, 77_000, 77_000, 77_000)
    outcome = traded(
        bars((FLAT, jumps, jumps)),
        signals([0]),
        risk__max_position_pct=100,
        risk__start_capital=700_000,
    )
    assert [trade.quantity for trade in outcome.trades] == [9]


def test_an_open_beyond_all_cash_cancels_the_buy() -> None:
    jumps = (80_000, 80_000, 80_000, 80_000)
    outcome = traded(
        bars((FLAT, jumps, jumps)),
        signals([0]),
        risk__max_position_pct=100,
        risk__start_capital=75_000,
    )
    assert (outcome.trades, outcome.counts.orders, outcome.counts.canceled) == ((), 1, 1)


def test_each_refused_buy_is_counted_but_none_while_held() -> None:
    outcome = traded(bars((FLAT,) * 6), signals([0, 1, 2]), risk__start_capital=100_000)
    assert (outcome.trades, outcome.counts.denied) == ((), 3)
    assert traded(bars((FLAT,) * 6), signals([0, 1, 2])).counts.denied == 0


def test_progress_reaches_the_end_and_its_exception_breaks_the_run_off() -> None:
    told: list[float] = []
    found = a_market(3)
    run_fast(found, lively(), told.append)
    assert told == sorted(told)
    assert told[-1] == 1

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_fast(found, lively(), stop)
