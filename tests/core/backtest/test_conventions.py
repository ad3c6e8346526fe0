"""Section 5 of the strategy, sentence by sentence, on bars small enough to work out by hand.

A rule of the test's own buys at the close of a bar of volume 7 and sells at one of volume 9, so
that each scenario says itself when something is ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from config.schema import Settings
from core.backtest.exact import run_exact
from core.backtest.fast import run_fast
from core.backtest.market import MarketData, market_of
from core.backtest.outcome import Outcome, Refusals
from core.domain.signal import RuleResult, Snapshot
from core.risk.daily_limits import DailyLimit
from core.rules import registry
from core.series import BarColumns
from core.sessions import open_calendar
from tests.core.backtest.markets import SEOUL

BUY, SELL = 7, 9  # volumes
Row = tuple[str, float, float, float, float, int]  # time, open, high, low, close, volume
Engine = Callable[..., Outcome]

PLAIN: dict[str, Any] = {
    "risk.start_capital": 1_000_000,
    "risk.max_position_pct": 10,
    "risk.stop_loss_pct": 1,
    "risk.take_profit_pct": 2,
    "risk.daily_target_pct": 0,
    "risk.daily_max_loss_pct": 0,
    "costs.commission_bps": 0,
    "costs.tax_bps": 0,
    "costs.slippage_ticks": 0,
    "strategy.ema_short": 2,
    "strategy.ema_long": 3,
    "strategy.rsi_period": 2,
    "strategy.bb_period": 2,
    "strategy.weight_ema_cross": 0,
    "strategy.weight_rsi": 0,
    "strategy.weight_bb_break": 0,
    "strategy.weight_vwap_break": 0,
    "strategy.buy_threshold": 1,
    "strategy.sell_threshold": 1,
}


class ByVolume(registry.Rule):
    weight = 1.0

    def __init__(self, settings: Settings) -> None:
        pass

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        volume = latest.bar.volume
        return RuleResult(self.name, volume == BUY, volume == SELL, self.weight, {})


@pytest.fixture(autouse=True)
def rule_of_the_test() -> Iterator[None]:
    before = registry.registered()
    registry.register("by_volume")(ByVolume)
    yield
    registry.restore(before)


@pytest.fixture(params=[run_exact, run_fast], ids=["exact", "fast"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def a_market(*symbols: Sequence[Row], day: str = "2025-11-10") -> MarketData:
    """Return a market of symbols A, B ...; two quiet bars before each warm its indicators up."""
    calendar = open_calendar("XKRX", SEOUL)
    quiet: list[Row] = [
        ("09:00", 1000, 1000, 1000, 1000, 1),
        ("09:01", 1000, 1000, 1000, 1000, 1),
    ]
    columns = [
        (chr(ord("A") + place), _columns([*quiet, *rows], day))
        for place, rows in enumerate(symbols)
    ]
    return market_of(columns, calendar, SEOUL)


def _columns(rows: Sequence[Row], day: str) -> BarColumns:
    times = [datetime.fromisoformat(f"{day}T{row[0]}:00+09:00") for row in rows]
    start = np.array([int(time.timestamp()) for time in times])
    prices = np.array([row[1:5] for row in rows], np.float64).T
    open_, high, low, close = prices
    volume = np.array([row[5] for row in rows])
    return BarColumns.from_arrays(
        start=start,
        local=start + 9 * 3600,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )


def flat(time: str, price: float, volume: int = 1) -> Row:
    return (time, price, price, price, price, volume)


def run(engine: Engine, market: MarketData, **changes: Any) -> Outcome:
    own = {key.replace("__", "."): value for key, value in changes.items()}
    return engine(market, Settings({**PLAIN, **own}))


def told(outcome: Outcome) -> list[tuple[Any, ...]]:
    return [
        (
            trade.symbol,
            f"{trade.entry_time:%H:%M}",
            trade.entry_price,
            trade.quantity,
            f"{trade.exit_time:%H:%M}",
            trade.exit_price,
            trade.exit_reason.value,
        )
        for trade in outcome.trades
    ]


END = flat("10:00", 1000)


def test_a_signal_fills_at_the_next_bars_open(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:05", 1005), flat("09:06", 1003, SELL), END]
    found = run(engine, a_market(rows))
    # 100,000 won over 1,000: 100 shares, bought at the next open whatever it is.
    assert told(found) == [("A", "09:05", 1005, 100, "10:00", 1000, "SIGNAL")]
    assert found.cash == 1_000_000 - 500


def test_slippage_moves_fills_against_the_trader_by_ticks_of_the_reference(engine: Engine) -> None:
    rows = [flat("09:02", 2000, BUY), flat("09:03", 1999), flat("09:04", 2000, SELL), END]
    found = run(engine, a_market([*rows[:-1], flat("10:00", 2000)]), costs__slippage_ticks=2)
    # One won at 1,999, five at 2,000.
    assert told(found) == [("A", "09:03", 2001, 50, "10:00", 1990, "SIGNAL")]


def test_costs_are_taken_on_both_sides_and_cut_to_the_won(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), flat("09:04", 1000, SELL), END]
    costs = {"costs__commission_bps": 1.5, "costs__tax_bps": 20}
    found = run(engine, a_market(rows), **costs)
    (trade,) = found.trades
    assert (trade.commission, trade.tax, trade.net_pnl) == (30, 200, -230)
    exact = run(engine, a_market(rows), **costs, costs__round_costs=False, risk__max_positions=1)
    assert (exact.trades[0].commission, exact.trades[0].tax) == (30.0, 200.0)


def test_a_low_at_the_stop_sells_at_the_level_rounded_down(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1010),
        ("09:04", 1010, 1010, 999, 1005, 1),  # the stop is at 999.9
        END,
    ]
    assert told(run(engine, a_market(rows))) == [("A", "09:03", 1010, 100, "09:04", 999, "SL")]


def test_an_open_below_the_stop_sells_at_the_open(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), flat("09:04", 950), END]
    assert told(run(engine, a_market(rows))) == [("A", "09:03", 1000, 100, "09:04", 950, "SL")]


def test_the_target_sells_at_its_level_and_a_higher_open_at_the_open(engine: Engine) -> None:
    level = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000),
        ("09:04", 1000, 1030, 1000, 1010, 1),
        END,
    ]
    above = [flat("09:02", 1000, BUY), flat("09:03", 1000), flat("09:04", 1040), END]
    assert told(run(engine, a_market(level)))[0][5:] == (1020, "TP")
    assert told(run(engine, a_market(above)))[0][5:] == (1040, "TP")


def test_a_bar_that_touches_both_levels_is_a_loss(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000),
        ("09:04", 1000, 1100, 900, 1000, 1),
        END,
    ]
    assert told(run(engine, a_market(rows)))[0][5:] == (990, "SL")


def test_the_bar_of_the_entry_can_sell_already(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), ("09:03", 1000, 1000, 980, 985, 1), END]
    assert told(run(engine, a_market(rows))) == [("A", "09:03", 1000, 100, "09:03", 990, "SL")]


def test_a_waiting_sell_comes_before_the_stop(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000, SELL),
        ("09:04", 995, 995, 900, 950, 1),
        END,
    ]
    assert told(run(engine, a_market(rows)))[0][4:] == ("09:04", 995, "SIGNAL")


def test_from_the_flatten_time_on_a_position_is_sold_at_the_open(engine: Engine) -> None:
    rows = [
        flat("15:00", 1000, BUY),
        flat("15:10", 1000),
        ("15:15", 1001, 1100, 900, 1000, 1),
        flat("15:16", 1000),
    ]
    assert told(run(engine, a_market(rows)))[0][4:] == ("15:15", 1001, "EOD")


def test_an_entry_that_fills_past_the_flatten_time_is_sold_in_the_same_bar(engine: Engine) -> None:
    rows = [flat("15:09", 1000, BUY), flat("15:18", 1002), flat("15:19", 1000)]
    found = run(engine, a_market(rows), costs__slippage_ticks=1)
    assert told(found) == [("A", "15:18", 1003, 100, "15:18", 1001, "EOD")]


def test_no_buy_from_the_cut_off_on(engine: Engine) -> None:
    rows = [flat("15:10", 1000, BUY), flat("15:11", 1000), flat("15:12", 1000)]
    found = run(engine, a_market(rows))
    assert (told(found), found.counts.denied) == ([], 0)


def test_what_is_held_at_the_days_last_bar_is_sold_at_its_close(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), ("09:30", 1000, 1009, 995, 1004, 1)]
    assert told(run(engine, a_market(rows)))[0][4:] == ("09:30", 1004, "EOD")


def test_a_days_last_bar_gives_no_signal(engine: Engine) -> None:
    found = run(engine, a_market([flat("09:02", 1000), flat("09:03", 1000, BUY)]))
    assert (told(found), found.counts.orders) == ([], 0)


def test_the_bar_of_an_exit_can_buy_again(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        ("09:03", 1000, 1000, 980, 1000, BUY),
        flat("09:04", 1001),
        END,
    ]
    assert [trade[1] for trade in told(run(engine, a_market(rows)))] == ["09:03", "09:04"]


def test_before_enough_bars_nothing_is_decided(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), END]
    assert told(run(engine, a_market(rows), strategy__ema_long=4)) == []
    assert told(run(engine, a_market(rows), strategy__ema_long=3)) != []


def test_symbols_are_served_in_their_order_until_no_place_is_left(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), END]
    found = run(engine, a_market(rows, rows, rows), risk__max_positions=2)
    assert [trade[0] for trade in told(found)] == ["A", "B"]
    assert (found.counts.denied, found.counts.refusals) == (1, Refusals(max_positions=1))


def test_a_waiting_buy_reserves_its_cash(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), END]
    found = run(engine, a_market(rows, rows), risk__max_position_pct=60)
    assert [trade[0] for trade in told(found)] == ["A"]
    assert (found.counts.denied, found.counts.refusals) == (1, Refusals(cash=1))


def test_commission_counts_in_the_cash_that_is_needed(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1000), END]
    found = run(engine, a_market(rows), risk__max_position_pct=100, costs__commission_bps=1)
    assert (told(found), found.counts.refusals) == ([], Refusals(cash=1))


def test_a_higher_open_cuts_the_quantity_to_the_cash(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1100), END]
    found = run(engine, a_market(rows), risk__max_position_pct=100)
    assert told(found)[0][:4] == ("A", "09:03", 1100, 909)


def test_an_open_beyond_all_cash_cancels_the_buy(engine: Engine) -> None:
    rows = [flat("09:02", 1_000_000, BUY), flat("09:03", 1_100_000), flat("09:04", 1_000_000)]
    found = run(engine, a_market(rows), risk__max_position_pct=100)
    assert (told(found), found.counts.orders, found.counts.canceled) == ([], 1, 1)


def test_capital_grows_by_closed_trades_only(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000),
        flat("09:04", 1500),  # sold at 1,500: 50,000 won gained
        flat("09:05", 1000, BUY),
        flat("09:06", 1000),
        END,
    ]
    assert [trade[3] for trade in told(run(engine, a_market(rows)))] == [100, 105]


LOSING = [
    flat("09:02", 1000, BUY),
    flat("09:03", 1000),
    flat("09:04", 960),
    flat("09:05", 959, SELL),
    flat("09:06", 958, BUY),
    flat("09:07", 958),
    END,
]
WIDE = {"risk__max_position_pct": 50, "risk__stop_loss_pct": 30, "risk__take_profit_pct": 100}


def test_a_daily_loss_sells_everything_at_the_next_open_and_ends_the_day(engine: Engine) -> None:
    found = run(engine, a_market(LOSING), risk__daily_max_loss_pct=2, **WIDE)
    # 500 shares lose 20,000 of 1,000,000 won at the close of 960: exactly two percent.
    assert told(found) == [("A", "09:03", 1000, 500, "09:05", 959, "LIMIT")]
    assert [hit.limit for hit in found.limits] == [DailyLimit.LOSS]


def test_a_limit_takes_the_place_of_a_waiting_sell(engine: Engine) -> None:
    gaining = [flat("09:02", 1000, BUY), flat("09:03", 1000, SELL), END]
    other = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000),
        flat("09:04", 900),  # A waits to be sold and has no bar here
        END,
    ]
    found = run(engine, a_market(gaining, other), risk__daily_max_loss_pct=2, **WIDE)
    assert [(trade[0], trade[6]) for trade in told(found)] == [("A", "LIMIT"), ("B", "LIMIT")]
    assert found.counts.orders == 4


def test_a_limit_cancels_a_waiting_buy(engine: Engine) -> None:
    falling = [flat("09:02", 1000, BUY), flat("09:03", 1000), flat("09:05", 900), END]
    waiting = [flat("09:04", 1000, BUY), flat("09:06", 1000), END]
    found = run(engine, a_market(falling, waiting), risk__daily_max_loss_pct=2, **WIDE)
    assert [trade[0] for trade in told(found)] == ["A"]
    assert found.counts.canceled == 1


def test_of_closed_trades_alone_the_limit_is_reached_later(engine: Engine) -> None:
    found = run(
        engine,
        a_market(LOSING),
        risk__daily_max_loss_pct=2,
        risk__daily_basis="realized",
        **WIDE,
    )
    # Sold by its signal at 958; only then has the capital lost anything.
    assert told(found) == [("A", "09:03", 1000, 500, "09:06", 958, "SIGNAL")]
    assert [hit.time % 3600 // 60 for hit in found.limits] == [6]


def test_without_limits_the_day_goes_on(engine: Engine) -> None:
    found = run(engine, a_market(LOSING), **WIDE)
    assert [trade[6] for trade in told(found)] == ["SIGNAL", "EOD"]
    assert found.limits == ()


def test_a_bar_without_volume_is_a_bar_all_the_same(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), flat("09:03", 1002, 0), flat("09:04", 1000, SELL), END]
    assert told(run(engine, a_market(rows)))[0][1:3] == ("09:03", 1002)


def test_without_a_tick_rule_prices_are_used_as_they_are(engine: Engine) -> None:
    rows = [
        flat("09:02", 10.5, BUY),
        flat("09:03", 10.25),
        ("09:04", 10.25, 10.25, 10.0, 10.1, 1),
        flat("09:05", 10.0),
    ]
    found = run(engine, a_market(rows), costs__tick_rule="none", costs__slippage_ticks=3)
    assert told(found)[0][5:] == (10.25 * (1 - 1 / 100), "SL")


def test_a_stop_that_follows_takes_the_highs_of_the_bars_before(engine: Engine) -> None:
    rows = [
        flat("09:02", 1000, BUY),
        flat("09:03", 1000),
        ("09:04", 1000, 1015, 1000, 1010, 1),
        ("09:05", 1010, 1010, 1000, 1004, 1),  # one percent below 1,015 is 1,004.85
        END,
    ]
    found = run(engine, a_market(rows), risk__trailing_stop_pct=1)
    assert told(found)[0][4:] == ("09:05", 1004, "SL")


def test_what_is_held_too_long_without_a_gain_is_sold(engine: Engine) -> None:
    rows = [flat("09:02", 1000, BUY), *(flat(f"09:0{n}", 1000) for n in range(3, 8)), END]
    found = run(engine, a_market(rows), risk__time_stop_min=3, risk__time_stop_gain_pct=1)
    # Bought at 09:03; at the close of 09:05, three minutes later, it is decided.
    assert told(found)[0][4:] == ("09:06", 1000, "TIME")
