"""Ctrl+C and SIGTERM in every phase: exit code 130, and everything is in the journal."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.app.terminal import EAGER, Process, Terminal, needs_signals

pytestmark = needs_signals
BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


def assert_ended_well(terminal: Terminal) -> None:
    """The journal is good, and each of its sessions has its end."""
    checked = terminal.run("journal", "verify")
    assert (checked.code, checked.err) == (0, "")
    kinds = [record.kind for record in terminal.records("session", "end")]
    assert kinds == ["session", "end"]


def stop_when(process: Process, is_so, number: int):
    process.until(is_so)
    process.signal(number)
    return process.outcome()


@BOTH
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_while_the_program_loads(terminal: Terminal, number):
    process = terminal.start("headless")
    ended = stop_when(process, lambda: hears_signals(process), number)
    assert (ended.code, ended.out, ended.err) == (130, "", "")
    assert not terminal.home.exists()


def hears_signals(process: Process) -> bool:
    """Whether app.py has set its handlers, its first deed; Python itself handles SIGINT alone."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    caught = int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


@BOTH
def test_while_the_market_is_made(terminal: Terminal, number):
    process = terminal.start("headless", "--json")
    ended = stop_when(process, (terminal.home / "logs").exists, number)
    assert ended.code == 130
    assert "Traceback" not in ended.err
    if terminal.journal.exists():
        assert_ended_well(terminal)


@BOTH
def test_while_the_run_begins(terminal: Terminal, number):
    process = terminal.start("headless", "--json")
    ended = stop_when(process, terminal.journal.exists, number)
    assert ended.code == 130
    assert ended.json["mode"] == "demo"
    assert_ended_well(terminal)


@pytest.mark.parametrize(("number", "speed"), [(signal.SIGINT, "60"), (signal.SIGTERM, "max")])
def test_while_it_trades(terminal: Terminal, number, speed):
    process = terminal.start("headless", "--json", "--speed", speed, *EAGER)
    process.until_it_holds()
    process.signal(number)
    ended = process.outcome()
    assert ended.code == 130
    assert ended.json["fills"] > 0
    assert "Traceback" not in ended.err
    assert_ended_well(terminal)


def test_while_it_waits_for_the_next_trade(terminal: Terminal):
    """At speed 1 the market opens in half a minute; nobody waits for that."""
    process = terminal.start("headless", "--json", "--speed", "1")
    process.until((terminal.home / "control.json").exists)
    process.signal(signal.SIGINT)
    assert process.outcome().code == 130
    assert_ended_well(terminal)


def test_again_and_again(terminal: Terminal):
    process = terminal.start("headless", "--json", "--speed", "max", *EAGER)
    process.until_it_holds()
    for _ in range(20):
        process.signal(signal.SIGINT)
    assert process.outcome().code == 130
    assert_ended_well(terminal)
