"""The live check on the emulated control, in market time: for who has no Kiwoom here."""

from __future__ import annotations

from collections.abc import Callable

from broker.kiwoom.emulator.stepped import SteppedControl
from broker.kiwoom.live_check import LiveCheck, Observed
from broker.kiwoom.live_steps import STEPS
from config.schema import Settings
from config.text import Text
from core.clock import SimClock
from core.sessions import TradingCalendar
from core.simulation.venue import Venue


def rehearse(
    venue: Venue, settings: Settings, calendar: TradingCalendar, tell: Callable[[Text], None]
) -> list[Observed]:
    """Return what every step saw; `venue` is closed afterwards."""
    clock = SimClock(venue.start)
    stepped = SteppedControl(venue, clock, settings, calendar)
    check = LiveCheck(stepped.control, clock, STEPS, tell)
    check.begin()
    while not check.is_over:
        moments = (stepped.next_time(), check.next_time())
        clock.move_to(min(moment for moment in moments if moment is not None))
        stepped.step()
        check.on_time(clock.now())
    stepped.close()
    return check.observed
