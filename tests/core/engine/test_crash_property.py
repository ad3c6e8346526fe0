"""Killed at any instruction: after the restart both sides agree, and nothing came twice."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.messages import ClosePosition, Flatten, Stop
from core.domain.order import Side
from core.sessions import open_calendar
from tests.builders import SEOUL
from tests.core.engine.crash_rig import Terminal, World
from tests.core.engine.tiny_exchange import SYMBOLS, Fuse

CALENDAR = open_calendar("XKRX", SEOUL)
symbols = st.sampled_from(SYMBOLS)


def trade(symbol: str) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.rise(symbol)


def fill(share: float) -> Callable[[Terminal], None]:
    """Fill a part of every order that works, and let the terminal hear of it."""

    def act(terminal: Terminal) -> None:
        fill_some(terminal.world, share)
        terminal.drain()

    return act


def say(message: object) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.tell(message)  # type: ignore[arg-type]


def fill_some(world: World, share: float) -> None:
    for booked in tuple(world.exchange.orders.values()):
        world.exchange.fill(booked, int(booked.remaining * share + 0.99))


shares = st.sampled_from([0.3, 0.6, 1.0])
steps = st.one_of(
    symbols.map(trade),
    symbols.map(trade),
    shares.map(fill),
    symbols.map(lambda symbol: say(ClosePosition(symbol))),
    st.just(say(Stop())),
    st.just(say(Flatten("button"))),
)
lives = st.lists(
    st.tuples(
        st.lists(steps, min_size=1, max_size=4),
        st.integers(min_value=0, max_value=30),  # the instruction that is its last
        st.sampled_from([0.0, 0.0, 0.5, 1.0]),  # how much is filled while nobody is there
        st.one_of(st.none(), st.tuples(symbols, st.sampled_from(Side), st.integers(1, 5))),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives, st.booleans())
def test_a_terminal_killed_at_any_instruction_agrees_with_the_exchange_again(lives, forgets):
    world = World(CALENDAR, forgets)
    for script, last, share, by_hand in lives:
        world.run(Fuse(last), lambda terminal, script=script: [act(terminal) for act in script])
        world.exchange.line = None
        fill_some(world, share)
        if by_hand is not None:
            world.exchange.by_hand(*by_hand)
    orders = dict(world.exchange.orders)

    terminal = world.start()
    terminal.pass_time(15)

    book = terminal.engine.account.portfolio
    assert terminal.holdings == world.held()
    assert (book.cash, book.is_consistent()) == (world.exchange.cash, True)
    new = [each for number, each in world.exchange.orders.items() if number not in orders]
    assert all(each.intent.side is Side.SELL for each in new)  # of a flatten that goes on
    assert min(world.exchange.held.values(), default=0) >= 0
    assert book.is_consistent() and not book.claims
    terminal.engine.close()
    assert world.journal.problems() == []
