"""Volatility interruptions, circuit breakers and halts, against what the KRX did."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instrument import Instrument
from core.domain.messages import Interruption
from core.domain.session import SegmentKind, Session
from core.simulation.interruptions import (
    BREAKER_AUCTION,
    RANDOM_END_S,
    VOLATILITY_AUCTION,
    BreakerState,
    CircuitBreaker,
    VolatilityMonitor,
)
from core.simulation.matching import Book, Entry, Ladder

SEOUL = ZoneInfo("Asia/Seoul")
TRADING = SegmentKind.CONTINUOUS


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, second, tzinfo=SEOUL)


SESSION = Session(at(0, 0).date(), at(9, 0), at(15, 30), at(15, 20), at(8, 30))


# -- one symbol ------------------------------------------------------------------------------


def test_the_recorded_interruption_of_2022_01_18() -> None:
    """Reference 7270, triggered at 6540 at 12:51:28, released at 12:53:33."""
    monitor = VolatilityMonitor(7_270, is_large=False)
    monitor.traded(6_560)
    assert monitor.reason(6_550, TRADING) is None

    kind = monitor.reason(6_540, TRADING)
    assert kind is Interruption.STATIC_VI
    until = monitor.interrupt(kind, at(12, 51, 28), timedelta(seconds=5))

    assert until == at(12, 53, 33)
    assert monitor.reason(6_000, TRADING) is None  # it is interrupted already
    monitor.auctioned(6_510)
    assert (monitor.reference, monitor.last, monitor.kind, monitor.count) == (6_510, 6_510, None, 1)


@pytest.mark.parametrize(
    ("reference", "price"),
    # Triggered on the KRX on 2024-08-08 and 2024-08-20, by a list in the news (mk.co.kr).
    [(6_110, 5_490), (9_180, 8_260), (330, 297), (10_900, 11_990), (8_300, 9_130), (480, 432)],
)
def test_static_interruptions_of_the_krx(reference: int, price: int) -> None:
    monitor = VolatilityMonitor(reference, is_large=False)
    monitor.traded(price)

    assert monitor.reason(price, TRADING) is Interruption.STATIC_VI


@pytest.mark.parametrize(("last", "price"), [(3_125, 2_935), (880, 935), (6_490, 6_880)])
def test_dynamic_interruptions_of_the_krx(last: int, price: int) -> None:
    monitor = VolatilityMonitor(last, is_large=False)

    assert monitor.reason(price, TRADING) is Interruption.DYNAMIC_VI


@pytest.mark.parametrize(
    ("is_large", "segment", "pct"),
    [
        (True, TRADING, 3),
        (False, TRADING, 6),
        (True, SegmentKind.CLOSING_AUCTION, 2),
        (False, SegmentKind.CLOSING_AUCTION, 4),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_dynamic_width(is_large: bool, segment: SegmentKind, pct: int, sign: int) -> None:
    monitor = VolatilityMonitor(100_000, is_large)
    edge = 100_000 + sign * pct * 1_000

    assert monitor.reason(edge, segment) is Interruption.DYNAMIC_VI
    assert monitor.reason(edge - sign * 100, segment) is None


def test_the_opening_auction_knows_the_static_one_only() -> None:
    monitor = VolatilityMonitor(100_000, is_large=True)

    assert monitor.reason(109_900, SegmentKind.OPENING_AUCTION) is None
    assert monitor.reason(110_000, SegmentKind.OPENING_AUCTION) is Interruption.STATIC_VI


def test_parts_without_a_rule_interrupt_nothing() -> None:
    monitor = VolatilityMonitor(100_000, is_large=True)

    assert monitor.reason(1, SegmentKind.SINGLE_PRICE) is None
    assert monitor.bounds(SegmentKind.SINGLE_PRICE) == (0, float("inf"))


def test_an_auction_without_a_trade_keeps_the_references() -> None:
    monitor = VolatilityMonitor(10_000, is_large=False)
    monitor.interrupt(Interruption.DYNAMIC_VI, at(10, 0), timedelta(0))

    monitor.auctioned(None)

    assert (monitor.reference, monitor.last, monitor.until) == (10_000, 10_000, None)


@given(
    base=st.integers(500, 900_000),
    moves=st.lists(st.integers(-29, 29), min_size=1, max_size=2),
    is_large=st.booleans(),
    segment=st.sampled_from((TRADING, SegmentKind.CLOSING_AUCTION)),
)
def test_the_bounds_say_the_same_as_the_reasons(
    base: int, moves: list[int], is_large: bool, segment: SegmentKind
) -> None:
    monitor = VolatilityMonitor(base, is_large)
    for move in moves:
        monitor.traded(base + base * move // 100)
    lowest, highest = monitor.bounds(segment)

    for price in Ladder.of(Instrument("000000", "", base)).prices[::7]:
        is_inside = lowest <= price <= highest
        assert (monitor.reason(price, segment) is None) is is_inside


def test_monitor_and_book_together() -> None:
    book = Book(Ladder.of(Instrument("000000", "", 7_270)))
    monitor = VolatilityMonitor(7_270, is_large=False)
    for price in (7_000, 6_860, 6_840, 6_800):
        rung = book.ladder.rung(price)
        assert rung is not None
        book.place(Entry(True, rung, 10))
    book.guard(*monitor.bounds(TRADING))

    matches = book.take(Entry(False, 0, 25))

    # Six percent below 7270, the last trade before the order, is 6833.8.
    assert [match.price for match in matches] == [7_000, 6_860, 6_840]
    book.cancel(matches[-1].maker)
    monitor.traded(matches[-1].price)
    book.guard(*monitor.bounds(TRADING))
    assert book.take(Entry(False, 0, 3))[0].price == 6_800
    assert book.tripped is None


def test_a_volatility_auction_ends_within_half_a_minute_of_two() -> None:
    monitor = VolatilityMonitor(7_270, is_large=False)

    until = monitor.interrupt(Interruption.STATIC_VI, at(10, 0), timedelta(seconds=RANDOM_END_S))

    assert until - at(10, 0) == VOLATILITY_AUCTION + timedelta(seconds=30)


# -- the whole market ------------------------------------------------------------------------


def fall(breaker: CircuitBreaker, change_pct: float, since: datetime) -> bool:
    """Let the index stay there for a minute; return whether that stopped the market."""
    early = breaker.index_moved(change_pct, since)
    return breaker.index_moved(change_pct, since + timedelta(minutes=1)) and not early


def test_a_fall_of_eight_percent_for_a_minute_stops_the_market() -> None:
    breaker = CircuitBreaker(SESSION)

    assert not breaker.index_moved(-8.1, at(13, 55))
    assert not breaker.index_moved(-8.1, at(13, 55, 59))
    assert breaker.index_moved(-8.05, at(13, 56))

    assert (breaker.state, breaker.until) == (BreakerState.HALTED, at(14, 16))


def test_a_fall_that_does_not_last_stops_nothing() -> None:
    breaker = CircuitBreaker(SESSION)
    breaker.index_moved(-8.1, at(13, 55))
    breaker.index_moved(-7.9, at(13, 55, 30))

    assert not breaker.index_moved(-8.1, at(13, 56))


def test_after_the_halt_orders_are_collected_for_ten_minutes() -> None:
    breaker = CircuitBreaker(SESSION)
    fall(breaker, -8, at(12, 4))

    assert not breaker.time_passed(at(12, 24, 59))
    assert breaker.time_passed(at(12, 25), timedelta(seconds=7))
    assert (breaker.state, breaker.until) == (
        BreakerState.AUCTION,
        at(12, 25, 7) + BREAKER_AUCTION,
    )
    assert breaker.time_passed(at(12, 35, 7))
    assert (breaker.state, breaker.until) == (BreakerState.TRADING, None)


def resumed(breaker: CircuitBreaker, now: datetime) -> None:
    while breaker.state is not BreakerState.TRADING:
        assert breaker.time_passed(now + timedelta(hours=2))


def test_each_stage_comes_once_and_in_its_turn() -> None:
    breaker = CircuitBreaker(SESSION)
    assert fall(breaker, -21, at(9, 10))  # however deep: the first stage first
    resumed(breaker, at(9, 10))

    assert not fall(breaker, -21.5, at(11, 0))  # not one percent further down
    assert fall(breaker, -22, at(11, 10))
    resumed(breaker, at(11, 10))
    assert fall(breaker, -23, at(13, 0))

    assert (breaker.state, breaker.until, breaker.stage) == (BreakerState.OVER, None, 3)
    assert not breaker.time_passed(at(15, 0))


def test_late_in_the_day_only_the_last_stage_is_left() -> None:
    breaker = CircuitBreaker(SESSION)
    assert not fall(breaker, -9, at(14, 51))
    assert fall(breaker, -9, at(14, 49))

    late = CircuitBreaker(SESSION)
    fall(late, -9, at(9, 5))
    resumed(late, at(9, 5))
    fall(late, -16, at(10, 5))
    resumed(late, at(10, 5))
    assert fall(late, -20, at(15, 10))


def test_only_continuous_trading_counts() -> None:
    breaker = CircuitBreaker(SESSION)

    assert not fall(breaker, -25, at(8, 50))
    assert not fall(breaker, -25, at(15, 22))
