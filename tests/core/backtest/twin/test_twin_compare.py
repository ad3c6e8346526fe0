"""Which trades belong together, what they differ in, and why one side is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config.text import Text
from core.backtest.twin.compare import Twin, compare
from core.backtest.twin.page import page
from core.backtest.twin.plain import as_json, rows_of, summary_of
from core.backtest.twin.real_day import Denial, Leg, RealDay, RealTrade
from core.domain.order import Reason
from core.domain.portfolio import Trade
from core.domain.price import KRX_STOCK
from core.domain.risk import TradingState
from core.journal.encoding import dumps
from tests.builders import OPEN

RUNNING = ((OPEN, TradingState.RUNNING),)


def at(minute: float) -> datetime:
    return OPEN + timedelta(minutes=minute)


def real(minute: float = 10.03, entry: float = 70_100, exit_: float = 70_500) -> RealTrade:
    bought = Leg(at(minute), entry, 10, Reason.SIGNAL, at(10), at(10) + timedelta(seconds=1))
    sold = Leg(at(minute + 9), exit_, 10, Reason.SIGNAL)
    return RealTrade("005930", bought, sold, 1_500)


def twin(minute: float = 10, entry: float = 70_000, exit_: float = 70_600) -> Trade:
    gross = (exit_ - entry) * 10
    return Trade(
        *("005930", at(minute), entry, 10, at(minute + 9), exit_, Reason.SIGNAL, gross),
        commission=200,
        tax=1_200,
    )


def day(*trades: RealTrade, denials: tuple[Denial, ...] = (), states=RUNNING) -> RealDay:
    return RealDay(trades, denials, states)


def test_a_dearer_entry_and_a_cheaper_exit_are_slippage():
    (pair,) = compare(day(real()), [twin()], KRX_STOCK)
    assert (pair.entry_slippage, pair.exit_slippage) == (100, 100)
    assert pair.in_ticks(pair.entry_slippage) == 1
    assert pair.cost_difference == 100
    assert pair.net_difference == (4_000 - 1_500) - (6_000 - 1_400)


def test_latency_is_from_the_bars_end_to_the_order_to_the_fill():
    (pair,) = compare(day(real()), [twin()], KRX_STOCK)
    assert pair.real is not None
    assert pair.real.entry.decide_ms == 1_000
    assert pair.real.entry.fill_ms == pytest.approx(800)


def test_the_nearest_entries_belong_together():
    near, far = real(10.03), real(11.5)
    pairs = compare(day(near, far), [twin(10)], KRX_STOCK)
    assert [(pair.real, pair.twin is None) for pair in pairs] == [(near, False), (far, True)]


def test_trades_of_different_minutes_do_not_belong_together():
    pairs = compare(day(real(10)), [twin(15)], KRX_STOCK)
    assert [pair.is_missed for pair in pairs] == [True, True]


def test_a_refused_entry_says_by_which_checks():
    denial = Denial("005930", at(10.02), (Text("최신 시세", "Fresh data"),))
    (pair,) = compare(day(denials=(denial,)), [twin()], KRX_STOCK)
    assert pair.note == Text(
        "진입이 거부되었습니다: 최신 시세", "the entry was refused: Fresh data"
    )


def test_an_entry_before_trading_began_says_so():
    states = ((OPEN, TradingState.STOPPED), (at(60), TradingState.RUNNING))
    (pair,) = compare(day(states=states), [twin()], KRX_STOCK)
    assert pair.note is not None and "STOPPED" in pair.note.en


def test_an_entry_while_the_symbol_was_held_says_so():
    held = real(5)
    pairs = compare(day(held), [twin(10)], KRX_STOCK)
    assert pairs[1].note is not None and "held already" in pairs[1].note.en


def test_what_is_still_held_has_no_exit_to_compare():
    held = RealTrade("005930", real().entry, None, 100)
    (pair,) = compare(day(held), [twin()], KRX_STOCK)
    assert pair.exit_slippage is None and pair.cost_difference is None
    assert pair.net_difference is None
    sums = Twin((1,), "demo", OPEN.date(), (pair,)).sums
    assert (sums.real_net, sums.twin_net) == (0, 0)
    assert pair.note is not None and "while it was held" in pair.note.en


def test_sums_are_of_all_shares():
    pairs = compare(day(real()), [twin(), twin(30)], KRX_STOCK)
    sums = Twin((1,), "demo", OPEN.date(), pairs).sums
    assert (sums.paired, sums.only_real, sums.only_twin) == (1, 0, 1)
    assert (sums.entry_slippage, sums.exit_slippage, sums.cost_difference) == (1_000, 1_000, 100)
    assert sums.net_difference == 2_500 - 2 * 4_600


@pytest.mark.parametrize("language", ["ko", "en"])
def test_page_rows_and_json_tell_the_same(language):
    pairs = compare(day(real()), [twin(), twin(30)], KRX_STOCK)
    made = Twin((1,), "demo", OPEN.date(), pairs)
    html = page(made, language)
    assert summary_of(made).in_(language) in html
    assert html.count("<tr class=") == len(list(rows_of(made))) == 2
    assert '"only_twin":1' in dumps(as_json(made))


def test_a_day_without_trades_says_so():
    assert "There were no trades." in page(Twin((1,), "demo", OPEN.date(), ()), "en")


def test_an_entry_while_the_program_was_off_says_so():
    spans = ((at(-5), at(4)), (at(20), at(60)))
    real_day = replace(day(), spans=spans)
    pairs = compare(real_day, [twin(3), twin(10), twin(30)], KRX_STOCK)
    said = [pair.note.en if pair.note else "" for pair in pairs]
    assert ["not running" in text for text in said] == [False, True, False]


def test_a_page_tells_what_else_must_be_known():
    note = Text("설정이 바뀌었습니다", "settings changed")
    made = Twin((1, 2), "live", OPEN.date(), (), notes=(note,))
    assert "settings changed" in page(made, "en") and "설정이 바뀌었습니다" in page(made, "ko")
    assert "sessions 1, 2 (live)" in page(made, "en")
