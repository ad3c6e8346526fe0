from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.blackbox.blocks import BlockReader, BlockWriter
from core.blackbox.items import unpacker
from core.blackbox.tape import LostTape, Tape
from core.domain.instrument import Instrument
from core.domain.messages import Flatten, HistoryLoaded, Stop
from tests.builders import SEOUL


def a_tape(path: Path, make_room: Callable[[int], None] = lambda size: None) -> Tape:
    return Tape(BlockWriter(path), make_room)


def items(path: Path) -> list[object]:
    return [item for block in BlockReader(path) for item in block]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.box"


def test_items_stand_in_the_file_in_their_order(path):
    tape = a_tape(path)
    tape.append(["open"])
    tape.append(Flatten("button"))
    tape.append(Stop())
    tape.close()
    first, *messages = items(path)
    assert first == ["open"]
    assert [unpacker(SEOUL)(item) for item in messages] == [Flatten("button"), Stop()]


def test_more_items_than_a_block_takes_lose_nothing(path):
    tape = a_tape(path)
    for number in range(5_000):
        tape.append(["call", "a", [number], None, None])
    tape.close()
    assert [item[2][0] for item in items(path)] == list(range(5_000))
    assert len(list(BlockReader(path))) > 4


def test_every_history_ends_a_block(path):
    history = HistoryLoaded(Instrument("005930", "Samsung"), ())
    tape = a_tape(path)
    for message in (Stop(), history, history, Stop()):
        tape.append(message)
    tape.close()
    kinds = [[item[0] for item in block] for block in BlockReader(path)]
    histories = [block.count("HistoryLoaded") for block in kinds]
    assert sum(histories) == 2 and max(histories) == 1


def test_what_leaves_for_the_broker_is_in_the_file_at_once(path):
    written = threading.Event()
    tape = a_tape(path, lambda size: written.set())
    tape.append(Stop())
    tape.wake()
    assert written.wait(10)
    assert len(items(path)) == 1
    tape.close()


def test_a_second_later_it_is_there_anyway(path):
    written = threading.Event()
    tape = a_tape(path, lambda size: written.set())
    tape.append(Stop())
    assert written.wait(10)
    tape.close()


def test_a_disk_that_fails_ends_the_recording_and_nothing_else(path, caplog):
    def full(_: int) -> None:
        raise OSError("the disk is full")

    tape = a_tape(path, full)
    tape.append(Stop())
    tape.close()
    assert "the disk is full" in str(tape.failure)
    tape.append(Stop())
    tape.keep_pace()
    assert len(items(path)) == 1
    assert "no longer recorded" in caplog.text


def test_an_engine_far_ahead_waits_for_the_writer(path):
    tape = a_tape(path)
    for _ in range(140_000):
        tape.append(["events"])
    tape.keep_pace()
    assert tape.failure is None
    tape.close()
    assert len(items(path)) == 140_000


def test_closing_twice_is_no_fault(path):
    tape = a_tape(path)
    tape.close()
    tape.close()


def test_a_lost_tape_forgets_everything_and_says_why():
    tape = LostTape(OSError("read-only"))
    tape.append(Stop())
    tape.wake()
    tape.keep_pace()
    tape.close()
    assert str(tape.failure) == "read-only"
