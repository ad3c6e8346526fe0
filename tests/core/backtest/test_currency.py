"""What money a backtest counts in, and how things are counted in English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.backtest.counted import counted
from core.backtest.currency import DOLLARS, UNKNOWN, WON, currency_of, in_currency
from core.backtest.load_texts import lines
from core.backtest.report import report_page
from core.backtest.result_table import table
from tests.core.backtest.runs import a_run, a_trade


@pytest.mark.parametrize(
    ("calendar", "zone", "rule", "found"),
    [
        ("XKRX", "Asia/Seoul", "krx", WON),
        ("XNYS", "America/New_York", "none", DOLLARS),
        ("XNYS", "Asia/Seoul", "krx", DOLLARS),
        ("data", "America/New_York", "none", DOLLARS),
        ("data", "Asia/Seoul", "none", WON),
        ("data", "UTC", "krx", WON),
        ("data", "UTC", "none", UNKNOWN),
    ],
)
def test_the_market_decides_on_the_money(calendar, zone, rule, found) -> None:
    assert currency_of(calendar, zone, rule) == found


def test_an_unknown_money_has_no_name_and_no_space() -> None:
    assert in_currency("1,200", UNKNOWN).en == "1,200"
    assert in_currency("1,200", WON).ko == "1,200원"


def test_results_of_a_new_york_calendar_are_in_dollars() -> None:
    run = replace(a_run(trades=[a_trade()]), calendar="XNYS")
    assert "dollars (" in table(run, None, "en") and "달러 (" in table(run, None, "ko")
    html = report_page(run, None, "en")
    assert "Amount (dollars)" in html and "달러" in html
    assert " won" not in html[: html.index('id="settings"')].replace("won_", "")
    korean = report_page(a_run(trades=[a_trade()]), None, "ko")
    assert "Amount (won)" in korean and "달러" not in korean


@pytest.mark.parametrize(
    ("number", "found"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1_000, "1,000 days")]
)
def test_one_of_a_thing_has_no_s(number: int, found: str) -> None:
    assert counted(number, "day") == found


def test_a_file_of_one_day_and_one_bar_is_told_so() -> None:
    report = replace(a_run().reports[0], days=1, bars=1, rows=1, zero_volume=1)
    told = [line.en.strip() for line in lines(report)]
    assert told[0].endswith("1 day, 1 bar of 1 row")
    assert "1 bar with volume 0" in told
