"""One instance at work on a home folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from core.blackbox.opening import Run, recorded_engine
from core.blackbox.options import BlackBoxOptions
from core.engine import Engine
from core.engine.outside import Outside
from core.instance import ControlServer
from core.instance.remote import RemoteControl
from core.journal import SqlJournal
from core.journal.records import session_record
from core.ports import Post
from core.program import VERSION, Program
from core.risk.sizing import SizingOptions


@dataclass(frozen=True, slots=True)
class Seat:
    """One instance at work on a home folder: its journal, and its ear for other processes."""

    journal: SqlJournal
    remote: RemoteControl
    on_leaving: Callable[[Callable[[], object]], object]  # has something done when it is left


@contextmanager
def take_seat(program: Program, post: Post) -> Iterator[Seat]:
    """Listen for commands, and keep the journal open."""
    with ExitStack() as stack:
        remote = RemoteControl(post)
        server = ControlServer(program.home, remote)
        stack.callback(server.close)
        journal = program.open_journal()
        stack.callback(journal.close)
        server.start()
        yield Seat(journal, remote, stack.callback)


def begin_session(
    program: Program, journal: SqlJournal, mode: str, now: datetime, seed: int | None = None
) -> str:
    """Journal the start of a run; return the prefix of its order ids, new in this journal."""
    kind, fields = session_record(
        mode=mode,
        version=VERSION,
        start_capital=program.settings[SizingOptions].start_capital,
        settings=program.settings.as_json(),
        seed=seed,
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
    """Return the engine of a run that begins now, recorded if the settings say so."""
    settings, began = program.settings, outside.clock.now()
    run_id = begin_session(program, seat.journal, mode, began, seed)
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
