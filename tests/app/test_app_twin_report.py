"""A backtest of a day that was traded tells in its report what was really filled."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.blackbox.closed_bars import closed_bars
from core.sessions import open_calendar
from tests.app.terminal import EAGER, FEW, Terminal


@pytest.fixture
def traded(terminal: Terminal) -> Terminal:
    assert terminal.run("headless", "--minutes", 45, "--json", *EAGER, *FEW).code == 0
    return terminal


def bars_of(terminal: Terminal, price_ratio: float = 1) -> Path:
    """Write the recorded session's bars as files of minutes, at other prices if wanted."""
    (path,) = (terminal.home / "blackbox").iterdir()
    calendar = open_calendar("XKRX", ZoneInfo("Asia/Seoul"))
    folder = terminal.folder / "bars"
    folder.mkdir(exist_ok=True)
    for symbol, bars in closed_bars(path, calendar).items():
        with (folder / f"{symbol}_1min.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("datetime", "open", "high", "low", "close", "volume"))
            for bar in bars:
                prices = (bar.open, bar.high, bar.low, bar.close)
                told = [int(price * price_ratio) for price in prices]
                rows.writerow((bar.start.replace(tzinfo=None).isoformat(), *told, bar.volume))
    return folder


def report_of(terminal: Terminal, data: Path, *words: object) -> str:
    out = terminal.folder / "out"
    symbols = ("--symbols", "005930,000660,005380")
    done = terminal.run("backtest", "--data", data, *symbols, "--out", out, *EAGER, *words)
    assert done.code == 0, done.err
    return (out / "report.html").read_text("utf-8")


def test_days_with_real_fills_stand_in_the_report(traded):
    html = report_of(traded, bars_of(traded), "--from", "2026-11-23")
    part = html[html.index('id="twin"') : html.index('id="data"')]
    fills = [r for r in traded.records("fill") if r.body["fill"]["side"] == "BUY"]
    assert "2026-11-23 (demo)" in part
    assert part.count("<summary>") == 1
    assert "Real fills and the backtest" in part and "실제 체결과 백테스트" in part
    assert f"{fills[0].body['fill']['price']:,}" in part


def test_fills_at_prices_of_another_market_stay_out(traded):
    assert 'id="twin"' not in report_of(traded, bars_of(traded, price_ratio=1.1))


def test_other_days_stay_out(traded):
    day_before = str(traded.records("session")[0].time.date() - timedelta(days=3))
    assert 'id="twin"' not in report_of(traded, bars_of(traded), "--to", day_before)


def test_a_journal_that_can_not_be_read_costs_only_the_comparison(traded):
    data = bars_of(traded)
    traded.journal.write_bytes(b"no journal at all, but long enough to be looked at" * 99)
    out = traded.folder / "out"
    symbols = ("--symbols", "005930", "--lang", "en")
    done = traded.run("backtest", "--data", data, *symbols, "--out", out)
    assert done.code == 0
    assert "the report does without what was really filled" in done.err
