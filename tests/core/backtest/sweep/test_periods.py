from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.errors import ConfigError
from core.backtest.fast import run_fast
from core.backtest.sweep.periods import WHOLE, Part, cut, trading_dates, windows
from tests.core.backtest.markets import a_market, lively

MONDAY = date(2025, 11, 10)
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(10))


def test_windows_test_each_day_once_on_what_came_before() -> None:
    found = windows(DAYS, 4, 3)
    tested = [(one.test.trade_from, one.test.last) for one in found]
    assert tested == [(DAYS[4], DAYS[6]), (DAYS[7], DAYS[9])]
    assert [(one.train.first, one.train.last) for one in found] == [
        (DAYS[0], DAYS[3]),
        (DAYS[3], DAYS[6]),
    ]


def test_the_last_test_may_be_shorter() -> None:
    last = windows(DAYS, 4, 4)[-1].test
    assert (last.trade_from, last.last) == (DAYS[8], DAYS[9])


def test_no_day_to_test_on_is_refused() -> None:
    with pytest.raises(ConfigError, match="only 10 trading days"):
        windows(DAYS, 10, 1)


def test_a_cut_has_the_bars_of_its_days_alone() -> None:
    market = a_market(3, days=3)
    middle = cut(market, Part("train", DAYS[1], DAYS[1]))
    assert trading_dates(middle) == (DAYS[1],)
    assert trading_dates(market) == DAYS[:3]
    assert 0 < middle.bars < market.bars
    assert cut(market, WHOLE) is market


def test_a_cut_trades_like_a_market_that_never_had_more() -> None:
    market = a_market(5, days=3)
    first = cut(market, Part("train", DAYS[0], DAYS[1]))
    whole, part = run_fast(market, lively()), run_fast(first, lively())
    ended = [trade for trade in whole.trades if trade.exit_time.date() <= DAYS[1]]
    assert part.trades
    assert list(part.trades) == ended


def test_a_symbol_without_a_bar_on_the_days_stays_as_an_empty_one() -> None:
    market = a_market(3, symbols=2, days=2)
    later = cut(market, Part("train", DAYS[8], DAYS[9]))
    assert (later.names, later.bars) == (market.names, 0)
