"""Our orders at the simulated broker: refusals, reserves, fills, cancels, and money to the won."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.errors import BrokerError
from core.domain.market import Tick
from core.domain.messages import AccountReported
from core.domain.order import (
    CancelRejected,
    Fill,
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
    Side,
)
from core.domain.price import KRX_STOCK, Price, daily_limits
from core.simulation.listings import listings
from tests.core.simulation.sim_builders import CASH, COSTS, Outside, a_session, an_order, synthetic

LIMITS = daily_limits(71_500)  # of 005930 in the listings
SHORT = a_session(minutes=20)


@pytest.fixture
def open_market() -> Outside:
    """Samsung Electronics two minutes after the open."""
    outside = synthetic(session=SHORT)
    outside.run_to(SHORT.open + timedelta(minutes=2))
    return outside


def the_refusal(outside: Outside, order: Order) -> str:
    outside.submit(order)
    outside.run_for(seconds=1)
    (report,) = outside.about(order)
    assert isinstance(report, OrderRejected), report
    return report.note


def quotes(outside: Outside) -> tuple[int, int]:
    """The newest bid and ask that were printed."""
    tick = outside.got(Tick)[-1]
    assert tick.bid is not None and tick.ask is not None
    return int(tick.bid), int(tick.ask)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (an_order(symbol="999999"), "종목코드를 확인하세요"),
        (an_order(quantity=0), "주문수량을 확인하세요"),
        (an_order(limit=71_550), "호가단위 오류"),
        (an_order(limit=LIMITS[1] + 100), "상/하한가 오류"),
        (an_order(limit=LIMITS[0] - 100), "상/하한가 오류"),
        (an_order(limit=-100), "주문단가를 확인하세요"),
        (an_order(quantity=200, limit=71_500), "매수증거금이 부족합니다"),
        (an_order(Side.SELL, quantity=1), "매도가능수량이 부족합니다"),
    ],
)
def test_the_broker_refuses_in_its_own_words(
    open_market: Outside, order: Order, words: str
) -> None:
    assert words in the_refusal(open_market, order)


def test_commission_counts_in_the_cash_needed() -> None:
    outside = synthetic(session=SHORT, cash=10 * LIMITS[0])
    outside.run_to(SHORT.open + timedelta(seconds=1))

    assert "매수증거금" in the_refusal(outside, an_order(quantity=10, limit=LIMITS[0]))


def test_auctions_take_orders_and_after_the_close_there_are_none() -> None:
    outside = synthetic(session=SHORT)
    outside.submit(early := an_order(quantity=1))
    outside.run_to(SHORT.continuous_end + timedelta(seconds=5))
    outside.submit(late := an_order(quantity=1))
    outside.run_out()
    outside.submit(too_late := an_order())
    outside.run_out()

    for order in (early, late):
        assert [type(report) for report in outside.about(order)] == [OrderAccepted, OrderFilled]
    opened, closed = (outside.about(order)[-1].fill for order in (early, late))
    prints = outside.got(Tick)
    assert (opened.price, opened.time) == (prints[0].price, SHORT.open)
    assert (closed.price, closed.time) == (prints[-1].price, prints[-1].time)
    (refused,) = outside.about(too_late)
    assert "주문시간이 아닙니다" in refused.note


def test_an_order_takes_its_time_to_arrive(open_market: Outside) -> None:
    order = an_order()
    sent = open_market.venue.now

    open_market.submit(order)
    open_market.run_for(seconds=1)

    assert open_market.about(order)[0].time == sent + timedelta(milliseconds=30)


def test_a_market_order_fills_at_the_opposite_quote_and_is_printed(open_market: Outside) -> None:
    order = an_order(quantity=10)

    open_market.submit(order)
    open_market.run_for(seconds=1)

    accepted, *fills = open_market.about(order)
    assert isinstance(accepted, OrderAccepted)
    assert sum(report.fill.quantity for report in fills) == 10
    prints = {(tick.time, tick.price, tick.quantity, tick.side) for tick in open_market.got(Tick)}
    for report in fills:
        fill = report.fill
        assert (fill.time, fill.price, fill.quantity, Side.BUY) in prints
        assert fill.commission == COSTS.commission(fill.price * fill.quantity)


def test_a_market_buy_is_cut_to_what_the_cash_pays() -> None:
    outside = synthetic(session=SHORT, cash=1_000_000)
    outside.run_to(SHORT.open + timedelta(minutes=1))
    order = an_order(quantity=1_000)

    outside.submit(order)
    outside.run_for(seconds=1)

    *_, last = outside.about(order)
    assert isinstance(last, OrderCanceled)
    assert "주문가능금액" in last.note
    bought = sum(report.fill.quantity for report in outside.got(OrderFilled))
    assert 12 <= bought <= 14
    assert 0 <= outside.venue.exchange.account.cash < 80_000


def test_a_market_order_larger_than_the_book_gives_its_rest_back() -> None:
    outside = synthetic(session=SHORT, cash=10**15)
    outside.run_to(SHORT.open + timedelta(minutes=1))
    order = an_order(quantity=10**9)

    outside.submit(order)
    outside.run_for(milliseconds=50)

    *_, last = outside.about(order)
    assert isinstance(last, OrderCanceled)
    assert "상대 호가가 없습니다" in last.note


def test_a_resting_limit_order_reserves_cash_until_it_is_cancelled(open_market: Outside) -> None:
    order = an_order(quantity=10, limit=LIMITS[0])
    account = open_market.venue.exchange.account

    open_market.submit(order)
    open_market.run_for(seconds=1)

    value = 10 * LIMITS[0]
    assert account.available == CASH - value - COSTS.commission(value)
    open_market.cancel(order)
    open_market.run_for(seconds=1)
    assert account.available == account.cash == CASH
    assert isinstance(open_market.about(order)[-1], OrderCanceled)


def test_working_sells_reserve_their_shares(open_market: Outside) -> None:
    open_market.submit(an_order(quantity=10))
    open_market.run_for(seconds=1)
    open_market.submit(an_order(Side.SELL, 7, limit=LIMITS[1]))
    open_market.run_for(seconds=1)

    assert "가능 3주" in the_refusal(open_market, an_order(Side.SELL, 4))


def test_the_market_reaches_a_limit_order_at_the_best_bid(open_market: Outside) -> None:
    bid, _ = quotes(open_market)
    order = an_order(quantity=1, limit=bid)

    open_market.submit(order)
    open_market.run_to(SHORT.continuous_end)

    fills = [report.fill for report in open_market.got(OrderFilled)]
    assert [(fill.price, fill.quantity) for fill in fills] == [(bid, 1)]


def test_a_cancel_that_comes_too_late_is_refused(open_market: Outside) -> None:
    order = an_order(quantity=1)

    open_market.submit(order)
    open_market.cancel(order)  # on its way together with the order, which fills at once
    open_market.run_for(seconds=1)

    *_, filled, refused = open_market.about(order)
    assert isinstance(filled, OrderFilled)
    assert isinstance(refused, CancelRejected)


def test_cancelling_an_unknown_order_is_refused(open_market: Outside) -> None:
    order = an_order()

    open_market.cancel(order)
    open_market.run_for(seconds=1)

    (report,) = open_market.about(order)
    assert report.note == "주문번호를 확인하세요."


def test_the_same_order_can_not_be_sent_twice(open_market: Outside) -> None:
    order = an_order()
    open_market.submit(order)

    with pytest.raises(BrokerError, match="sent before"):
        open_market.submit(order)


def test_working_orders_expire_at_the_close(open_market: Outside) -> None:
    order = an_order(limit=LIMITS[0])
    open_market.submit(order)

    open_market.run_out()

    closing = open_market.got(Tick)[-1].time
    assert SHORT.close <= closing < SHORT.close + timedelta(seconds=30)
    assert open_market.about(order)[-1] == OrderExpired(order.id, closing)
    assert open_market.venue.now == open_market.venue.end == SHORT.close + timedelta(seconds=30)


def test_an_account_request_is_answered_behind_the_orders_sent_before_it(
    open_market: Outside,
) -> None:
    open_market.submit(an_order(quantity=10), order := an_order(limit=LIMITS[0]))
    open_market.venue.request_account("now", open_market.venue.now)
    open_market.run_for(seconds=1)

    (report,) = open_market.got(AccountReported)
    (holding,) = report.holdings
    assert report.request_id == "now"
    assert (holding.symbol, holding.quantity, holding.sellable) == ("005930", 10, 10)
    assert [working.id for working in report.orders] == [order.id]
    assert report.available < report.cash < CASH


class ExchangeMachine(RuleBasedStateMachine):
    """Whatever is sent, and however the market moves, money and shares add up."""

    SYMBOLS = ("005930", "069500")

    @initialize(seed=st.integers(0, 3), cash=st.sampled_from([50_000, 3_000_000, 10**9]))
    def start(self, seed: int, cash: int) -> None:
        self.start_cash = cash
        self.outside = synthetic(*self.SYMBOLS, seed=seed, session=SHORT, cash=cash)
        self.outside.run_to(SHORT.open + timedelta(seconds=10))
        self.orders: list[Order] = []

    @rule(steps=st.integers(1, 300))
    def time_passes(self, steps: int) -> None:
        self.outside.run(steps)

    @rule(
        symbol=st.sampled_from(SYMBOLS),
        side=st.sampled_from(Side),
        quantity=st.sampled_from([1, 3, 50, 4_000, 300_000]),
        ticks=st.none() | st.integers(-8, 8),
    )
    def order(self, symbol: str, side: Side, quantity: int, ticks: int | None) -> None:
        instrument = listings()[symbol].instrument
        last = next(
            (t.price for t in reversed(self.outside.got(Tick)) if t.symbol == symbol),
            listings()[symbol].previous_close,
        )
        limit = None if ticks is None else int(instrument.grid.floor(last))
        if limit is not None and ticks is not None:
            limit = int(instrument.grid.floor(limit + ticks * instrument.grid.tick(limit)))
        order = an_order(side, quantity, symbol=symbol, limit=limit)
        self.outside.submit(order)
        self.orders.append(order)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.outside.cancel(data.draw(st.sampled_from(self.orders)))

    @invariant()
    def money_and_shares_add_up(self) -> None:
        account, fills = self.outside.venue.exchange.account, self.fills()
        spent = sum(fill.side.sign * fill.price * fill.quantity for fill in fills)
        costs = sum(fill.commission + fill.tax for fill in fills)
        assert account.cash == self.start_cash - spent - costs
        for symbol in self.SYMBOLS:
            held = sum(fill.side.sign * fill.quantity for fill in fills if fill.symbol == symbol)
            lot = account.lots.get(symbol)
            assert held == (lot.quantity if lot else 0)
            assert 0 <= account.sellable(symbol) <= held
        assert 0 <= account.available <= account.cash

    @invariant()
    def costs_are_the_models(self) -> None:
        for fill in self.fills():
            is_taxed = fill.symbol != "069500"
            expected = COSTS.of_fill(
                fill.side, fill.price * fill.quantity, is_taxed, fill.time.date()
            )
            assert (fill.commission, fill.tax) == expected

    @invariant()
    def every_fill_was_printed_and_no_order_is_overfilled(self) -> None:
        printed: dict[tuple[str, datetime, Price], int] = defaultdict(int)
        for tick in self.outside.got(Tick):
            printed[tick.symbol, tick.time, tick.price] += tick.quantity
        for fill in self.fills():
            assert printed[fill.symbol, fill.time, fill.price] >= fill.quantity
        for order in self.orders:
            mine = [fill for fill in self.fills() if fill.order_id == order.id]
            assert sum(fill.quantity for fill in mine) <= order.intent.quantity
            limit, sign = order.intent.limit_price, order.intent.side.sign
            assert all(limit is None or sign * f.price <= sign * limit for f in mine)

    @invariant()
    def numbers_are_unique(self) -> None:
        fill_ids = [fill.id for fill in self.fills()]
        broker_ids = [report.broker_id for report in self.outside.got(OrderAccepted)]
        assert len(set(fill_ids)) == len(fill_ids)
        assert len(set(broker_ids)) == len(broker_ids)

    def teardown(self) -> None:
        if not hasattr(self, "outside"):
            return
        self.outside.run_out()
        for order in self.orders:
            state = order_after(order, self.outside)
            assert not state.is_working
        account = self.outside.venue.exchange.account
        assert account.available == account.cash

    def fills(self) -> list[Fill]:
        return [report.fill for report in self.outside.got(OrderFilled)]


def order_after(order: Order, outside: Outside) -> Order:
    """The order as the engine would see it after all reports; every transition must be legal."""
    state = order.apply(OrderSubmitted(order.id, order.intent.time))
    for report in outside.about(order):
        state = state.apply(report)
    return state


TestExchange = ExchangeMachine.TestCase
TestExchange.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_prices_stay_on_the_grid_and_inside_the_limits_however_hard_we_push() -> None:
    outside = synthetic(session=SHORT, cash=10**15)
    outside.run_to(SHORT.open + timedelta(seconds=10))
    for _ in range(40):
        outside.submit(an_order(quantity=3_000_000))
        outside.run_for(seconds=10)

    prices = {tick.price for tick in outside.got(Tick)}

    assert max(prices) > 72_500  # we did move it
    assert all(LIMITS[0] <= price <= LIMITS[1] for price in prices)
    assert all(KRX_STOCK.is_valid(price) for price in prices)
