"""The daily twin from the command line, by the backtest's own engine."""

from __future__ import annotations

import json

import pytest

from tests.app.terminal import EAGER, FEW, Terminal


@pytest.fixture
def recorded(terminal: Terminal) -> Terminal:
    assert terminal.run("headless", "--minutes", 45, "--json", *EAGER, *FEW).code == 0
    return terminal


def test_what_was_filled_is_paired_with_what_the_backtest_fills(recorded):
    done = recorded.run("journal", "twin", "--json")
    assert done.code == 0
    found = done.json
    entries = [r for r in recorded.records("fill") if r.body["fill"]["side"] == "BUY"]
    sums = found["sums"]
    assert sums["paired"] + sums["only_real"] == len(entries)
    assert sums["paired"] > 0
    (page,) = (recorded.home / "twins").glob("*.html")
    assert json.loads(page.with_suffix(".json").read_text("utf-8")) == found


def test_the_same_in_words(recorded):
    done = recorded.run("journal", "twin", "--session", 1, "--lang", "en")
    assert done.code == 0
    assert "Daily twin 2026-11-23 · session 1 (demo)" in done.out
    assert "latency (median) bar to order" in done.out


def test_without_a_recording_it_says_how_to_get_one(terminal):
    never = ("--set", "journal.record_messages=never")
    assert terminal.run("headless", "--minutes", 2, "--json", *FEW, *never).code == 0
    done = terminal.run("journal", "twin", "--lang", "en")
    assert done.code == 1
    assert "there is no recording" in done.said
