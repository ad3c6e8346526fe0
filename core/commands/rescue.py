"""`flatten` from another process: by the running instance, or at the broker without it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from config.text import Text
from core.clock import SimClock
from core.commands.seat import begin_session
from core.commands.stepped import Connect
from core.domain.errors import BrokerError, InstanceError, JournalError
from core.domain.messages import FlattenProgressed, Message
from core.drivers import SteppedVenue
from core.engine.timetable import phase_at
from core.execution.flatten_books import FlattenBooks
from core.execution.last_resort import LastResort
from core.instance import ask, owner_of, take_over
from core.instance.lock import is_in_use
from core.instance.remote import progress_json
from core.journal import SqlJournal
from core.program import Program
from core.risk.sizing import SizingOptions
from core.simulation.setup import DemoDay, demo_venue, latest_session
from core.simulation.venue import Venue


def flatten_by_asking(program: Program) -> dict[str, Any]:
    last: dict[str, Any] = {}
    told = ""
    for answer in ask(program.home, "flatten"):
        last = answer
        line = f"{answer['step']} {answer['left']}"
        if line != told:
            told = line
            program.say(Text(f"{line} {answer.get('note_ko', '')}", f"{line} {answer['note']}"))
    if not last:
        raise InstanceError("the terminal that runs on this home folder gave no progress")
    return {**last, "by": "instance"}


def flatten_ourselves(program: Program, connect: Connect, state: Path | None) -> dict[str, Any]:
    """Take the home folder over and flatten through the broker's own books."""
    path = state or program.last_exchange_state()
    if path is None:
        raise BrokerError(_nothing_to_flatten(program.home))
    if not path.exists():
        raise BrokerError(f"{path}: no such file; name the books by --exchange-state FILE")
    with ExitStack() as stack:
        stack.enter_context(take_over(program.home, program.clock.now(), "flatten"))
        day = DemoDay(latest_session(program.calendar, program.clock.now()), 1)
        cash = program.settings[SizingOptions].start_capital
        venue = demo_venue(day, program.settings, program.calendar, cash, path)
        stack.callback(venue.close)
        journal = stack.enter_context(_recording(program))
        return _run_last_resort(program, venue, connect, journal)


def _nothing_to_flatten(home: Path) -> str:
    lost = "with --exchange-state FILE its books outlive the terminal"
    if is_in_use(home):
        return (
            f"{owner_of(home)} does not answer, and the simulated exchange lives inside it alone: "
            f"end that process, and nothing is held or ordered any more; {lost}"
        )
    return (
        "the simulated exchange lived inside the terminal that ended: nothing is held or ordered "
        f"any more; {lost}"
    )


@contextmanager
def _recording(program: Program) -> Iterator[SqlJournal | None]:
    """Open the journal; what it can't do is said, since getting out matters more."""
    with ExitStack() as stack:
        journal: SqlJournal | None = None
        with _said_only(program):
            journal = program.open_journal()
        if journal is not None:
            stack.enter_context(_said_only(program))
            stack.callback(journal.close)
        yield journal


@contextmanager
def _said_only(program: Program) -> Iterator[None]:
    try:
        yield
    except JournalError as error:
        program.say(Text(f"기록하지 못했습니다: {error}", f"not recorded: {error}"))


def _run_last_resort(
    program: Program, venue: Venue, connect: Connect, journal: SqlJournal | None
) -> dict[str, Any]:
    """Step the exchange in market time until it reports zero, or its day ends."""
    inbox: deque[Message] = deque()
    clock = SimClock(venue.start)
    line = connect(venue, inbox.append, clock)
    broker = line.connection
    run_id, books = f"{clock.now():%y%m%d%H%M%S}-0", None
    if journal is not None:
        with _said_only(program):
            run_id = begin_session(program, journal, "flatten", clock.now())
        books = FlattenBooks(journal, program.settings[SizingOptions].start_capital)
    at = partial(phase_at, program.calendar)
    resort = LastResort(broker, run_id, at, clock.now(), journal)
    progress: FlattenProgressed | None = None
    for found in _steps(resort, line.crank, venue.end, clock, inbox, books):
        if progress is None or found.note != progress.note:
            program.say(found.note)
        progress = found
    if books is not None:
        books.close(clock.now())
    if not resort.has_heard:
        raise BrokerError("the exchange did not report the account")
    assert progress is not None, "what was heard is said"
    return {**progress_json(progress), "by": "broker"}


def _steps(
    resort: LastResort,
    crank: SteppedVenue,
    end: datetime,
    clock: SimClock,
    inbox: deque[Message],
    books: FlattenBooks | None,
) -> Iterator[FlattenProgressed]:
    """Let the market's time go on until it is flat or the day is over; yield where it stands."""
    started = clock.now()
    while not resort.is_done:
        asked = resort.tick((clock.now() - started).total_seconds(), clock.now())
        if asked is not None:
            yield asked
        moment = crank.next_time()
        if moment is None or (resort.has_heard and moment > end):
            return  # what is left is said
        clock.move_to(moment)
        crank.step()
        while inbox:
            message = inbox.popleft()
            if books is not None:
                books.hear(message, clock.now())
            found = resort.take(message, {}, clock.now())
            if found is not None:
                yield found
