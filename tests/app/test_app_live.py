"""Live and paper windows, and a flatten at Kiwoom, with Kiwoom's servers emulated."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.simulation.state import ExchangeState
from gui.main_window import MainWindow
from tests import project
from tests.app.kiwoom_house import CASH, SYMBOLS, KiwoomHouse, is_online, label, log
from tests.app.terminal import (
    EAGER,
    Outcome,
    Process,
    Terminal,
    holdings,
    needs_signals,
    plain_environment,
)

PATIENCE_MS = 60_000
LIVE = ("gui", "--mode", "live", "--lang", "ko", "--set", f"market.symbols={SYMBOLS}", *EAGER)
PAPER = ("gui", "--mode", "paper", *LIVE[3:])

InWindow = Callable[..., Outcome]


@pytest.fixture
def make_house(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., KiwoomHouse]]:
    houses: list[KiwoomHouse] = []

    def make(*words: object) -> KiwoomHouse:
        houses.append(KiwoomHouse(*words))
        houses[-1].take_the_place_of_kiwoom(monkeypatch.setattr)
        return houses[-1]

    yield make
    for house in houses:
        house.close()


@pytest.fixture
def house(make_house: Callable[..., KiwoomHouse]) -> KiwoomHouse:
    return make_house()


def start_and_trade(terminal: Terminal, qtbot: QtBot, window: MainWindow) -> None:
    """Wait for the connection, press START, and wait until something is held."""
    qtbot.waitUntil(lambda: is_online(window), timeout=PATIENCE_MS)
    window.strip.start_button.click()
    qtbot.waitUntil(lambda: bool(holdings(terminal.journal)), timeout=PATIENCE_MS)


def test_a_live_window_trades_at_kiwoom(
    house: KiwoomHouse, terminal: Terminal, in_window: InWindow, qtbot: QtBot
) -> None:
    told: list[str] = []

    def script(window: MainWindow) -> None:
        start_and_trade(terminal, qtbot, window)
        told.extend((label(window, "modeBadge"), window.windowTitle()))
        assert house.watched

    ended = in_window(script, *LIVE)

    assert (ended.code, ended.err) == (0, "")
    assert told[0] == "모의투자"
    assert told[1].endswith("모의투자")
    assert not house.watched  # the last that the closed terminal has done
    house.close()
    held = {symbol: lot.quantity for symbol, lot in house.venue.exchange.account.lots.items()}
    assert held
    assert held == holdings(terminal.journal)
    assert terminal.run("journal", "verify").code == 0


def test_a_paper_window_trades_while_the_account_at_kiwoom_rests(
    house: KiwoomHouse, terminal: Terminal, in_window: InWindow, qtbot: QtBot
) -> None:
    books = terminal.folder / "paper.db"
    told: list[str] = []

    def script(window: MainWindow) -> None:
        start_and_trade(terminal, qtbot, window)
        told.extend((label(window, "modeBadge"), label(window, "accountLabel"), *log(window)))

    ended = in_window(script, *PAPER, "--exchange-state", books)

    assert (ended.code, ended.err) == (0, "")
    assert told[:2] == ["모의", "PAPER"]
    assert "주문 계좌 PAPER (페이퍼, 프로그램 안의 가상 거래소)" in told
    house.close()
    assert not books.with_name(f"{books.name}-wal").exists()  # SQLite's, of a file in use
    exchange = house.venue.exchange
    assert (exchange.account.cash, exchange.account.lots, exchange.working) == (CASH, {}, ())
    kept = ExchangeState(books, house.clock.now().tzinfo).load()
    assert kept is not None
    lots = {symbol: lot.quantity for symbol, lot in kept.account.lots.items()}
    assert lots == holdings(terminal.journal)


@needs_signals
def test_a_killed_live_terminal_is_flattened_at_kiwoom(
    make_house: Callable[..., KiwoomHouse], terminal: Terminal
) -> None:
    books = terminal.folder / "kiwoom.db"
    module = "tests.app.kiwoom_house"
    popen = subprocess.Popen(
        [sys.executable, "-m", module, str(books), *terminal.words(*LIVE)],
        cwd=project.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=plain_environment("utf-8"),
    )
    running = Process(popen, terminal.journal)
    try:
        running.until_it_holds()
    finally:
        running.kill()

    house = make_house(books)
    assert house.held_before
    ended = terminal.run("flatten", "--json")

    assert (ended.code, ended.json["is_done"], ended.json["by"]) == (0, True, "broker")
    house.close()
    assert house.venue.exchange.account.lots == {}
    assert holdings(terminal.journal) == {}
