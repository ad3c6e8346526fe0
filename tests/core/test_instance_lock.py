from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.errors import InstanceError
from core.instance import acquire, lock, owner_of, take_over
from core.instance.lock import is_in_use

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from core.instance import acquire
lock = acquire(Path(sys.argv[1]), datetime(2026, 6, 2, 8, 30, tzinfo=UTC), "headless")
print("ready", flush=True)
for line in sys.stdin:  # each line asks once
    print(lock.is_mine, flush=True)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds tmp_path, until it is ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_instance_is_told_who_holds_the_folder_and_what_to_do(tmp_path, holder):
    with pytest.raises(InstanceError) as caught:
        acquire(tmp_path, NOW, "gui")
    said = str(caught.value)
    assert f"process {holder.pid} (headless, since 2026-06-02T08:30:00+00:00)" in said
    assert str(tmp_path) in said
    assert "--home" in said and "flatten" in said


def test_the_lock_of_a_killed_process_is_no_obstacle(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert owner_of(tmp_path).pid == holder.pid  # its record is still there
    with acquire(tmp_path, NOW, "gui"):
        assert owner_of(tmp_path).pid == os.getpid()


def test_looking_whether_a_folder_is_in_use_changes_nothing(tmp_path, holder):
    assert is_in_use(tmp_path)
    assert is_in_use(tmp_path)
    holder.kill()
    holder.wait()
    assert not is_in_use(tmp_path)


def test_a_folder_nobody_used_is_free_and_stays_empty(tmp_path):
    assert not is_in_use(tmp_path)
    assert owner_of(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_same_process_cannot_hold_a_folder_twice(tmp_path):
    with acquire(tmp_path, NOW, "gui"), pytest.raises(InstanceError):
        acquire(tmp_path, NOW, "gui")


def test_a_released_folder_is_free_again(tmp_path):
    lock = acquire(tmp_path / "new" / "home", NOW, "gui")
    lock.release()
    lock.release()
    assert owner_of(tmp_path / "new" / "home") is None
    acquire(tmp_path / "new" / "home", NOW, "gui").release()


def test_two_folders_are_held_side_by_side(tmp_path):
    with acquire(tmp_path / "one", NOW, "gui") as one, acquire(tmp_path / "two", NOW, "gui") as two:
        assert one.is_mine and two.is_mine


def test_flatten_takes_over_from_a_living_process_which_can_see_it(tmp_path, holder):
    with take_over(tmp_path, NOW, "flatten") as mine:
        assert mine.is_mine
        print(file=holder.stdin, flush=True)
        assert holder.stdout.readline() == "False\n"


def test_a_process_that_wakes_up_after_a_finished_flatten_sees_it(tmp_path, holder):
    take_over(tmp_path, NOW, "flatten").release()
    print(file=holder.stdin, flush=True)
    assert holder.stdout.readline() == "False\n"
    holder.kill()
    holder.wait()
    acquire(tmp_path, NOW, "gui").release()
    assert owner_of(tmp_path) is None


def test_flatten_gets_in_where_nothing_can_be_written(tmp_path, monkeypatch, caplog):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    acquire(tmp_path, NOW, "gui").release()
    monkeypatch.setattr(lock, "write_atomically", full)
    with pytest.raises(InstanceError, match="No space left"):
        acquire(tmp_path, NOW, "gui")
    with take_over(tmp_path, NOW, "flatten"):
        assert is_in_use(tmp_path)
    assert "No space left" in caplog.text
    assert not is_in_use(tmp_path)


def test_nobody_else_gets_in_while_a_flatten_is_in_charge(tmp_path, holder):
    with take_over(tmp_path, NOW, "flatten"):
        holder.kill()
        holder.wait()
        with pytest.raises(InstanceError, match="flatten"):
            acquire(tmp_path, NOW, "gui")
        with pytest.raises(InstanceError, match="flatten"):
            take_over(tmp_path, NOW, "flatten")
    acquire(tmp_path, NOW, "gui").release()


def test_flatten_takes_the_folder_of_a_dead_process(tmp_path, holder):
    holder.kill()
    holder.wait()
    with take_over(tmp_path, NOW, "flatten") as mine:
        assert mine.is_mine
        assert is_in_use(tmp_path)


def test_one_who_lost_the_folder_does_not_remove_the_successors_record(tmp_path):
    old = acquire(tmp_path, NOW, "gui")
    with take_over(tmp_path, NOW, "flatten") as mine:
        old.release()
        assert mine.is_mine
        assert owner_of(tmp_path).role == "flatten"


@pytest.mark.parametrize("record", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "x": 2}'])
def test_a_damaged_record_is_no_obstacle(tmp_path, record):
    with acquire(tmp_path, NOW, "gui") as held:
        (tmp_path / "instance.json").write_text(record, "utf-8")
        assert held.is_mine
        with pytest.raises(InstanceError, match="in use by another process"):
            acquire(tmp_path, NOW, "gui")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InstanceError, match=r"file.*check the folder's rights"):
        acquire(tmp_path / "file" / "home", NOW, "gui")
