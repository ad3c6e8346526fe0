"""`doctor --live-check` where there is no Kiwoom: a rehearsal on the emulated control."""

from __future__ import annotations

import json

from broker.kiwoom.emulator.accounts import ACCOUNT
from tests.app.terminal import Terminal


def test_every_step_is_looked_at_and_as_expected(terminal: Terminal):
    ended = terminal.run("doctor", "--live-check", "--json")

    steps = {step["step"]: step["verdict"] for step in ended.json["steps"]}
    assert ended.json["control"] == "emulated"
    assert ended.code == 0
    assert {step for step, verdict in steps.items() if verdict == "differs"} == set()
    for step in ("login.event", "opt10080.second", "opw00001", "opt10075", "real.주식체결.values"):
        assert steps[step] == "as_expected"


def test_it_says_what_it_runs_on_and_guides_through_it(terminal: Terminal):
    said = terminal.run("doctor", "--live-check", "--lang", "en").err

    assert "rehearsal on the emulated one" in said
    assert "log in when the window opens" in said


def test_its_log_has_no_account_number(terminal: Terminal):
    terminal.run("doctor", "--live-check", "--json")

    (log,) = terminal.home.glob("live-check-*.log")
    text = log.read_text("utf-8")
    assert ACCOUNT not in text
    assert json.loads(text)["steps"]
