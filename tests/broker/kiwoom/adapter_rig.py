"""The production adapter on the emulated control and servers, in one thread and market time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Packet
from broker.kiwoom.emulator.server import KiwoomServer
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from core.clock import SimClock
from core.domain.messages import ConnectionChanged, Message
from core.ports import Post
from core.simulation.costs import CostModel
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import CASH, COSTS, a_session, sessions_before

M = TypeVar("M")
SYMBOLS = ("005930", "000660", "069500")


class Crank:
    """Adapter, control and servers as one stepped venue.

    At one timestamp the servers go first, then their events, then what the adapter has to do.
    """

    def __init__(
        self,
        venue: Venue,
        post: Post,
        clock: SimClock,
        options: KiwoomOptions | None = None,
        control_options: ControlOptions | None = None,
        costs: CostModel = COSTS,
        server_name: str = "emulated",
        is_feed_only: bool = False,
    ) -> None:
        self.clock = clock
        self._events: deque[Callable[[], None]] = deque()
        self.server = KiwoomServer(venue, self._deliver, costs)
        self.control = EmulatedControl(
            masters(),
            lambda request: self.server.receive(request, clock.now()),
            self._events.append,
            clock,
            control_options,
        )
        self.api = KiwoomOpenApi(
            self.control,
            post,
            clock,
            lambda action: action(),
            options or KiwoomOptions(kiwoom_books=False),
            server_name,
            is_feed_only,
        )

    def next_time(self) -> datetime | None:
        if self._events:
            return self.clock.now()
        theirs, ours = self.server.next_time(), self.api.next_time()
        if theirs is None or ours is None:
            return theirs or ours
        return min(theirs, ours)

    def step(self) -> None:
        now = self.clock.now()
        theirs = self.server.next_time()
        if theirs is not None and theirs <= now:
            self.server.step()
        self.run_events()
        ours = self.api.next_time()
        if ours is not None and ours <= now:
            self.api.on_time(now)
            self.run_events()

    def _deliver(self, packet: Packet) -> None:
        self.control.deliver(packet)

    def run_events(self) -> None:
        while self._events:
            self._events.popleft()()


class Terminal:
    """A crank turned on demand, and all that the adapter posted."""

    def __init__(
        self,
        *symbols: str,
        seed: int = 1,
        days: int = 0,
        minutes: int = 380,
        cash: int = CASH,
        venue: Venue | None = None,
        **options: Any,
    ) -> None:
        session = a_session(minutes=minutes)
        history = sessions_before(session.day, days)
        market = SyntheticMarket(seed, session, symbols or SYMBOLS, tuple(history), False)
        self.session, self.venue = session, venue or Venue(market, COSTS, cash)
        self.clock = SimClock(self.venue.start)
        self.posted: list[Message] = []
        self.crank = Crank(self.venue, self.posted.append, self.clock, **options)
        self.api, self.control, self.server = self.crank.api, self.crank.control, self.crank.server

    def run_to(self, moment: datetime) -> None:
        while (due := self.crank.next_time()) is not None and due <= moment:
            self.clock.move_to(due)
            self.crank.step()
        self.clock.move_to(moment)

    def run_for(self, **span: float) -> None:
        self.run_to(self.clock.now() + timedelta(**span))

    def log_in(self) -> None:
        self.api.connect()
        self.run_for(seconds=3)
        assert ConnectionChanged(True) in self.posted, self.posted

    def got(self, kind: type[M]) -> list[M]:
        return [message for message in self.posted if isinstance(message, kind)]

    def of_order(self, order_id: str) -> Sequence[str]:
        """The names of the reports of one order, in order."""
        return [
            type(message).__name__
            for message in self.posted
            if getattr(message, "order_id", None) == order_id
        ]
