"""A whole demo day from the command line: the same twice, flat at its end, right to the won."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.app.terminal import EAGER, FEW, Outcome, Terminal, comparable

DAY = ("headless", "--mode", "demo", "--seed", "1", "--speed", "max", "--until-close", "--json")
FIELDS = (
    "mode, symbols, ticks, late_ticks, refused_ticks, bars, signals, orders, fills, trades, "
    "denied, open_positions, start_capital, net_pnl, commission, tax, final_cash, final_equity, "
    "max_drawdown_pct, wall_s, rate, journal, out"
)


@pytest.fixture(scope="module")
def days(tmp_path_factory) -> list[tuple[Terminal, Outcome]]:
    """The same day twice, side by side, in processes of their own."""
    terminals = [Terminal(tmp_path_factory.mktemp(name)) for name in ("one", "two")]
    processes = [terminal.start(*DAY) for terminal in terminals]
    return [(t, p.outcome()) for t, p in zip(terminals, processes, strict=True)]


@pytest.fixture(scope="module")
def day(days) -> tuple[Terminal, Outcome]:
    return days[0]


@pytest.fixture(scope="module")
def exported(day, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    ended = day[0].run("journal", "export", "--out", folder, "--json")
    assert ended.code == 0
    assert {Path(name).parent for name in ended.json["files"]} == {folder}
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_result_is_the_one_line_on_standard_output(day):
    terminal, ended = day
    assert ended.code == 0
    result = ended.json
    assert ", ".join(result) == FIELDS
    assert result["mode"] == "demo" and len(result["symbols"]) == 10
    assert result["journal"] == str(terminal.journal) and result["out"] is None
    assert result["ticks"] > 10_000 and result["late_ticks"] == result["refused_ticks"] == 0
    assert result["trades"] > 0 and result["rate"] > 0
    assert all(isinstance(result[name], int) for name in ("net_pnl", "final_cash", "tax"))


def test_the_same_day_twice_is_the_same(days):
    (_, one), (_, two) = days
    assert comparable(one.json) == comparable(two.json)
    assert one.err == two.err


def test_the_journals_of_the_same_day_are_the_same_but_for_the_folder(days):
    one, two = ([(r.time, r.kind, r.body) for r in terminal.records()] for terminal, _ in days)
    assert one == two


def test_the_day_ends_flat(day):
    result = day[1].json
    assert result["open_positions"] == 0
    assert result["final_cash"] == result["final_equity"]
    assert result["final_cash"] - result["start_capital"] == result["net_pnl"]


def test_every_closed_trade_is_told_on_standard_error(day):
    _, ended = day
    told = [line for line in ended.err.splitlines() if " net " in line]
    assert len(told) == ended.json["trades"]


def test_the_journal_verifies(day):
    terminal, ended = day
    checked = terminal.run("journal", "verify", "--json")
    assert checked.code == 0
    verdict, result = checked.json, ended.json
    assert verdict["is_good"] is True and verdict["problems"] == 0
    assert (verdict["fills"], verdict["trades"]) == (result["fills"], result["trades"])
    assert checked.err == ""  # no session without an end


def test_cash_positions_and_costs_add_up_at_every_exported_fill(day, exported):
    cash, held = 10_000_000, Counter()
    for fill in rows(exported, "fills"):
        sign = {"BUY": 1, "SELL": -1}[fill["side"]]
        cash -= sign * int(fill["price"]) * int(fill["quantity"])
        cash -= int(fill["commission"]) + int(fill["tax"])
        held[fill["symbol"]] += sign * int(fill["quantity"])
        assert cash == int(fill["cash_after"])
        assert held[fill["symbol"]] == int(fill["position_after"])
    assert cash == day[1].json["final_cash"]
    assert not any(held.values())


def test_exported_trades_add_up_to_the_profit(day, exported):
    result, trades = day[1].json, rows(exported, "trades")
    assert len(trades) == result["trades"]
    assert sum(int(trade["net_pnl"]) for trade in trades) == result["net_pnl"]
    for cost in ("commission", "tax"):
        assert sum(int(trade[cost]) for trade in trades) == result[cost]
    assert {trade["exit_reason"] for trade in trades} <= {"SIGNAL", "SL", "TP", "EOD", "LIMIT"}


def test_every_fill_belongs_to_an_order_journaled_before_it(exported):
    ordered = {order["order_id"]: int(order["seq"]) for order in rows(exported, "orders")}
    for fill in rows(exported, "fills"):
        assert ordered[fill["order_id"]] < int(fill["seq"])


def test_a_tampered_journal_is_found_out(tmp_path, day):
    forged = Terminal(tmp_path)
    forged.home.mkdir()
    forged.journal.write_bytes(day[0].journal.read_bytes())
    with sqlite3.connect(forged.journal) as db:
        changed = db.execute(
            "UPDATE records SET body = json_set(body, '$.fill.price', 1) WHERE seq ="
            " (SELECT max(seq) FROM records WHERE kind = 'fill')"
        )
    db.close()
    assert changed.rowcount == 1
    ended = forged.run("journal", "verify", "--json")
    assert ended.code == 1
    assert ended.json["is_good"] is False
    assert "the record was changed" in ended.err


def test_another_seed_is_another_day(terminal: Terminal):
    one, two, again = (
        terminal.run("headless", "--minutes", "30", "--seed", seed, "--json", *FEW).json
        for seed in (1, 2, 1)
    )
    assert comparable(one) != comparable(two)
    assert comparable(one) == comparable(again)


def test_positions_may_be_left_after_some_minutes(terminal: Terminal):
    ended = terminal.run("headless", "--minutes", "30", "--json", *EAGER)
    assert ended.code == 0
    result = ended.json
    assert result["open_positions"] > 0
    assert result["final_equity"] > result["final_cash"]
    assert terminal.run("journal", "verify").code == 0


def test_each_run_is_a_session_of_one_journal(terminal: Terminal):
    for _ in range(2):
        assert terminal.run("headless", "--minutes", "5", *FEW, *EAGER).code == 0
    verdict = terminal.run("journal", "verify", "--json")
    assert verdict.code == 0
    assert verdict.json["sessions"] == 2
    orders = [record.body["order_id"] for record in terminal.records("order")]
    assert len(set(orders)) == len(orders)


def test_an_unknown_code_is_told_and_the_others_are_traded(terminal: Terminal):
    words = ("--set", "market.symbols=005930,ABC", "--json")
    ended = terminal.run("headless", "--minutes", "2", *words)
    assert ended.code == 0
    assert ended.json["ticks"] > 0
    assert "ABC" in ended.err


def test_nothing_that_watches_cries_wolf_on_an_ordinary_day(day):
    terminal, _ = day
    notes = [record.body for record in terminal.records("note")]
    assert [note["text"] for note in notes if note["severity"] == "ERROR"] == []
    assert not any("data" in note["text"]["en"] for note in notes)
    assert not (terminal.home / "bundles").exists()


def test_the_daily_limit_ends_the_day_in_order(terminal: Terminal):
    limit = ("--set", "risk.daily_max_loss_pct=0.05", "--set", "risk.max_position_pct=50")
    ended = terminal.run("headless", "--until-close", "--json", *FEW, *EAGER, *limit)
    assert ended.code == 0
    assert ended.json["open_positions"] == 0
    states = [record.body["state"] for record in terminal.records("state")]
    assert "EXITS_ONLY" in states
    limited = [r for r in terminal.records("order") if r.body["intent"]["reason"] == "LIMIT"]
    assert limited
    after = [r for r in terminal.records("order") if r.seq > limited[-1].seq]
    assert all(record.body["intent"]["side"] == "SELL" for record in after)


def test_the_exchanges_own_books_outlive_the_run(terminal: Terminal):
    """The next run of the day goes on with the cash, the positions and the time it finds there."""
    books = ("--exchange-state", terminal.folder / "books.db", "--json")
    before = terminal.run("headless", "--minutes", "10", *books, *EAGER, *FEW).json
    assert before["open_positions"] > 0
    after = terminal.run("headless", "--minutes", "2", *books, *FEW)
    assert after.code == 0
    assert "going on from the last run's record" in after.err
    restored = [r for r in terminal.records("account") if r.body["source"] == "RESTORED"][-1]
    assert all(held["commission"] for held in restored.body["positions"]), "entry and costs too"
    adopted = [r for r in terminal.records("account") if r.body["source"] == "ADOPTED"][-1]
    assert adopted.body["cash"] == before["final_cash"]
    assert (
        sum(1 for shares in adopted.body["holdings"].values() if shares)
        == (before["open_positions"])
    )
    assert terminal.run("journal", "verify").code == 0
