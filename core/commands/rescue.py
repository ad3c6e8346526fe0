"""`flatten` from another process: by the running instance, or at the broker without it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from config.text import Text
from core.clock import SimClock
from core.commands.seat import begin_session
from core.commands.stepped import Connect
from core.domain.errors import BrokerError, InstanceError, JournalError
from core.domain.messages import FlattenProgressed, Message
from core.engine.timetable import phase_at, takes_closing_price
from core.execution.flatten_books import FlattenBooks
from core.execution.last_resort import LastResort
from core.instance import ask, owner_of, take_over
from core.instance.lock import is_in_use
from core.instance.remote import progress_json
from core.journal import SqlJournal
from core.ports import Broker, Clock
from core.program import Program, account_of
from core.risk.sizing import SizingOptions
from core.simulation.setup import DemoDay, demo_session, demo_venue
from core.simulation.venue import Venue

_NOT_REPORTED = Text(
    "거래소가 계좌를 알려 주지 않았습니다. 영웅문에서 잔고를 확인하세요",
    "the exchange did not report the account; look at the balance in the HTS",
)
_NO_PROGRESS = Text(
    "이 폴더에서 실행 중인 터미널이 진행 상황을 알려 주지 않았습니다",
    "the terminal that runs on this home folder gave no progress",
)
_NO_BOOKS = Text(
    "{}: 그런 파일이 없습니다. 거래소 파일을 --exchange-state FILE로 지정하세요",
    "{}: no such file; name the books by --exchange-state FILE",
)
_LIVES_INSIDE = Text(
    "{}이(가) 응답하지 않고, 가상 거래소는 그 안에만 있습니다. 그 프로그램을 끝내면 보유도 주문도 "
    "남지 않습니다. --exchange-state FILE을 쓰면 거래소가 프로그램보다 오래 남습니다",
    "{} does not answer, and the simulated exchange lives inside it alone: end that process, and "
    "nothing is held or ordered any more; with --exchange-state FILE its books outlive the "
    "terminal",
)
_LIVED_INSIDE = Text(
    "가상 거래소가 끝난 프로그램 안에 있었으므로 보유도 주문도 남아 있지 않습니다. "
    "--exchange-state FILE을 쓰면 거래소가 프로그램보다 오래 남습니다",
    "the simulated exchange lived inside the terminal that ended: nothing is held or ordered "
    "any more; with --exchange-state FILE its books outlive the terminal",
)


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
        raise InstanceError(_NO_PROGRESS)
    return {**last, "by": "instance"}


def flatten_ourselves(program: Program, connect: Connect, state: Path | None) -> dict[str, Any]:
    """Take the home folder over and flatten through the broker's own books."""
    path = state or program.last_exchange_state()
    if path is None:
        raise BrokerError(_nothing_to_flatten(program.home))
    if not path.exists():
        raise BrokerError(_NO_BOOKS.format(path))
    with ExitStack() as stack:
        stack.enter_context(take_over(program.home, program.clock.now(), "flatten"))
        day = DemoDay(demo_session(program.settings, program.calendar, program.clock.now()), 1)
        cash = program.settings[SizingOptions].start_capital
        venue = demo_venue(day, program.settings, program.calendar, cash, path)
        stack.callback(venue.close)
        journal = stack.enter_context(_recording(program))
        return _run_in_steps(program, venue, connect, journal, account_of(path))


def flatten_at(
    program: Program, broker: Broker, clock: Clock, drive: Callable[[Rescue], None]
) -> dict[str, Any]:
    """Take the home folder over and flatten at a broker that is reached already.

    `drive` ticks the rescue and tells it what the broker posts, until it is done or nothing more
    can be.
    """
    with ExitStack() as stack:
        stack.enter_context(take_over(program.home, program.clock.now(), "flatten"))
        journal = stack.enter_context(_recording(program))
        account = account_of(program.home / program.last_mode())
        rescue = Rescue(program, broker, clock, journal, account)
        drive(rescue)
        return rescue.result()


def _nothing_to_flatten(home: Path) -> Text:
    return _LIVES_INSIDE.format(owner_of(home)) if is_in_use(home) else _LIVED_INSIDE


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


class Rescue:
    """A flatten of this process's own: driven by ticks and by what the broker posts."""

    def __init__(
        self,
        program: Program,
        broker: Broker,
        clock: Clock,
        journal: SqlJournal | None,
        account: str,
    ) -> None:
        """`account` is the key by which the journal knows the account."""
        self._program, self._clock, self._books = program, clock, None
        now = clock.now()
        run_id = f"{now:%y%m%d%H%M%S}-0"
        if journal is not None:
            with _said_only(program):
                run_id = begin_session(program, journal, "flatten", now, account=account)
            self._books = FlattenBooks(journal, program.settings[SizingOptions].start_capital)
        self._resort = LastResort(
            broker,
            run_id,
            partial(phase_at, program.calendar),
            now,
            journal,
            takes_closing_price=partial(takes_closing_price, program.calendar),
        )
        self._progress: FlattenProgressed | None = None

    @property
    def is_done(self) -> bool:
        """Whether the broker's own report has said zero."""
        return self._resort.is_done

    @property
    def has_heard(self) -> bool:
        return self._resort.has_heard

    def tick(self, elapsed_s: float) -> None:
        """Let time pass, to `elapsed_s` since the beginning."""
        self._say(self._resort.tick(elapsed_s, self._clock.now()))

    def hear(self, message: Message) -> None:
        """Take anything the broker posts."""
        if self._books is not None:
            self._books.hear(message, self._clock.now())
        self._say(self._resort.take(message, {}, self._clock.now()))

    def result(self) -> dict[str, Any]:
        """End it; return what was reached.

        Raises:
            BrokerError: The broker never reported the account, so nobody knows what is left.
        """
        if self._books is not None:
            self._books.close(self._clock.now())
        if not self.has_heard:
            raise BrokerError(_NOT_REPORTED)
        assert self._progress is not None, "what was heard is said"
        return {**progress_json(self._progress), "by": "broker"}

    def _say(self, found: FlattenProgressed | None) -> None:
        if found is None:
            return
        if self._progress is None or found.note != self._progress.note:
            self._program.say(found.note)
        self._progress = found


def _run_in_steps(
    program: Program, venue: Venue, connect: Connect, journal: SqlJournal | None, account: str
) -> dict[str, Any]:
    """Step the exchange in market time until it reports zero, or its day ends."""
    inbox: deque[Message] = deque()
    clock = SimClock(venue.start)
    line = connect(venue, inbox.append, clock)
    rescue = Rescue(program, line.connection, clock, journal, account)
    started = clock.now()
    while not rescue.is_done:
        rescue.tick((clock.now() - started).total_seconds())
        moment = line.crank.next_time()
        if moment is None or (rescue.has_heard and moment > venue.end):
            break  # what is left is said
        clock.move_to(moment)
        line.crank.step()
        while inbox:
            rescue.hear(inbox.popleft())
    return rescue.result()
