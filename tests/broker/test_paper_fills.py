"""Paper mode: a live feed's ticks fill orders at an exchange of our own."""

from __future__ import annotations

from core.domain.market import Tick
from core.domain.messages import (
    Interrupted,
    Interruption,
    Resumed,
)
from core.domain.order import (
    AmendRejected,
    CancelRejected,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderKind,
    OrderRejected,
    TimeInForce,
)
from tests.broker.paper_desk import Desk, at

# -- fills ---------------------------------------------------------------------------------------


def test_a_market_order_takes_the_trades_after_its_arrival_up_to_their_volume() -> None:
    desk = Desk().opened()
    order = desk.order(quantity=10)

    desk.tick("10:00:00.020000", 71_400, 500)  # it is still on its way
    desk.tick("10:00:00.500000", 71_500, 4)
    desk.tick("10:00:01", 71_600, 100, bid=71_500, ask=71_700)

    assert desk.fills(order) == [(71_500, 4), (71_700, 6)]


def test_a_fill_comes_after_the_trade_that_made_it() -> None:
    desk = Desk().opened()
    order = desk.order(quantity=4)

    desk.tick("10:00:01", 71_500, 10)

    accepted, tick, filled = desk.posts[2:]
    assert isinstance(accepted, OrderAccepted)
    assert accepted.time == at("10:00:00.030000")
    assert isinstance(tick, Tick)
    assert isinstance(filled, OrderFilled)
    assert (filled.order_id, filled.time) == (order.id, at("10:00:01"))


def test_slippage_moves_the_price_against_us() -> None:
    desk = Desk(slippage_ticks=2).opened()
    order = desk.order(quantity=1)

    desk.tick("10:00:01", 71_500)

    assert desk.fills(order) == [(71_700, 1)]


def test_a_limit_order_waits_behind_what_the_book_shows() -> None:
    desk = Desk().opened()
    desk.book({71_400: 50, 71_300: 80}, {71_500: 60})
    order = desk.order(limit=71_400)
    desk.go_to("10:00:01")

    desk.tick("10:00:02", 71_400, 45)
    desk.tick("10:00:03", 71_400, 8)
    assert desk.fills(order) == [(71_400, 3)]
    desk.tick("10:00:04", 71_300, 100)

    assert desk.fills(order) == [(71_400, 3), (71_400, 7)]


def test_a_limit_order_inside_the_spread_is_first() -> None:
    desk = Desk().opened()
    desk.book({71_300: 50}, {71_500: 60})
    order = desk.order(limit=71_400)
    desk.go_to("10:00:01")

    desk.tick("10:00:02", 71_400, 2)

    assert desk.fills(order) == [(71_400, 2)]


def test_all_our_orders_together_get_no_more_than_a_trade_has() -> None:
    desk = Desk().opened()
    first, second = desk.order(quantity=7), desk.order(quantity=7)

    desk.tick("10:00:01", 71_500, 10)

    assert desk.fills(first) == [(71_500, 7)]
    assert desk.fills(second) == [(71_500, 3)]


def test_nothing_fills_on_a_print_that_can_not_be() -> None:
    desk = Desk().opened()
    order = desk.order(quantity=7)

    desk.tick("10:00:01", 93_000, 10)  # beyond the daily limit
    desk.tick("10:00:02", 71_550, 10)  # off the grid
    desk.tick("10:00:03", 0, 10)

    assert desk.fills(order) == []


# -- kinds -----------------------------------------------------------------------------------------


def test_ioc_gives_back_what_the_first_trade_leaves() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_500, tif=TimeInForce.IOC)

    desk.tick("10:00:01", 71_500, 4)

    assert desk.fills(order) == [(71_500, 4)]
    assert "IOC" in desk.got(OrderCanceled)[0].note


def test_fok_is_all_or_nothing() -> None:
    desk = Desk().opened()
    large = desk.order(quantity=10, tif=TimeInForce.FOK)
    desk.tick("10:00:01", 71_500, 9)
    small = desk.order(quantity=9, tif=TimeInForce.FOK)
    desk.tick("10:00:02", 71_500, 9)

    assert desk.fills(large) == []
    assert desk.got(OrderCanceled)[0].order_id == large.id
    assert desk.fills(small) == [(71_500, 9)]


def test_ioc_does_not_wait_for_a_trade_for_ever() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_500, tif=TimeInForce.IOC)

    desk.go_to("10:00:10")

    (canceled,) = desk.got(OrderCanceled)
    assert canceled.order_id == order.id
    assert canceled.time == at("10:00:03.030000")


def test_best_and_top_take_their_price_from_the_book() -> None:
    desk = Desk().opened()
    desk.book({71_400: 5}, {71_500: 5})
    best, top = desk.order(kind=OrderKind.BEST), desk.order(kind=OrderKind.TOP)
    desk.go_to("10:00:01")

    desk.tick("10:00:02", 71_600, 100)
    assert desk.fills(best) == desk.fills(top) == []
    desk.tick("10:00:03", 71_500, 100)
    assert (desk.fills(best), desk.fills(top)) == ([(71_500, 10)], [])
    desk.tick("10:00:04", 71_400, 15)
    assert desk.fills(top) == [(71_400, 10)]


def test_a_kind_is_refused_outside_its_time() -> None:
    desk = Desk("08:45:00").opened()
    desk.order(kind=OrderKind.BEST)

    desk.go_to("08:45:01")

    assert "최유리지정가" in desk.got(OrderRejected)[0].note


def test_top_without_a_book_is_refused() -> None:
    desk = Desk().opened()
    desk.order(kind=OrderKind.TOP)

    desk.go_to("10:00:01")

    assert "호가가 없어" in desk.got(OrderRejected)[0].note


def test_an_order_of_the_opening_auction_gets_the_auctions_price() -> None:
    desk = Desk("08:50:00").opened()
    order = desk.order(limit=71_900)
    desk.go_to("08:59:59")

    desk.tick("09:00:00", 71_600, 5_000)

    assert desk.fills(order) == [(71_600, 10)]


def test_a_conditional_order_takes_any_price_at_the_close() -> None:
    desk = Desk("15:00:00").opened()
    order = desk.order(limit=71_000, kind=OrderKind.CONDITIONAL)
    desk.tick("15:10:00", 71_600, 100)
    assert desk.fills(order) == []

    desk.tick("15:30:00", 71_700, 5_000)

    assert desk.fills(order) == [(71_700, 10)]


def test_a_halted_symbol_takes_no_orders_until_it_resumes() -> None:
    desk = Desk().opened()
    desk.feed.post(Interrupted("005930", at("10:00"), Interruption.HALT))
    desk.order(limit=71_000)
    desk.go_to("10:00:01")
    desk.feed.post(Resumed("005930", at("10:00:01")))
    taken = desk.order(limit=71_000)
    desk.go_to("10:00:02")

    assert "정지" in desk.got(OrderRejected)[0].note
    assert desk.got(OrderAccepted)[0].order_id == taken.id


def test_in_a_volatility_auction_ioc_is_refused_and_a_limit_order_waits() -> None:
    desk = Desk().opened()
    desk.feed.post(Interrupted("005930", at("10:00"), Interruption.STATIC_VI, 71_500))
    at_once = desk.order(limit=71_500, tif=TimeInForce.IOC)
    waits = desk.order(limit=71_500)

    desk.go_to("10:02:00")
    desk.tick("10:02:10", 71_400, 500)

    assert desk.got(OrderRejected)[0].order_id == at_once.id
    assert desk.fills(waits) == [(71_400, 10)]


def test_a_trade_says_that_the_symbol_has_resumed() -> None:
    desk = Desk().opened()
    desk.feed.post(Interrupted("005930", at("10:00"), Interruption.HALT))
    desk.tick("10:00:00", 71_500)  # from before
    desk.order(limit=71_000)
    desk.go_to("10:00:01")
    assert len(desk.got(OrderRejected)) == 1

    desk.tick("10:10:00", 71_500)
    desk.order(limit=71_000)
    desk.go_to("10:10:01")

    assert len(desk.got(OrderAccepted)) == 1


def test_a_circuit_breaker_collects_orders_after_its_halt() -> None:
    desk = Desk().opened()
    desk.feed.post(Interrupted("", at("10:00"), Interruption.CIRCUIT_BREAKER))
    desk.order(limit=71_000)
    desk.go_to("10:20:00")
    assert "정지" in desk.got(OrderRejected)[0].note

    desk.order(limit=71_000)
    desk.go_to("10:20:01")

    assert len(desk.got(OrderAccepted)) == 1


# -- the end of an order ---------------------------------------------------------------------------


def test_orders_of_the_day_expire_after_the_closing_auction() -> None:
    desk = Desk("15:25:00").opened()
    order = desk.order(limit=70_000)

    desk.go_to("15:30:59")
    assert desk.got(OrderExpired) == []
    desk.go_to("15:32:00")

    assert desk.got(OrderExpired) == [OrderExpired(order.id, at("15:31:00"))]


def test_orders_of_the_after_market_expire_in_the_evening() -> None:
    desk = Desk("17:00:00").opened()
    order = desk.order(limit=71_000)

    desk.go_to("20:05:00")

    assert desk.got(OrderExpired) == [OrderExpired(order.id, at("20:01:00"))]


def test_a_cancel_gives_the_rest_back() -> None:
    desk = Desk().opened()
    order = desk.order(quantity=10)
    desk.tick("10:00:01", 71_500, 4)

    desk.broker.cancel(order)
    desk.tick("10:00:02", 71_500, 100)
    desk.broker.cancel(order)
    desk.go_to("10:00:03")

    assert desk.fills(order) == [(71_500, 4)]
    assert len(desk.got(OrderCanceled)) == 1
    assert len(desk.got(CancelRejected)) == 1


def test_an_amended_order_works_at_its_new_price() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_000)
    desk.go_to("10:00:01")

    desk.broker.amend(order, 71_400, 8)
    desk.go_to("10:00:02")
    desk.tick("10:00:03", 71_400, 100)

    (amended,) = desk.got(OrderAmended)
    assert (amended.limit_price, amended.quantity) == (71_400, 8)
    assert amended.broker_id != desk.got(OrderAccepted)[0].broker_id
    assert desk.fills(order) == [(71_400, 8)]


def test_fewer_shares_at_the_same_price_keep_their_place_in_line() -> None:
    desk = Desk().opened()
    desk.book({71_400: 50}, {71_500: 60})
    order = desk.order(limit=71_400)
    desk.go_to("10:00:01")
    desk.tick("10:00:02", 71_400, 40)
    desk.book({71_400: 900}, {71_500: 60})

    desk.broker.amend(order, 71_400, 6)
    desk.go_to("10:00:03")
    desk.tick("10:00:04", 71_400, 30)

    assert desk.fills(order) == [(71_400, 6)]


def test_what_has_no_price_can_not_be_amended() -> None:
    desk = Desk().opened()
    order = desk.order()
    desk.broker.amend(order, 71_400, 8)

    desk.go_to("10:00:01")

    assert desk.got(AmendRejected)[0].order_id == order.id
