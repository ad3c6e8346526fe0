"""The whole of the adapter on a control that lets events into calls that have not returned."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from broker.kiwoom.control import EVENTS
from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Packet
from broker.kiwoom.emulator.server import KiwoomServer
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from core.clock import SimClock
from core.domain.market import Bar
from core.domain.messages import HistoryLoaded, Message
from core.domain.order import OrderFilled, Side
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import CASH, COSTS, a_session, an_order, sessions_before

SYMBOLS = ("005930", "035720")
SESSION = a_session()
# (seconds after the open, side, limit): the third buy rests until it is cancelled.
ORDERS = (
    (60, Side.BUY, None),
    (61, Side.SELL, None),
    (62, Side.BUY, 60_000),
    (63, Side.BUY, None),
    (64, Side.BUY, None),
    (65, Side.SELL, None),
)
LAG = 7  # steps of the servers for one turn of a lagging event loop


class NestingControl(EmulatedControl):
    """Counts the events that fire while one of its calls has not returned."""

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self.depth, self.nested = 0, Counter[str]()
        for event in EVENTS:
            getattr(self, event).connect(lambda *_, event=event: self._count(event))

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        self.depth += 1
        try:
            return super().dynamicCall(signature, *values)
        finally:
            self.depth -= 1

    def _count(self, event: str) -> None:
        if self.depth:
            self.nested[event] += 1


def trade(lets_events_in: bool) -> tuple[list[Message], Counter[str]]:
    """Trade the first minutes of a day; return what the adapter posted, and the nested events."""
    market = SyntheticMarket(1, SESSION, SYMBOLS, sessions_before(SESSION.day, 2), False)
    waiting: deque[Callable[[], None]] = deque()
    posts: list[Message] = []
    venue = Venue(market, COSTS, CASH)

    def deliver(packet: Packet) -> None:
        control.deliver(packet)

    server = KiwoomServer(venue, deliver, COSTS)
    clock = SimClock(server.now)
    control = NestingControl(
        masters(),
        lambda request: server.receive(request, clock.now()),
        waiting.append,
        clock,
        ControlOptions(delivers_inside_calls=lets_events_in),
    )
    api = KiwoomOpenApi(control, posts.append, clock, lambda action: action(), KiwoomOptions())
    api.connect()
    api.request_history(SYMBOLS, 2)
    api.subscribe(SYMBOLS)
    left, steps = list(ORDERS), 0
    while clock.now() < SESSION.open + timedelta(minutes=3):
        steps += 1
        moment = min(time for time in (server.next_time(), api.next_time()) if time)
        clock.move_to(moment)
        if server.next_time() == moment:
            server.step()
        while left and clock.now() >= SESSION.open + timedelta(seconds=left[0][0]):
            number, side, limit = left.pop(0)
            api.submit(an_order(side, 5, limit=limit, id=f"T{number}"))
        while waiting and (not lets_events_in or steps % LAG == 0):
            waiting.popleft()()
        api.on_time(clock.now())
    return posts, control.nested


def fills(posts: list[Message]) -> list[tuple[Any, ...]]:
    told = [post.fill for post in posts if isinstance(post, OrderFilled)]
    return [(fill.order_id, fill.side, fill.price, fill.quantity, fill.tax) for fill in told]


def histories(posts: list[Message]) -> dict[str, tuple[Bar, ...]]:
    loaded = [post for post in posts if isinstance(post, HistoryLoaded)]
    return {post.instrument.symbol: post.bars for post in loaded}


def test_the_adapter_trades_the_same_when_events_come_inside_its_calls() -> None:
    calm, none = trade(lets_events_in=False)
    wild, nested = trade(lets_events_in=True)
    assert not none
    assert nested["OnReceiveRealData"] > 0
    assert len(fills(calm)) >= len(ORDERS) - 1
    assert sorted(fills(wild)) == sorted(fills(calm))
    assert set(histories(calm)) == set(SYMBOLS)
    assert histories(wild) == histories(calm)
