"""Sweeps from the command line: ranked, kept in the journal, gone on with."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.backtest.sweep import running
from core.journal.sweeps import StoredResult, SweepStore
from tests.app.terminal import Terminal
from tests.app.test_app_backtest import a_folder

GRID = ("--grid", "strategy.ema_short=2,4,6", "--grid", "strategy.ema_long=4,8")
LIVELY = (
    *("--set", "strategy.buy_threshold=0.5", "--set", "strategy.rsi_period=3"),
    *("--set", "strategy.bb_period=5", "--set", "risk.start_capital=100000000"),
)
SETS = 4  # of the six, (4, 4) and (6, 4) are refused


def days(count: int) -> str:
    """Return rows of some days on which prices swing."""
    rows = []
    for day in range(count):
        for minute in range(120):
            price = 70_000 + 100 * ((minute * 7 + day * 5) % 23) + 300 * (minute % 11)
            time = f"2026-11-{23 + day}T{9 + minute // 60:02d}:{minute % 60:02d}:00"
            rows.append(f"{time},{price},{price + 200},{price - 100},{price},10\n")
    return "".join(rows)


@pytest.fixture
def words(tmp_path: Path) -> tuple[object, ...]:
    return ("sweep", "--data", a_folder(tmp_path, days(4)), *LIVELY, *GRID, "--min-trades", "1")


def comparable(result: dict[str, object]) -> dict[str, object]:
    left_out = ("wall_s", "ran", "processes", "sweep", "out")
    return {key: value for key, value in result.items() if key not in left_out}


def test_every_allowed_set_is_run_and_ranked(terminal: Terminal, words: tuple[object, ...]) -> None:
    found = terminal.run(*words, "--rank", "net_pnl", "--json").json
    assert (found["sets"], found["refused"], found["grid"], found["ran"]) == (SETS, 2, 6, SETS)
    profits = [row["net_pnl"] for row in found["table"]]
    assert len(profits) == SETS
    assert profits == sorted(profits, reverse=True)
    assert found["signs"].keys() >= {"deflated_sharpe", "trade_order"}


def test_a_set_of_the_sweep_is_the_backtest_with_its_values(
    terminal: Terminal, words: tuple[object, ...]
) -> None:
    best = terminal.run(*words, "--json").json["table"][0]
    own = [f"--set={key}={value}" for key, value in best["parameters"].items()]
    alone = terminal.run("backtest", *words[1:3], *LIVELY, *own, "--json").json
    same = ("net_pnl", "trades", "commission", "tax", "final_equity")
    assert {name: best[name] for name in same} == {name: alone[name] for name in same}
    assert best["trades"]


def test_the_table_and_its_warnings_are_in_the_readers_language(
    terminal: Terminal, words: tuple[object, ...]
) -> None:
    korean = terminal.run(*words, "--lang", "ko")
    english = terminal.run(*words, "--lang", "en")
    assert "순손익" in korean.out
    assert "디플레이티드 샤프" in korean.out
    assert "Net P&L" in english.out
    assert "2 sets left out" in english.out


def test_the_files_hold_every_set(
    terminal: Terminal, words: tuple[object, ...], tmp_path: Path
) -> None:
    found = terminal.run(*words, "--out", tmp_path / "out", "--json").json
    with (tmp_path / "out" / "sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["net_pnl"]) for row in rows] == [row["net_pnl"] for row in found["table"]]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (summary["mode"], summary["sets"]) == ("sweep", SETS)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert 'id="heat-map"' in page
    assert page.count("<tr><th") > SETS


def test_a_walk_forward_tests_what_it_chose_on_later_days(
    terminal: Terminal, words: tuple[object, ...]
) -> None:
    walked = terminal.run(*words, "--walk-forward", "2:1", "--json").json["walk_forward"]
    assert [window["test_from"] for window in walked["windows"]] == ["2026-11-25", "2026-11-26"]
    assert walked["net_pnl"] == sum(window["test"]["net_pnl"] for window in walked["windows"])
    out = terminal.folder / "walked"
    assert terminal.run(*words, "--walk-forward", "2:1", "--out", out).code == 0
    html = (out / "report.html").read_text("utf-8")
    for told in ('id="equity"', '"marks":[1]', "Test Sharpe", "검증 샤프지수", "원, 거래"):
        assert told in html


def test_a_sweep_broken_off_goes_on_where_it_was(
    terminal: Terminal, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = terminal.run(*words, "--json").json
    put = SweepStore.put

    def interrupted(store: SweepStore, sweep: int, found: list[StoredResult]) -> None:
        put(store, sweep, found)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(SweepStore, "put", interrupted)
        ended = terminal.run(*words, "--lang", "en")
    assert ended.code == 130
    assert "--resume" in ended.err
    resumed = terminal.run(*words, "--resume", "--json").json
    assert 0 < resumed["ran"] < SETS
    assert comparable(resumed) == comparable(whole)


def test_a_sweep_killed_in_the_middle_goes_on_to_the_same_table(
    terminal: Terminal, words: tuple[object, ...]
) -> None:
    many = (*words, "--grid", "risk.stop_loss_pct=0.5:5:0.5", "--grid", "risk.max_positions=1,2,3")
    killed = terminal.start(*many)
    killed.until(lambda: terminal.journal.exists() and kept(terminal.journal))
    killed.kill()
    resumed = terminal.run(*many, "--resume", "--json").json
    assert 0 < resumed["ran"] < resumed["sets"]
    assert comparable(resumed) == comparable(terminal.run(*many, "--json").json)


def kept(journal: Path) -> int:
    """Return how many results a journal holds."""
    with closing(sqlite3.connect(journal)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM sweep_results").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return 0


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ((), "already finished"),
        (("--set", "risk.stop_loss_pct=3"), "risk.stop_loss_pct"),
        (("--grid", "risk.max_positions=1,2"), "the search"),
        (("--to", "2026-11-24"), "days"),
    ],
)
def test_what_cannot_be_gone_on_with_says_why(
    terminal: Terminal, words: tuple[object, ...], extra: tuple[str, ...], says: str
) -> None:
    assert terminal.run(*words, "--json").code == 0
    ended = terminal.run(*words, *extra, "--resume", "--lang", "en")
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err


def test_nothing_to_go_on_with_is_said(terminal: Terminal, words: tuple[object, ...]) -> None:
    ended = terminal.run(*words, "--resume", "--lang", "en")
    assert ended.code == 1
    assert "no sweep" in ended.err


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (("--grid", "risk.stop_loss_pct=1,99"), "risk.stop_loss_pct"),
        (("--grid", "log.keep_days=1,2"), "no backtest looks at"),
        (("--rank", "luck"), "luck"),
        (("--walk-forward", "20"), "TRAIN:TEST"),
        (("--walk-forward", "4:1"), "only 4 trading days"),
        (("--random", "0"), "1 or more"),
    ],
)
def test_what_cannot_be_searched_is_said(
    terminal: Terminal, words: tuple[object, ...], extra: tuple[str, ...], says: str
) -> None:
    ended = terminal.run(*words, *extra, "--lang", "en")
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err


def test_random_sets_are_the_same_for_the_same_seed(
    terminal: Terminal, words: tuple[object, ...]
) -> None:
    first, second = (terminal.run(*words, "--random", "3", "--json").json for _ in range(2))
    assert comparable(first) == comparable(second)
    assert first["sets"] + first["refused"] == 3


def test_several_processes_find_the_same(
    terminal: Terminal, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = terminal.run(*words, "--jobs", "1", "--json").json
    monkeypatch.setattr(running, "_ALONE_S", 0.0)
    shared = terminal.run(*words, "--jobs", "2", "--json").json
    assert (alone["processes"], shared["processes"]) == (1, 2)
    assert comparable(alone) == comparable(shared)
