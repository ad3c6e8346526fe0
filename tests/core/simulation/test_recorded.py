"""Recorded trades as a market: published as they are, and no liquidity invented."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import DataError
from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.messages import DataEnded, HistoryLoaded
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderKind,
    OrderRejected,
    Reason,
    Side,
    TimeInForce,
)
from tests.core.simulation.sim_builders import (
    COSTS,
    DAY,
    SEOUL,
    Outside,
    a_row,
    an_order,
    recorded,
    sessions_before,
)

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "005490_ticks.csv.gz"


def fills(outside: Outside, order: Order) -> list[tuple[int, int]]:
    return [
        (report.fill.price, report.fill.quantity)
        for report in outside.about(order)
        if isinstance(report, OrderFilled)
    ]


def after_first_row(outside: Outside, *orders: Order) -> Outside:
    """Let the first row pass, send the orders, and play the rest."""
    outside.run(1)
    outside.submit(*orders)
    outside.run_out()
    return outside


def test_rows_are_published_as_they_are_bad_ones_too() -> None:
    rows = [
        a_row(1, 71_500),
        a_row(2, 0),
        a_row(2, -71_500),
        a_row(3, 71_550),  # off the grid
        a_row(1, 71_600, late_s=3),
        a_row(5, 71_500, 0),
    ]

    outside = recorded(rows)
    outside.run_out()

    assert outside.got(Tick) == [tick for _, tick in rows]


def test_rows_of_one_timestamp_are_one_step() -> None:
    outside = recorded([a_row(1, 71_500), a_row(1, 71_600), a_row(2, 71_500)])

    outside.run(1)

    assert len(outside.posts) == 2


def test_no_rows_at_all_is_an_error() -> None:
    with pytest.raises(DataError, match="no rows"):
        recorded([])


def test_a_market_order_takes_later_rows_up_to_their_volume() -> None:
    rows = [a_row(1, 71_500, 500), a_row(2, 71_600, 4), a_row(3, 71_700, 3), a_row(4, 71_800, 90)]
    order = an_order(quantity=10)

    outside = after_first_row(recorded(rows), order)

    assert fills(outside, order) == [(71_700, 4), (71_800, 3), (71_900, 3)]


def test_the_worse_of_trade_and_opposite_quote_counts() -> None:
    rows = [a_row(1, 71_500, 500), a_row(2, 71_500, 90, bid=71_300, ask=71_700)]
    buy = an_order(quantity=1)
    rows.append(a_row(3, 71_500, 90, bid=71_300, ask=71_700))
    outside = recorded(rows, slippage_ticks=0)

    outside.run(1)
    outside.submit(buy)
    outside.run(2)
    outside.submit(sell := an_order(Side.SELL, 1))
    outside.run_out()

    assert fills(outside, buy) == [(71_700, 1)]
    assert fills(outside, sell) == [(71_300, 1)]


def test_a_zero_quote_is_no_quote() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, bid=0, ask=0)]
    order = an_order(quantity=1)

    outside = after_first_row(recorded(rows, slippage_ticks=0), order)

    assert fills(outside, order) == [(71_500, 1)]


def test_slippage_stops_at_the_daily_limit() -> None:
    rows = [a_row(1, 92_900), a_row(2, 92_900)]
    order = an_order(quantity=1)

    outside = after_first_row(recorded(rows, Instrument("005930", "", 71_500)), order)

    assert fills(outside, order) == [(92_900, 1)]


@pytest.mark.parametrize(
    "bad",
    [
        a_row(2, 0),
        a_row(2, -1),
        a_row(2, 71_500, 0),
        a_row(2, 71_550),  # off the grid: a mid-point trade we could not have met
        a_row(2, 99_900),  # outside the limits
        a_row(0, 71_500, late_s=2),  # from before the order
    ],
)
def test_bad_rows_never_fill(bad: tuple[datetime, Tick]) -> None:
    instrument = Instrument("005930", "", 71_500)
    rows = [a_row(1, 71_500), bad, a_row(9, 71_500)]
    order = an_order(quantity=1)

    outside = after_first_row(recorded(rows, instrument), order)

    (filled,) = outside.got(OrderFilled)
    assert filled.time == rows[2][0]


def test_our_orders_share_a_row() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, 10), a_row(3, 71_500, 10)]
    first, second = an_order(quantity=8), an_order(quantity=8)

    outside = after_first_row(recorded(rows), first, second)

    assert fills(outside, first) == [(71_600, 8)]
    assert fills(outside, second) == [(71_600, 2), (71_600, 6)]


def test_a_trade_through_the_price_fills_a_waiting_limit_order_at_its_price() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500), a_row(3, 71_200, 4), a_row(4, 71_100, 90)]
    order = an_order(quantity=10, limit=71_300)

    outside = after_first_row(recorded(rows), order)

    assert fills(outside, order) == [(71_300, 4), (71_300, 6)]


def test_trades_at_the_price_serve_the_queue_first() -> None:
    rows = [
        a_row(1, 71_500, 60),
        a_row(2, 71_500, 40),  # the order finds out here that it has to wait, behind 60 shares
        a_row(3, 71_400, 45),
        a_row(4, 71_400, 20),  # 15 for the queue, 5 for us
        a_row(5, 71_400, 90),
    ]
    order = an_order(quantity=8, limit=71_400)

    outside = after_first_row(recorded(rows), order)

    assert fills(outside, order) == [(71_400, 5), (71_400, 3)]


def test_a_limit_order_that_crosses_is_a_taker_within_its_limit() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, 4), a_row(3, 71_900, 90), a_row(4, 71_500, 90)]
    order = an_order(quantity=10, limit=71_800)

    outside = after_first_row(recorded(rows), order)

    assert fills(outside, order) == [(71_600, 4), (71_800, 6)]


def test_a_buy_is_cut_when_the_cash_runs_out() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, 3), a_row(3, 90_000, 50)]
    order = an_order(quantity=10)

    outside = after_first_row(recorded(rows, cash=400_000), order)

    assert fills(outside, order) == [(71_600, 3), (90_100, 2)]
    last = outside.about(order)[-1]
    assert isinstance(last, OrderCanceled) and "주문가능금액" in last.note
    assert outside.venue.exchange.account.cash >= 0


def test_at_the_end_the_rest_is_given_back_before_the_end_is_told() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, 3)]
    order = an_order(quantity=10)

    outside = after_first_row(recorded(rows), order)

    assert fills(outside, order) == [(71_600, 3)]
    assert isinstance(outside.posts[-2], OrderCanceled)
    assert outside.posts[-1] == DataEnded(rows[-1][0] + timedelta(seconds=1))
    assert outside.venue.next_time() is None


def test_after_the_end_eod_orders_are_filled_in_full_at_the_last_price() -> None:
    rows = [a_row(1, 71_500), a_row(2, 71_500, 50), a_row(3, 71_300, 1)]
    outside = after_first_row(recorded(rows), an_order(quantity=40))
    outside.submit(sell := an_order(Side.SELL, 40, reason=Reason.EOD))
    outside.submit(other := an_order(Side.SELL, 40, reason=Reason.SL))
    outside.run_out()

    (filled,) = [report.fill for report in outside.about(sell) if isinstance(report, OrderFilled)]
    assert (filled.price, filled.quantity) == (71_300, 40)
    assert (filled.commission, filled.tax) == COSTS.of_fill(Side.SELL, 71_300 * 40, True, DAY)
    (refused,) = outside.about(other)
    assert isinstance(refused, OrderRejected)


def test_an_eod_order_whose_symbol_is_over_early_is_filled_at_the_days_end() -> None:
    rows = [
        a_row(1, 71_500),
        a_row(2, 71_500, 50),
        *(a_row(s, 9_000, symbol="B") for s in (60, 90)),
    ]
    outside = recorded(rows, Instrument("005930", ""), Instrument("B", ""))
    outside.run(1)
    outside.submit(an_order(quantity=5))
    outside.run_to(rows[-1][0])
    outside.submit(sell := an_order(Side.SELL, 5, reason=Reason.EOD))
    outside.run_out()

    assert fills(outside, sell) == [(71_500, 5)]
    assert outside.about(sell)[-1].time == rows[-1][0] + timedelta(seconds=1)


def test_every_day_ends_for_itself() -> None:
    yesterday = sessions_before(DAY, 1)[0].day
    rows = [a_row(1, 71_500, day=yesterday), a_row(2, 71_500, 4, day=yesterday), a_row(1, 72_000)]
    order = an_order(quantity=10)

    outside = after_first_row(recorded(rows), order)

    last = outside.about(order)[-1]
    assert isinstance(last, OrderCanceled) and last.time.date() == yesterday
    assert len(outside.got(DataEnded)) == 1


def test_unknown_codes_are_refused_and_have_no_history() -> None:
    order = an_order(symbol="999999")

    outside = after_first_row(recorded([a_row(1, 71_500), a_row(2, 71_500)]), order)
    outside.venue.request_history(["999999", "005930"], 5)

    assert "종목코드" in outside.about(order)[0].note
    unknown, known = outside.got(HistoryLoaded)
    assert unknown.error and not known.error


def real_rows() -> list[tuple[datetime, Tick]]:
    if not REAL.exists():
        pytest.skip("recorded ticks are not beside the checkout (../shared/data)")
    rows = []
    with gzip.open(REAL, "rt") as file:
        for row in csv.DictReader(file):
            time = datetime.fromisoformat(row["datetime"]).astimezone(SEOUL)
            side = Side.BUY if row["side"] == "B" else Side.SELL
            price, quantity, bid, ask = (int(row[k]) for k in ("price", "volume", "bid", "ask"))
            rows.append((time, Tick("005490", time, price, quantity, side, bid, ask)))
    return rows


@pytest.fixture(scope="module")
def posco() -> list[tuple[datetime, Tick]]:
    return real_rows()


plans = st.lists(
    st.tuples(
        st.integers(1, 3_000),  # rows until the next order
        st.sampled_from(Side),
        st.sampled_from([1, 30, 700, 20_000]),
        st.none() | st.integers(-4, 4),  # ticks from the last price
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12, deadline=None)
@given(plan=plans)
def test_on_real_ticks_nothing_is_filled_that_was_not_traded(
    posco: list[tuple[datetime, Tick]], plan: list[tuple[int, Side, int, int | None]]
) -> None:
    outside = recorded(posco, Instrument("005490", "POSCO"), cash=10**9)
    orders = []
    for wait, side, quantity, ticks in plan:
        outside.run(wait)
        last = outside.got(Tick)[-1].price
        limit = None if ticks is None else int(last) + 500 * ticks
        orders.append(an_order(side, quantity, symbol="005490", limit=limit))
        outside.submit(orders[-1])
    outside.run_out()

    traded: Counter[datetime] = Counter()
    reach: dict[datetime, tuple[float, float]] = {}
    for time, tick in posco:
        traded[time] += tick.quantity
        low, high = reach.get(time, (tick.price, tick.price))
        bid, ask = tick.bid or tick.price, tick.ask or tick.price
        reach[time] = (min(low, tick.price, bid), max(high, tick.price, ask))
    ours: Counter[datetime] = Counter()
    arrived = {report.order_id: report.time for report in outside.got(OrderAccepted)}
    for report in outside.got(OrderFilled):
        fill = report.fill
        ours[fill.time] += fill.quantity
        assert fill.time > arrived[fill.order_id]
        low, high = reach[fill.time]
        limit = next(order.intent.limit_price for order in orders if order.id == fill.order_id)
        if limit is None:
            assert low - 500 <= fill.price <= high + 500
        else:
            assert fill.side.sign * fill.price <= fill.side.sign * limit
    assert all(quantity <= traded[time] for time, quantity in ours.items())
    assert outside.venue.exchange.account.cash >= 0
    assert outside.got(Tick) == [tick for _, tick in posco]


def test_a_recording_takes_limit_and_market_orders_only() -> None:
    outside = recorded([a_row(second, 71_500) for second in range(1, 9)])
    orders = [
        an_order(quantity=1, kind=OrderKind.BEST),
        an_order(quantity=1, limit=71_500, time_in_force=TimeInForce.IOC),
    ]
    outside.submit(*orders)
    outside.run_for(seconds=2)

    for order in orders:
        (refused,) = outside.about(order)
        assert isinstance(refused, OrderRejected)


def test_an_amended_order_queues_anew_behind_a_recording() -> None:
    rows = [a_row(second, 71_500) for second in (1, 2, 3, 4)] + [a_row(6, 71_900)]
    outside = recorded(rows)
    outside.submit(order := an_order(quantity=3, limit=70_000))
    outside.run_for(seconds=1)
    outside.amend(order, 72_000, 2)
    outside.run_out()

    kinds = [type(report) for report in outside.about(order)]
    assert kinds == [OrderAccepted, OrderAmended, OrderFilled]
    assert outside.about(order)[-1].fill.quantity == 2
