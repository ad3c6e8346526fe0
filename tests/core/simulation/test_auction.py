"""Call auctions against the KRX's own examples and a brute-force oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.simulation.matching import Book, Entry, Ladder

PRICES = tuple(range(7_800, 7_870, 10))
Orders = list[tuple[int, int]]  # (won, shares)


def collecting(
    bids: Orders, asks: Orders, last: int = 7_820, prices: tuple[int, ...] = PRICES
) -> Book:
    book = Book(Ladder(prices, last))
    book.start_auction()
    for is_buy, orders in ((True, bids), (False, asks)):
        for price, quantity in orders:
            book.place(limit(book, is_buy, price, quantity))
    return book


def limit(book: Book, is_buy: bool, price: int, quantity: int) -> Entry:
    rung = book.ladder.rung(price)
    assert rung is not None
    return Entry(is_buy, rung, quantity)


def market(book: Book, is_buy: bool, quantity: int) -> Entry:
    return Entry(is_buy, book.ladder.far(is_buy), quantity, is_market=True)


# -- global.krx.co.kr GLB0606030102T1: one price that trades most, several of them ------------


def krx_example() -> Book:
    bids = [(7_850, 100), (7_840, 150), (7_830, 200), (7_830, 150), (7_820, 400), (7_810, 500)]
    asks = [(7_860, 450), (7_850, 750), (7_840, 300), (7_830, 150), (7_830, 200), (7_830, 50)]
    return collecting([*bids, (7_800, 650)], [*asks, (7_820, 200), (7_810, 150)])


def test_the_price_that_trades_most_is_taken() -> None:
    book = krx_example()

    assert book.indicated() == (7_830, 600)
    assert sum(cross.quantity for cross in book.uncross()) == 600


def test_what_the_auction_would_leave_is_published_three_levels_a_side() -> None:
    book = krx_example()

    assert book.bids() == ((7_820, 400), (7_810, 500), (7_800, 650))
    assert book.asks() == ((7_830, 150), (7_840, 300), (7_850, 750))


def test_after_the_auction_the_rest_waits_in_a_book_that_is_not_crossed() -> None:
    book = krx_example()

    book.uncross()

    assert (book.bid, book.ask) == (7_820, 7_830)
    assert book.asks() == ((7_830, 150), (7_840, 300), (7_850, 750), (7_860, 450))


@pytest.mark.parametrize(
    ("last", "price"), [(7_820, 7_820), (7_850, 7_840), (7_800, 7_810), (7_830, 7_830)]
)
def test_of_several_prices_the_one_nearest_to_the_last_is_taken(last: int, price: int) -> None:
    book = collecting([(7_850, 200), (7_840, 100)], [(7_810, 100), (7_800, 200)], last)

    assert book.indicated() == (price, 300)


# -- GLB0602010202T4: market orders ------------------------------------------------------------

HUNDREDS = tuple(range(10_300, 10_900, 100))


@pytest.mark.parametrize(
    ("bids", "asks", "last", "price"),
    [
        ([(10_600, 200), (10_500, 200)], [(10_500, 200)], 10_400, 10_700),
        ([(10_500, 200)], [(10_700, 200), (10_500, 200), (10_400, 200)], 10_300, 10_500),
        ([(10_400, 200)], [(10_600, 200)], 10_700, 10_700),
    ],
)
def test_a_market_order_counts_at_the_price_the_krx_gives_it(
    bids: Orders, asks: Orders, last: int, price: int
) -> None:
    book = collecting(bids, asks, last, HUNDREDS)
    book.place(market(book, True, 200))

    assert book.indicated()[0] == price


@pytest.mark.parametrize(
    ("buys", "sells", "price"), [(200, 200, 7_820), (300, 200, 7_830), (200, 300, 7_810)]
)
def test_market_orders_alone_trade_round_the_last_price(buys: int, sells: int, price: int) -> None:
    book = collecting([], [])
    book.place(market(book, True, buys))
    book.place(market(book, False, sells))

    assert book.indicated() == (price, 200)


def test_market_orders_come_before_limit_orders() -> None:
    book = collecting([(7_850, 100)], [(7_830, 100)])
    late = market(book, True, 60)
    book.place(late)

    first, second = book.uncross()

    assert (first.buyer, first.quantity) == (late, 60)
    assert second.quantity == 40


def test_a_limit_order_at_the_far_limit_ranks_with_market_orders_by_time() -> None:
    book = collecting([(7_860, 100)], [(7_830, 100)])
    late = market(book, True, 60)
    book.place(late)

    (cross,) = book.uncross()

    assert cross.buyer is not late


def test_the_rest_of_a_market_order_waits_at_the_auctions_price() -> None:
    book = collecting([(7_810, 10)], [(7_830, 40)])
    order = market(book, True, 100)
    book.place(order)

    (cross,) = book.uncross()

    assert cross.quantity == 40
    assert order.quantity == 60
    assert book.bids() == ((cross.price, 60), (7_810, 10))
    assert book.ahead_of(order) == 0
    assert book.cancel(order) == 60


def test_at_the_far_limit_market_orders_keep_their_places_among_limit_orders() -> None:
    book = collecting([(7_860, 10)], [(7_860, 4)], last=7_860)
    order, late = market(book, True, 100), limit(book, True, 7_860, 8)
    book.place(order)
    book.place(late)

    book.uncross()

    assert (book.ahead_of(order), book.ahead_of(late)) == (6, 106)
    assert book.bids() == ((7_860, 114),)


def test_a_market_order_that_meets_nobody_waits_where_it_counted() -> None:
    book = collecting([(7_830, 10)], [])
    book.place(market(book, True, 100))

    assert book.uncross() == []
    assert book.bids() == ((7_840, 100), (7_830, 10))


def test_a_conditional_order_becomes_a_market_order() -> None:
    book = collecting([(7_830, 10)], [(7_850, 10)])
    conditional = limit(book, True, 7_810, 10)
    book.place(conditional)
    assert book.indicated() == (None, 0)

    book.turn_to_market(conditional)

    assert book.indicated() == (7_850, 10)
    assert book.uncross()[0].buyer is conditional


# -- into and out of an auction ----------------------------------------------------------------


def test_orders_that_wait_take_part_and_keep_their_places() -> None:
    book = Book(Ladder(PRICES))
    early, late = limit(book, True, 7_830, 5), limit(book, True, 7_830, 5)
    book.place(early)
    book.start_auction()
    book.place(late)
    book.place(limit(book, False, 7_830, 7))

    crosses = book.uncross()

    assert [(cross.buyer, cross.quantity) for cross in crosses] == [(early, 5), (late, 2)]


def test_nothing_trades_while_orders_are_collected() -> None:
    book = collecting([(7_830, 5)], [])

    assert book.place(limit(book, False, 7_810, 5)) == ()
    assert book.take(limit(book, False, 7_810, 5)) == ()
    assert not book.can_fill(limit(book, False, 7_810, 1))


def test_an_amended_order_counts_at_its_new_price() -> None:
    book = collecting([(7_810, 5)], [(7_830, 5)])
    buyer = limit(book, True, 7_800, 8)
    book.place(buyer)

    book.amend(buyer, 3, 4)

    assert book.indicated() == (7_830, 4)
    book.amend(buyer, 3, 2)
    assert book.indicated() == (7_830, 2)
    book.cancel(buyer)
    assert book.indicated() == (None, 0)


def test_a_trade_beyond_the_guard_starts_an_auction_instead() -> None:
    book = Book(Ladder(PRICES))
    for price in (7_830, 7_840, 7_850):
        book.place(limit(book, False, price, 5))
    book.guard(7_815, 7_845.5)

    buyer = limit(book, True, 7_850, 12)
    matches = book.place(buyer)

    assert [match.price for match in matches] == [7_830, 7_840]
    assert book.tripped == 7_850
    assert book.auction is not None
    assert book.indicated() == (7_850, 2)
    (cross,) = book.uncross()
    assert (cross.buyer, cross.quantity, book.tripped) == (buyer, 2, None)


def test_a_guard_does_not_mind_an_empty_side() -> None:
    book = Book(Ladder(PRICES))
    book.place(limit(book, False, 7_830, 5))
    book.guard(7_800, 7_830)

    book.take(Entry(True, book.ladder.far(True), 9))

    assert book.tripped is None


def test_fok_does_not_reach_beyond_the_guard() -> None:
    book = Book(Ladder(PRICES))
    book.place(limit(book, False, 7_830, 5))
    book.place(limit(book, False, 7_840, 5))
    book.guard(7_800, 7_830)

    assert not book.can_fill(limit(book, True, 7_850, 6))
    assert book.can_fill(limit(book, True, 7_850, 5))
    book.guard(7_835, 7_850)  # the best ask itself is outside
    assert not book.can_fill(limit(book, True, 7_850, 1))


# -- the oracle: every price tried, every order looked at ---------------------------------------

_RUNGS = len(PRICES)
_ORDER = st.tuples(
    st.booleans(),
    st.integers(0, _RUNGS - 1),
    st.integers(1, 9),
    st.integers(0, 3).map(lambda x: not x),
)


def entries_of(book: Book, orders: list[tuple[bool, int, int, bool]]) -> list[Entry]:
    entries = [
        market(book, is_buy, quantity) if is_market else Entry(is_buy, rung, quantity)
        for is_buy, rung, quantity, is_market in orders
    ]
    for entry in entries:
        book.place(entry)
    return entries


def shares(entries: list[Entry], is_buy: bool, at: int) -> int:
    """Return what one side would trade at a rung."""
    sign = 1 if is_buy else -1
    return sum(
        entry.quantity
        for entry in entries
        if entry.is_buy is is_buy and sign * entry.rung >= sign * at
    )


@given(orders=st.lists(_ORDER, max_size=14), last=st.sampled_from(PRICES))
def test_no_price_would_trade_more(orders: list[tuple[bool, int, int, bool]], last: int) -> None:
    book = collecting([], [], last)
    entries = entries_of(book, orders)
    volumes = [min(shares(entries, True, at), shares(entries, False, at)) for at in range(_RUNGS)]

    price, quantity = book.indicated()

    assert quantity == max(volumes)
    assert (price is None) is (quantity == 0)
    if price is not None:
        assert volumes[PRICES.index(price)] == quantity


@given(
    orders=st.lists(_ORDER.filter(lambda order: not order[3]), max_size=14),
    last=st.sampled_from(PRICES),
)
def test_no_price_that_fills_every_better_order_is_nearer_to_the_last(
    orders: list[tuple[bool, int, int, bool]], last: int
) -> None:
    book = collecting([], [], last)
    entries = entries_of(book, orders)
    matching = []
    for at in range(_RUNGS):
        demand, supply = shares(entries, True, at), shares(entries, False, at)
        better = (shares(entries, True, at + 1), shares(entries, False, at - 1))
        if better[0] <= supply and better[1] <= demand and min(demand, supply):
            matching.append((PRICES[at], _all_go_empty(orders, at, min(demand, supply), better)))

    price, _ = book.indicated()

    served = [each for each, is_empty in matching if not is_empty]
    possible = served or [each for each, _ in matching]
    assert price == min(possible, key=lambda each: abs(each - last), default=None)


def _all_go_empty(
    orders: list[tuple[bool, int, int, bool]], at: int, quantity: int, better: tuple[int, int]
) -> bool:
    """Return whether a side has orders at the price and the better ones take everything."""
    has = {is_buy for is_buy, rung, _, _ in orders if rung == at}
    return (True in has and better[0] == quantity) or (False in has and better[1] == quantity)


@given(orders=st.lists(_ORDER, max_size=14), last=st.sampled_from(PRICES))
def test_price_and_time_decide_who_is_filled(
    orders: list[tuple[bool, int, int, bool]], last: int
) -> None:
    book = collecting([], [], last)
    entries = entries_of(book, orders)
    limits = {entry: PRICES[entry.rung] for entry in entries}
    given_to = dict.fromkeys(entries, 0)
    wanted = {entry: entry.quantity for entry in entries}

    crosses = book.uncross()

    for price, quantity, buyer, seller in crosses:
        assert price == crosses[0].price
        assert limits[seller] <= price <= limits[buyer]
        assert quantity > 0
        given_to[buyer] += quantity
        given_to[seller] += quantity
    for is_buy in (True, False):
        line = [entry for entry in entries if entry.is_buy is is_buy]
        line.sort(key=lambda entry: limits[entry], reverse=is_buy)  # stable: time decides ties
        unfilled = [entry for entry in line if given_to[entry] < wanted[entry]]
        after = line[line.index(unfilled[0]) + 1 :] if unfilled else []
        assert not any(given_to[entry] for entry in after)
    assert all(entry.quantity == wanted[entry] - given_to[entry] for entry in entries)


@given(orders=st.lists(_ORDER, max_size=14), last=st.sampled_from(PRICES))
def test_what_is_published_is_what_the_auction_leaves(
    orders: list[tuple[bool, int, int, bool]], last: int
) -> None:
    book = collecting([], [], last)
    entries_of(book, orders)
    bids, asks = book.bids(), book.asks()

    book.uncross()

    assert book.bids()[:3] == bids
    assert book.asks()[:3] == asks
    assert book.bid is None or book.ask is None or book.bid < book.ask
