"""Which order kinds are taken when, and at what price."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.domain.instrument import Instrument
from core.domain.order import OrderIntent, OrderKind, Reason, Side, TimeInForce
from core.domain.price import KRX_ETF
from core.domain.session import Segment, SegmentKind
from core.sessions import day_plan, open_calendar
from core.simulation.kinds import (
    RULES,
    SEGMENT_NAMES,
    KindRule,
    Quotes,
    range_limits,
    refusal,
    resting_price,
)

SEOUL = ZoneInfo("Asia/Seoul")
CALENDAR = open_calendar("XKRX", SEOUL)
STOCK = Instrument("005930", "삼성전자", 71_500)
FUND = Instrument("069500", "KODEX 200", 35_455, KRX_ETF, is_taxed=False)
OLD, NEW = date(2026, 9, 11), date(2026, 9, 14)
K, T = OrderKind, TimeInForce


def intent(
    kind: OrderKind = K.LIMIT, tif: TimeInForce = T.DAY, price: int | None = None
) -> OrderIntent:
    now = datetime(2026, 9, 11, 9, tzinfo=SEOUL)
    return OrderIntent("005930", Side.BUY, 1, Reason.MANUAL, now, 71_500, kind, price, tif)


def segments(clock: str, day: date = OLD) -> tuple[Segment, ...]:
    session = CALENDAR.session(day)
    assert session is not None
    return day_plan(session).at(datetime.combine(day, time.fromisoformat(clock), SEOUL))


def taken(kind: OrderKind, tif: TimeInForce, clock: str, day: date = OLD) -> bool:
    return not refusal(intent(kind, tif), STOCK, segments(clock, day))


# KRX's own table (GLB0602020202T5): 08:30-09:00, 09:00-15:20, 15:20-15:30.
@pytest.mark.parametrize(
    ("kind", "tif", "opening", "trading", "closing"),
    [
        (K.LIMIT, T.DAY, True, True, True),
        (K.MARKET, T.DAY, True, True, True),
        (K.CONDITIONAL, T.DAY, True, True, False),
        (K.BEST, T.DAY, False, True, False),
        (K.TOP, T.DAY, False, True, False),
        *((kind, T.IOC, False, True, False) for kind in (K.LIMIT, K.MARKET, K.BEST)),
        *((kind, T.FOK, False, True, False) for kind in (K.LIMIT, K.MARKET, K.BEST)),
    ],
)
def test_the_regular_session(
    kind: OrderKind, tif: TimeInForce, opening: bool, trading: bool, closing: bool
) -> None:
    assert taken(kind, tif, "08:30") is opening
    assert taken(kind, tif, "08:59:59") is opening
    assert taken(kind, tif, "09:00") is trading
    assert taken(kind, tif, "15:19:59") is trading
    assert taken(kind, tif, "15:20") is closing
    assert not taken(kind, tif, "15:30")


@pytest.mark.parametrize(
    ("kind", "first", "last", "after"),
    [
        (K.BEFORE_HOURS_CLOSE, "08:30", "08:39:59", "08:40"),
        (K.AFTER_HOURS_CLOSE, "15:30", "15:59:59", "16:00"),
        (K.AFTER_HOURS_SINGLE, "16:00", "17:59:59", "18:00"),
    ],
)
def test_outside_the_regular_session(kind: OrderKind, first: str, last: str, after: str) -> None:
    assert taken(kind, T.DAY, first)
    assert taken(kind, T.DAY, last)
    assert not taken(kind, T.DAY, after)


def test_the_after_market_takes_limit_orders_of_stocks_only() -> None:
    evening = segments("16:00", NEW)

    assert not taken(K.AFTER_HOURS_SINGLE, T.DAY, "16:00", NEW)
    assert taken(K.LIMIT, T.DAY, "19:59:59", NEW)
    assert not taken(K.LIMIT, T.DAY, "20:00", NEW)
    assert not taken(K.LIMIT, T.DAY, "16:00", OLD)
    assert not taken(K.MARKET, T.DAY, "16:00", NEW)
    assert not taken(K.LIMIT, T.IOC, "16:00", NEW)
    assert "ETF/ETN" in refusal(intent(), FUND, evening)


def test_a_refusal_says_what_is_going_on_instead() -> None:
    assert refusal(intent(K.BEST), STOCK, segments("08:35")) == (
        "최유리지정가 주문시간이 아닙니다. (현재 장전시간외종가, 장전 동시호가)"
    )
    assert refusal(intent(), STOCK, ()) == "지정가 주문시간이 아닙니다. (거래시간 외)"


def test_a_kind_that_does_not_exist_is_refused() -> None:
    assert refusal(intent(K.CONDITIONAL, T.IOC), STOCK, segments("10:00")) == (
        "매매구분을 확인하세요."
    )


def test_while_a_symbol_is_interrupted_its_auction_decides() -> None:
    now = segments("10:00")
    auction = SegmentKind.RESUMING_AUCTION

    assert refusal(intent(), STOCK, now, auction) == ""
    assert refusal(intent(K.MARKET), STOCK, now, auction) == ""
    assert "거래 재개" in refusal(intent(K.LIMIT, T.IOC), STOCK, now, auction)


@pytest.mark.parametrize(
    ("kind", "clock", "is_taken"),
    [
        (K.LIMIT, "17:00", True),
        (K.MARKET, "17:00", False),
        (K.CONDITIONAL, "17:00", False),
        (K.MARKET, "15:25", True),
        (K.CONDITIONAL, "15:25", False),
    ],
)
def test_an_interruption_takes_no_kind_that_its_part_of_the_day_does_not(
    kind: OrderKind, clock: str, is_taken: bool
) -> None:
    refused = refusal(intent(kind), STOCK, segments(clock, NEW), SegmentKind.RESUMING_AUCTION)

    assert (refused == "") is is_taken


def test_a_halted_symbol_takes_nothing() -> None:
    halted = Instrument("005930", "", 71_500, is_halted=True)

    assert "정지" in refusal(intent(), halted, segments("10:00"))
    assert "정지" in refusal(intent(), STOCK, segments("10:00"), SegmentKind.HALTED)


def test_single_price_has_limits_round_the_close() -> None:
    now = segments("16:05")
    assert range_limits(STOCK, now[0], 73_300) == (66_000, 80_600)

    def answer(price: int) -> str:
        return refusal(intent(K.AFTER_HOURS_SINGLE, price=price), STOCK, now, close=73_300)

    assert answer(66_000) == answer(80_600) == ""
    assert "66,000~80,600원" in answer(65_900)
    assert "가격범위" in answer(80_700)


def test_the_limits_round_the_close_stay_inside_the_days() -> None:
    (segment,) = segments("16:05")

    assert range_limits(STOCK, segment, 92_900) == (83_700, 92_900)


QUOTES = Quotes(previous_close=71_500, bid=71_800, ask=71_900, last=71_800, close=72_000)


@pytest.mark.parametrize(
    ("kind", "tif", "buy", "sell"),
    [
        (K.LIMIT, T.DAY, 70_000, 70_000),
        (K.MARKET, T.DAY, None, None),
        (K.BEST, T.DAY, 71_900, 71_800),
        (K.BEST, T.FOK, 71_900, 71_800),
        (K.TOP, T.DAY, 71_800, 71_900),
        (K.BEFORE_HOURS_CLOSE, T.DAY, 71_500, 71_500),
        (K.AFTER_HOURS_CLOSE, T.DAY, 72_000, 72_000),
    ],
)
def test_where_the_price_comes_from(
    kind: OrderKind, tif: TimeInForce, buy: int | None, sell: int | None
) -> None:
    rule = RULES[kind, tif]

    assert resting_price(rule, Side.BUY, 70_000, QUOTES, STOCK) == buy
    assert resting_price(rule, Side.SELL, 70_000, QUOTES, STOCK) == sell


@pytest.mark.parametrize(
    ("quotes", "buy", "sell"),
    [
        (Quotes(71_500, bid=71_800), 71_900, 71_800),
        (Quotes(71_500, ask=71_900), 71_900, 71_800),
        (Quotes(71_500, bid=92_900), 92_900, 92_900),  # at the upper limit
        (Quotes(71_500, last=71_600), 71_600, 71_600),
        (Quotes(71_500), 71_500, 71_500),
    ],
)
def test_the_best_price_where_nobody_quotes(quotes: Quotes, buy: int, sell: int) -> None:
    rule = RULES[K.BEST, T.DAY]

    assert resting_price(rule, Side.BUY, None, quotes, STOCK) == buy
    assert resting_price(rule, Side.SELL, None, quotes, STOCK) == sell


def test_no_quote_on_the_own_side_gives_no_price() -> None:
    assert resting_price(RULES[K.TOP, T.DAY], Side.BUY, None, Quotes(71_500), STOCK) is None


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_kind_has_a_name_of_its_own_and_a_time(rule: KindRule) -> None:
    assert sum(other.name == rule.name for other in RULES.values()) == 1
    assert rule.segments


def test_every_segment_has_a_name() -> None:
    assert set(SEGMENT_NAMES) == set(SegmentKind)
