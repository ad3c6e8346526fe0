"""A terminal on the emulated Kiwoom that is killed, and what others find of it at the exchange."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path

import pytest

from config import arguments
from core.domain.order import OrderIntent, OrderKind, OrderStatus, Reason, Side
from core.drills.agreement import books_of, disagreements
from core.drills.told import told_by
from core.program import Program
from core.simulation.setup import DemoDay, demo_session, demo_venue
from tests.app.terminal import EAGER, FEW, Process, Terminal, freeze, needs_signals

pytestmark = needs_signals
KIWOOM = ("--broker", "kiwoom", "--json", *EAGER, *FEW, "--set", "strategy.sell_threshold=0.5")
PAST_THE_CLOSE = ("--speed", "max", "--minutes", 393)


@pytest.fixture
def books(terminal: Terminal) -> Path:
    """The exchange's own books, which outlive the terminal."""
    return terminal.folder / "books.db"


def trading(terminal: Terminal, books: Path, speed: str = "600") -> Process:
    process = terminal.start("headless", *KIWOOM, "--speed", speed, "--exchange-state", books)
    process.until_it_holds(2)
    return process


def order_by_hand(terminal: Terminal, books: Path) -> None:
    """Have the customer make an order in the HTS that will rest until the close."""
    program = Program(arguments.parse(terminal.words("headless", *KIWOOM)))
    day = DemoDay(demo_session(program.settings, program.calendar, program.clock.now()), 1)
    venue = demo_venue(day, program.settings, program.calendar, 0, books)
    try:
        now = venue.start
        low = OrderIntent(
            "005930", Side.BUY, 3, Reason.FOREIGN, now, 71_500, OrderKind.LIMIT, 60_000
        )
        venue.place_by_hand(low, now)
        while (due := venue.next_time()) is not None and due < now + timedelta(seconds=1):
            venue.step()
    finally:
        venue.close()


def shares(books: Path) -> dict[str, int]:
    return {symbol: lot.quantity for symbol, lot in books_of(books).account.lots.items()}


def test_a_killed_terminal_goes_on_with_the_exchanges_books(terminal, books):
    trading(terminal, books).kill()
    order_by_hand(terminal, books)
    before = shares(books)
    assert before
    ended = terminal.run("headless", *KIWOOM, *PAST_THE_CLOSE, "--exchange-state", books)
    assert ended.code == 0
    assert ended.json["trades"] > 3
    assert "\n".join(disagreements(terminal.journal, books, is_strict=True)) == ""
    told = told_by(terminal.journal)
    (foreign,) = [line for line in told.by_id.values() if line.is_foreign]
    # The day's end closes what is ours; what the trader ordered himself waits as long as it may.
    assert (foreign.ordered, foreign.status) == (3, OrderStatus.EXPIRED.value)
    assert shares(books) == {}
    assert terminal.run("journal", "verify").code == 0


def test_flatten_asks_the_running_one(terminal, books):
    running = trading(terminal, books, speed="60")
    ended = terminal.run("flatten", "--json")
    assert (ended.code, ended.json["by"], ended.json["left"]) == (0, "instance", {})
    running.signal(signal.SIGINT)
    assert running.outcome().json["open_positions"] == 0
    assert "\n".join(disagreements(terminal.journal, books, is_strict=True)) == ""
    assert terminal.run("journal", "verify").code == 0


def test_flatten_sells_what_a_killed_one_has_left(terminal, books):
    trading(terminal, books).kill()
    order_by_hand(terminal, books)
    ended = terminal.run("flatten", "--json")
    assert (ended.code, ended.json["by"], ended.json["left"]) == (0, "broker", {})
    assert shares(books) == {}
    assert not [order for order in books_of(books).orders if order.is_working]
    assert terminal.run("journal", "verify").code == 0
    again = terminal.run("headless", *KIWOOM, *PAST_THE_CLOSE, "--exchange-state", books)
    assert again.code == 0
    assert "\n".join(disagreements(terminal.journal, books, is_strict=True)) == ""


def test_one_that_hangs_is_replaced_and_trades_no_more(terminal, books):
    running = trading(terminal, books)
    freeze(running, terminal.journal, books)
    ended = terminal.run("flatten", "--json")
    assert (ended.code, ended.json["by"], ended.json["left"]) == (0, "broker", {})
    running.signal(signal.SIGCONT)
    woken = running.outcome()
    assert woken.code == 1
    assert "taken" in woken.err and " over" in woken.err
    assert shares(books) == {}
    assert terminal.run("journal", "verify").code == 0
