"""The whole market for rankings and searches, woken up bit by bit.

A security's market comes to life when it is first asked for, and first lives through the day until
then: late in the day that takes a noticeable part of a second for each. So whoever asks for all of
them gets those awake and a few more; the others follow one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from broker.kiwoom.emulator.agenda import Agenda
from broker.kiwoom.emulator.quotes import Quotes
from broker.kiwoom.emulator.tape import Tape
from core.simulation.listings import listings
from core.simulation.venue import Venue

_AT_ONCE = 5
_ONE_EVERY = timedelta(seconds=1)  # market time


class Universe:
    """All securities, those with the largest usual turnover first."""

    def __init__(self, venue: Venue, quotes: Quotes, agenda: Agenda) -> None:
        self._venue, self._quotes, self._agenda = venue, quotes, agenda
        self._asleep: Iterator[str] = iter(
            sorted(listings(), key=lambda code: -listings()[code].turnover_eok)
        )
        self._is_waking = False

    def tapes(self) -> list[Tape]:
        """Return the tapes of all securities that are awake by now."""
        if not self._is_waking:
            self._is_waking = True
            for _ in range(_AT_ONCE):
                self._wake_one()
            self._go_on()
        return sorted(self._quotes, key=lambda tape: tape.instrument.symbol)

    def _wake_one(self) -> bool:
        """Wake the next one; return whether there was one."""
        for code in self._asleep:
            if self._quotes.known(code) is None:
                self._quotes.tape(code)
                return True
        return False

    def _wake_on(self) -> None:
        if self._wake_one():
            self._go_on()

    def _go_on(self) -> None:
        moment = self._venue.now + _ONE_EVERY
        if moment < self._venue.end:
            self._agenda.at(moment, self._wake_on)
