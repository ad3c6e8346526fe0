"""`flatten` from another process: while a terminal runs, hangs, and after it was killed."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.terminal import EAGER, FEW, Process, Terminal, freeze, holdings, needs_signals

pytestmark = needs_signals


@pytest.fixture
def books(terminal: Terminal) -> Path:
    """The simulated exchange's own books."""
    return terminal.folder / "books.db"


_KEEPING = {
    "risk.flatten_before_close_min": 0,
    "risk.entry_cutoff_min": 0,
    "strategy.sell_threshold": 50,
    "risk.stop_loss_pct": 20,
    "risk.take_profit_pct": 50,
}
KEEPS = [word for key, value in _KEEPING.items() for word in ("--set", f"{key}={value}")]
"""Settings under which what was bought is held beyond the close."""


def trading(terminal: Terminal, *words: object, speed: str = "600") -> Process:
    process = terminal.start("headless", "--json", "--speed", speed, *EAGER, *words)
    process.until_it_holds(2)
    return process


def held_by(books: Path) -> dict[str, int]:
    with closing(sqlite3.connect(books)) as db:
        held = dict(db.execute("SELECT symbol, quantity FROM lots"))
    return {symbol: shares for symbol, shares in held.items() if shares}


def working_at(books: Path) -> int:
    ended = "('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'DENIED')"
    with closing(sqlite3.connect(books)) as db:
        (count,) = db.execute(f"SELECT count(*) FROM orders WHERE status NOT IN {ended}").fetchone()
    return int(count)


def assert_proven(ended, by: str) -> None:
    assert ended.code == 0
    assert ended.json["is_done"] is True
    assert (ended.json["left"], ended.json["by"]) == ({}, by)
    assert ended.json["note"] == "the broker reports no shares and no orders"


def test_the_running_terminal_is_asked_and_does_it(terminal: Terminal):
    running = trading(terminal, speed="60")
    ended = terminal.run("flatten", "--json")
    assert_proven(ended, by="instance")
    assert "shares are left" in ended.err  # progress
    assert holdings(terminal.journal) == {}
    assert terminal.records("state")[-1].body["state"] == "HALTED"
    orders = len(terminal.records("order"))
    assert_proven(terminal.run("flatten", "--json"), by="instance")  # nothing is left to sell
    assert len(terminal.records("order")) == orders
    running.signal(signal.SIGINT)
    stopped = running.outcome()
    assert stopped.code == 130
    assert stopped.json["open_positions"] == 0
    assert terminal.run("journal", "verify").code == 0


def test_it_is_a_sentence_without_json(terminal: Terminal):
    trading(terminal, *FEW)
    ended = terminal.run("flatten", "--lang", "ko")
    assert ended.code == 0
    assert "증권사 잔고" in ended.err
    assert "True" in ended.out


def test_after_a_crash_it_sells_through_the_exchanges_books(terminal: Terminal, books):
    running = trading(terminal, "--exchange-state", books)
    running.kill()
    assert held_by(books)
    ended = terminal.run("flatten", "--json")
    assert_proven(ended, by="broker")
    assert held_by(books) == {} and working_at(books) == 0
    sold = [r for r in terminal.records("order") if r.body["intent"]["reason"] == "FLATTEN"]
    assert sold
    assert holdings(terminal.journal) == {}
    checked = terminal.run("journal", "verify", "--json")
    assert checked.code == 0
    assert checked.json["trades"] == len(sold)
    assert "session 1: has no end record" in checked.err and "session 2" not in checked.err


def test_the_day_goes_on_after_it(terminal: Terminal, books):
    trading(terminal, "--exchange-state", books).kill()
    assert terminal.run("flatten").code == 0
    assert_proven(terminal.run("flatten", "--json"), by="broker")
    ended = terminal.run("headless", "--minutes", "1", "--exchange-state", books, "--json", *FEW)
    assert ended.code == 0
    assert ended.json["open_positions"] == 0
    assert terminal.run("journal", "verify").code == 0


def test_the_books_can_be_named(terminal: Terminal, books):
    trading(terminal, "--exchange-state", books, *FEW).kill()
    other = Terminal(terminal.folder / "other")
    assert_proven(other.run("flatten", "--exchange-state", books, "--json"), by="broker")
    assert held_by(books) == {}
    missing = other.run("flatten", "--exchange-state", terminal.folder / "none.db")
    assert missing.code == 1
    assert "none.db: no such file" in missing.err


def test_without_books_it_says_why_there_is_nothing_to_sell(terminal: Terminal):
    trading(terminal, *FEW).kill()
    ended = terminal.run("flatten", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "the simulated exchange lived inside the terminal that ended" in ended.err


def test_on_a_home_nobody_used_it_says_so(terminal: Terminal):
    ended = terminal.run("flatten", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "no terminal is running" in ended.err


def test_a_terminal_that_hangs_is_replaced_and_trades_no_more(terminal: Terminal, books):
    running = trading(terminal, "--exchange-state", books)
    freeze(running, terminal.journal, books)
    ended = terminal.run("flatten", "--json")
    assert_proven(ended, by="broker")
    assert "did not answer 'flatten' for 3 s" in ended.err
    assert held_by(books) == {} and working_at(books) == 0
    running.signal(signal.SIGCONT)
    woken = running.outcome()
    assert woken.code == 1
    assert "error: " in woken.err and "taken" in woken.err and " over" in woken.err
    assert held_by(books) == {}
    # What had happened before it hung may be written only now, after the flatten's own records.
    (end,) = terminal.records("end")
    assert (end.session, end.body["holdings"]) == (2, {})
    assert terminal.run("journal", "verify").code == 0


def test_a_terminal_that_hangs_with_the_exchange_inside_is_named(terminal: Terminal):
    running = trading(terminal, *FEW)
    freeze(running, terminal.journal)
    ended = terminal.run("flatten")
    assert (ended.code, ended.out) == (1, "")
    assert f"process {running.pid} (headless" in ended.err
    assert "the simulated exchange lives inside it alone" in ended.err
    fills = len(terminal.records("fill"))
    running.signal(signal.SIGCONT)
    running.until(lambda: len(terminal.records("fill")) > fills)  # nobody took its place


def test_it_sells_although_nothing_can_be_journaled(terminal: Terminal, books):
    trading(terminal, "--exchange-state", books, *FEW).kill()
    before = terminal.journal.read_bytes()
    lock = sqlite3.connect(terminal.journal, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        ended = terminal.run("flatten", "--json")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert_proven(ended, by="broker")
    assert "not recorded" in ended.err and "locked" in ended.err
    assert held_by(books) == {}
    assert len(before) <= len(terminal.journal.read_bytes())
    assert terminal.run("journal", "verify").code == 0


def test_in_the_closing_auction_it_still_sells(terminal: Terminal, books):
    # The market begins half a minute before 09:00: this is the closing auction's sixth minute.
    day = terminal.run("headless", "--minutes", 386, "--json", "--exchange-state", books, *KEEPS)
    assert day.json["open_positions"] > 0
    assert_proven(terminal.run("flatten", "--json"), "broker")


def test_after_the_close_it_says_what_is_left_and_ends(terminal: Terminal, books):
    # Past the closing auction, which ends at random within 30 s after 15:30.
    day = terminal.run("headless", "--minutes", 392, "--json", "--exchange-state", books, *KEEPS)
    assert day.json["open_positions"] > 0
    ended = terminal.run("flatten", "--json")
    assert ended.code == 3
    assert ended.json["left"] == held_by(books)
    assert not ended.json["is_done"]
