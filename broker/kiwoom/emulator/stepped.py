"""The emulated control with its servers, and the adapter of production on it, in one thread.

For runs in market time: whoever steps it makes all calls, and the same seed gives the same run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date, datetime

from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.packets import Packet
from broker.kiwoom.emulator.server import KiwoomServer
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from config.schema import Settings
from core.clock import SimClock
from core.ports import Post
from core.sessions import TradingCalendar
from core.simulation.costs import CostModel, CostOptions
from core.simulation.venue import Venue


def make_server(venue: Venue, settings: Settings, calendar: TradingCalendar) -> KiwoomServer:
    """Return Kiwoom's servers over `venue`; what they send goes nowhere until they are attached."""

    def days_before(day: date, count: int) -> list[date]:
        return [session.day for session in calendar.sessions_before(day, count)]

    return KiwoomServer(
        venue,
        _nobody,
        CostModel.from_options(settings[CostOptions]),
        days_before,
        options=settings[EmulatorOptions],
    )


class SteppedControl:
    """The emulated control and its servers; what the servers deliver is handled in their step."""

    def __init__(
        self, venue: Venue, clock: SimClock, settings: Settings, calendar: TradingCalendar
    ) -> None:
        self._clock = clock
        self._turns: deque[Callable[[], None]] = deque()
        self.server = make_server(venue, settings, calendar)
        self.control = EmulatedControl(
            masters(),
            lambda request: self.server.receive(request, clock.now()),
            self._turns.append,
            clock,
        )
        self.server.attach(self.control.deliver)

    def next_time(self) -> datetime | None:
        return self._clock.now() if self._turns else self.server.next_time()

    def step(self) -> None:
        """Do everything that is due by now."""
        moment = self.server.next_time()
        if moment is not None and moment <= self._clock.now():
            self.server.step()
        while self._turns:
            self._turns.popleft()()

    def close(self) -> None:
        self.server.close()


class SteppedKiwoom(SteppedControl):
    """The adapter of production on the emulated control; `adapter` implements the ports."""

    def __init__(
        self,
        venue: Venue,
        post: Post,
        clock: SimClock,
        settings: Settings,
        calendar: TradingCalendar,
    ) -> None:
        super().__init__(venue, clock, settings, calendar)
        self.adapter = KiwoomOpenApi(
            self.control,
            post,
            clock,
            lambda action: action(),
            settings[KiwoomOptions],
            server_name="emulated",
        )

    def next_time(self) -> datetime | None:
        theirs, ours = super().next_time(), self.adapter.next_time()
        if theirs is None or ours is None:
            return theirs or ours
        return min(theirs, ours)

    def step(self) -> None:
        super().step()
        now, moment = self._clock.now(), self.adapter.next_time()
        if moment is not None and moment <= now:
            self.adapter.on_time(now)


def _nobody(_: Packet) -> None:
    """Take what is sent before anybody listens."""
