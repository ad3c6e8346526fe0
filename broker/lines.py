"""Every way a run without a window is wired to a broker, in one thread and in market time."""

from __future__ import annotations

from broker.kiwoom.emulator.faults import FaultDesk
from broker.kiwoom.emulator.stepped import SteppedKiwoom
from broker.paced import PacedVenue
from broker.simulated import SimulatedBroker
from config.schema import Settings
from core.clock import SimClock
from core.commands.stepped import Connect, Line
from core.ports import Post
from core.sessions import TradingCalendar
from core.simulation.venue import Venue


def simulated(venue: Venue, post: Post, clock: SimClock) -> Line:
    """Put the venue behind the ports as it is."""
    return Line(SimulatedBroker(venue, post, clock), venue)


def paced(venue: Venue, post: Post, clock: SimClock) -> Line:
    """Put the venue behind the order limit that Kiwoom's adapter keeps too."""
    behind = PacedVenue(venue)
    return Line(SimulatedBroker(behind, post, clock), behind)


def emulated(settings: Settings, calendar: TradingCalendar) -> Connect:
    """Put the adapter of production on the emulated control before the venue."""

    def connect(venue: Venue, post: Post, clock: SimClock) -> Line:
        kiwoom = SteppedKiwoom(venue, post, clock, settings, calendar)
        faults = FaultDesk(kiwoom.server, lambda action: action())
        return Line(kiwoom.adapter, kiwoom, faults)

    return connect
