"""Backtests from the command line: real files, both engines, every kind of trouble."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.backtest import command
from tests.app.terminal import DATA, Terminal, needs_data

LIVELY = ("--set", "strategy.buy_threshold=0.7", "--set", "risk.start_capital=100000000")
NEW_YORK = (
    *("--set", "market.calendar=XNYS", "--set", "market.timezone=America/New_York"),
    *("--set", "costs.tick_rule=none", "--set", "costs.round_costs=false"),
)
HEADER = "datetime,open,high,low,close,volume\n"


def a_folder(folder: Path, rows: str, symbol: str = "005930") -> Path:
    (folder / f"{symbol}_1min.csv").write_text(HEADER + rows, "utf-8")
    return folder


def minutes(count: int) -> str:
    prices = [70_000 + 100 * (number * 7 % 23) for number in range(count)]
    return "".join(
        f"2026-11-23T09:{number:02d}:00,{price},{price + 200},{price - 100},{price},10\n"
        for number, price in enumerate(prices)
    )


def comparable(result: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in result.items() if k not in ("wall_s", "rate", "out")}


@needs_data
@pytest.mark.parametrize(
    ("symbols", "market"),
    [
        ("005930", ()),
        ("005490,000660,033640,033780,306200", ()),
        ("AAPL,IBM,SPY,SP500", NEW_YORK),
        ("005930,005490", ("--calendar", "data")),
    ],
)
def test_both_engines_agree_on_real_files(
    terminal: Terminal, tmp_path: Path, symbols: str, market: tuple[str, ...]
) -> None:
    words = ("backtest", "--data", DATA, "--symbols", symbols, *LIVELY, *market, "--json")
    results, files = [], []
    for engine in ("fast", "exact"):
        out = tmp_path / engine
        ended = terminal.run(*words, "--engine", engine, "--out", out)
        assert ended.code == 0, ended.err
        results.append(comparable(ended.json))
        names = ("trades.csv", "equity.csv")
        files.append([(out / name).read_bytes() for name in names])
    assert results[0] == results[1]
    assert files[0] == files[1]
    assert results[0]["trades"]
    assert results[0]["symbols"] == symbols.split(",")


@needs_data
def test_the_files_of_a_run_say_the_same_as_its_result(terminal: Terminal, tmp_path: Path) -> None:
    words = ("backtest", "--data", DATA, "--symbols", "005930", *LIVELY, "--export-bars", "--json")
    ended = terminal.run(*words, "--out", tmp_path / "run")
    result, out = ended.json, tmp_path / "run"
    assert result["out"] == str(out)
    with (out / "trades.csv").open(encoding="utf-8") as file:
        trades = list(csv.DictReader(file))
    assert len(trades) == result["trades"]
    assert sum(int(trade["net_pnl"]) for trade in trades) == result["net_pnl"]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["net_pnl"] == result["net_pnl"]
    assert summary["data_files"][0]["rows"] == result["ticks"] == 6571
    with (out / "bars" / "005930.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == result["bars"] + 1


def test_a_result_to_read_is_in_the_readers_language(terminal: Terminal, tmp_path: Path) -> None:
    folder = a_folder(tmp_path, minutes(59))
    korean = terminal.run("backtest", "--data", folder, "--lang", "ko")
    english = terminal.run("backtest", "--data", folder, "--lang", "en")
    assert (korean.code, english.code) == (0, 0)
    assert "순손익" in korean.out
    assert "Net P&L" in english.out
    assert "005930" in english.err  # what was found in the file


def test_nothing_is_written_without_a_folder_to_write_to(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    folder = a_folder(tmp_path / "data", minutes(5))
    ended = terminal.run("backtest", "--data", folder, "--json")
    assert (ended.json["out"], ended.json["journal"]) == (None, None)
    assert [path.name for path in folder.iterdir()] == ["005930_1min.csv"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("2026-11-23T09:00:00,1,2,3,1,5\n", "005930_1min.csv, row 2"),
        ("2026-11-23T09:00:00,x,2,1,1,5\n", "005930_1min.csv, row 2"),
        ("2026-11-22T09:00:00,2,2,1,1,5\n", "session"),  # a Sunday
        ("", "005930_1min.csv: no bar that can be used"),
    ],
)
def test_what_a_file_has_wrong_is_said_with_its_place(
    terminal: Terminal, tmp_path: Path, rows: str, says: str
) -> None:
    ended = terminal.run("backtest", "--data", a_folder(tmp_path, rows), "--lang", "en")
    assert ended.code == 1
    assert says in ended.err


def test_bad_rows_can_be_skipped_and_are_counted(terminal: Terminal, tmp_path: Path) -> None:
    rows = minutes(30) + "2026-11-23T09:40:00,0,0,0,0,5\n"
    words = ("backtest", "--data", a_folder(tmp_path, rows), "--skip-bad-rows", "--json")
    result = terminal.run(*words).json
    assert (result["ticks"], result["bars"], result["refused_ticks"]) == (31, 30, 1)


def test_dates_are_those_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    rows = minutes(30) + minutes(30).replace("11-23", "11-24")
    words = ("backtest", "--data", a_folder(tmp_path, rows), "--from", "2026-11-24", "--json")
    assert terminal.run(*words).json["bars"] == 30


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--data", "nowhere"), 1, "nowhere"),
        (("--symbols", "000660"), 1, "000660"),
        (("--from", "2026-11-25", "--to", "2026-11-24"), 2, "after --to"),
        (("--from", "yesterday"), 2, "no day"),
        (("--export-bars",), 2, "--out"),
        (("--engine", "quick"), 2, "quick"),
    ],
)
def test_what_cannot_be_done_is_said(
    terminal: Terminal, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    data = () if "--data" in words else ("--data", a_folder(tmp_path, minutes(5)))
    ended = terminal.run("backtest", *data, *words, "--lang", "en")
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err


def test_a_folder_without_the_watched_symbols_names_what_it_has(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, minutes(5), symbol="BRK.B")
    ended = terminal.run("backtest", "--data", folder, "--lang", "en")
    assert ended.code == 1
    assert "BRK.B" in ended.err


def test_an_interrupted_run_leaves_nothing_behind(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.ENGINES, "fast", interrupted)
    folder = a_folder(tmp_path, minutes(5))
    ended = terminal.run("backtest", "--data", folder, "--out", tmp_path / "run")
    assert ended.code == 130
    assert not (tmp_path / "run").exists()


def test_no_way_of_looking_ahead_is_found_in_what_is_built_in(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, minutes(59))
    ended = terminal.run("backtest", "--data", folder, "--look-ahead", "--json")
    assert {verdict["code"] for verdict in ended.json["verdicts"]} >= {"ema", "rsi", "vwap_break"}
