"""The engine's inbox: what overtakes, what is conflated, and that nothing gets lost on the way."""

from __future__ import annotations

import threading

import pytest

from core.domain.market import OrderBook
from core.domain.messages import Flatten, Message, Shutdown, Start, Stop
from core.drivers import Inbox
from tests.builders import OPEN, a_tick

LONG_S = 30.0  # never waited for in full


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def a_book(symbol: str, second: int = 0) -> OrderBook:
    return OrderBook(symbol, OPEN.replace(second=second), (), ())


def put_all(inbox: Inbox, messages: list[Message]) -> None:
    for message in messages:
        inbox.put(message)


def test_commands_that_reduce_risk_overtake_everything_else(inbox):
    first, second = a_tick(70_000), a_tick(70_100)
    put_all(inbox, [first, Start(), second, Flatten("button"), Stop()])
    assert inbox.take(LONG_S) == [Flatten("button"), Stop(), first, Start(), second]


def test_books_are_conflated_to_the_newest_of_each_symbol(inbox):
    put_all(inbox, [a_book("A", 1), a_book("B", 1), a_book("A", 2), a_tick()])
    assert inbox.take(LONG_S) == [a_tick(), a_book("A", 2), a_book("B", 1)]


def test_trades_come_in_batches_in_their_order(inbox):
    ticks = [a_tick(quantity=number) for number in range(1, 601)]
    put_all(inbox, ticks)
    batches = [inbox.take(LONG_S) for _ in range(3)]
    assert [len(batch) for batch in batches] == [256, 256, 88]
    assert [*batches[0], *batches[1], *batches[2]] == ticks


def test_without_a_message_it_waits_for_the_time_out_only(inbox):
    assert inbox.take(0.0) == []


def test_a_message_wakes_a_sleeping_consumer(inbox):
    got: list[Message] = []
    consumer = threading.Thread(target=lambda: got.extend(inbox.take(LONG_S)))
    consumer.start()
    inbox.put(Start())
    consumer.join(LONG_S)
    assert got == [Start()]


def test_nothing_is_lost_between_many_threads(inbox):
    count, producers = 2_000, 4
    got: list[Message] = []

    def consume() -> None:
        while Shutdown() not in (batch := inbox.take(LONG_S)):
            got.extend(batch)
        got.extend(message for message in batch if message != Shutdown())

    def produce(symbol: str) -> None:
        for number in range(count):
            inbox.put(a_tick(quantity=number, symbol=symbol))

    consumer = threading.Thread(target=consume)
    threads = [threading.Thread(target=produce, args=(f"{n}",)) for n in range(producers)]
    for thread in (consumer, *threads):
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert inbox.wait_drained(LONG_S)
    inbox.put(Shutdown())
    consumer.join(LONG_S)
    for n in range(producers):
        mine = [tick.quantity for tick in got if tick.symbol == f"{n}"]
        assert mine == list(range(count))


def test_what_was_taken_is_not_drained_before_the_consumer_comes_again(inbox):
    inbox.put(a_tick())
    assert not inbox.wait_drained(0.0)
    inbox.take(LONG_S)
    assert not inbox.wait_drained(0.0)
    inbox.take(0.0)
    assert inbox.wait_drained(0.0)


def test_a_new_inbox_is_drained(inbox):
    assert inbox.wait_drained(0.0)
