"""Money from fills alone: exact to the won, whatever the order of fills."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import AccountReported, Holding
from core.domain.order import Fill, Reason, Side
from core.domain.portfolio import Position
from core.portfolio import Portfolio
from tests.builders import OPEN, a_fill

START = 10_000_000


def test_a_round_trip_books_costs_of_both_sides_when_it_closes() -> None:
    book = Portfolio(START)
    assert book.apply(a_fill(Side.BUY, 10, 70_000, commission=105), Reason.SIGNAL) is None
    assert book.capital == START
    trade = book.apply(a_fill(Side.SELL, 10, 71_000, 2, commission=106, tax=1_420), Reason.TP)
    assert trade is not None
    assert (trade.gross_pnl, trade.commission, trade.tax) == (10_000, 211, 1_420)
    assert trade.net_pnl == book.realized == 8_369
    assert trade.exit_reason is Reason.TP
    assert book.cash == book.capital == START + 8_369
    assert len(book) == 0


def test_what_a_foreign_order_opens_is_foreign_and_stays_so() -> None:
    book = Portfolio(START)
    book.apply(a_fill(Side.BUY, 10, 70_000), Reason.FOREIGN)
    book.apply(a_fill(Side.BUY, 5, 70_000, 2), Reason.SIGNAL)
    position = book.position("005930")
    assert position is not None and position.is_foreign
    assert book.cash == START - 15 * 70_000


def test_a_foreign_fill_in_our_own_position_leaves_it_ours() -> None:
    book = Portfolio(START)
    book.apply(a_fill(Side.BUY, 10, 70_000), Reason.SIGNAL)
    book.apply(a_fill(Side.BUY, 5, 70_000, 2), Reason.FOREIGN)
    position = book.position("005930")
    assert position is not None and not position.is_foreign


def test_partial_exits_make_one_trade() -> None:
    book = Portfolio(START)
    book.apply(a_fill(Side.BUY, 10, 70_000), Reason.SIGNAL)
    assert book.apply(a_fill(Side.SELL, 4, 71_000, 2), Reason.SL) is None
    assert book.held("005930") == 6
    trade = book.apply(a_fill(Side.SELL, 6, 69_000, 3), Reason.EOD)
    assert trade is not None
    assert (trade.quantity, trade.exit_price, trade.gross_pnl) == (10, 69_800, -2_000)


def test_more_sold_than_held_is_booked_as_it_is() -> None:
    book = Portfolio(START)
    book.apply(a_fill(Side.BUY, 5), Reason.SIGNAL)
    assert book.apply(a_fill(Side.SELL, 7, number=2), Reason.SL) is None
    assert book.held("005930") == -2
    assert book.is_consistent()


def test_equity_marks_positions_at_last_prices() -> None:
    book = Portfolio(START)
    book.apply(a_fill(Side.BUY, 10, 70_000, commission=105), Reason.SIGNAL)
    assert book.equity({"005930": 72_000}) == START - 105 + 20_000
    assert book.equity({}) == START - 105


def test_adopting_an_account_counts_profit_from_there() -> None:
    book = Portfolio(START)
    held = (Holding("005930", 10, 70_000, 10), Holding("000660", 0, 0, 0))
    positions = book.adopt(AccountReported(OPEN, 5_000_000, 5_000_000, held, ()), OPEN)
    assert [p.symbol for p in positions] == ["005930"]
    assert (book.cash, book.start_capital, book.realized) == (5_000_000, 5_700_000, 0)
    assert book.is_consistent()


fills = st.builds(
    a_fill,
    side=st.sampled_from(Side),
    quantity=st.integers(1, 1_000),
    price=st.integers(1, 1_000_000),
    symbol=st.sampled_from(["005930", "000660"]),
    commission=st.integers(0, 10_000),
    tax=st.integers(0, 10_000),
)


@given(st.lists(fills, max_size=60))
def test_cash_positions_and_costs_add_up_to_the_won_after_every_fill(made: list[Fill]) -> None:
    book = Portfolio(START)
    cash, held = START, {"005930": 0, "000660": 0}
    for fill in made:
        book.apply(fill, Reason.SIGNAL)
        cash -= fill.side.sign * fill.price * fill.quantity + fill.commission + fill.tax
        held[fill.symbol] += fill.side.sign * fill.quantity
        assert book.cash == cash
        assert isinstance(book.cash, int)
        assert {s: book.held(s) for s in held} == held
        assert book.is_consistent()


@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(1, 500_000))
def test_sliced_round_trips_cost_what_whole_ones_do(slices: list[int], price: int) -> None:
    whole, sliced = Portfolio(START), Portfolio(START)
    _round_trip(whole, [sum(slices)], price)
    _round_trip(sliced, slices, price)
    assert whole.realized == sliced.realized == 7 * sum(slices)


def _round_trip(book: Portfolio, slices: list[int], price: int) -> None:
    for side, paid in ((Side.BUY, price), (Side.SELL, price + 7)):
        for quantity in slices:
            book.apply(a_fill(side, quantity, paid), Reason.SIGNAL)


# Books that go on, and the broker's word in the place of ours


def resumed() -> Portfolio:
    book = Portfolio(10_000_000)
    before = Position("005930", OPEN, bought=10, bought_value=700_000, commission=105)
    book.resume(9_000_000, [before])
    return book


def test_books_that_go_on_add_up_and_keep_entry_and_costs() -> None:
    book = resumed()
    assert book.is_consistent()
    assert (book.cash, book.start_capital) == (9_000_000, 9_700_105)
    trade = book.apply(a_fill(Side.SELL, price=71_000, commission=106, tax=1_278), Reason.SIGNAL)
    assert trade is not None and trade.net_pnl == 710_000 - 700_000 - 105 - 106 - 1_278
    assert book.is_consistent()


def test_other_cash_is_believed_and_is_no_profit() -> None:
    book = resumed()
    book.correct_cash(9_000_500)
    assert (book.cash, book.realized, book.is_consistent()) == (9_000_500, 0, True)


def test_the_brokers_shares_are_believed_and_our_claim_follows_the_fills() -> None:
    book = resumed()
    book.take_over("005930", Holding("005930", 7, 70_100, 7), OPEN)
    assert (book.held("005930"), book.is_consistent()) == (7, True)
    book.apply(a_fill(Side.SELL, quantity=2), Reason.SL)
    assert (book.held("005930"), book.claims["005930"].quantity) == (5, 8)


def test_a_claim_that_comes_true_has_its_entry_and_costs_again() -> None:
    book = resumed()
    ours = book.position("005930")
    book.take_over("005930", None, OPEN)
    assert book.held("005930") == 0
    book.reinstate("005930")
    assert book.position("005930") == ours
    assert not book.claims and book.is_consistent()


def test_what_we_never_had_is_foreign_when_it_is_taken_over() -> None:
    book = resumed()
    book.take_over("000660", Holding("000660", 3, 180_000, 3), OPEN)
    position = book.position("000660")
    assert position is not None and position.is_foreign
    assert "000660" not in book.claims and book.is_consistent()
