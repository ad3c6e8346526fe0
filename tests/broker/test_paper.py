"""Paper mode: a live feed's ticks fill orders at an exchange of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from broker.paper import PaperBroker, PaperTerms
from core.clock import SimClock
from core.domain.errors import BrokerError
from core.domain.instrument import Instrument
from core.domain.market import Level, OrderBook, Tick
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
    Message,
    Resumed,
)
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderRejected,
    Reason,
    Side,
    TimeInForce,
)
from core.ports import Broker, MarketFeed, Post, SymbolSource
from core.sessions import open_calendar
from core.simulation.costs import CostModel, CostOptions
from core.simulation.state import ExchangeState

SEOUL = ZoneInfo("Asia/Seoul")
CALENDAR = open_calendar("XKRX", SEOUL)
STOCK = Instrument("005930", "삼성전자", 71_500)
COSTS = CostModel.from_options(CostOptions())
CASH = 10_000_000
LATENCY = timedelta(milliseconds=30)

M = TypeVar("M")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20T{clock}+09:00").astimezone(SEOUL)


class FakeFeed:
    """A broker's line that posts what a test says."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.calls: list[tuple[Any, ...]] = []
        self.due: datetime | None = None

    def connect(self) -> None:
        self.calls.append(("connect",))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self.calls.append(("history", tuple(symbols), days))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self.calls.append(("subscribe", tuple(symbols)))

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self.calls.append(("unsubscribe", tuple(symbols)))

    def request_conditions(self) -> None:
        self.calls.append(("conditions",))

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        self.calls.append(("run", condition, is_real_time))

    def stop_condition(self, condition: Condition) -> None:
        self.calls.append(("stop", condition))

    def next_time(self) -> datetime | None:
        return self.due

    def on_time(self, now: datetime) -> None:
        self.calls.append(("on_time", now))
        self.due = None

    def close(self) -> None:
        self.calls.append(("close",))


class Desk:
    """A paper broker, its feed, its clock and everything it posted."""

    def __init__(
        self,
        start: str = "10:00:00",
        *,
        slippage_ticks: int = 0,
        state: ExchangeState | None = None,
        call: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self.clock = SimClock(at(start))
        self.posts: list[Message] = []
        self.feeds: list[FakeFeed] = []
        terms = PaperTerms(COSTS, CASH, slippage_ticks, LATENCY, state)
        self.broker = PaperBroker(
            self._make_feed,
            self.posts.append,
            self.clock,
            call or (lambda action: action()),
            CALENDAR,
            terms,
        )
        self._numbers = 0

    def _make_feed(self, post: Post) -> FakeFeed:
        self.feeds.append(FakeFeed(post))
        return self.feeds[0]

    @property
    def feed(self) -> FakeFeed:
        return self.feeds[0]

    def opened(self) -> Desk:
        """Log in and learn the one symbol."""
        self.feed.post(ConnectionChanged(True))
        self.feed.post(HistoryLoaded(STOCK, ()))
        return self

    def go_to(self, clock: str) -> None:
        """Let time pass as a timer would."""
        until = at(clock)
        while (due := self.broker.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.broker.on_time(self.clock.now())
        self.clock.move_to(until)

    def tick(
        self,
        clock: str,
        price: int,
        quantity: int = 100,
        bid: int | None = None,
        ask: int | None = None,
    ) -> None:
        """Let a trade be printed and arrive at once, without a timer in between."""
        self.clock.move_to(at(clock))
        self.feed.post(Tick("005930", at(clock), price, quantity, None, bid, ask))

    def book(self, bids: dict[int, int], asks: dict[int, int]) -> None:
        sides = (tuple(Level(*level) for level in side.items()) for side in (asks, bids))
        self.feed.post(OrderBook("005930", self.clock.now(), *sides))

    def order(
        self,
        side: Side = Side.BUY,
        quantity: int = 10,
        limit: int | None = None,
        kind: OrderKind | None = None,
        tif: TimeInForce = TimeInForce.DAY,
    ) -> Order:
        """Submit an order, at market unless it has a limit or a kind."""
        self._numbers += 1
        chosen = kind or (OrderKind.MARKET if limit is None else OrderKind.LIMIT)
        intent = OrderIntent(
            "005930", side, quantity, Reason.SIGNAL, self.clock.now(), 71_500, chosen, limit, tif
        )
        order = Order(OrderId(f"P{self._numbers}"), intent)
        self.broker.submit(order)
        return order

    def got(self, kind: type[M]) -> list[M]:
        return [message for message in self.posts if isinstance(message, kind)]

    def fills(self, order: Order) -> list[tuple[int, int]]:
        return [
            (report.fill.price, report.fill.quantity)
            for report in self.got(OrderFilled)
            if report.order_id == order.id
        ]

    def account(self) -> AccountReported:
        self.broker.request_account("now")
        self.go_to((self.clock.now() + LATENCY).time().isoformat())
        return self.got(AccountReported)[-1]


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
