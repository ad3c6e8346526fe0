"""The market through a KRX day: auctions, notices, special sessions, and the hours after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from core.domain.market import OrderBook, Tick
from core.domain.messages import AuctionIndicated, IndexMoved, MarketNotice, MarketNoticed
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderExpired,
    OrderFilled,
    OrderKind,
    OrderRejected,
    Side,
)
from core.domain.session import Session
from core.simulation.account import Lot
from tests.core.simulation.sim_builders import SEOUL, Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=20)
SYMBOL = "005930"
LOWEST, HIGHEST = 50_100, 92_900
SHARES = [Lot(SYMBOL, 100, 7_150_000)]


def at(hour: int, minute: int = 0, second: int = 0, day: date = SESSION.day) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SEOUL)


def early(**kwargs: object) -> Outside:
    """The market from the first order of the day on."""
    return synthetic(session=a_session(), start=at(8, 20), lots=SHARES, **kwargs)  # type: ignore[arg-type]


def fills_of(outside: Outside, order: Order) -> list[OrderFilled]:
    return [report for report in outside.about(order) if isinstance(report, OrderFilled)]


class TestAuctions:
    def test_an_auction_trades_once_at_the_price_it_indicated(self) -> None:
        outside = synthetic(session=SESSION)
        outside.run_to(SESSION.open)
        said = outside.got(AuctionIndicated)[-1]
        book = outside.venue._market._markets[SYMBOL].book  # type: ignore[attr-defined]
        expected = book.indicated()
        outside.run_to(SESSION.open + timedelta(milliseconds=1))

        opening = outside.got(Tick)[0]
        assert (opening.price, opening.quantity, opening.time) == (*expected, SESSION.open)
        assert abs(said.price - opening.price) <= 100  # said up to a second before

    def test_expected_prices_come_at_a_readable_pace(self) -> None:
        outside = synthetic(session=SESSION)
        outside.run_out()

        times = [each.time for each in outside.got(AuctionIndicated)]
        gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
        assert len(times) > 20
        assert min(gaps) >= 1
        for said in outside.got(AuctionIndicated):
            assert not SESSION.open < said.time < SESSION.continuous_end

    def test_orders_of_both_kinds_take_part(self) -> None:
        outside = synthetic(session=SESSION, lots=SHARES)
        orders = [
            an_order(quantity=3),
            an_order(quantity=4, limit=90_000),
            an_order(Side.SELL, 5),
            an_order(Side.SELL, 6, limit=55_000),
        ]
        outside.submit(*orders)
        outside.run_to(SESSION.open + timedelta(seconds=1))

        opening = outside.got(Tick)[0]
        for order in orders:
            (filled,) = fills_of(outside, order)
            assert (filled.fill.price, filled.fill.time) == (opening.price, SESSION.open)
            assert filled.fill.quantity == order.intent.quantity

    def test_a_limit_away_from_the_price_waits_through_the_auction(self) -> None:
        outside = synthetic(session=SESSION)
        outside.submit(order := an_order(quantity=3, limit=LOWEST))
        outside.run_to(SESSION.open + timedelta(seconds=5))

        assert [type(report) for report in outside.about(order)] == [OrderAccepted]

    def test_a_market_buy_in_an_auction_needs_cash_for_the_upper_limit(self) -> None:
        outside = synthetic(session=SESSION, cash=10 * 80_000)
        outside.submit(order := an_order(quantity=10), smaller := an_order(quantity=8))
        outside.run_for(seconds=1)

        (refused,) = outside.about(order)
        assert isinstance(refused, OrderRejected)
        assert "매수증거금" in refused.note
        assert isinstance(outside.about(smaller)[-1], OrderAccepted)
        outside.run_to(SESSION.open + timedelta(seconds=1))
        assert len(fills_of(outside, smaller)) == 1

    def test_books_in_an_auction_are_not_crossed_and_at_most_three_deep(self) -> None:
        outside = synthetic(session=SESSION, publishes_books=True)
        outside.run_to(SESSION.open)

        books = outside.got(OrderBook)
        assert len(books) > 3
        for book in books:
            assert len(book.asks) <= 3 and len(book.bids) <= 3
            assert book.bids[0].price <= book.asks[0].price

    def test_the_random_end_of_the_close_depends_on_the_seed(self) -> None:
        ends = []
        for seed in range(4):
            outside = synthetic(seed=seed, session=SESSION)
            outside.run_out()
            ends.append(outside.got(Tick)[-1].time - SESSION.close)

        assert len(set(ends)) > 1
        assert all(timedelta(0) <= end < timedelta(seconds=30) for end in ends)

    def test_orders_are_taken_until_the_random_end(self) -> None:
        outside = synthetic(seed=1, session=SESSION)
        outside.run_to(SESSION.close)
        outside.submit(order := an_order(quantity=1))  # arrives 30 ms later
        outside.run_out()

        assert outside.got(Tick)[-1].time > SESSION.close + timedelta(seconds=1)
        assert len(fills_of(outside, order)) == 1


class TestNotices:
    def test_the_exchange_counts_down_to_the_open_and_to_the_close(self) -> None:
        outside = early()
        outside.run_out()
        notices = outside.got(MarketNoticed)

        before = [each for each in notices if each.notice is MarketNotice.BEFORE_OPEN]
        session = a_session()
        assert before[0] == MarketNoticed(
            at(8, 40), MarketNotice.BEFORE_OPEN, timedelta(minutes=20)
        )
        assert [each.remaining for each in before[-6:]] == [
            timedelta(seconds=left) for left in (60, 50, 40, 30, 20, 10)
        ]
        assert len(before) == 19 + 6
        closing = [each for each in notices if each.notice is MarketNotice.BEFORE_CLOSE]
        assert closing[0].time == session.continuous_end
        assert all(each.time + each.remaining == session.close for each in closing)
        others = [each.notice for each in notices if each.remaining is None]
        assert others == [MarketNotice.OPENED, MarketNotice.CLOSED, MarketNotice.DAY_ENDED]

    def test_notices_come_before_what_they_announce(self) -> None:
        outside = synthetic(session=SESSION)
        outside.run_to(SESSION.open + timedelta(seconds=1))

        kinds = [type(post) for post in outside.posts if post.time == SESSION.open]
        assert kinds == [MarketNoticed, IndexMoved, IndexMoved, Tick]


class TestSpecialSessions:
    @pytest.mark.parametrize(
        ("opens", "closes"), [((10, 0), (15, 30)), ((10, 0), (16, 30))], ids=["new year", "exam"]
    )
    def test_the_day_moves_with_its_session(
        self, opens: tuple[int, int], closes: tuple[int, int]
    ) -> None:
        session = Session(
            day=SESSION.day,
            open=at(*opens),
            close=at(*closes),
            continuous_end=at(*closes) - timedelta(minutes=10),
            auction_start=at(*opens) - timedelta(minutes=30),
        )
        outside = synthetic(session=session)
        outside.run_out()

        ticks = outside.got(Tick)
        assert outside.venue.start == session.open - timedelta(seconds=30)
        assert ticks[0].time == session.open
        assert ticks[-2].time < session.continuous_end
        assert session.close <= ticks[-1].time < session.close + timedelta(seconds=30)

    def test_a_market_without_auctions_trades_from_the_first_moment(self) -> None:
        session = Session(SESSION.day, at(9), at(9, 20), at(9, 20), at(9))
        outside = synthetic(session=session)
        outside.submit(order := an_order(limit=LOWEST))
        outside.run_out()

        ticks = outside.got(Tick)
        assert session.open <= ticks[0].time < session.open + timedelta(seconds=10)
        assert ticks[-1].time < session.close
        assert outside.about(order)[-1] == OrderExpired(order.id, session.close)


class TestBeforeTheOpen:
    def test_orders_wait_from_twenty_past_eight_on(self) -> None:
        outside = early()
        outside.submit(order := an_order(quantity=2))
        outside.run_to(at(8, 59))
        assert [type(report) for report in outside.about(order)] == [OrderAccepted]
        outside.run_to(at(9, 0, 1))

        (filled,) = fills_of(outside, order)
        assert filled.fill.time == at(9)

    def test_the_session_at_the_previous_close_trades_at_that_price(self) -> None:
        outside = early(cash=10**12)
        buy = an_order(quantity=100_000, kind=OrderKind.BEFORE_HOURS_CLOSE)
        sell = an_order(Side.SELL, 40, kind=OrderKind.BEFORE_HOURS_CLOSE)
        outside.submit(buy, sell)
        outside.run_to(at(8, 45))

        for order in (buy, sell):
            fills = fills_of(outside, order)
            assert fills
            assert {filled.fill.price for filled in fills} == {71_500}
            assert all(at(8, 30) <= filled.fill.time < at(8, 40) for filled in fills)
        assert outside.about(buy)[-1] == OrderExpired(buy.id, at(8, 40))

    def test_its_trades_are_no_part_of_the_days_bars(self) -> None:
        outside = early(cash=10**12)
        outside.submit(an_order(quantity=1_000, kind=OrderKind.BEFORE_HOURS_CLOSE))
        outside.run_to(at(9, 1, 1))

        outside.venue.request_history([SYMBOL], 0)
        assert outside.posts[-1].bars[0].start == at(9)

    def test_the_market_is_the_same_however_early_one_comes(self) -> None:
        late = synthetic(session=a_session())
        late.run_to(at(9, 3))
        whole = early()
        whole.run_to(at(9, 3))

        assert late.got(Tick) == [tick for tick in whole.got(Tick) if tick.time >= at(9)]


class TestAfterHours:
    def test_without_being_asked_for_they_do_not_exist(self) -> None:
        outside = synthetic(session=SESSION)
        outside.run_out()
        outside.submit(order := an_order(quantity=1, kind=OrderKind.AFTER_HOURS_CLOSE))
        outside.run_out()

        assert outside.venue.end == SESSION.close + timedelta(seconds=30)
        assert isinstance(outside.about(order)[-1], OrderRejected)

    def test_the_closing_price_is_traded_after_the_close(self) -> None:
        outside = synthetic(session=SESSION, has_after_hours=True, lots=SHARES)
        outside.run_to(SESSION.close + timedelta(minutes=2))
        closing = outside.got(Tick)[-1].price
        outside.submit(order := an_order(quantity=20, kind=OrderKind.AFTER_HOURS_CLOSE))
        outside.submit(sell := an_order(Side.SELL, 30, kind=OrderKind.AFTER_HOURS_CLOSE))
        outside.run_to(SESSION.close + timedelta(minutes=30, seconds=1))

        for each in (order, sell):
            fills = fills_of(outside, each)
            assert sum(filled.fill.quantity for filled in fills) == each.intent.quantity
            assert {filled.fill.price for filled in fills} == {closing}
            assert fills[0].fill.time >= SESSION.close + timedelta(minutes=10)

    def test_the_after_market_follows_for_stocks_only(self) -> None:
        outside = synthetic(SYMBOL, "069500", session=SESSION, has_after_hours=True)
        outside.run_to(SESSION.close + timedelta(minutes=31))
        price = int(outside.got(Tick)[-1].price)
        orders = [
            an_order(quantity=2, limit=price + 1_000),
            an_order(quantity=2),
            an_order(quantity=2, limit=35_000, symbol="069500"),
        ]
        outside.submit(*orders)
        outside.run_out()

        bought, at_market, fund = orders
        assert sum(filled.fill.quantity for filled in fills_of(outside, bought)) == 2
        assert isinstance(outside.about(at_market)[-1], OrderRejected)
        assert "ETF" in outside.about(fund)[-1].note
        later = [tick for tick in outside.got(Tick) if tick.time > at(10)]
        assert {tick.symbol for tick in later} == {SYMBOL}
        assert later[-1].time < at(20)
        notices = [each.notice for each in outside.got(MarketNoticed) if each.remaining is None]
        assert notices[-3:] == [
            MarketNotice.AFTER_HOURS_OPENED,
            MarketNotice.AFTER_HOURS_CLOSED,
            MarketNotice.DAY_ENDED,
        ]

    def test_before_september_2026_there_were_auctions_every_ten_minutes(self) -> None:
        day = date(2026, 9, 10)
        outside = synthetic(session=a_session(day), has_after_hours=True)
        outside.run_to(at(16, 1, day=day))
        closing = int(outside.got(Tick)[-1].price)
        inside, beyond = (
            an_order(quantity=3, limit=limit, kind=OrderKind.AFTER_HOURS_SINGLE)
            for limit in (closing + 1_000, closing + 10_000)
        )
        outside.submit(inside, beyond)
        outside.run_out()

        (filled,) = fills_of(outside, inside)
        assert filled.fill.time in (at(16, 10, day=day), at(16, 20, day=day))
        assert "가격범위" in outside.about(beyond)[-1].note
        later = [tick for tick in outside.got(Tick) if tick.time > at(16, 1, day=day)]
        assert {tick.time.minute % 10 for tick in later} == {0}
        assert all(abs(tick.price - closing) <= closing // 10 for tick in later)

    def test_what_is_left_ends_with_its_part_of_the_day(self) -> None:
        outside = synthetic(session=SESSION, has_after_hours=True)
        outside.run_to(SESSION.open + timedelta(minutes=1))
        outside.submit(regular := an_order(quantity=1, limit=LOWEST))
        outside.run_to(SESSION.close + timedelta(minutes=40))
        outside.submit(evening := an_order(quantity=1, limit=LOWEST))
        outside.run_out()

        assert isinstance(outside.about(regular)[-1], OrderExpired)
        assert outside.about(regular)[-1].time < SESSION.close + timedelta(seconds=30)
        assert outside.about(evening)[-1] == OrderExpired(evening.id, at(20))
        account = outside.venue.exchange.account
        assert account.available == account.cash
