"""Which exit a position takes, and what comes first where several meet at one bar."""

from __future__ import annotations

import pytest

from core.backtest.fast.signals import Candidates
from core.domain.order import Reason
from core.domain.portfolio import Trade
from tests.core.backtest.fast.small import FLAT, bars, signals, traded

FALLS = (70_000, 70_000, 69_000, 69_100)
RISES = (70_000, 72_000, 70_000, 71_900)
SWINGS = (70_000, 72_000, 69_000, 70_000)
GAPS_DOWN = (69_000, 69_500, 68_500, 69_500)
GAPS_UP = (72_000, 72_500, 71_500, 71_500)


def only_trade(*rows: tuple[int, int, int, int], sells: tuple[int, ...] = ()) -> Trade:
    (trade,) = traded(bars(rows), signals([0], sells)).trades
    return trade


@pytest.mark.parametrize(
    ("bar", "reason", "price"),
    [
        (FALLS, Reason.SL, 69_300),
        (RISES, Reason.TP, 71_400),
        (SWINGS, Reason.SL, 69_300),
        (GAPS_DOWN, Reason.SL, 69_000),
        (GAPS_UP, Reason.TP, 72_000),
    ],
)
def test_a_touched_level_sells_at_the_level_or_at_an_open_beyond_it(
    bar: tuple[int, int, int, int], reason: Reason, price: int
) -> None:
    trade = only_trade(FLAT, FLAT, bar, FLAT)
    assert (trade.exit_reason, trade.exit_price) == (reason, price)


def test_the_entry_bar_itself_may_touch_a_level() -> None:
    trade = only_trade(FLAT, FALLS, FLAT)
    assert (trade.entry_time, trade.exit_reason) == (trade.exit_time, Reason.SL)


def test_a_waiting_sell_comes_before_the_stop_of_its_bar() -> None:
    trade = only_trade(FLAT, FLAT, FALLS, FLAT, sells=(1,))
    assert (trade.exit_reason, trade.exit_price) == (Reason.SIGNAL, 70_000)


def test_a_stop_comes_before_a_sell_of_the_same_close() -> None:
    assert only_trade(FLAT, FLAT, FALLS, FLAT, sells=(2,)).exit_reason is Reason.SL


def test_a_sell_of_the_bar_before_the_entry_is_not_ours() -> None:
    trade = only_trade(FLAT, FLAT, FLAT, sells=(0,))
    assert (trade.exit_reason, trade.exit_price) == (Reason.EOD, 70_000)


def test_the_last_bar_closes_at_its_close_and_gives_no_signal() -> None:
    rising = (70_000, 70_500, 70_000, 70_500)
    outcome = traded(bars((FLAT, FLAT, rising), (FLAT, FLAT)), signals([0, 2], [2]))
    (trade,) = outcome.trades
    assert (trade.exit_reason, trade.exit_price) == (Reason.EOD, 70_500)
    assert trade.exit_time.day == trade.entry_time.day


def flattened(found: Candidates) -> list[Trade]:
    """Four bars of which the third is the first one at the flatten time, 15 minutes before."""
    day = bars((FLAT, FLAT, FALLS, FLAT), close_s=9 * 3600 + 17 * 60)
    return list(traded(day, found, risk__entry_cutoff_min=0).trades)


def test_the_flatten_time_comes_before_the_stop_of_its_bar() -> None:
    (trade,) = flattened(signals([0]))
    assert (trade.exit_reason, trade.exit_price) == (Reason.EOD, 70_000)


def test_what_is_bought_past_the_flatten_time_is_sold_at_the_same_open() -> None:
    (trade,) = flattened(signals([2]))
    assert (trade.entry_time, trade.exit_reason) == (trade.exit_time, Reason.EOD)


def test_a_buy_may_come_at_the_close_of_the_bar_that_sold() -> None:
    outcome = traded(bars((FLAT, FLAT, FALLS, FLAT, FLAT)), signals([0, 1, 2]))
    assert [trade.entry_time.minute for trade in outcome.trades] == [1, 3]


def test_no_bar_from_the_cut_off_on_gives_a_buy() -> None:
    day = bars((FLAT,) * 4, close_s=9 * 3600 + 21 * 60)  # the cut-off is at the second bar
    outcome = traded(day, signals([1, 2]))
    assert (outcome.trades, outcome.counts.denied) == ((), 0)


def test_a_trailing_stop_follows_the_highs_of_earlier_bars_only() -> None:
    day = bars((FLAT, FLAT, (70_000, 71_000, 70_000, 71_000), (71_000, 71_000, 70_000, 70_000)))
    (trade,) = traded(day, signals([0]), risk__trailing_stop_pct=1).trades
    assert (trade.exit_reason, trade.exit_time.minute) == (Reason.SL, 3)
    assert trade.exit_price == 70_200  # 71,000 less 1 %, on the grid


def test_a_time_stop_sells_at_the_bar_after_the_minutes_have_passed() -> None:
    (trade,) = traded(
        bars((FLAT,) * 8), signals([0]), risk__time_stop_min=3, risk__time_stop_gain_pct=0.5
    ).trades
    assert (trade.exit_reason, trade.exit_time.minute) == (Reason.TIME, 4)
