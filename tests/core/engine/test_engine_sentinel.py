"""The sentinel tells quiet from dead, from wrong and from stopped, and says it on change only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.text import Text
from core.domain.market import Level, OrderBook
from core.domain.messages import (
    DataDoubted,
    DataEnded,
    Interrupted,
    Interruption,
    Resumed,
    Severity,
    SymbolState,
    SymbolStateChanged,
)
from core.domain.order import Side
from tests.builders import OPEN, a_tick, at
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise, notes

SYMBOLS = ("005930", "000660", "035720", "005380", "000270")


@pytest.fixture
def desk(make_desk: Any) -> Desk:
    made: Desk = make_desk(SYMBOLS)
    return made


def go(desk: Desk, seconds: int, silent: tuple[str, ...] = (), every: int = 2) -> None:
    """Print trades of all symbols but the silent ones, every two seconds."""
    for _ in range(0, seconds, every):
        desk.pass_to(desk.clock.now() + timedelta(seconds=every))
        for symbol in SYMBOLS:
            if symbol not in silent:
                desk.tell(a_tick(time=desk.clock.now(), symbol=symbol))


def states(desk: Desk, symbol: str = "005930") -> list[SymbolState]:
    return [event.state for event in desk.said(SymbolStateChanged) if event.symbol == symbol]


def block(desk: Desk, symbol: str = "005930") -> str:
    return desk.engine._watch.entry_block(desk.engine.markets[symbol], desk.clock.now())


def a_book(desk: Desk, bid: int | None, ask: int | None) -> OrderBook:
    bids = () if bid is None else (Level(bid, 10),)
    asks = () if ask is None else (Level(ask, 10),)
    return OrderBook("005930", desk.clock.now(), asks, bids)


def test_trading_symbols_live_and_that_is_said_once(desk: Desk) -> None:
    go(desk, 120)
    assert states(desk) == [SymbolState.LIVE]


def test_one_that_never_traded_much_is_quiet(desk: Desk) -> None:
    go(desk, 400, silent=("005930",))
    assert states(desk) == [SymbolState.LIVE, SymbolState.QUIET]
    assert block(desk) == ""
    go(desk, 6)
    assert states(desk)[-1] is SymbolState.LIVE


def test_a_silence_against_its_own_rhythm_is_dead(desk: Desk) -> None:
    go(desk, 200)
    go(desk, 130, silent=("005930",))
    assert states(desk) == [SymbolState.LIVE, SymbolState.QUIET, SymbolState.DEAD]
    assert block(desk) == "data_dead" and block(desk, "000660") == ""
    (said,) = notes(desk, Severity.WARNING)
    assert "data seem dead: no trade for" in said
    go(desk, 6)
    assert states(desk)[-1] is SymbolState.LIVE and block(desk) == ""


def test_a_rare_trader_may_be_silent_for_long(desk: Desk) -> None:
    for _ in range(10):
        go(desk, 58, silent=("005930",))
        go(desk, 2)
    go(desk, 300, silent=("005930",))
    assert SymbolState.DEAD not in states(desk)


def test_the_first_trade_after_a_silence_counts_before_the_next_look(desk: Desk) -> None:
    go(desk, 200)
    go(desk, 130, silent=("005930",))
    desk.tell(a_tick(time=desk.clock.now()))
    assert block(desk) == ""


def test_when_nothing_comes_all_are_dead(desk: Desk) -> None:
    go(desk, 200)
    desk.pass_to(desk.clock.now() + timedelta(seconds=90))
    assert all(states(desk, symbol)[-1] is SymbolState.DEAD for symbol in SYMBOLS)
    assert "no trade of any symbol" in desk.said(SymbolStateChanged)[-1].text.en


def test_a_vi_is_no_silence(desk: Desk) -> None:
    go(desk, 200)
    now = desk.clock.now()
    desk.tell(Interrupted("005930", now, Interruption.STATIC_VI, until=now + timedelta(minutes=2)))
    go(desk, 130, silent=("005930",))
    assert states(desk) == [SymbolState.LIVE, SymbolState.INTERRUPTED]
    desk.tell(Resumed("005930", desk.clock.now()))
    go(desk, 6)
    assert states(desk)[-1] is SymbolState.LIVE


def test_a_halt_and_the_phases_of_the_day(desk: Desk) -> None:
    go(desk, 10)
    desk.tell(Interrupted("005930", desk.clock.now(), Interruption.HALT))
    desk.pass_to(desk.clock.now() + timedelta(seconds=6))
    assert states(desk) == [SymbolState.LIVE, SymbolState.HALTED]
    desk.pass_to(at(15, 20, 6))
    assert states(desk, "000660")[-1] is SymbolState.AUCTION
    desk.pass_to(at(15, 30, 6))
    assert states(desk)[-1] is SymbolState.CLOSED


@pytest.mark.parametrize(
    ("bid", "ask", "words"),
    [
        (70_100, 70_000, "the bid of 70,100 is not below the ask of 70,000"),
        (None, 70_000, "one side of the book is empty"),
        (75_000, 75_100, "the trade at 70,000 is outside of the book"),
    ],
)
def test_a_book_that_cant_be_is_suspect_once_it_persists(
    desk: Desk, bid: int | None, ask: int | None, words: str
) -> None:
    go(desk, 20)
    desk.pass_to(desk.clock.now() + timedelta(seconds=1))
    desk.tell(a_book(desk, bid, ask))
    desk.pass_to(desk.clock.now() + timedelta(seconds=10))
    assert states(desk) == [SymbolState.LIVE]
    desk.pass_to(desk.clock.now() + timedelta(seconds=6))
    assert states(desk)[-1] is SymbolState.SUSPECT and block(desk) == "data_suspect"
    assert words in desk.said(SymbolStateChanged)[-1].text.en
    desk.tell(a_book(desk, 69_900, 70_000))
    desk.pass_to(desk.clock.now() + timedelta(seconds=6))
    assert states(desk)[-1] is SymbolState.LIVE and block(desk) == ""


def test_an_empty_side_at_the_limit_is_how_it_should_be(desk: Desk) -> None:
    _, highest = desk.engine.markets["005930"].instrument.price_limits() or (0, 0)
    go(desk, 20)
    desk.tell(a_tick(int(highest), time=desk.clock.now()))
    desk.tell(a_book(desk, int(highest), None))
    desk.pass_to(desk.clock.now() + timedelta(seconds=30))
    assert SymbolState.SUSPECT not in states(desk)


def test_a_book_of_an_auction_says_nothing(desk: Desk) -> None:
    go(desk, 20)
    now = desk.clock.now()
    desk.tell(Interrupted("005930", now, Interruption.STATIC_VI))
    desk.tell(a_book(desk, 70_500, 70_000))
    go(desk, 20, silent=("005930",))
    desk.tell(Resumed("005930", desk.clock.now()))
    go(desk, 40)
    assert SymbolState.SUSPECT not in states(desk)


def test_impossible_trades_are_suspect(desk: Desk) -> None:
    go(desk, 20)
    for _ in range(3):
        desk.tell(a_tick(1_000_000, time=desk.clock.now()))
    go(desk, 6)
    assert states(desk)[-1] is SymbolState.SUSPECT
    go(desk, 70)
    assert states(desk)[-1] is SymbolState.LIVE


def test_after_the_end_of_the_data_nothing_is_due(desk: Desk) -> None:
    go(desk, 200)
    desk.tell(DataEnded(desk.clock.now()))
    desk.pass_to(desk.clock.now() + timedelta(minutes=10))
    assert SymbolState.DEAD not in states(desk)


def test_a_suspect_symbol_is_sold_but_not_bought(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.pass_to(OPEN + timedelta(seconds=1))
    watched = desk.engine._watch._blocks[-1]
    desk.tell(a_book(desk, 70_100, 70_000))
    desk.pass_to(OPEN + timedelta(seconds=30))
    fall_then_rise(desk, start=60)
    assert watched.entry_block(desk.engine.markets["005930"], desk.clock.now()) == "data_suspect"
    assert desk.broker.submitted == []


def test_stops_work_on_suspect_data(bought: Desk) -> None:
    bought.tell(a_book(bought, 70_100, 70_000))
    bought.pass_to(bought.clock.now() + timedelta(seconds=30))
    assert block(bought) == "data_suspect"
    bought.tell(a_tick(68_000, time=bought.clock.now()))
    assert bought.broker.submitted[-1].intent.side is Side.SELL


def test_the_newest_book_of_each_symbol_is_kept(desk: Desk) -> None:
    desk.tell(a_book(desk, 69_900, 70_000))
    book = a_book(desk, 70_000, 70_100)
    desk.tell(book)
    assert desk.engine.markets["005930"].book is book
    desk.tell(OrderBook("999999", OPEN, (), ()))


def test_data_that_the_adapter_doubts_are_suspect_for_a_minute(desk: Desk) -> None:
    go(desk, 20)
    fell = Text("줄었습니다", "the day's volume fell from 1,500 to 900 shares")
    desk.tell(DataDoubted("005930", desk.clock.now(), fell))
    go(desk, 2)
    assert states(desk)[-1] is SymbolState.SUSPECT
    assert "volume fell" in notes(desk, Severity.WARNING)[-1]
    go(desk, 66)
    assert states(desk)[-1] is SymbolState.LIVE
    desk.tell(DataDoubted("999999", desk.clock.now(), fell))
