"""Paper mode: a real broker's feed passes, its account does not, and ours is true to the won."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.errors import BrokerError
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    BrokerIdentified,
    Condition,
    ConnectionChanged,
    ForeignOrderSeen,
    HistoryLoaded,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
)
from core.domain.order import (
    BrokerOrderId,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    Side,
)
from core.ports import Broker, MarketFeed, SymbolSource
from core.simulation.state import ExchangeState
from tests.broker.paper_desk import CASH, SEOUL, STOCK, Desk, at


def test_it_is_all_three_ports() -> None:
    broker = Desk().broker

    as_broker: Broker = broker
    as_feed: MarketFeed = broker
    as_source: SymbolSource = broker
    assert as_broker is as_feed is as_source


def test_market_data_and_notices_pass_as_they_are() -> None:
    desk = Desk().opened()
    news = [
        Tick("005930", at("10:00"), 71_500, 3),
        OrderBook("005930", at("10:00"), (), ()),
        MarketNoticed(at("10:00"), MarketNotice.OPENED),
        Interrupted("005930", at("10:00"), Interruption.STATIC_VI),
        ConnectionChanged(False, "line"),
    ]

    for message in news:
        desk.feed.post(message)

    assert desk.posts[2:] == news


def test_what_concerns_the_real_account_stays_outside() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_000)
    desk.posts.clear()

    desk.feed.post(AccountReported(at("10:00"), 1, 1, (), ()))
    desk.feed.post(ForeignOrderSeen(order))
    desk.feed.post(OrderAccepted(order.id, BrokerOrderId("9"), at("10:00")))

    assert desk.posts == []


def test_the_real_account_is_not_named() -> None:
    desk = Desk()

    desk.feed.post(BrokerIdentified("real", "80******11", needs_confirmation=True))

    assert desk.posts == [BrokerIdentified("paper", "PAPER")]


def test_the_feeds_own_work_goes_to_the_feed() -> None:
    desk, condition = Desk(), Condition(1, "급등")
    broker = desk.broker

    broker.connect()
    broker.request_history(["005930"], 3)
    broker.subscribe(["005930"])
    broker.unsubscribe(["005930"])
    broker.request_conditions()
    broker.run_condition(condition, True)
    broker.stop_condition(condition)

    assert desk.feed.calls == [
        ("connect",),
        ("history", ("005930",), 3),
        ("subscribe", ("005930",)),
        ("unsubscribe", ("005930",)),
        ("conditions",),
        ("run", condition, True),
        ("stop", condition),
    ]


def test_no_order_reaches_the_feed() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_000)
    desk.broker.amend(order, 71_100, 10)
    desk.broker.cancel(order)

    desk.go_to("10:00:01")

    assert desk.feed.calls == []
    assert not hasattr(desk.feed, "submit")


# -- the line --------------------------------------------------------------------------------------


def test_without_a_line_no_order_is_taken_but_a_cancel_is() -> None:
    desk = Desk().opened()
    working = desk.order(limit=71_000)
    desk.go_to("10:00:01")
    desk.feed.post(ConnectionChanged(False, "-106"))

    late = desk.order(limit=71_000)
    desk.broker.cancel(working)
    desk.go_to("10:00:02")

    (rejected,) = desk.got(OrderRejected)
    assert rejected.order_id == late.id
    assert "끊겨" in rejected.note
    assert desk.got(OrderCanceled)[0].order_id == working.id


def test_after_the_line_is_back_working_orders_go_on() -> None:
    desk = Desk().opened()
    order = desk.order(limit=71_000)
    desk.go_to("10:00:01")

    desk.feed.post(ConnectionChanged(False, "-106"))
    desk.feed.post(ConnectionChanged(True))
    report = desk.account()
    desk.tick("10:04:00", 71_500, 100)
    desk.tick("10:05:00", 70_900, 100)

    assert [each.id for each in report.orders] == [order.id]
    assert desk.fills(order) == [(71_000, 10)]


def test_a_symbol_the_feed_does_not_know_is_refused() -> None:
    desk = Desk()
    desk.feed.post(ConnectionChanged(True))
    desk.feed.post(HistoryLoaded(STOCK, (), "no such code"))
    desk.order()

    desk.go_to("10:00:01")

    assert "종목코드" in desk.got(OrderRejected)[0].note


# -- the account -----------------------------------------------------------------------------------


def test_cash_and_shares_follow_the_fills_to_the_won() -> None:
    desk = Desk().opened()
    desk.order(quantity=10)
    desk.tick("10:00:01", 71_500)
    desk.order(Side.SELL, quantity=4)
    desk.tick("10:00:02", 71_700)

    report = desk.account()

    fills = [report.fill for report in desk.got(OrderFilled)]
    paid = sum(
        fill.side.sign * fill.price * fill.quantity + fill.commission + fill.tax for fill in fills
    )
    assert report.cash == CASH - paid
    (holding,) = report.holdings
    assert (holding.quantity, holding.sellable) == (6, 6)
    assert fills[1].tax > 0


def test_a_buy_is_cut_to_what_the_cash_pays() -> None:
    desk = Desk().opened()
    order = desk.order(quantity=1_000)

    desk.tick("10:00:01", 71_500, 5_000)

    ((_, quantity),) = desk.fills(order)
    assert quantity == 139
    assert desk.account().cash >= 0


def test_what_is_not_held_can_not_be_sold() -> None:
    desk = Desk().opened()
    desk.order(Side.SELL)

    desk.go_to("10:00:01")

    assert "매도가능수량" in desk.got(OrderRejected)[0].note


def test_the_account_outlives_the_run_with_a_state_file(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    desk = Desk(state=ExchangeState(path, SEOUL)).opened()
    desk.order(quantity=10)
    desk.tick("10:00:01", 71_500)
    waiting = desk.order(limit=71_000)
    desk.go_to("10:00:02")
    cash = desk.account().cash
    desk.broker.close()

    again = Desk("10:30:00", state=ExchangeState(path, SEOUL)).opened()
    report = again.account()
    again.tick("10:31:00", 71_500, 100)
    again.tick("10:32:00", 70_900, 100)

    assert (report.cash, report.holdings[0].quantity) == (cash, 10)
    assert [each.id for each in report.orders] == [waiting.id]
    assert again.fills(waiting) == [(71_000, 10)]


def test_an_exchange_that_can_not_keep_its_books_stops(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    desk = Desk(state=ExchangeState(path, SEOUL)).opened()
    other = Desk(state=ExchangeState(path, SEOUL)).opened()
    desk.order(limit=71_000)
    desk.go_to("10:00:01")

    assert desk.got(OrderAccepted) == []
    assert not desk.got(ConnectionChanged)[-1].is_connected
    with pytest.raises(BrokerError, match="paper account"):
        desk.order()
    desk.feed.post(ConnectionChanged(True))
    assert not desk.got(ConnectionChanged)[-1].is_connected
    other.broker.close()


# -- threads and time ------------------------------------------------------------------------------


def test_orders_are_brought_to_the_feeds_thread_with_the_time_they_left() -> None:
    waiting: list[Callable[[], None]] = []
    desk = Desk(call=waiting.append)
    desk.opened()
    desk.order(limit=71_000)
    desk.clock.move_to(at("10:00:00.020000"))

    assert desk.broker.next_time() is None
    for action in waiting:
        action()

    assert desk.broker.next_time() == at("10:00:00.030000")


def test_the_feed_is_driven_when_it_is_due() -> None:
    desk = Desk().opened()
    desk.feed.due = at("10:00:05")

    assert desk.broker.next_time() == at("10:00:05")
    desk.go_to("10:00:04")
    assert desk.feed.calls == []
    desk.go_to("10:00:06")
    assert desk.feed.calls == [("on_time", at("10:00:05"))]


def test_listeners_hear_everything_but_market_data() -> None:
    desk, heard = Desk(), []
    desk.broker.add_listener(heard.append)
    desk.opened()
    order = desk.order()
    desk.tick("10:00:01", 71_500)
    desk.broker.remove_listener(heard.append)
    desk.account()

    assert [type(message) for message in heard] == [
        ConnectionChanged,
        OrderAccepted,
        OrderFilled,
    ]
    assert desk.fills(order)


def test_nothing_is_posted_after_the_close() -> None:
    desk = Desk().opened()
    desk.order()
    desk.broker.close()
    desk.posts.clear()

    desk.feed.post(ConnectionChanged(False))
    desk.go_to("10:00:01")

    assert desk.feed.calls == [("close",)]
    assert desk.posts == []
