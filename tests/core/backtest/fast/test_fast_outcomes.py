"""Trades and the equity curve that are made of a run."""

from __future__ import annotations

import pickle

import numpy as np

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.fast.late_trades import LateTrades, made
from core.domain.order import Reason
from core.domain.portfolio import Trade
from tests.builders import at
from tests.core.backtest.fast.small import FLAT, PLAIN, bars, market, signals, traded


def test_trades_made_of_columns_are_those_made_one_by_one() -> None:
    fields = ("005930", at(9), 70_000, 3, at(10), 71_000.5, Reason.TP, 3_001.5, 21, 0.5)
    columns = dict(zip(Trade.__slots__, ([value] * 2 for value in fields), strict=True))
    assert made(**columns) == (Trade(*fields), Trade(*fields))


def test_trades_that_nobody_has_looked_at_are_like_a_tuple_of_them() -> None:
    late = traded(bars((FLAT,) * 4), signals([0])).trades
    assert isinstance(late, LateTrades) and len(late) == 1
    sent = pickle.loads(pickle.dumps(late))
    assert type(sent) is tuple
    assert late == sent and sent == late and late != () and late != list(sent)
    assert (late[0], late[-1:], tuple(late)) == (sent[0], sent, sent)
    assert (hash(late), repr(late)) == (hash(sent), repr(sent))


def test_cash_and_value_follow_each_bar() -> None:
    rises = (70_000, 70_500, 70_000, 70_500)
    curve = traded(bars((FLAT, FLAT, rises, FLAT)), signals([0], [2])).equity
    assert curve.cash.tolist() == [10_000_000, 9_020_000, 9_020_000, 10_000_000]
    assert curve.market_value.tolist() == [0, 980_000, 987_000, 0]


def test_between_a_symbols_bars_its_last_close_counts_on() -> None:
    every_minute = bars((FLAT,) * 6, name="000001")
    now_and_then = bars((FLAT, FLAT, FLAT), name="000002", minutes=(0, 1, 5))
    outcome = run_fast(
        market(every_minute, now_and_then), Settings(PLAIN), signals=[signals(), signals([0])]
    )
    assert outcome.equity.market_value.tolist() == [0, 980_000, 980_000, 980_000, 980_000, 0]


def test_a_symbol_without_bars_changes_nothing() -> None:
    day = bars((FLAT,) * 4)
    empty = bars(name="000002", minutes=())
    outcome = run_fast(market(day, empty), Settings(PLAIN), signals=[signals([0]), signals()])
    assert len(outcome.trades) == 1


def test_a_market_whose_only_symbol_has_no_bars_gives_nothing() -> None:
    outcome = traded(bars(minutes=()), signals())
    assert (outcome.trades, len(outcome.equity.time)) == ((), 0)


def test_prices_off_the_grid_stay_as_they_are_without_tick_rule() -> None:
    odd = (100.25, 100.75, 100.25, 100.5)
    (trade,) = traded(bars((odd,) * 4), signals([0]), costs__tick_rule="none").trades
    assert (trade.entry_price, trade.exit_price) == (100.25, 100.5)
    assert np.isclose(trade.gross_pnl, 0.25 * trade.quantity)
