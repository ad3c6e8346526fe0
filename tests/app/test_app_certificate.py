"""The closing certificate of whole demo days: to the won, with orders of others, and doctored."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from core.journal.chain import link
from tests.app.terminal import EAGER, FEW, Terminal

A_DAY = ("headless", "--mode", "demo", "--speed", "max", "--until-close", "--json", *EAGER, *FEW)
OTHERS = (
    "--set",
    "emulator.foreign_positions=2",
    "--set",
    "emulator.hand_orders_per_hour=6",
)


@pytest.mark.parametrize(
    "words",
    [
        ("--broker", "kiwoom", "--seed", "3"),
        ("--broker", "simulated", "--seed", "3"),
        ("--broker", "kiwoom", "--seed", "3", *OTHERS),
    ],
    ids=["kiwoom", "simulated", "with orders of others"],
)
def test_a_demo_day_agrees_to_the_won(terminal: Terminal, words: tuple[str, ...]) -> None:
    ended = terminal.run(*A_DAY, *words, "--lang", "en")
    assert "Closing certificate 2026-11-23: agrees" in ended.err

    printed = terminal.run("journal", "certificate", "--json")
    assert printed.code == 0
    made = printed.json
    assert (made["verdict"], made["records"]["is_chain_good"]) == ("AGREES", True)
    assert len(made["orders"]) == ended.json["orders"] > 10
    assert made["fills"] == ended.json["fills"]
    assert bool(made["foreign"]) is (OTHERS[1] in words)
    money = {line["name"]: (line["ours"], line["theirs"]) for line in made["money"]}
    assert money["cash"] == (ended.json["final_cash"],) * 2
    assert money["tax"] == (ended.json["tax"],) * 2
    assert money["commission"] == (ended.json["commission"],) * 2
    assert made["shares"] == []
    assert terminal.run("journal", "verify").code == 0


def test_its_files_are_what_the_journal_says_they_are(terminal: Terminal) -> None:
    terminal.run(*A_DAY, "--broker", "kiwoom", "--seed", "3")
    (record,) = terminal.records("certificate")
    issued = record.body["certificate"]
    folder = terminal.home / "certificates"
    text = (folder / issued["file"]).read_bytes()
    assert (sha256(text).hexdigest(), issued["verdict"]) == (issued["sha256"], "AGREES")
    assert json.loads(text)["account"] == "emulated:80******11"
    page = (folder / "2026-11-23.html").read_text("utf-8")
    assert issued["sha256"] in page and "http" not in page


def test_a_doctored_word_of_the_broker_is_found(terminal: Terminal) -> None:
    """The chain is made anew after it, as whoever doctors a journal well would do."""
    terminal.run(*A_DAY, "--broker", "kiwoom", "--seed", "3")
    doctor(terminal.journal)
    printed = terminal.run("journal", "certificate", "--lang", "en")
    assert printed.code == 1
    assert "differs. " in printed.out and "-10 won off" in printed.out


def test_a_run_that_was_cut_short_claims_nothing(terminal: Terminal) -> None:
    cut = [word for word in A_DAY if word != "--until-close"]
    terminal.run(*cut, "--minutes", 30, "--broker", "kiwoom", "--seed", "3")
    printed = terminal.run("journal", "certificate", "--lang", "en")
    assert printed.code == 1
    assert "not compared" in printed.out.splitlines()[0]
    assert terminal.run("journal", "certificate", "--day", "2026-01-02").code == 1


def test_a_day_that_is_none_is_wrong_usage(terminal: Terminal) -> None:
    terminal.home.mkdir()
    assert terminal.run("journal", "certificate", "--day", "yesterday").code == 2


def doctor(path: Path) -> None:
    """Take ten won of cash from the broker's last report, and chain the records anew."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT seq, session, time, kind, body, prev FROM records ORDER BY seq")
        prev = ""
        for seq, session, time, kind, body, before in rows.fetchall():
            prev = prev or before
            told = json.loads(body)
            if kind == "account" and "certificate" in (told.get("request_id") or ""):
                told["cash"] -= 10
                body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            made = link(prev, seq, session, time, kind, body)
            values = (body, prev, made, seq)
            db.execute("UPDATE records SET body = ?, prev = ?, hash = ? WHERE seq = ?", values)
            prev = made
        db.execute("UPDATE head SET hash = ?", (prev,))
        db.commit()
