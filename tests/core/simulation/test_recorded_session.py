from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.instrument import Instrument
from core.domain.market import OrderBook, Tick
from core.domain.messages import HistoryLoaded, Message, Start
from core.simulation.costs import CostModel, CostOptions
from core.simulation.recorded_session import SessionMarket
from core.simulation.venue import Venue
from tests.builders import OPEN

SYMBOL = "005930"
HISTORY = HistoryLoaded(Instrument(SYMBOL, "Samsung", 70_000), ())


def at(second: float) -> datetime:
    return OPEN + timedelta(seconds=second)


def tick(second: float) -> Tick:
    return Tick(SYMBOL, at(second), 70_000, 10)


def venue_on(*rows: tuple[float, Message]) -> tuple[Venue, list[Message]]:
    histories = {SYMBOL: sum(isinstance(message, HistoryLoaded) for _, message in rows)}
    market = SessionMarket(((at(s), message) for s, message in rows), 1, OPEN, histories)
    venue = Venue(market, CostModel.from_options(CostOptions()), 10_000_000)
    posted: list[Message] = []
    venue.attach(posted.append)
    return venue, posted


def test_it_begins_when_the_session_began():
    assert venue_on((5, tick(5)))[0].start == OPEN


def test_history_comes_as_late_as_it_came_then():
    venue, posted = venue_on((3, HISTORY), (4, tick(4)))
    venue.request_history([SYMBOL], 5)
    assert posted == []
    venue.step()
    assert (venue.now, posted) == (at(3), [HISTORY])


def test_what_follows_history_at_the_same_moment_waits_for_who_subscribes():
    venue, posted = venue_on((3, HISTORY), (3, tick(3)))
    venue.step()
    venue.subscribe([SYMBOL])
    venue.step()
    assert posted == [HISTORY, tick(3)]


def test_a_later_request_is_answered_by_what_was_known_last():
    venue, posted = venue_on((3, HISTORY), (4, tick(4)))
    venue.step()
    venue.request_history([SYMBOL], 5)
    assert posted == [HISTORY, HISTORY]


def test_a_symbol_that_was_not_recorded_has_no_history():
    venue, posted = venue_on((3, tick(3)))
    venue.request_history(["000660"], 5)
    (answer,) = posted
    assert isinstance(answer, HistoryLoaded) and "not in the recording" in answer.error


def test_commands_of_the_trader_come_again_and_books_only_where_subscribed():
    book = OrderBook(SYMBOL, at(3), (), ())
    venue, posted = venue_on((3, HISTORY), (4, Start()), (5, book), (6, book))
    venue.step()
    venue.step()
    venue.step()
    venue.subscribe([SYMBOL])
    venue.step()
    assert posted == [HISTORY, Start(), book]
