"""A recorded session down the live path again, and out into data files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.data.bars import read_bars
from core.data.ticks import TickFile
from tests.app.terminal import EAGER, FEW, Terminal
from tests.builders import SEOUL

MINUTES = ("headless", "--minutes", 40, "--json", *EAGER, *FEW)


@pytest.fixture
def recorded(terminal: Terminal) -> Terminal:
    assert terminal.run(*MINUTES).code == 0
    return terminal


def decisions(terminal: Terminal, session: int) -> list[tuple[Any, ...]]:
    kept = [record for record in terminal.records("decision") if record.session == session]
    bodies = [record.body["decision"] for record in kept]
    return [(one["symbol"], one["time"], one["action"], one["score"]) for one in bodies]


def sessions(terminal: Terminal) -> list[str]:
    return [record.body["mode"] for record in terminal.records("session")]


def test_a_replayed_session_decides_what_it_decided_then(recorded):
    then = decisions(recorded, 1)
    done = recorded.run("replay", "last", "--json", "--lang", "en")
    assert done.code == 0
    assert decisions(recorded, 2) == then != []
    assert f"all {len(then)} decisions are those of then" in done.err
    assert done.json["ticks"] == recorded.records("end")[0].body["counts"]["ticks"]
    assert recorded.run("journal", "verify").code == 0


def test_the_settings_of_then_are_in_force_whatever_they_are_now(recorded):
    recorded.config.write_text('{"strategy": {"buy_threshold": 9}}', "utf-8")
    assert recorded.run("replay", "last", "--json").code == 0
    assert decisions(recorded, 2) == decisions(recorded, 1)


def test_the_present_settings_are_in_force_on_demand(recorded):
    done = recorded.run(
        "replay", "last", "--present-settings", "--json", "--set", "strategy.buy_threshold=9"
    )
    assert done.json["orders"] == 0
    assert "the next differs" in done.err


def test_of_the_same_action_the_value_that_differs_is_told(recorded):
    words = (*EAGER, "--set", "strategy.sell_threshold=9", "--lang", "en")
    done = recorded.run("replay", "last", "--present-settings", *words)
    assert "BUY score.sell_threshold=1.5, now" in done.err
    assert "BUY score.sell_threshold=9.0)" in done.err


def test_what_the_command_line_says_wins_over_the_settings_of_then(recorded):
    done = recorded.run("replay", "last", "--json", "--set", "strategy.buy_threshold=9")
    assert done.json["orders"] == 0


@pytest.mark.parametrize("word", ["last", "1", "2026-11-23"])
def test_a_recording_is_named_by_session_day_or_as_the_last(recorded, word):
    assert recorded.run("replay", word, "--json").code == 0
    assert sessions(recorded) == ["demo", "replay"]


def test_a_recording_of_another_home_is_named_by_its_file(recorded, tmp_path):
    (path,) = (recorded.home / "blackbox").iterdir()
    other = Terminal(tmp_path / "other")
    done = other.run("replay", path, "--json")
    assert done.code == 0
    assert done.json["orders"] > 0


@pytest.mark.parametrize("word", ["7", "2026-11-24"])
def test_a_missing_recording_is_said(recorded, word):
    done = recorded.run("replay", word)
    assert done.code == 1
    assert "recording" in done.said
    assert sessions(recorded) == ["demo"]


def test_a_recording_is_replayed_alone(recorded):
    done = recorded.run("replay", "last", "1")
    assert done.code == 2
    assert "a recording is replayed alone" in done.said


def test_an_exported_day_has_every_tick_and_every_bar(recorded):
    out = recorded.folder / "out"
    assert recorded.run("replay", "last", "--export", out).code == 0
    counts = recorded.records("end")[0].body["counts"]
    files = [TickFile(path, SEOUL, pytest.fail) for path in sorted(out.glob("*_ticks.csv.gz"))]
    assert sum(len(list(file)) for file in files) == counts["ticks"]
    bars = [bar for file in files for bar in of_the_day(out, file.symbol)]
    assert len(bars) == counts["bars"]
    assert all(bar.turnover for bar in bars)


def of_the_day(out: Path, symbol: str) -> list[Any]:
    found = read_bars(out / f"{symbol}_1min.csv.gz", SEOUL, pytest.fail)
    assert len({bar.start.date() for bar in found.bars}) > 1  # the history it began with
    return [bar for bar in found.bars if f"{bar.start:%Y-%m-%d}" == "2026-11-23"]


def test_an_exported_day_is_replayed_like_any_files(recorded):
    out = recorded.folder / "out"
    recorded.run("replay", "last", "--export", out)
    done = recorded.run("replay", *sorted(out.glob("*_ticks.csv.gz")), "--json")
    assert done.code == 0
    assert done.json["ticks"] == recorded.records("end")[0].body["counts"]["ticks"]


def test_files_of_ticks_are_not_exported(terminal):
    done = terminal.run("replay", "005930_ticks.csv", "--export", terminal.folder)
    assert done.code == 2
    assert "for recordings only" in done.said
