"""A run without a window: engine and venue in one thread, in market time."""

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from config.text import Text
from core.alerts import Alerting, noted
from core.alerts.alert import AlertKind
from core.certificate.issue import issue
from core.certificate.rows import title_of
from core.certificate.texts import VERDICTS
from core.clock import SimClock, monotonic
from core.commands.console import DONE, INTERRUPTED, NOT_FLAT, Telling, interruptible, say_object
from core.commands.seat import make_engine, take_seat
from core.commands.wire import FaultDesk
from core.domain.errors import JournalError
from core.domain.messages import Message, Start
from core.drivers import Pace, SteppedVenue, run_stepped
from core.engine.bundle import Bundler
from core.engine.counts import Counts
from core.engine.day_memory import DayMemory
from core.engine.outside import Outside
from core.engine.result import result_of
from core.instance.guard import GuardedBroker
from core.ports import Broker, MarketFeed, Post
from core.predict.http import HttpPredictor
from core.predict.options import AiOptions
from core.program import Program
from core.simulation.venue import Venue
from core.user_code.trouble import Trouble

_NO_CERTIFICATE = Text("마감 확인서를 만들지 못했습니다: {}", "no closing certificate: {}")


class Connection(Broker, MarketFeed, Protocol):
    """Both ports to one venue."""


@dataclass(frozen=True, slots=True)
class Line:
    """A broker's adapter, and what is stepped for things to happen behind it."""

    connection: Connection
    crank: SteppedVenue
    faults: FaultDesk | None = None  # of an emulated broker


Connect = Callable[[Venue, Post, SimClock], Line]
"""Puts a broker's adapter before a venue; named by app.py."""


@dataclass
class SteppedRun:
    """A run in this thread, in market time."""

    program: Program
    connect: Connect
    venue: Venue
    symbols: Sequence[str]
    mode: str
    speed: float
    until: datetime | None = None
    seed: int | None = None
    day_memory: DayMemory = field(default_factory=DayMemory)
    starts: bool = True  # trading begins at once
    asks_ai: bool = True
    afterwards: Callable[[Program, datetime], object] | None = None
    """Called with market time when all is written and told, unless the run was interrupted."""

    def run(self, args: Namespace, needs_flat: bool) -> int:
        """Trade, print the result, return the exit code."""
        inbox: deque[Message] = deque()
        clock = SimClock(self.venue.start)
        pace = Pace(clock.now(), self.speed)
        line = self.connect(self.venue, inbox.append, clock)
        broker = line.connection
        began = monotonic()
        with ExitStack() as stack:
            interrupted = stack.enter_context(interruptible(inbox, pace))
            stack.callback(broker.close)
            seat = stack.enter_context(take_seat(self.program, inbox.append))
            predictor = None
            if self.asks_ai:
                predictor = HttpPredictor(self.program.settings[AiOptions], inbox.append)
                stack.callback(predictor.close)
            guarded = GuardedBroker(broker, self.program.lock)
            target = self.program.journal_target
            bundler = Bundler(self.program.home, target, inbox.append, clock)
            stack.callback(bundler.close)
            outside = Outside(
                clock,
                broker,
                guarded,
                seat.journal,
                self.program.calendar,
                predictor,
                self.day_memory,
                evidence=bundler,
            )
            engine = make_engine(self.program, seat, outside, self.symbols, self.mode, self.seed)
            if self.starts:
                inbox.append(Start())
            alerts = stack.enter_context(closing(self._alerting(inbox.append, clock)))
            self.program.user_code.troubles.listen(partial(self._hear_trouble, alerts))
            tell = Telling(self.program, seat.remote.hear, alerts.hear)
            last = partial(self._certify, clock) if needs_flat else None
            run_stepped(engine, line.crank, clock, pace, inbox, tell, self.until, last)
            journal = seat.journal.name
        self._warn_of_dropped(engine.counts)
        result = result_of(engine, self.mode, self.symbols, monotonic() - began, journal)
        say_object(result, args.json)
        if interrupted:
            return INTERRUPTED
        if self.afterwards is not None:
            self.afterwards(self.program, clock.now())
        return NOT_FLAT if needs_flat and not engine.is_flat else DONE

    def _certify(self, clock: SimClock, is_heard: bool) -> Sequence[Message]:
        """Compare the day with the broker's word, and say what came of it; never fails the run."""
        program = self.program
        try:
            issued = issue(
                program.journal_target,
                program.home,
                program.language,
                clock.now(),
                is_answered=is_heard,
            )
        except (JournalError, OSError) as error:
            program.say(_NO_CERTIFICATE.format(error))
            return ()
        certificate = issued.certificate
        verdict = VERDICTS[certificate.verdict]
        program.say(Text.of("{}: {}. {}").format(title_of(certificate), verdict, certificate.note))
        return (issued.fact,)

    def _alerting(self, post: Post, clock: SimClock) -> Alerting:
        program = self.program
        return Alerting(program.settings, program.language, clock, noted(post, clock))

    def _hear_trouble(self, alerts: Alerting, trouble: Trouble) -> None:
        self.program.say(trouble.text)
        if trouble.is_off:
            alerts.tell(AlertKind.CODE_OFF, trouble.text)

    def _warn_of_dropped(self, counts: Counts) -> None:
        """Say that ticks made no bars, as nothing else would show it."""
        if not counts.off_session_ticks:
            return
        name = self.program.calendar.name
        part = f"{counts.off_session_ticks:,} / {counts.ticks:,}"
        self.program.say(
            Text(
                f"{part}틱이 {name} 정규장 밖이라 봉에 들지 않았습니다. 달력: market.calendar",
                f"{part} ticks lie outside the regular session of {name} and made no bar; "
                "see the setting market.calendar",
            )
        )
