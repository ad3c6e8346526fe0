"""The adapter of production on the emulated control: what the venue did comes out, exactly."""

from datetime import timedelta

import pytest

from broker.kiwoom.emulator.limits import LimitNumbers
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.options import KiwoomOptions
from core.clock import SimClock
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    BrokerIdentified,
    ConnectionChanged,
    HistoryLoaded,
    Noted,
)
from core.domain.order import OrderAmended, OrderFilled, OrderRejected, Side
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.broker.kiwoom.adapter_rig import SYMBOLS, Terminal
from tests.core.simulation.sim_builders import CASH, COSTS, a_session, an_order, sessions_before


def straight(minutes, days=0, seed=1, act=None):
    """Return what a venue posts by itself, and to what it holds at the end; no Kiwoom between."""
    session = a_session()
    market = SyntheticMarket(
        seed, session, SYMBOLS, tuple(sessions_before(session.day, days)), False
    )
    venue, posted = Venue(market, COSTS, CASH), []
    venue.attach(posted.append)
    venue.subscribe(SYMBOLS)
    for moment, action in act or ():
        run_to(venue, session.open + moment)
        action(venue, session.open + moment)
    run_to(venue, session.open + timedelta(minutes=minutes))
    return posted


def run_to(venue, moment):
    while (due := venue.next_time()) is not None and due <= moment:
        venue.step()


@pytest.fixture
def terminal():
    terminal = Terminal()
    terminal.log_in()
    terminal.api.subscribe(SYMBOLS)
    terminal.run_to(terminal.session.open + timedelta(minutes=1))
    return terminal


def test_logging_in_tells_server_and_account_and_then_that_it_is_connected():
    terminal = Terminal()
    terminal.api.request_account("start")
    terminal.log_in()
    kinds = [type(each) for each in terminal.posted if not isinstance(each, Noted)]
    order = [BrokerIdentified, AccountReported, ConnectionChanged]
    assert [kind for kind in kinds if kind in order] == order
    (report,) = terminal.got(AccountReported)
    assert (report.cash, report.available, report.holdings) == (CASH, CASH, ())
    assert report.request_id == "start"


def test_every_trade_comes_as_it_was_made_to_the_microsecond():
    terminal = Terminal()
    terminal.log_in()
    terminal.api.subscribe(SYMBOLS)
    terminal.run_to(terminal.session.open + timedelta(minutes=20))
    ticks = terminal.got(Tick)
    assert len(ticks) > 1_000
    assert ticks == [each for each in straight(20) if isinstance(each, Tick)]


def test_an_order_is_filled_as_it_would_be_without_kiwoom_between(terminal):
    moment = timedelta(minutes=1)
    orders = [an_order(Side.BUY, 10, id="B"), an_order(Side.SELL, 4, id="S")]
    for number, order in enumerate(orders):
        terminal.run_to(terminal.session.open + moment * (number + 1))
        terminal.api.submit(order)
    terminal.run_for(seconds=30)
    acts = [
        (moment * (number + 1), lambda venue, now, order=order: venue.submit(order, now))
        for number, order in enumerate(orders)
    ]
    expected = [each.fill for each in straight(3, act=acts) if isinstance(each, OrderFilled)]
    fills = [each.fill for each in terminal.got(OrderFilled)]
    assert [fill.order_id for fill in fills][:1] == ["B"]
    seen = [(f.order_id, f.price, f.quantity, f.commission, f.tax, f.time) for f in fills]
    assert seen == [
        (f.order_id, f.price, f.quantity, f.commission, f.tax, f.time) for f in expected
    ]


def test_the_account_is_the_exchanges_own(terminal):
    terminal.api.submit(an_order(Side.BUY, 7))
    terminal.run_for(seconds=5)
    terminal.api.submit(an_order(Side.BUY, 5, limit=69_000))
    terminal.run_for(seconds=2)
    terminal.api.request_account("now")
    terminal.run_for(seconds=3)
    report = terminal.got(AccountReported)[-1]
    theirs = []
    terminal.venue.attach(theirs.append)
    terminal.venue.request_account("theirs", terminal.clock.now())
    run_to(terminal.venue, terminal.clock.now() + timedelta(seconds=1))
    (own,) = [each for each in theirs if isinstance(each, AccountReported)]
    assert report.request_id == "now"
    assert (report.cash, report.available) == (own.cash, own.available)
    assert report.holdings == own.holdings
    assert [order.intent.limit_price for order in report.orders] == [69_000]


def test_a_limit_order_is_amended_and_cancelled(terminal):
    order = an_order(limit=69_000)
    terminal.api.submit(order)
    terminal.run_for(seconds=1)
    terminal.api.amend(order, 68_900, 10)
    terminal.run_for(seconds=1)
    terminal.api.cancel(order)
    terminal.run_for(seconds=1)
    assert terminal.of_order(order.id) == ["OrderAccepted", "OrderAmended", "OrderCanceled"]
    assert terminal.got(OrderAmended)[0].limit_price == 68_900


def test_a_refusal_has_the_brokers_words(terminal):
    terminal.api.submit(an_order(Side.SELL, 3))
    terminal.run_for(seconds=3)
    (rejected,) = terminal.got(OrderRejected)
    assert rejected.note


def test_history_is_what_the_market_has_of_the_days_before():
    terminal = Terminal(days=5)
    terminal.api.request_history(SYMBOLS, 5)
    terminal.log_in()
    terminal.run_for(seconds=20)
    venue = Terminal(days=5).venue
    expected = []
    venue.attach(expected.append)
    venue.request_history(SYMBOLS, 5)
    loaded = {each.instrument.symbol: each for each in terminal.got(HistoryLoaded)}
    assert list(loaded) == list(SYMBOLS)
    for each in expected:
        theirs = [(b.start, b.open, b.high, b.low, b.close, b.volume) for b in each.bars]
        bars = loaded[each.instrument.symbol].bars
        assert [(b.start, b.open, b.high, b.low, b.close, b.volume) for b in bars] == theirs
        assert len({start.date() for start, *_ in theirs}) == 5


def test_ten_symbols_of_five_days_are_there_half_a_minute_after_the_login():
    codes = ["005930", "000660", "373220", "005380", "000270"]
    codes += ["068270", "005490", "035420", "035720", "105560"]
    terminal = Terminal(*codes, days=5)
    terminal.api.request_history(codes, 5)
    terminal.log_in()
    terminal.run_for(seconds=20)
    assert [each.instrument.symbol for each in terminal.got(HistoryLoaded)] == codes
    assert not [each.error for each in terminal.got(HistoryLoaded) if each.error]


def test_a_history_asked_for_amid_the_session_joins_the_ticks_after_it():
    terminal = Terminal()
    terminal.log_in()
    terminal.run_to(terminal.session.open + timedelta(minutes=5, seconds=30))
    terminal.api.request_history(["005930"], 0)
    terminal.run_for(seconds=1)
    (history,) = terminal.got(HistoryLoaded)
    assert len(history.bars) == 5
    assert history.forming is not None
    assert history.forming.start == terminal.session.open + timedelta(minutes=5)


def test_books_come_where_they_are_wanted():
    session = a_session()
    market = SyntheticMarket(1, session, ("005930",), (), publishes_books=True)
    terminal = Terminal(options=KiwoomOptions(), venue=Venue(market, COSTS, CASH))
    terminal.log_in()
    terminal.api.subscribe(["005930"])
    terminal.run_to(session.open + timedelta(minutes=1))
    book = terminal.got(OrderBook)[-1]
    assert len(book.asks) == len(book.bids) == 10
    assert book.asks[0].price > book.bids[0].price


def test_a_lost_line_is_taken_up_again_with_all_that_was_watched(terminal):
    terminal.server.disconnect()
    terminal.run_for(seconds=1)
    assert terminal.got(ConnectionChanged)[-1].is_connected is False
    before = len(terminal.got(Tick))
    terminal.run_for(seconds=30)
    assert terminal.got(ConnectionChanged)[-1].is_connected
    assert len(terminal.got(Tick)) > before


def test_a_burst_of_orders_leaves_within_kiwooms_limit(terminal):
    for _ in range(12):
        terminal.api.submit(an_order(Side.BUY, 1))
    terminal.run_for(seconds=5)
    assert len(terminal.got(OrderFilled)) == 12
    assert not terminal.got(OrderRejected)
    assert not [note for note in terminal.got(Noted) if "-308" in note.text.en]


def test_an_exit_overtakes_entries_that_wait_for_the_limit(terminal):
    terminal.api.submit(an_order(Side.BUY, 3))
    terminal.run_for(seconds=3)
    for number in range(9):
        terminal.api.submit(an_order(Side.BUY, 1, id=f"entry{number}"))
    terminal.api.submit(an_order(Side.SELL, 3, id="exit"))
    terminal.run_for(seconds=5)
    order = [fill.order_id for fill in terminal.got(OrderFilled)]
    assert order.index("exit") <= 1 + 5
    assert order.index("exit") < order.index("entry8")


def test_the_long_term_limit_is_told_and_ends_with_a_new_login():
    numbers = LimitNumbers(requests_per_hour=11)
    terminal = Terminal(days=5, control_options=ControlOptions(limits=numbers))
    terminal.api.request_history(SYMBOLS, 5)
    terminal.api.connect()
    terminal.run_for(minutes=6)
    assert len(terminal.got(HistoryLoaded)) == 1
    told = [note.text.en for note in terminal.got(Noted)]
    assert any("Kiwoom refused a request for its limit" in text for text in told)
    assert any("long-term limit" in text for text in told)
    terminal.server.disconnect()
    terminal.run_for(minutes=1)
    assert len(terminal.got(HistoryLoaded)) > 1


def test_without_the_account_password_it_says_so_until_it_is_registered():
    terminal = Terminal(control_options=ControlOptions(has_password=False))
    terminal.api.connect()
    terminal.run_for(seconds=30)
    assert not terminal.got(AccountReported)
    assert ConnectionChanged(True) not in terminal.posted
    assert "password" in terminal.got(Noted)[-1].text.en
    terminal.api.show_account_window()
    terminal.run_for(seconds=90)
    assert len(terminal.got(AccountReported)) == 1
    assert ConnectionChanged(True) in terminal.posted


def histories(terminal):
    return {each.instrument.symbol: each.bars for each in terminal.got(HistoryLoaded)}


def test_events_inside_of_unfinished_calls_change_nothing():
    inside = ControlOptions(delivers_inside_calls=True)
    terminals = [Terminal(days=1), Terminal(days=1, control_options=inside)]
    for each in terminals:
        each.api.request_history(SYMBOLS, 1)
        each.log_in()
        each.api.subscribe(SYMBOLS)
        each.run_to(each.session.open + timedelta(minutes=1))
        each.api.submit(an_order(Side.BUY, 3, id="B"))
        each.run_for(minutes=1)
    plain, nested = terminals
    assert nested.got(Tick) == plain.got(Tick)
    assert nested.got(OrderFilled) == plain.got(OrderFilled)
    assert histories(nested) == histories(plain)


def test_nothing_is_posted_after_closing(terminal):
    terminal.api.close()
    posted = len(terminal.posted)
    terminal.run_for(minutes=2)
    assert len(terminal.posted) == posted
    assert isinstance(terminal.clock, SimClock)
