"""What a backtest writes: formats to the letter, and never half of it or over others' files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from core.backtest.csv_columns import numbers, times
from core.backtest.files import check_folder, write, write_equity
from core.backtest.market import MarketData
from core.backtest.outcome import EquityCurve, Outcome
from core.backtest.run import Run
from core.domain.errors import OutputError
from core.domain.order import Reason
from tests.core.backtest.runs import SEOUL, a_real_run, a_run, a_trade, an_outcome, flat_market


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_trades_are_written_to_the_letter(tmp_path: Path) -> None:
    trades = [a_trade(970, minute=1, reason=Reason.TP, commission=10, tax=20)]
    write(tmp_path / "out", a_run(trades=trades))
    assert (tmp_path / "out/trades.csv").read_bytes().decode().split("\n") == [
        "symbol,entry_time,entry_price,quantity,exit_time,exit_price,exit_reason,gross_pnl,"
        "commission,tax,net_pnl",
        "005930,2025-11-10T09:01:00+09:00,70000,10,2025-11-10T09:02:00+09:00,70100,TP,1000,10,20,"
        "970",
        "",
    ]


def test_equity_of_whole_money_is_written_in_whole_numbers(tmp_path: Path) -> None:
    market = flat_market(days=1, minutes=2)
    write(tmp_path / "out", a_run(market, outcome=an_outcome(market, held=[0, 700_000])))
    assert (tmp_path / "out/equity.csv").read_text().split("\n") == [
        "time,cash,market_value,equity",
        "2025-11-10T09:00:00+09:00,10000000,0,10000000",
        "2025-11-10T09:01:00+09:00,9300000,700000,10000000",
        "",
    ]


def test_times_are_those_of_the_market_s_zone(tmp_path: Path) -> None:
    market = flat_market(days=1, minutes=1)
    abroad = MarketData(market.symbols, ZoneInfo("America/New_York"))
    run = a_run(abroad, [a_trade(held_min=0)])
    write(tmp_path / "out", run)
    assert rows(tmp_path / "out/equity.csv")[0]["time"] == "2025-11-09T19:00:00-05:00"
    assert rows(tmp_path / "out/trades.csv")[0]["entry_time"] == "2025-11-09T19:00:00-05:00"


@pytest.mark.parametrize("is_whole", [True, False])
def test_files_hold_the_outcome_with_full_precision(tmp_path: Path, is_whole: bool) -> None:
    run = a_real_run(is_whole=is_whole, costs__round_costs=is_whole, costs__tick_rule="none")
    write(tmp_path / "out", run)
    trades, equity = rows(tmp_path / "out/trades.csv"), rows(tmp_path / "out/equity.csv")
    assert [float(row["net_pnl"]) for row in trades] == [t.net_pnl for t in run.outcome.trades]
    assert [row["exit_price"] for row in trades] == [repr(t.exit_price) for t in run.outcome.trades]
    curve = run.outcome.equity
    for name in ("cash", "market_value", "equity"):
        assert [float(row[name]) for row in equity] == getattr(curve, name).tolist()
    starts = [datetime.fromisoformat(row["time"]).timestamp() for row in equity]
    assert starts == curve.time.tolist()


def test_the_summary_tells_where_the_result_comes_from(tmp_path: Path) -> None:
    run = a_run(trades=[a_trade()], settings={"strategy.ema_short": 7})
    write(tmp_path / "out", run)
    found = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    assert (found["mode"], found["engine"], found["trades"]) == ("backtest", "fast", 1)
    assert (found["net_pnl"], found["bars"], found["bars_per_second"]) == (1_000, 8, 16.0)
    assert found["parameters"]["strategy.ema_short"] == 7
    assert found["data_files"][0]["sha256"] == "0" * 64
    assert found["data_files"][0]["rows"] == 8
    assert not [key for key in found["parameters"] if key.startswith(("broker.", "journal."))]
    assert set(found["files"]) == {file.name for file in (tmp_path / "out").iterdir()}


def test_equal_runs_write_equal_files(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", a_real_run()), write(tmp_path / "other", a_real_run())
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]


def test_bars_are_written_with_indicators_scores_and_decisions(tmp_path: Path) -> None:
    run = a_real_run()
    write(tmp_path / "out", run, export_bars=True)
    for bars in run.market.symbols:
        found = rows(tmp_path / "out/bars" / f"{bars.symbol}.csv")
        assert [float(row["close"]) for row in found] == bars.columns.close.tolist()
        assert found[0]["ema_long"] == ""
        told = [word for row in found for word in row["decision"].split()]
        own = [t for t in run.outcome.trades if t.symbol == bars.symbol]
        assert told.count("BUY") == len(own)
        for reason, word in (
            (Reason.SL, "SELL_SL"),
            (Reason.TP, "SELL_TP"),
            (Reason.SIGNAL, "SELL"),
        ):
            assert told.count(word) == len([t for t in own if t.exit_reason is reason])
        for row in found:
            if "BUY" in row["decision"].split():
                assert float(row["buy_score"]) >= 0.5 - 1e-9


def test_numbers_keep_every_digit_and_nothing_more() -> None:
    values = np.array([0.1 + 0.2, 0.1 + 0.2, 1e22, np.nan, 5.0, -0.5])
    assert numbers(values, is_whole=False) == [
        "0.30000000000000004",
        "0.30000000000000004",
        "1e+22",
        "",
        "5.0",
        "-0.5",
    ]
    assert numbers(np.array([5.0, np.nan, 7.5]), is_whole=True) == ["5", "", "7.5"]
    assert numbers(np.array([]), is_whole=True) == []


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "Asia/Kolkata", "UTC"])
def test_times_are_those_of_isoformat_also_where_clocks_change(zone: str) -> None:
    where = ZoneInfo(zone)
    moments = np.arange(1_761_900_000, 1_762_500_000, 1_740)  # over 2025-11-02, when New York's do
    told = times(moments, where)
    assert told == [datetime.fromtimestamp(at, where).isoformat() for at in moments.tolist()]


# The folder


def test_a_second_run_replaces_the_first_and_leaves_other_files_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a_run(trades=[a_trade()]), export_bars=True)
    (out / "notes.txt").write_text("mine")
    write(out, a_run())
    assert rows(out / "trades.csv") == []
    assert (out / "notes.txt").read_text() == "mine"
    assert not (out / "bars").exists()  # they were of the other run


def test_the_folder_may_be_the_present_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "005930_1min.csv").write_text("mine")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        write(Path(), a_run(trades=[a_trade()]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "005930_1min.csv",
        "equity.csv",
        "report.html",
        "summary.json",
        "trades.csv",
    ]


def test_a_folder_is_written_to_where_no_other_may_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the root of a drive: what is written elsewhere can't be renamed into it."""
    out = tmp_path / "drive"
    out.mkdir()
    mkdir = Path.mkdir

    def only_inside(path: Path, *args: Any, **kwargs: Any) -> None:
        if path.parent == tmp_path and path != out:
            raise PermissionError(path)
        mkdir(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", only_inside)
    write(out, a_run(trades=[a_trade()]))
    assert len(rows(out / "trades.csv")) == 1


def test_bars_of_the_user_s_own_stay_in_their_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a_run(), export_bars=True)
    (out / "bars/mine.txt").write_text("mine")
    write(out, a_run())
    assert [file.name for file in (out / "bars").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["trades.csv", "summary.json", "bars/005930.csv", "report.html"])
def test_a_file_of_somebody_else_is_never_replaced(tmp_path: Path, name: str) -> None:
    file = tmp_path / "out" / name
    file.parent.mkdir(parents=True)
    file.write_text("symbol;price\n")
    with pytest.raises(OutputError, match="not written by this program"):
        write(tmp_path / "out", a_run(), export_bars=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert file.read_text() == "symbol;price\n"


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="is no folder"):
        check_folder(tmp_path / "out")


class _BrokenOffError(Exception):
    pass


def _break_off(_: float) -> None:
    raise _BrokenOffError


@pytest.mark.parametrize("has_older", [True, False])
def test_a_run_that_is_broken_off_leaves_everything_as_it_was(
    tmp_path: Path, has_older: bool
) -> None:
    out = tmp_path / "out"
    if has_older:
        write(out, a_run(trades=[a_trade()]))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(_BrokenOffError):
        write(out, a_run(), progress=_at(0.5, _break_off))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert out.exists() == has_older
    assert len(list(tmp_path.iterdir())) == has_older


def _at(share: float, then: Callable[[float], None]) -> Callable[[float], None]:
    return lambda done: then(done) if done >= share else None


def test_a_folder_that_can_t_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file/out"):
        write(tmp_path / "file" / "out", a_run())


def test_a_long_curve_is_written_in_pieces_that_fit_together() -> None:
    size = 150_000
    time = np.arange(size, dtype=np.int64) * 60 + 1_700_000_000
    curve = EquityCurve(time, np.arange(size) + 0.5, np.zeros(size))
    run = a_run()
    made = Outcome((), curve, run.outcome.counts, (), 1, 1.0)
    file = StringIO()
    write_equity(file, Run(made, run.market, run.settings, (), "fast", 1.0, "XKRX"))
    lines = file.getvalue().splitlines()
    assert len(lines) == size + 1
    last = datetime.fromtimestamp(int(time[-1]), SEOUL).isoformat()
    assert lines[-1] == f"{last},149999.5,0.0,149999.5"
