"""How drills are run, judged and shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.text import Text
from core.domain.errors import BrokerError
from core.drills import table
from core.drills.bench import Bench
from core.drills.doom import Doom
from core.drills.drill import Drill, DrillFailedError, Family, Outcome, Seen, require
from core.drills.run import chosen, run_all, run_one
from tests.app.terminal import Terminal
from tests.builders import OPEN
from tests.drills.conftest import MakeBench

SAID = Text("하나", "one")


def a_drill(run, code: str = "a_drill") -> Drill:
    return Drill(code, Family.LINE, Text("훈련", "A drill"), SAID, run, peers=("VN 1",))


def holds(bench: Bench) -> Seen:
    return Seen(SAID, 1.25)


def fails(bench: Bench) -> Seen:
    raise DrillFailedError(SAID)


def is_refused(bench: Bench) -> Seen:
    raise BrokerError("no line")


def is_broken(bench: Bench) -> Seen:
    raise KeyError("x")


@pytest.mark.parametrize(
    ("run", "passed", "seen"),
    [
        (holds, True, "one"),
        (fails, False, "one"),
        (is_refused, False, "no line"),
        (is_broken, False, "internal error: KeyError('x')"),
    ],
)
def test_whatever_a_drill_does_is_its_result(make_bench: MakeBench, run, passed, seen) -> None:
    outcome = run_one(a_drill(run), make_bench())
    assert (outcome.passed, outcome.seen.en) == (passed, seen)
    assert outcome.market_s == (1.25 if passed else None)


def test_each_has_a_folder_of_its_own_that_is_gone_afterwards(make_bench: MakeBench) -> None:
    bench, folders = make_bench(), []

    def look(bench: Bench) -> Seen:
        assert list(bench.folder.iterdir()) == []
        (bench.folder / "left").touch()
        return Seen(SAID)

    def make(folder: Path) -> Bench:
        folders.append(folder)
        bench.folder = folder
        return bench

    outcomes = list(run_all([a_drill(look), a_drill(look, "another")], make))
    assert all(outcome.passed for outcome in outcomes)
    assert len(set(folders)) == 2 and not any(folder.exists() for folder in folders)


def test_an_unknown_drill_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match="did you mean flatten_in_vi"):
        chosen(["flatten_in_vii"])


def test_the_table_has_a_part_for_each_family_and_the_defects() -> None:
    outcome = Outcome(a_drill(holds), True, SAID, 2.04, 1_234.5)
    lines = table.markdown([outcome], "en").splitlines()
    assert lines[2:] == [
        "| **Line and answers** | | | | |",
        "| A drill (VN 1) | pass | 1,234.5 | 2.0 | one |",
    ]
    shown = table.as_json([outcome], 20, 1, OPEN)
    assert (shown["passed"], shown["drills"][0]["market_s"]) == (True, 1_234.5)


def test_require_says_what_was_seen_instead() -> None:
    require(True, SAID)
    with pytest.raises(DrillFailedError, match="one") as failure:
        require([], SAID)
    assert failure.value.text is SAID


def test_a_victim_needs_a_place_and_its_times() -> None:
    Doom("sql@09:00:00-09:10:00+2")
    with pytest.raises(ConfigError, match="nowhere"):
        Doom("nowhere@09:00:00-09:10:00+2")


def test_the_command_says_how_each_went_and_keeps_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    listed = terminal.run("drill", "--list")
    assert listed.code == 0 and "flatten_in_vi" in listed.out
    ended = terminal.run("drill", "--only", "flatten_with_proof", "--json")
    assert (ended.code, ended.json["passed"]) == (0, True)
    assert [json.loads(line)["state"] for line in ended.err.splitlines()[:2]] == ["waiting", "over"]
    assert not (terminal.home / "journal.sqlite").exists()
    assert not (terminal.home / "drills.json").exists()  # it keeps whole rounds only
    shown = terminal.run("drill", "--only", "flatten_with_proof", "--lang", "ko")
    assert "통과" in shown.out


def test_a_drill_that_fails_gives_exit_code_1(tmp_path: Path, monkeypatch) -> None:
    terminal = Terminal(tmp_path)
    monkeypatch.setattr("core.drills.command.chosen", lambda codes: (a_drill(fails),))
    ended = terminal.run("drill", "--markdown", "--lang", "en")
    assert ended.code == 1
    assert "| A drill (VN 1) | FAIL |" in ended.out
    kept = json.loads((terminal.home / "drills.json").read_text("utf-8"))
    assert kept["passed"] is False
