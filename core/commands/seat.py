"""One instance at work on a home folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

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
        yield Seat(journal, remote)


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
    run_id = begin_session(program, seat.journal, mode, outside.clock.now(), seed)
    return Engine(program.settings, outside, symbols, run_id)
