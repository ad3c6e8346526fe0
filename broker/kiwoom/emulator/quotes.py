"""What the emulated servers know of the market: a tape of each security, and its bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from broker.kiwoom.emulator.tape import Tape, sessions_of
from core.domain.errors import BrokerError
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import HistoryLoaded
from core.simulation.venue import Venue

_ALL_DAYS = 1_000  # the market gives as many as it has


class Quotes:
    """Tapes of all securities anybody asked for; each follows the market from then on."""

    def __init__(self, venue: Venue, on_new: Callable[[Tape], None] = lambda tape: None) -> None:
        self._venue, self._on_new = venue, on_new
        self._tapes: dict[str, Tape] = {}
        self._past: dict[str, tuple[Bar, ...]] = {}
        self._loaded: list[HistoryLoaded] = []

    def __iter__(self) -> Iterator[Tape]:
        return iter(self._tapes.values())

    @property
    def now(self) -> datetime:
        """The market's time."""
        return self._venue.now

    def known(self, code: str) -> Tape | None:
        """Return the tape of a security that is followed already."""
        return self._tapes.get(code)

    def tape(self, code: str) -> Tape:
        """Return a security's tape; one without a price of the day before is of no such security.

        A new one first counts what was traded before.
        """
        tape = self._tapes.get(code)
        if tape is not None:
            return tape
        loaded = self._load(code, 1)
        today = self._venue.now.date()
        yesterday = [bar for bar in loaded.bars if bar.start.date() != today]
        tape = Tape(loaded.instrument, yesterday)
        if loaded.error:
            return tape
        tape.seed(self._of_today(loaded))
        self._tapes[code] = tape
        self._venue.subscribe([code])
        self._on_new(tape)
        return tape

    def instrument(self, code: str) -> Instrument:
        return self.tape(code).instrument

    def past(self, code: str) -> tuple[Bar, ...]:
        """Return 1-minute bars of the days before, oldest first."""
        bars = self._past.get(code)
        if bars is None:
            today = self._venue.now.date()
            loaded = self._load(code, _ALL_DAYS)
            bars = tuple(bar for bar in loaded.bars if bar.start.date() != today)
            self._past[code] = bars
        return bars

    def today(self, code: str) -> list[Bar]:
        """Return today's 1-minute bars, oldest first, the unfinished one too."""
        return self._of_today(self._load(code, 0))

    def days(self, code: str) -> list[list[Bar]]:
        """Return all 1-minute bars by their day, oldest day first."""
        return sessions_of([*self.past(code), *self.today(code)])

    def catch(self, loaded: HistoryLoaded) -> None:
        """Take the venue's answer, which comes inside of the request."""
        self._loaded.append(loaded)

    def _load(self, code: str, days: int) -> HistoryLoaded:
        self._loaded.clear()
        self._venue.request_history([code], days)
        if not self._loaded:
            raise BrokerError(f"{code}: the venue did not answer a request for history at once")
        return self._loaded[0]

    def _of_today(self, loaded: HistoryLoaded) -> list[Bar]:
        today = self._venue.now.date()
        bars = [bar for bar in loaded.bars if bar.start.date() == today]
        if loaded.forming is not None:
            bars.append(loaded.forming)
        return bars
