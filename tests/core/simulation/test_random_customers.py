"""Whatever customers do, in every part of a KRX day: nobody gains or loses a share or a won."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.market import Tick
from core.domain.messages import ForeignOrderSeen, Interrupted, Interruption, Resumed
from core.domain.order import (
    Fill,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderFilled,
    OrderKind,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Side,
    TimeInForce,
)
from core.simulation.account import Lot
from core.simulation.incidents import Incident
from core.simulation.listings import listings
from tests.core.simulation.sim_builders import COSTS, a_session, an_order, synthetic

SESSION = a_session(minutes=8)
OPENS, ENDS, CLOSES = SESSION.open, SESSION.continuous_end, SESSION.close
SYMBOLS = ("015760", "069500")  # a stock with wide ticks, a fund
LOTS = [Lot("015760", 3_000, 62_550_000)]
MILESTONES = [
    OPENS - timedelta(minutes=30),
    OPENS - timedelta(minutes=20),
    OPENS,
    OPENS + timedelta(seconds=20),
    ENDS - timedelta(seconds=20),
    ENDS,
    CLOSES,
    CLOSES + timedelta(minutes=1),
    CLOSES + timedelta(minutes=12),
    CLOSES + timedelta(minutes=31),
]
WAITING = (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)


class KrxDay(RuleBasedStateMachine):
    """Orders of all kinds by the program and by hand, through auctions, interruptions and halts."""

    @initialize(seed=st.integers(0, 5), cash=st.sampled_from([60_000, 5_000_000, 10**11]))
    def start(self, seed: int, cash: int) -> None:
        self.cash = cash
        self.outside = synthetic(
            *SYMBOLS,
            seed=seed,
            session=SESSION,
            cash=cash,
            lots=LOTS,
            start=OPENS - timedelta(minutes=40),
            has_after_hours=True,
        )
        self.orders: dict[str, Order] = {}  # as the reports make them
        self.seen = 0
        self.fills: list[Fill] = []
        self.printed: dict[tuple[object, ...], int] = defaultdict(int)
        self.stopped: set[str] = set()
        self.tickets = itertools.count()
        self.places: dict[str, int] = {}  # when each order took its place in line

    # -- what happens -------------------------------------------------------------------------

    @rule(steps=st.integers(1, 150))
    def time_passes(self, steps: int) -> None:
        for _ in range(steps):
            if self.outside.venue.next_time() is not None:
                self.outside.run(1)

    @rule(data=st.data())
    def the_day_goes_on(self, data: st.DataObject) -> None:
        later = [moment for moment in MILESTONES if moment > self.outside.venue.now]
        if later:
            self.outside.run_to(later[data.draw(st.integers(0, min(2, len(later) - 1)))])

    @rule(
        symbol=st.sampled_from(SYMBOLS),
        side=st.sampled_from(Side),
        quantity=st.sampled_from([1, 7, 300, 20_000, 10**7]),
        kind=st.sampled_from([OrderKind.LIMIT, OrderKind.MARKET, *OrderKind]),
        force=st.sampled_from([TimeInForce.DAY, TimeInForce.DAY, *TimeInForce]),
        ticks=st.sampled_from([-12, -2, -1, -1, -1, 0, 0, 1, 1, 1, 2, 12]),
        by_hand=st.booleans(),
    )
    def order(
        self,
        symbol: str,
        side: Side,
        quantity: int,
        kind: OrderKind,
        force: TimeInForce,
        ticks: int,
        by_hand: bool,
    ) -> None:
        limit = self.price(symbol, ticks) if kind.has_price else None
        order = an_order(side, quantity, symbol=symbol, limit=limit, kind=kind, time_in_force=force)
        venue = self.outside.venue
        if by_hand:
            venue.place_by_hand(order.intent, venue.now)
            return
        self.orders[order.id] = order.apply(OrderSubmitted(order.id, venue.now))
        self.outside.submit(order)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.outside.cancel(data.draw(st.sampled_from(list(self.orders.values()))))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), ticks=st.integers(-12, 12), part=st.sampled_from([0, 1, 2, 4]))
    def amend(self, data: st.DataObject, ticks: int, part: int) -> None:
        order = data.draw(st.sampled_from(list(self.orders.values())))
        price = self.price(order.intent.symbol, ticks)
        self.outside.amend(order, price, order.intent.quantity * part // 2)

    @rule(kind=st.sampled_from(Interruption), symbol=st.sampled_from(SYMBOLS))
    def something_happens(self, kind: Interruption, symbol: str) -> None:
        where = "" if kind is Interruption.CIRCUIT_BREAKER else symbol
        halt = timedelta(seconds=30)
        self.outside.venue.inject(Incident(kind, self.outside.venue.now, where, halt))

    def price(self, symbol: str, ticks: int) -> int:
        listing = listings()[symbol]
        grid, market = listing.instrument.grid, self.outside.venue._market
        ladder = market._markets[symbol].book  # type: ignore[attr-defined]
        last = ladder.ladder.prices[ladder.last]
        return int(grid.floor(last + ticks * grid.tick(last)))

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def reports_make_sense(self) -> None:
        """Every report can follow the one before; nobody is served before his turn."""
        posts = self.outside.posts
        for post in posts[self.seen :]:
            if isinstance(post, ForeignOrderSeen):
                self.orders[post.order.id] = post.order
            elif isinstance(post, Tick):
                self.look_at(post)
            elif isinstance(post, Interrupted):
                self.stopped |= {post.symbol} if post.symbol else set(SYMBOLS)
            elif isinstance(post, Resumed):
                self.stopped -= {post.symbol} if post.symbol else set(SYMBOLS)
            elif isinstance(post, OrderReport):
                self.note_place(post)
                self.orders[post.order_id] = self.orders[post.order_id].apply(post)
                if isinstance(post, OrderFilled):
                    self.fills.append(post.fill)
                    self.nobody_was_passed_over(post.fill)
        self.seen = len(posts)

    def note_place(self, report: OrderReport) -> None:
        """Who comes, or changes more than his quantity, is last in line."""
        if isinstance(report, OrderAmended):
            before = self.orders[report.order_id].intent
            if report.limit_price == before.limit_price:
                return
        elif not isinstance(report, OrderAccepted):
            return
        self.places[report.order_id] = next(self.tickets)

    def look_at(self, tick: Tick) -> None:
        instrument = listings()[tick.symbol].instrument
        low, high = instrument.price_limits() or (0, 0)
        assert instrument.grid.is_valid(tick.price)
        assert low <= tick.price <= high
        assert tick.quantity > 0
        assert tick.symbol not in self.stopped
        self.printed[tick.symbol, tick.time, tick.price] += tick.quantity

    def nobody_was_passed_over(self, fill: Fill) -> None:
        """No order of ours at a better price, or there before, still waits in the same book."""
        mine = self.orders[fill.order_id].intent
        if mine.kind is not OrderKind.LIMIT:
            return
        sign = mine.side.sign
        for other in self.orders.values():
            theirs = other.intent
            if (theirs.symbol, theirs.side, theirs.kind) != (mine.symbol, mine.side, mine.kind):
                continue
            if other.status in WAITING and other.id != fill.order_id:
                assert theirs.limit_price is not None and mine.limit_price is not None
                better_by = sign * (theirs.limit_price - mine.limit_price)
                assert better_by <= 0
                if better_by == 0:
                    assert self.places[other.id] > self.places[fill.order_id]

    @invariant()
    def shares_and_won_are_conserved(self) -> None:
        """Ours and everybody else's, taken as one account on the other side of the tape."""
        account = self.outside.venue.exchange.account
        costs = sum(fill.commission + fill.tax for fill in self.fills)
        paid = sum(fill.side.sign * fill.price * fill.quantity for fill in self.fills)
        assert account.cash == self.cash - paid - costs
        for symbol in SYMBOLS:
            began = sum(lot.quantity for lot in LOTS if lot.symbol == symbol)
            moved = sum(f.side.sign * f.quantity for f in self.fills if f.symbol == symbol)
            lot = account.lots.get(symbol, Lot(symbol))
            assert lot.quantity == began + moved >= 0
            assert 0 <= account.sellable(symbol) <= lot.quantity
        assert 0 <= account.available <= account.cash
        ours: dict[tuple[object, ...], int] = defaultdict(int)
        for fill in self.fills:
            ours[fill.symbol, fill.time, fill.price, fill.side] += fill.quantity
        # Each print has one buyer and one seller a share: what was not ours was theirs.
        for (*place, _), quantity in ours.items():
            assert quantity <= self.printed[tuple(place)]

    @invariant()
    def fills_keep_to_their_orders(self) -> None:
        for order in self.orders.values():
            mine = [fill for fill in self.fills if fill.order_id == order.id]
            assert sum(fill.quantity for fill in mine) == order.filled
            assert not order.is_overfilled
        for fill in self.fills:
            is_taxed = listings()[fill.symbol].instrument.is_taxed
            value = fill.price * fill.quantity
            expected = COSTS.of_fill(fill.side, value, is_taxed, fill.time.date())
            assert (fill.commission, fill.tax) == expected

    @invariant()
    def the_exchange_agrees(self) -> None:
        """Its own record of each order is what the reports have made of it here."""
        day = self.outside.venue.exchange.day
        for order_id, booked in day.orders.items():
            ours, theirs = self.orders[order_id], booked.order
            assert (ours.status, ours.filled, ours.broker_id, ours.intent.quantity) == (
                theirs.status,
                theirs.filled,
                theirs.broker_id,
                theirs.intent.quantity,
            )
        assert [fill.id for fill in day.fills] == [fill.id for fill in self.fills]

    def teardown(self) -> None:
        if not hasattr(self, "outside"):
            return
        self.outside.run_out()
        self.reports_make_sense()
        self.shares_and_won_are_conserved()
        account = self.outside.venue.exchange.account
        assert not any(order.is_working for order in self.orders.values())
        assert account.available == account.cash
        assert not self.stopped


TestKrxDay = KrxDay.TestCase
TestKrxDay.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
