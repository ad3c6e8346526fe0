"""The order book against a plain list of waiting orders."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.errors import DataError, OrderError
from core.domain.instrument import Instrument
from core.domain.price import KRX_ETF
from core.simulation.matching import Book, Entry, Ladder, Match

# Few prices round a change of tick size, so that orders meet.
SMALL = Ladder((1_998, 1_999, 2_000, 2_005, 2_010, 2_015))


@pytest.mark.parametrize(
    ("close", "lowest", "highest"),
    [(71_500, 50_100, 92_900), (18_730, 13_120, 24_300), (1_999, 1_400, 2_595)],
)
def test_ladder_reaches_from_limit_to_limit(close: int, lowest: int, highest: int) -> None:
    instrument = Instrument("000000", "", close)

    ladder = Ladder.of(instrument)

    assert (ladder.prices[0], ladder.prices[-1]) == (lowest, highest)
    assert all(instrument.grid.is_valid(price) for price in ladder.prices)
    between = [price for price in range(lowest, highest + 1) if instrument.grid.is_valid(price)]
    assert list(ladder.prices) == between


def test_a_price_off_the_grid_or_outside_the_limits_has_no_rung() -> None:
    ladder = Ladder.of(Instrument("069500", "", 35_455, KRX_ETF))

    assert ladder.rung(35_455) is not None
    assert ladder.rung(35_457) is None
    assert ladder.rung(1_000_000) is None


def test_without_a_previous_close_there_is_no_ladder() -> None:
    with pytest.raises(DataError, match="no previous close"):
        Ladder.of(Instrument("000000", ""))


def test_a_trade_is_at_the_price_of_who_waited() -> None:
    book = Book(SMALL)
    book.place(Entry(is_buy=False, rung=3, quantity=5))

    (match,) = book.place(Entry(is_buy=True, rung=5, quantity=5))

    assert match.price == 2_005


def test_cancelling_what_was_filled_gives_nothing_back() -> None:
    book = Book(SMALL)
    maker = Entry(is_buy=False, rung=3, quantity=5)
    book.place(maker)
    book.take(Entry(is_buy=True, rung=5, quantity=5))

    assert book.cancel(maker) == 0


def test_newest_looks_at_the_background_only() -> None:
    book = Book(SMALL)
    background = Entry(is_buy=True, rung=1, quantity=5)
    book.place(background)
    book.place(Entry(is_buy=True, rung=1, quantity=5, owner="us"))

    assert book.newest(1) is background
    assert book.newest(0) is None


def test_a_smaller_rest_keeps_its_place_in_line() -> None:
    book = Book(SMALL)
    first, second = Entry(True, 2, 5), Entry(True, 2, 5)
    book.place(first)
    book.place(second)

    book.amend(first, rung=2, quantity=3)

    (match,) = book.take(Entry(False, 0, 3))
    assert match == (2_000, 3, first)


@pytest.mark.parametrize(("rung", "quantity"), [(2, 6), (1, 5)])
def test_a_larger_rest_or_another_price_goes_last(rung: int, quantity: int) -> None:
    book = Book(SMALL)
    first, second, elsewhere = Entry(True, 2, 5), Entry(True, 2, 5), Entry(True, 1, 4)
    for entry in (first, second, elsewhere):
        book.place(entry)

    book.amend(first, rung, quantity)

    assert book.ahead_of(first) == (5 if rung == 2 else 4)
    assert book.ahead_of(second) == 0


def test_an_amended_price_may_trade_at_once() -> None:
    book = Book(SMALL)
    seller, buyer = Entry(False, 4, 5), Entry(True, 1, 7)
    book.place(seller)
    book.place(buyer)

    (match,) = book.amend(buyer, rung=4, quantity=6)

    assert match == (2_010, 5, seller)
    assert book.bids() == ((2_010, 1),)


def test_what_does_not_wait_can_not_be_amended() -> None:
    book = Book(SMALL)
    entry = Entry(True, 1, 5)

    with pytest.raises(OrderError, match="can't become"):
        book.amend(entry, 1, 3)

    book.place(entry)
    with pytest.raises(OrderError, match="0 shares"):
        book.amend(entry, 1, 0)


@dataclass
class Waiting:
    """The oracle's view of a resting order."""

    entry: Entry
    is_buy: bool
    price: int
    quantity: int


class BookMachine(RuleBasedStateMachine):
    """Any series of orders and cancels gives what sorting a list would give."""

    @initialize()
    def start(self) -> None:
        self.book = Book(SMALL)
        self.waiting: list[Waiting] = []  # in order of arrival

    @rule(
        is_buy=st.booleans(),
        rung=st.integers(0, len(SMALL) - 1),
        quantity=st.integers(1, 9),
        rests=st.booleans(),
    )
    def order(self, is_buy: bool, rung: int, quantity: int, rests: bool) -> None:
        entry = Entry(is_buy, rung, quantity)
        can_fill = self.book.can_fill(entry)
        matches = (self.book.place if rests else self.book.take)(entry)

        assert can_fill is (entry.quantity == 0)
        left = self._expect(matches, is_buy, SMALL.prices[rung], quantity)

        assert entry.quantity == left
        if rests and left:
            self.waiting.append(Waiting(entry, is_buy, SMALL.prices[rung], left))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(self.waiting))

        assert self.book.cancel(chosen.entry) == chosen.quantity

        self.waiting.remove(chosen)
        assert self.book.cancel(chosen.entry) == 0

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), rung=st.integers(0, len(SMALL) - 1), quantity=st.integers(1, 9))
    def amend(self, data: st.DataObject, rung: int, quantity: int) -> None:
        chosen = data.draw(st.sampled_from(self.waiting))
        price = SMALL.prices[rung]
        stays = price == chosen.price and quantity <= chosen.quantity
        if not stays:
            self.waiting.remove(chosen)

        matches = self.book.amend(chosen.entry, rung, quantity)

        chosen.price = price
        chosen.quantity = self._expect(matches, chosen.is_buy, price, quantity)
        if not stays and chosen.quantity:
            self.waiting.append(chosen)

    @invariant()
    def knows_every_place_in_line(self) -> None:
        for each in self.waiting:
            ahead = 0
            for other in self.waiting:
                if other is each:
                    break
                if other.price == each.price:
                    ahead += other.quantity
            assert self.book.ahead_of(each.entry) == ahead

    @invariant()
    def shows_what_waits(self) -> None:
        for is_buy, levels in ((True, self.book.bids()), (False, self.book.asks())):
            totals: dict[int, int] = {}
            for each in self.waiting:
                if each.is_buy is is_buy:
                    totals[each.price] = totals.get(each.price, 0) + each.quantity
            assert list(levels) == sorted(totals.items(), reverse=is_buy)

    @invariant()
    def is_never_crossed(self) -> None:
        bid, ask = self.book.bid, self.book.ask
        assert bid is None or ask is None or bid < ask

    def _expect(self, matches: list[Match], is_buy: bool, worst: int, quantity: int) -> int:
        """Check the executions one by one against the list; return what is left."""
        sign = 1 if is_buy else -1
        for match in matches:
            reachable = [
                each
                for each in self.waiting
                if each.is_buy is not is_buy and sign * each.price <= sign * worst
            ]
            first = min(reachable, key=lambda each: sign * each.price)  # oldest of the best price
            assert match == (first.price, min(quantity, first.quantity), first.entry)
            first.quantity -= match.quantity
            quantity -= match.quantity
            if not first.quantity:
                self.waiting.remove(first)
        still = any(
            each.is_buy is not is_buy and sign * each.price <= sign * worst for each in self.waiting
        )
        assert not quantity or not still
        return quantity


TestBook = BookMachine.TestCase
