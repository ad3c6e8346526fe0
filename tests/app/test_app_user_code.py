"""The user's own code on the command line: never silently, never without trust."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.user_code.running import forget_all
from core.user_code.templates import create
from tests.app.terminal import Terminal
from tests.core.user_code.samples import rule_with

KEY = "strategy.weight_mine"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    yield Terminal(tmp_path)
    forget_all()


def folder(terminal: Terminal) -> Path:
    return terminal.home / "user_code"


def test_a_file_that_is_not_trusted_is_named_with_the_way_to_trust_it(terminal: Terminal) -> None:
    path = create(folder(terminal), "rule", "mine")
    done = terminal.run("config", "show", "--lang", "en")
    assert done.code == 0
    assert f"--trust {path}" in done.err
    assert KEY not in done.out


def test_trust_once_and_the_rule_has_its_settings_from_then_on(terminal: Terminal) -> None:
    create(folder(terminal), "rule", "mine")
    assert terminal.run("config", "show", "--trust", "mine.py").code == 0
    done = terminal.run("config", "show", "--set", f"{KEY}=2.5", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["settings"][KEY]["value"] == 2.5


def test_settings_of_a_file_that_is_not_trusted_stop_nothing(terminal: Terminal) -> None:
    create(folder(terminal), "rule", "mine")
    terminal.config.write_text('{"strategy": {"weight_mine": 2}}', "utf-8")
    done = terminal.run("config", "validate", "--lang", "en")
    assert done.code == 0
    assert "not used" in done.err
    assert KEY in done.err


def test_a_name_that_is_not_in_the_folder_is_wrong_usage(terminal: Terminal) -> None:
    done = terminal.run("headless", "--minutes", "1", "--trust", "none.py", "--lang", "en")
    assert done.code == 2
    assert "copy it into" in done.said


def test_live_takes_no_trust_on_the_command_line(terminal: Terminal) -> None:
    create(folder(terminal), "rule", "mine")
    done = terminal.run("gui", "--mode", "live", "--trust", "mine.py", "--lang", "en")
    assert done.code == 2
    assert "demo first" in done.said


def test_a_rule_that_always_fails_neither_stops_trading_nor_goes_unsaid(
    terminal: Terminal,
) -> None:
    path = folder(terminal) / "bad.py"
    path.parent.mkdir(parents=True)
    path.write_text(rule_with("raise ValueError('oh no')"), "utf-8")
    words = ("--minutes", "3", "--trust", "bad.py", "--lang", "en", "--json")
    done = terminal.run("headless", *words)
    assert done.code == 0
    assert done.json["bars"] > 0
    assert "oh no" in done.err
    assert "switched off" in done.err
