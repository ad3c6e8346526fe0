"""Days on which everything goes wrong that can: in the end both sides agree to the won."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from core.drills.agreement import books_of, disagreements
from core.drills.told import Told, told_by
from tests.app.control_watch import ControlWatch, watching
from tests.app.terminal import EAGER, FEW, Outcome, Terminal

PAST_THE_CLOSE = ("--minutes", 393)
"""From 08:59:30; the closing auction ends at random within 30 s after 15:30."""
BUSY = (*EAGER, *FEW, "--set", "strategy.sell_threshold=0.5")
RICH = ("--set", "risk.start_capital=1000000000", "--set", "risk.daily_max_loss_pct=50")
"""Orders that take several levels of the book: many partial fills."""
REALISTIC = {
    "delay_pct": 1,
    "drop_pct": 1,
    "duplicate_pct": 1,
    "reorder_pct": 1,
    "chejan_first_pct": 20,
    "fill_first_pct": 20,
    "reject_pct": 5,
    "tr_timeout_pct": 3,
    "disconnects_per_hour": 1,
    "disconnect_at": "10:30",
    "outage_s": 10,
    "silences_per_hour": 1,
    "silence_s": 90,
    "foreign_positions": 2,
    "hand_orders_per_hour": 6,
}
INTERRUPTED = ("--set", "broker.simulated_shocks=3")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is over."""

    terminal: Terminal
    outcome: Outcome
    watch: ControlWatch
    disagreements: list[str]
    told: Told

    @property
    def result(self) -> dict[str, Any]:
        return self.outcome.json

    def notes(self) -> list[str]:
        return [record.body["text"]["en"] for record in self.terminal.records("note")]


def live_through(terminal: Terminal, seed: int, *words: object, **faults: object) -> Day:
    """Run a whole day with these faults, whose seed is the market's."""
    terminal.folder.mkdir(exist_ok=True)
    books = terminal.folder / "books.db"
    run = ("headless", "--broker", "kiwoom", "--speed", "max", "--json", "--seed", seed)
    sets = [f"emulator.{name}={value}" for name, value in {**faults, "fault_seed": seed}.items()]
    options = [word for each in sets for word in ("--set", each)]
    with watching() as watch:
        ended = terminal.run(
            *run, *PAST_THE_CLOSE, *BUSY, "--exchange-state", books, *options, *words
        )
    differ = disagreements(terminal.journal, books)
    return Day(terminal, ended, watch, differ, told_by(terminal.journal))


def assert_sound(day: Day) -> None:
    """Nobody was wronged: not the account, not the limits, not the rule to know before buying."""
    assert day.outcome.code == 0
    assert day.disagreements == []
    assert day.watch.wrong == []
    assert set(day.watch.queries) == {0} and set(day.watch.orders) == {0}
    assert day.watch.most_orders_in_a_second <= 5
    assert day.terminal.run("journal", "verify").code == 0
    for bad in ("internal error", "fits no order", "holdings differ", "cash differs"):
        assert [note for note in day.notes() if bad in note] == []
        assert bad not in day.outcome.err


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    terminal = Terminal(tmp_path_factory.mktemp("faults"))
    return live_through(terminal, 3, *RICH, *INTERRUPTED, **REALISTIC)


def test_after_a_day_of_all_faults_both_sides_agree_on_every_order_fill_share_and_won(bad_day):
    assert_sound(bad_day)
    assert bad_day.result["trades"] > 20


def test_everything_did_go_wrong_on_that_day(bad_day):
    told, notes = bad_day.told, "\n".join(bad_day.notes())
    assert bad_day.watch.logins > 3
    assert any("@" in fill.id for fill in told.fills)  # fills that were lost, and made up for
    assert any(line.is_foreign for line in told.by_id.values())
    assert any(line.status == "REJECTED" for line in told.by_id.values())
    assert "an order made elsewhere" in notes
    assert "RC4999" in notes  # the broker's refusals
    assert "no real-time data" in bad_day.outcome.err
    assert len(books_of(bad_day.terminal.folder / "books.db").fills) > len(told.trades) * 2


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE fills SET price = price + 100 WHERE rowid = 9",
        "UPDATE fills SET commission = commission + 1 WHERE rowid = 9",
        "DELETE FROM fills WHERE rowid = 9",
        "UPDATE orders SET status = 'CANCELED' WHERE rowid = 9",
        "UPDATE orders SET quantity = quantity + 1 WHERE rowid = 9",
        "DELETE FROM orders WHERE rowid = 9",
        "UPDATE meta SET value = value + 1 WHERE key = 'cash'",
        "INSERT OR REPLACE INTO lots VALUES ('000660', 1, 1000)",
    ],
)
def test_the_comparison_sees_every_kind_of_difference(bad_day, tmp_path, forgery):
    forged = tmp_path / "books.db"
    forged.write_bytes((bad_day.terminal.folder / "books.db").read_bytes())
    with closing(sqlite3.connect(forged)) as db:
        assert db.execute(forgery).rowcount == 1
        db.commit()
    assert disagreements(bad_day.terminal.journal, forged) != []


def test_a_day_without_faults_meets_no_limit(tmp_path):
    day = live_through(Terminal(tmp_path / "calm"), 2, *RICH)
    assert_sound(day)
    assert day.watch.logins == 1
    assert day.result["orders"] > 50
    assert day.watch.orders.total() == day.result["orders"]
