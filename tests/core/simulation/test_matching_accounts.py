"""Several accounts at one book, in and out of auctions: nothing is made, lost or traded wrongly."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.instrument import Instrument
from core.simulation.matching import Book, Entry, Ladder

INSTRUMENT = Instrument("000000", "", 2_000)  # round a change of tick size
LADDER = Ladder.of(INSTRUMENT)
ACCOUNTS = ("kim", "lee", "park", None)
# A dozen prices in the middle, so that orders meet, and both daily limits.
RUNGS = st.one_of(
    st.integers(LADDER.base - 6, LADDER.base + 6), st.sampled_from((0, len(LADDER) - 1))
)


class AccountsMachine(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.book = Book(LADDER)
        self.entries: list[Entry] = []
        self.worst: dict[Entry, int | None] = {}  # won; None: a market order
        self.cash = dict.fromkeys(ACCOUNTS, 0)
        self.held = dict.fromkeys(ACCOUNTS, 0)
        self.ordered = self.traded = self.gone = 0  # shares of all orders

    @rule(
        is_buy=st.booleans(),
        rung=RUNGS,
        quantity=st.integers(1, 20),
        owner=st.sampled_from(ACCOUNTS),
    )
    def place(self, is_buy: bool, rung: int, quantity: int, owner: str | None) -> None:
        entry = Entry(is_buy, rung, quantity, owner)
        self._know(entry, LADDER.prices[rung])
        self._settle(entry, self.book.place(entry))

    @rule(is_buy=st.booleans(), quantity=st.integers(1, 20), owner=st.sampled_from(ACCOUNTS))
    def place_at_any_price(self, is_buy: bool, quantity: int, owner: str | None) -> None:
        entry = Entry(is_buy, LADDER.far(is_buy), quantity, owner, is_market=True)
        self._know(entry, None)
        self._settle(entry, self.book.take(entry))
        if self.book.auction is not None and entry.quantity:
            self.book.place(entry)
        else:
            self.gone += entry.quantity

    @rule(is_buy=st.booleans(), rung=RUNGS, quantity=st.integers(1, 20))
    def fill_or_kill(self, is_buy: bool, rung: int, quantity: int) -> None:
        entry = Entry(is_buy, rung, quantity, "kim")
        can_fill = self.book.can_fill(entry)
        if not can_fill:
            return
        self._know(entry, LADDER.prices[rung])
        self._settle(entry, self.book.take(entry))
        assert entry.quantity == 0

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.gone += self.book.cancel(data.draw(st.sampled_from(self.entries)))

    @precondition(lambda self: any(map(self._waits, self.entries)))
    @rule(data=st.data(), rung=RUNGS, quantity=st.integers(1, 20))
    def amend(self, data: st.DataObject, rung: int, quantity: int) -> None:
        entry = data.draw(st.sampled_from([each for each in self.entries if self._waits(each)]))
        self.ordered += quantity - entry.quantity
        self.worst[entry] = LADDER.prices[rung]
        self._settle(entry, self.book.amend(entry, rung, quantity))

    @rule()
    def start_auction(self) -> None:
        self.book.start_auction()

    @rule(width=st.integers(0, 3))
    def guard(self, width: int) -> None:
        last = LADDER.prices[self.book.last]
        self.book.guard(last - 5 * width, last + 5 * width)

    @rule()
    def uncross(self) -> None:
        price, quantity = self.book.indicated()

        crosses = self.book.uncross()

        assert sum(cross.quantity for cross in crosses) == quantity
        for cross in crosses:
            assert cross.price == price
            self._exchange(cross.buyer, cross.seller, cross.price, cross.quantity)

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        assert sum(self.cash.values()) == 0
        assert sum(self.held.values()) == 0
        waiting = sum(entry.quantity for entry in self.entries if self._waits(entry))
        assert self.ordered == 2 * self.traded + waiting + self.gone

    @invariant()
    def only_an_auction_may_be_crossed(self) -> None:
        book = self.book
        assert book.auction is not None or book.best_bid < book.best_ask
        assert (book.tripped is None) or book.auction is not None

    @invariant()
    def sizes_are_what_waits(self) -> None:
        sizes = [0] * len(LADDER)
        for entry in self.entries:
            if self._waits(entry) and not entry.is_market:
                sizes[entry.rung] += entry.quantity
        assert self.book.sizes == sizes

    def _waits(self, entry: Entry) -> bool:
        return entry in self.book._queues[entry.rung]

    def _know(self, entry: Entry, worst: int | None) -> None:
        self.entries.append(entry)
        self.worst[entry] = worst
        self.ordered += entry.quantity

    def _settle(self, taker: Entry, matches: object) -> None:
        for price, quantity, maker in matches:  # type: ignore[attr-defined]
            buyer, seller = (taker, maker) if taker.is_buy else (maker, taker)
            self._exchange(buyer, seller, price, quantity)

    def _exchange(self, buyer: Entry, seller: Entry, price: int, quantity: int) -> None:
        assert INSTRUMENT.grid.is_valid(price)
        assert LADDER.prices[0] <= price <= LADDER.prices[-1]
        assert buyer.is_buy
        assert not seller.is_buy
        for entry, sign in ((buyer, 1), (seller, -1)):
            worst = self.worst[entry]
            assert worst is None or sign * price <= sign * worst
            self.cash[entry.owner] -= sign * price * quantity
            self.held[entry.owner] += sign * quantity
        self.traded += quantity


TestAccounts = AccountsMachine.TestCase
