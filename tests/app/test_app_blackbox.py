"""Days that were recorded are lived through again, to the last bit."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.blackbox.blocks import BlockReader
from gui.main_window import MainWindow
from tests import project
from tests.app.kiwoom_house import is_online
from tests.app.terminal import (
    EAGER,
    FEW,
    Outcome,
    Terminal,
    comparable,
    needs_signals,
    plain_environment,
)
from tests.app.test_app_kiwoom_faults import INTERRUPTED, REALISTIC, RICH, live_through

RECORDED = ("--set", "journal.record_messages=always")
UNRECORDED = ("--set", "journal.record_messages=never")
HOUR = ("headless", "--speed", "max", "--minutes", 60, "--json", *EAGER, *FEW)


def recording(terminal: Terminal) -> Path:
    (path,) = (terminal.home / "blackbox").iterdir()
    return path


def another(folder: Path) -> Terminal:
    place = folder / "other"
    place.mkdir()
    return Terminal(place)


def replayed(terminal: Terminal, *words: object) -> Outcome:
    return terminal.run("journal", "replay", "--json", *words)


def replayed_elsewhere(terminal: Terminal) -> dict[str, Any]:
    """Replay in another process, whose hashes of texts are others."""
    words = terminal.words("journal", "replay", "--json", "--debug")
    done = subprocess.run(
        [sys.executable, str(project.ROOT / "app.py"), *words],
        env=plain_environment("utf-8") | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def has_recorded_an_order(terminal: Terminal) -> bool:
    files = list((terminal.home / "blackbox").glob("*.box"))
    blocks = [block for path in files for block in BlockReader(path)]
    return any("broker.submit" in item for block in blocks[1:] for item in block)


@pytest.fixture
def hour(terminal: Terminal) -> Terminal:
    assert terminal.run(*HOUR, *RECORDED).code == 0
    return terminal


def test_a_day_of_all_faults_is_replayed_to_the_last_bit(tmp_path):
    terminal = Terminal(tmp_path)
    day = live_through(terminal, 1, *RICH, *INTERRUPTED, *RECORDED, **REALISTIC)
    assert day.outcome.code == 0
    found = replayed_elsewhere(terminal)
    assert found["is_same"] and found["is_whole"]
    assert found["records"] == len(terminal.records()) - 1  # the first one begins the session
    assert found["orders"] == day.result["orders"] > 50


def test_the_same_in_words(hour):
    done = hour.run("journal", "replay", "--lang", "en")
    records = len(hour.records()) - 1
    assert f"the same {records:,} records, " in done.err
    assert done.code == 0


def test_a_recorded_run_trades_as_one_that_is_not(terminal, tmp_path):
    recorded = terminal.run(*HOUR, *RECORDED).json
    other = another(tmp_path)
    plain = other.run(*HOUR, *UNRECORDED).json
    assert comparable(recorded) == comparable(plain)
    assert not (other.home / "blackbox").exists()


def test_a_demo_is_recorded_unless_that_is_switched_off(terminal):
    assert terminal.run("headless", "--minutes", 5, "--json", *FEW).code == 0
    assert recording(terminal).stat().st_size > 1_000


def test_every_session_can_be_replayed(hour):
    assert hour.run(*HOUR, *RECORDED, "--seed", 2).code == 0
    for session in (1, 2):
        done = replayed(hour, "--session", session)
        assert done.code == 0
        assert done.json["session"] == session
    assert replayed(hour).json["session"] == 2


def test_own_corrections_of_the_calendar_are_part_of_the_recording(terminal):
    late = {"day": "2026-11-23", "open": "10:00", "close": "16:30"}
    terminal.home.mkdir()
    own = terminal.home / "sessions.json"
    own.write_text(json.dumps({"XKRX": {"sessions": [late]}}), "utf-8")
    assert terminal.run(*HOUR, *RECORDED).code == 0
    own.unlink()
    assert replayed(terminal).code == 0


def test_a_changed_journal_is_found_by_its_first_different_record(hour):
    change = "UPDATE records SET body = replace(body, 'BUY', 'SELL') WHERE seq = ?"
    order = hour.records("order")[0].seq
    with closing(sqlite3.connect(hour.journal)) as db:
        assert db.execute(change, (order,)).rowcount == 1
        db.commit()
    done = replayed(hour)
    assert done.code == 1
    difference = done.json["difference"]
    assert f"record {order} of the journal: was order" in difference
    assert '"side":"SELL"' in difference and '"side":"BUY"' in difference


def test_a_changed_recording_is_named(hour):
    path = recording(hour)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = replayed(hour)
    assert done.code == 1
    assert path.name in done.said and "changed" in done.said


def test_a_cut_recording_is_named(hour):
    path = recording(hour)
    path.write_bytes(path.read_bytes()[:-1])
    done = replayed(hour)
    assert done.code == 1
    assert path.name in done.said and "was cut" in done.said


def test_a_missing_recording_is_named(terminal):
    assert terminal.run(*HOUR, *UNRECORDED).code == 0
    done = replayed(terminal)
    assert done.code == 1
    assert "there is no recording" in done.said and "journal.record_messages" in done.said


def test_a_recording_beside_another_journal_is_named(hour, tmp_path):
    other = another(tmp_path)
    assert other.run(*HOUR, "--set", "broker.simulated_day=2026-11-24").code == 0
    hour.journal.write_bytes(other.journal.read_bytes())
    done = replayed(hour)
    assert done.code == 1
    assert "belongs to another journal" in done.said


@needs_signals
def test_a_killed_run_is_replayed_up_to_its_tail(terminal):
    running = terminal.start("headless", "--speed", 300, *EAGER, *FEW, *RECORDED)
    running.until(lambda: has_recorded_an_order(terminal))
    running.signal(signal.SIGKILL)
    running.outcome()
    found = replayed(terminal).json
    assert found["is_same"] and not found["is_whole"]
    assert found["orders"] > 0 and found["records"] > 0


def test_a_day_in_the_window_is_replayed(in_window, terminal, qtbot):
    def trade(window: MainWindow) -> None:
        qtbot.waitUntil(lambda: is_online(window), timeout=20_000)
        window.strip.start_button.click()
        # On a machine this busy the order may be refused for late data: that is replayed as well.
        kinds = ("order", "denied")
        qtbot.waitUntil(lambda: bool(terminal.records(*kinds)), timeout=60_000)

    assert in_window(trade, "gui", "--lang", "ko", "--speed", 60, *EAGER, *FEW, *RECORDED).code == 0
    found = replayed(terminal).json
    assert found["is_same"] and found["is_whole"]


@needs_signals
def test_the_run_that_goes_on_after_a_crash_is_replayed_too(terminal):
    books = ("--exchange-state", terminal.folder / "books.db")
    running = terminal.start("headless", "--speed", 300, *books, *EAGER, *FEW, *RECORDED)
    running.until_it_holds()
    running.signal(signal.SIGKILL)
    running.outcome()
    assert terminal.run(*HOUR, *RECORDED, *books).code == 0
    found = replayed(terminal).json
    assert found["session"] == 2
    assert found["is_same"] and found["is_whole"]
