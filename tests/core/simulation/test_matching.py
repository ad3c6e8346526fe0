"""The order book against a plain list of waiting orders."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.errors import DataError
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
        matches = (self.book.place if rests else self.book.take)(entry)

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
