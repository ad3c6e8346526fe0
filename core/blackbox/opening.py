"""Begins the recording of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from config.schema import Settings
from core.blackbox.blocks import BlockWriter
from core.blackbox.codec import Codecs
from core.blackbox.header import Header
from core.blackbox.options import BlackBoxOptions
from core.blackbox.ports import absent, ports
from core.blackbox.recording import RecordedEngine
from core.blackbox.shelf import Limits, Room, Shelf, check_free
from core.blackbox.tape import LostTape, Tape
from core.engine.outside import Outside


class Run(NamedTuple):
    """The session of the journal that an engine is made for."""

    version: str
    mode: str
    session: int
    began: datetime
    run_id: str
    corrections: str  # of the calendar by the user, as his file has them


def recorded_engine(
    home: Path, settings: Settings, outside: Outside, symbols: Sequence[str], run: Run, now_s: float
) -> tuple[RecordedEngine, Tape]:
    """Return an engine that is recorded from its making on, and its tape, to be closed at last.

    Where the file can't be made the engine trades all the same and says so. `now_s` is real time,
    by which the age of older recordings is told.
    """
    header = Header(
        *run[:4],
        run.run_id,
        tuple(symbols),
        settings,
        outside.calendar.zone.key,
        run.corrections,
        absent(outside),
    )
    tape = _open(home, settings[BlackBoxOptions], header, now_s)
    return RecordedEngine(settings, outside, symbols, run.run_id, tape), tape


def _open(home: Path, options: BlackBoxOptions, header: Header, now_s: float) -> Tape:
    shelf = Shelf(home)
    limits = Limits(options.recordings_max_mb << 20, options.recordings_max_days)
    try:
        list(ports(Codecs()))  # a port that can't be recorded is no reason not to trade
        shelf.prune(limits, now_s)
        path = shelf.new_path(header.session, header.began)
        check_free(path.parent)
        blocks = BlockWriter(path)
        blocks.write(header.packed())
        return Tape(blocks, Room(shelf, path, limits))
    except (OSError, TypeError) as error:
        return LostTape(error)
