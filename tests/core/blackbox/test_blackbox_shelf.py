from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.blackbox import shelf as shelves
from core.blackbox.errors import RecordingError
from core.blackbox.shelf import Limits, Room, Shelf
from tests.builders import OPEN

DAY_S = 86_400
NOW_S = 100 * DAY_S
MB = 1 << 20


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def put(shelf: Shelf, session: int, age_days: float, size: int = 1) -> Path:
    path = shelf.new_path(session, OPEN)
    path.write_bytes(b"x" * size)
    made = NOW_S - age_days * DAY_S
    os.utime(path, (made, made))
    return path


def names(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.folder.iterdir())


def test_the_name_tells_session_and_start(shelf):
    assert shelf.new_path(12, OPEN).name == f"session-000012-{OPEN:%Y%m%dT%H%M%S}.box"


def test_the_same_session_of_a_new_journal_gets_a_file_of_its_own(shelf):
    first, second = put(shelf, 1, 2), put(shelf, 1, 1)
    assert first != second
    assert shelf.find(1) == second


def test_the_last_recording_is_found_unless_a_session_is_named(shelf):
    older, newer = put(shelf, 1, 2), put(shelf, 2, 1)
    assert shelf.find() == newer
    assert shelf.find(1) == older


@pytest.mark.parametrize("session", [None, 7])
def test_a_missing_recording_says_how_to_make_one(shelf, session):
    with pytest.raises(RecordingError, match=r"no recording.*journal\.record_messages"):
        shelf.find(session)


def test_what_is_too_old_is_deleted(shelf):
    put(shelf, 1, 31)
    young = put(shelf, 2, 29)
    shelf.prune(Limits(MB, 30), NOW_S)
    assert names(shelf) == [young.name]


def test_the_oldest_go_until_the_rest_has_room(shelf):
    put(shelf, 1, 3, 600)
    put(shelf, 2, 2, 600)
    newest = put(shelf, 3, 1, 600)
    shelf.prune(Limits(1_000, 30), NOW_S)
    assert names(shelf) == [newest.name]


def test_other_files_of_the_folder_are_left_alone(shelf):
    put(shelf, 1, 99)
    (shelf.folder / "my notes.txt").write_text("keep", "utf-8")
    shelf.prune(Limits(MB, 30), NOW_S)
    assert names(shelf) == ["my notes.txt"]


def test_nothing_recorded_yet_is_nothing_to_prune(shelf):
    shelf.prune(Limits(MB, 30), NOW_S)
    assert not shelf.folder.exists()


def test_a_growing_recording_takes_the_place_of_older_ones(shelf):
    put(shelf, 1, 1, 9 * MB)
    writing = put(shelf, 2, 0, 9 * MB)
    Room(shelf, writing, Limits(10 * MB, 30))(9 * MB)
    assert names(shelf) == [writing.name]


def test_a_recording_beyond_all_that_is_allowed_ends(shelf):
    writing = put(shelf, 2, 0, 11 * MB)
    with pytest.raises(OSError, match="more than the 10 MB allowed"):
        Room(shelf, writing, Limits(10 * MB, 30))(11 * MB)
    assert names(shelf) == [writing.name]


def test_a_recording_leaves_the_journal_its_space(shelf, monkeypatch):
    writing = put(shelf, 1, 0, 9 * MB)
    monkeypatch.setattr(shelves, "_LEFT_FREE", 1 << 62)
    with pytest.raises(OSError, match="MB are free"):
        Room(shelf, writing, Limits(10 * MB, 30))(9 * MB)
