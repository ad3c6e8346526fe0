"""Other assumptions about fills and costs: the same signals, another profit."""

from __future__ import annotations

import pytest

from core.backtest.fast import run_fast
from core.backtest.sensitivity import break_even, sensitivity
from tests.core.backtest.runs import a_real_run


def test_every_pair_is_a_run_of_its_own() -> None:
    run = a_real_run()
    tried = sensitivity(run)
    assert (tried.slippages, tried.ratios, tried.base) == ((0, 1, 2, 3), (0.0, 0.5, 1.0, 2.0), 1)
    for at, ticks in enumerate(tried.slippages):
        for column, ratio in enumerate(tried.ratios):
            changes = {
                "costs.slippage_ticks": ticks,
                "costs.commission_bps": 1.5 * ratio,
                "costs.tax_bps": 20 * ratio,
            }
            own = run_fast(run.market, run.settings.changed(changes))
            assert tried.net[at][column] == own.net_pnl
    assert tried.by_slippage[1] == tried.by_costs[2] == run.outcome.net_pnl


def test_the_run_s_own_slippage_is_among_those_tried() -> None:
    assert sensitivity(a_real_run(costs__slippage_ticks=7)).slippages == (0, 1, 2, 3, 7)


def test_without_a_tick_rule_only_costs_are_changed() -> None:
    tried = sensitivity(a_real_run(costs__tick_rule="none"))
    assert tried.slippages == (1,) and len(tried.net) == 1


def test_costs_of_a_fee_table_are_changed_by_what_was_paid_on_average() -> None:
    run = a_real_run(costs__profile="kiwoom")
    tried = sensitivity(run)
    assert tried.is_table_based
    free, _, own, twice = tried.by_costs
    assert own == run.outcome.net_pnl
    assert free > own > twice


def test_progress_may_break_it_off() -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sensitivity(a_real_run(), stop)


def test_break_even_lies_on_the_line_between_two_runs() -> None:
    assert break_even((0, 1, 2, 3), (300, 100, -100, -300)) == 1.5
    assert break_even((0, 1), (100, 0)) == 1
    assert break_even((0, 1), (100, 50)) is None
    assert break_even((0, 1), (-100, -50)) is None
