"""Round trips out of a session of the journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.backtest.twin.real_day import RealDay, read_real_day
from core.domain.risk import TradingState
from core.journal import read
from tests.app.terminal import A_MONDAY, EAGER, FEW, Terminal


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in A_MONDAY.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal(tmp_path)
    assert terminal.run("headless", "--minutes", 45, "--json", *EAGER, *FEW).code == 0
    return terminal.journal


def test_every_trade_of_the_journal_is_a_round_trip_with_its_order_and_its_bar(journal):
    day: RealDay = read_real_day(journal, [1])
    closed = [trade for trade in day.trades if trade.exit is not None]
    trades = [record.body for record in read(journal, ("trade",), 1)]
    assert [trade.net_pnl for trade in closed] == pytest.approx([b["net_pnl"] for b in trades])
    assert len(closed) == len(trades) > 0
    for trade in day.trades:
        assert trade.entry.decide_ms is not None and 0 <= trade.entry.decide_ms <= 2_000
        assert trade.entry.fill_ms is not None and trade.entry.fill_ms > 0
    assert day.states[-1][1] is TradingState.RUNNING
