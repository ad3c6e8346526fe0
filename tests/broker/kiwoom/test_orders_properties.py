"""Whatever becomes of the events on their way, our orders end as the exchange has them."""

from __future__ import annotations

from collections import Counter

from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.domain.order import Side
from tests.broker.kiwoom.exchange_model import HAND, Model
from tests.broker.kiwoom.order_rig import Rig

_which = st.integers(0, 30)
_quantities = st.integers(1, 10)
_prices = st.integers(69_900, 70_003)
_sides = st.sampled_from(Side)

STEPS = st.one_of(
    st.tuples(st.just("place"), _sides, _quantities, st.one_of(st.none(), _prices)),
    st.tuples(st.just("place"), _sides, _quantities, st.just(70_000)),
    st.tuples(st.just("fill"), _which, _quantities, _prices),
    st.tuples(st.just("fill"), _which, st.integers(1, 3), _prices),
    st.tuples(st.just("cancel"), _which),
    st.tuples(st.just("amend"), _which, _prices, st.integers(0, 3)),
    st.tuples(st.just("reject next")),
    st.tuples(st.just("by hand"), st.integers(1, 2), _quantities, _prices),
    st.tuples(st.just("cancel by hand"), _which, st.integers(0, 5)),
    st.tuples(st.just("amend by hand"), _which, _prices),
    st.tuples(st.just("end market order"), _which),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 1.5, 4.0, 7.0])),
    st.tuples(st.just("list")),
    st.tuples(st.just("lose line")),
)
DELIVERIES = st.one_of(
    st.tuples(st.just("deliver"), st.just(0)),
    st.tuples(st.just("deliver"), _which),
    st.tuples(st.just("twice"), _which),
)
DROPS = st.tuples(st.just("drop"), _which)


class Run:
    """Carries out steps on the model and on our orders."""

    def __init__(self) -> None:
        self.rig = Rig(per_second=100)
        self.model = Model(self.rig)
        self.delivered = []
        self.rig.orders.recover([])  # as after the login

    def step(self, name: str, *values) -> None:
        getattr(self, name.replace(" ", "_"))(*values)

    def place(self, side, quantity, price) -> None:
        self.rig.submit(side, quantity, price)

    def fill(self, which, quantity, price) -> None:
        if numbers := self.model.working():
            self.model.fill(numbers[which % len(numbers)], quantity, price)

    def cancel(self, which) -> None:
        if order := self._ours(which):
            self.rig.cancel(order.id)

    def amend(self, which, price, less) -> None:
        order = self._ours(which)
        if order and order.intent.kind.has_price:
            self.rig.amend(order.id, price, max(order.intent.quantity - less, 1))

    def reject_next(self) -> None:
        self.model.rejects = 1

    def by_hand(self, side, quantity, price) -> None:
        self.model.place_by_hand(side, quantity, price)

    def cancel_by_hand(self, which, quantity) -> None:
        if numbers := self.model.working():
            self.model.cancel_by_hand(numbers[which % len(numbers)], quantity)

    def amend_by_hand(self, which, price) -> None:
        numbers = [n for n in self.model.working() if not self.model.books[n].is_market]
        if numbers:
            self.model.amend_by_hand(numbers[which % len(numbers)], price)

    def end_market_order(self, which) -> None:
        numbers = [n for n in self.model.working() if self.model.books[n].is_market]
        if numbers:
            self.model.end(numbers[which % len(numbers)])

    def wait(self, seconds) -> None:
        self.rig.wait(seconds)

    def list(self) -> None:
        self.rig.orders.recover(self.model.rows())

    def lose_line(self) -> None:
        self.rig.orders.on_disconnect()

    def deliver(self, which) -> None:
        if self.model.outbox:
            found = self.model.outbox.pop(which % len(self.model.outbox))
            self.delivered.append(found)
            found(self.rig.orders)

    def twice(self, which) -> None:
        """Deliver something again that was delivered before."""
        if self.delivered:
            self.delivered[which % len(self.delivered)](self.rig.orders)

    def drop(self, which) -> None:
        if self.model.outbox:
            self.model.outbox.pop(which % len(self.model.outbox))

    def finish(self, rounds: int) -> None:
        """Deliver what waits, then read the list of orders so many times."""
        while self.model.outbox:
            self.deliver(0)
        for _ in range(rounds):
            self.rig.wait(7)
            self.list()
            while self.model.outbox:  # a cancel may have gone out when its number became known
                self.deliver(0)
        for old in self.delivered:  # and however late something comes again, nothing changes
            old(self.rig.orders)

    def _ours(self, which):
        found = [order for order in self.rig.book.values() if order.is_working]
        return found[which % len(found)] if found else None

    # -- the verdict --------------------------------------------------------------------------

    def check(self) -> None:
        """Every working number, every share and won; and order by order where we made them.

        An order amended by hand may be followed as two: one that ended and one that began.
        """
        rig, chains = self.rig, self.model.chains()
        theirs, ours = list(map(_truth, chains)), list(map(_picture, rig.book.values()))
        assert _working(ours) == _working(theirs)
        assert _sums(ours) == _sums(theirs)
        made_here = [chain for chain in chains if all(book.screen != HAND for book in chain)]
        untold = Counter(map(_truth, made_here)) - Counter(ours)
        # What ended without a fill before anything was heard of it may look refused.
        assert [truth for truth in untold if truth[1] or truth[3]] == []
        assert {order.id for order in rig.orders.working} == {
            order.id for order in rig.book.values() if order.is_working
        }
        books = self.model.books.values()
        assert sum(fill.commission for fill in rig.fills) <= sum(b.commission for b in books)
        assert sum(fill.tax for fill in rig.fills) <= sum(b.tax for b in books)
        if not any(order.id.startswith("K") for order in rig.book.values()):
            # What was filled of a foreign order before it was seen is not reported.
            assert sum(fill.commission for fill in rig.fills) == sum(b.commission for b in books)
            assert sum(fill.tax for fill in rig.fills) == sum(b.tax for b in books)


def _truth(chain):
    last = chain[-1]
    filled, value = sum(b.filled for b in chain), sum(b.value for b in chain)
    number = last.number if last.remaining else ""
    side = Side.BUY if last.side == 2 else Side.SELL
    return side, filled, value, last.remaining, number


def _picture(order):
    number = str(order.broker_id) if order.remaining else ""
    return order.intent.side, order.filled, order.filled_value, order.remaining, number


def _working(orders):
    return Counter((side, left, number) for side, _, _, left, number in orders if left)


def _sums(orders):
    """Shares and won filled, by side."""
    shares, won = Counter(), Counter()
    for side, filled, value, _, _ in orders:
        shares[side] += filled
        won[side] += value
    return shares, won


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(STEPS, DELIVERIES, DELIVERIES), min_size=3, max_size=50))
def test_events_in_any_order_and_again(steps):
    run = Run()
    for step in steps:
        run.step(*step)
    run.finish(rounds=4)
    event(f"{len(run.model.books)} numbers")
    run.check()


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(STEPS, DELIVERIES, DROPS), min_size=3, max_size=50))
def test_lost_events_are_made_up_for_by_the_list_of_orders(steps):
    run = Run()
    for step in steps:
        run.step(*step)
    run.finish(rounds=4)
    run.check()
