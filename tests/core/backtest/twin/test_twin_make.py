"""A recorded session's bars on their way to a backtest, and the twin's files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from config import arguments
from config.schema import Settings
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, Outcome
from core.backtest.twin.kept import keep_twin
from core.backtest.twin.make import make_twin
from core.blackbox.errors import RecordingError
from core.domain.order import Reason
from core.domain.portfolio import Trade
from core.program import Program
from tests.app.terminal import A_MONDAY, EAGER, FEW, Terminal

MONDAY = date(2026, 11, 23)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name, value in A_MONDAY.items():
        monkeypatch.setenv(name, value)
    it = Terminal(tmp_path)
    assert it.run("headless", "--minutes", 30, "--json", *EAGER, *FEW).code == 0
    return it


def program_of(terminal: Terminal) -> Program:
    return Program(arguments.parse(terminal.words("journal", "twin")))


def outcome_of(*trades: Trade) -> Outcome:
    nothing = np.empty(0)
    curve = EquityCurve(np.empty(0, np.int64), nothing, nothing)
    return Outcome(trades, curve, Counts(), (), 10_000_000, 10_000_000)


def a_run(seen: list[tuple[MarketData, Settings, date]]) -> Callable[..., Outcome]:
    """Return a backtest that only keeps what it was given."""

    def run(market: MarketData, settings: Settings, day: date) -> Outcome:
        seen.append((market, settings, day))
        return outcome_of()

    return run


def test_the_backtest_gets_history_day_and_settings_of_then(terminal):
    terminal.config.write_text('{"strategy": {"buy_threshold": 9}}', "utf-8")
    seen: list[tuple[MarketData, Settings, date]] = []
    make_twin(program_of(terminal), None, a_run(seen))
    ((market, settings, day),) = seen
    assert day == MONDAY
    assert settings.value("strategy.buy_threshold") == 0.5
    assert market.names == ("005930", "000660", "005380")
    counted = terminal.records("end")[0].body["counts"]["bars"]
    today = sum(int(one.day_end[-1] - one.day_first[-1]) for one in market.symbols)
    assert today == counted
    assert all(len(one.days) > 1 for one in market.symbols)


def test_real_trades_stand_beside_the_backtests_in_page_and_json(terminal):
    first = terminal.records("fill")[0].body["fill"]

    def run(market: MarketData, settings: Settings, day: date) -> Outcome:
        bar = market.symbols[0].bars(market.zone)[-20]
        trade = Trade(
            *(first["symbol"], bar.start, 70_000, 10, bar.start, 70_000, Reason.EOD, 0),
            commission=1,
            tax=1,
        )
        return outcome_of(trade)

    twin = make_twin(program_of(terminal), 1, run)
    assert twin.sums.paired + twin.sums.only_real == len([p for p in twin.pairs if p.real]) > 0
    kept = keep_twin(twin, terminal.home, "en")
    assert "Daily twin 2026-11-23" in kept.page.read_text("utf-8")
    assert '"pairs"' in kept.json.read_text("utf-8")


def test_a_recording_beside_another_journal_is_refused(terminal, tmp_path):
    other = Terminal(tmp_path / "other")
    (path,) = (terminal.home / "blackbox").iterdir()
    never = ("--set", "journal.record_messages=never")
    day = ("--set", "broker.simulated_day=2026-11-24")
    assert other.run("headless", "--minutes", 2, "--json", *FEW, *never, *day).code == 0
    (other.home / "blackbox").mkdir()
    (other.home / "blackbox" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(RecordingError, match="no fills to compare"):
        make_twin(program_of(other), None, a_run([]))
