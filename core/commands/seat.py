"""One instance at work on a home folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from config.text import Text
from core.blackbox.opening import Run, recorded_engine
from core.blackbox.options import BlackBoxOptions
from core.domain.errors import JournalError
from core.domain.messages import PastRead
from core.engine import Engine
from core.engine.outside import Outside
from core.instance import ControlServer
from core.instance.remote import RemoteControl
from core.journal import SqlJournal
from core.journal.backup import BackupOptions, Backups
from core.journal.past import read_past
from core.journal.reader import tail
from core.journal.records import session_record
from core.ports import Post
from core.program import VERSION, Program
from core.risk.sizing import SizingOptions

_UNREADABLE = Text(
    "매매일지의 지난 기록을 읽지 못했습니다. 증권사 잔고로만 시작하고, 보유 종목은 확인할 때까지 "
    "멈춰 둡니다: {}",
    "what the journal has of earlier runs can't be read; this one begins with the broker's report "
    "alone, and what is held stays frozen until you decide: {}",
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One instance at work on a home folder: its journal, and its ear for other processes."""

    journal: SqlJournal
    remote: RemoteControl
    post: Post
    on_leaving: Callable[[Callable[[], object]], object]  # has something done when it is left


class _Begun(NamedTuple):
    """A run as its session was journaled."""

    mode: str
    time: datetime
    run_id: str


@contextmanager
def take_seat(program: Program, post: Post) -> Iterator[Seat]:
    """Listen for commands, and keep the journal open."""
    with ExitStack() as stack:
        remote = RemoteControl(post, lambda: program.lock.is_mine)
        server = ControlServer(program.home, remote)
        stack.callback(server.close)
        journal = program.open_journal()
        stack.callback(journal.close)
        server.start()
        yield Seat(journal, remote, post, stack.callback)


def begin_session(
    program: Program,
    journal: SqlJournal,
    mode: str,
    now: datetime,
    seed: int | None = None,
    account: str = "",
) -> str:
    """Journal the start of a run; return the prefix of its order ids, new in this journal."""
    kind, fields = session_record(
        mode=mode,
        version=VERSION,
        start_capital=program.settings[SizingOptions].start_capital,
        settings=program.settings.as_json(),
        seed=seed,
        account=account,
    )
    journal.record(kind, now, fields)
    journal.commit()
    # With the time, as an exchange's books may outlive a journal and know the ids of another one.
    return f"{now:%y%m%d%H%M%S}-{journal.session}"


def make_engine(
    program: Program,
    seat: Seat,
    outside: Outside,
    symbols: Sequence[str],
    mode: str,
    seed: int | None,
) -> Engine:
    """Return the engine of a run that begins now; it knows what earlier runs have left."""
    account, began = outside.day_memory.account, outside.clock.now()
    read = _past_of(program, account, began) if account else None
    if mode != "replay":
        outside = replace(outside, backups=_backups(program, seat, began))
    run_id = begin_session(program, seat.journal, mode, began, seed, account)
    engine = _new_engine(program, seat, outside, symbols, _Begun(mode, began, run_id))
    if read is not None:
        engine.handle(read)
    return engine


def _backups(program: Program, seat: Seat, now: datetime) -> Backups | None:
    """Return who copies the journal; a day whose end no run has seen is copied at once."""
    target, keep = program.journal_target, program.settings[BackupOptions].backups_kept
    if isinstance(target, str) or not keep:
        return None  # a database of another kind has backups of its own kind
    backups = Backups(target, program.home, keep, seat.post)
    seat.on_leaving(backups.close)
    for last in tail(target, 1):
        day = last.time.date()
        if day < program.calendar.day_of(now) and not backups.has_copy(day):
            backups.start(now, day)
    return backups


def _past_of(program: Program, account: str, now: datetime) -> PastRead:
    """Read what earlier sessions of the account have left; that they can't be read is said."""
    today = program.calendar.day_of(now)
    try:
        past = read_past(program.journal_target, account, today)
    except JournalError as error:
        program.say(_UNREADABLE.format(error))
        return PastRead(None, is_lost=True)
    return PastRead(past, is_lost=past is None and program.has_lost_journal)


def _new_engine(
    program: Program, seat: Seat, outside: Outside, symbols: Sequence[str], begun: _Begun
) -> Engine:
    """Return the engine, recorded if the settings say so."""
    settings, (mode, began, run_id) = program.settings, begun
    if not settings[BlackBoxOptions].records(mode):
        return Engine(settings, outside, symbols, run_id)
    number, file = seat.journal.session, program.corrections
    assert number is not None
    corrections = file.read_text("utf-8-sig") if file.exists() else ""
    run = Run(VERSION, mode, number, began, run_id, corrections)
    now_s = program.clock.now().timestamp()
    engine, tape = recorded_engine(program.home, settings, outside, symbols, run, now_s)
    seat.on_leaving(tape.close)
    return engine
