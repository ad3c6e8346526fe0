"""What the market posts, as Kiwoom's real-time types with every field of the recorded order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from broker.kiwoom.emulator.packets import RealData
from broker.kiwoom.emulator.tape import Tape, market_cap
from broker.kiwoom.emulator.texts import (
    change_mark,
    clock,
    countdown,
    millions,
    plus,
    plus_pct,
    real_fids,
    security_name,
    share_of,
    signed,
)
from core.domain.market import Level, OrderBook, Tick
from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
)
from core.domain.order import Side

TRADE, BEST, BOOK = "주식체결", "주식우선호가", "주식호가잔량"
EXPECTED, SESSION, VI = "주식예상체결", "장시작시간", "VI발동/해제"
INDEX = "업종지수"

_TRADE_FIDS, _BEST_FIDS, _BOOK_FIDS = (real_fids(name) for name in (TRADE, BEST, BOOK))
_EXPECTED_FIDS, _SESSION_FIDS, _VI_FIDS = (real_fids(name) for name in (EXPECTED, SESSION, VI))
_LEVELS = 10
_REGULAR = "2"  # 장구분
# Shares of the price in FIDs 32, 732, 1497, 1498. The last three reproduce the recorded lines; of
# the first, the cost of a round trip, the recorded rate (0.26 %) had the sell tax of its year.
_ROUND_TRIP, _CFD_COST, _CFD_MARGIN, _CFD_KEEP = 0.0023, 0.00533, 0.4, 0.32

NOTICES = {
    MarketNotice.BEFORE_OPEN: "0",
    MarketNotice.OPENED: "3",
    MarketNotice.BEFORE_CLOSE: "2",
    MarketNotice.CLOSED: "4",
    MarketNotice.AFTER_HOURS_OPENED: "a",
    MarketNotice.AFTER_HOURS_CLOSED: "b",
    MarketNotice.DAY_ENDED: "9",
}
_SIGNS = {Side.BUY: "+", Side.SELL: "-", None: ""}  # of the aggressor; an auction has none
_VI_KINDS = {Interruption.STATIC_VI: "정적", Interruption.DYNAMIC_VI: "동적"}


def trade(tape: Tape, tick: Tick, round_trip: float = _ROUND_TRIP) -> RealData:
    """Return 주식체결 of a trade that `tape` has just counted. The hot path."""
    own = _of_price(tape.last, tape.base, tape.limits, tape.listed_shares, round_trip)
    sign = _SIGNS[tick.side]
    values = _quote_and_day(tape, tick, own, sign) + _times_and_flow(tape, tick, own, sign)
    return RealData(tick.symbol, TRADE, dict(zip(_TRADE_FIDS, values, strict=True)))


def _quote_and_day(tape: Tape, tick: Tick, own: _OfPrice, sign: str) -> tuple[str, ...]:
    """Return the fields from 체결시간 to 장구분."""
    base, volume, turnover = tape.base, tape.volume, tape.turnover
    return (
        clock(tick.time),
        own.price,
        own.change,
        own.change_pct,
        signed(tape.ask, base),
        signed(tape.bid, base),
        f"{sign}{tick.quantity}",
        str(volume),
        millions(turnover),
        signed(tape.open, base),
        signed(tape.high, base),
        signed(tape.low, base),
        own.mark,
        f"{volume - tape.previous_volume:+d}",
        f"{turnover - tape.previous_turnover:+d}",
        share_of(volume, tape.previous_volume),
        f"{100 * volume / tape.listed_shares:.2f}" if tape.listed_shares else "0.00",
        own.round_trip,
        f"{tape.strength:.2f}",
        own.market_cap,
        _REGULAR,
    )


def _times_and_flow(tape: Tape, tick: Tick, own: _OfPrice, sign: str) -> tuple[str, ...]:
    """Return the fields behind 장구분."""
    quantity, limits = tick.quantity, tape.limits
    same_time = tape.same_time.volume(tick.time)
    return (
        "0",
        share_of(tape.turnover, tape.previous_turnover),
        clock(tape.high_time) if limits and tape.high == limits[1] else "000000",
        clock(tape.low_time) if limits and tape.low == limits[0] else "000000",
        str(10_000 * tape.volume // same_time) if same_time else "0",
        clock(tape.open_time),
        clock(tape.high_time),
        clock(tape.low_time),
        str(tape.sold),
        str(tape.bought),
        share_of(tape.bought, tape.sold + tape.bought, even=50),
        str(tape.sold_count),
        str(tape.bought_count),
        f"{sign}{tape.last * quantity // 1000}",
        f"-{quantity}" if sign == "-" else " 0",
        f"+{quantity}" if sign == "+" else " 0",
        f"{sign}{quantity}" if sign else " 0",
        own.cfd_margin,
        own.cfd_keep,
        str(tape.average_price),
        own.cfd_cost,
    )


class _OfPrice(NamedTuple):
    """Fields of a trade that hang on its price alone, as prices come again and again."""

    price: str
    change: str
    change_pct: str
    mark: str
    round_trip: str
    market_cap: str
    cfd_margin: str
    cfd_keep: str
    cfd_cost: str


@lru_cache(maxsize=16_384)
def _of_price(
    price: int, base: int, limits: tuple[float, float] | None, shares: int, round_trip: float
) -> _OfPrice:
    change = price - base
    return _OfPrice(
        signed(price, base),
        plus(change),
        plus_pct(100 * change / base) if base else "0.00",
        change_mark(price, base, limits),
        str(math.ceil(price * round_trip)),
        str(market_cap(price, shares)),
        str(int(price * _CFD_MARGIN)),
        str(int(price * _CFD_KEEP)),
        str(round(price * _CFD_COST)),
    )


def best(tape: Tape) -> RealData:
    """Return 주식우선호가."""
    values = (signed(tape.ask, tape.base), signed(tape.bid, tape.base))
    code = tape.instrument.symbol
    return RealData(code, BEST, dict(zip(_BEST_FIDS, values, strict=True)))


def book(tape: Tape, now: OrderBook) -> RealData:
    """Return 주식호가잔량 of a book that `tape` has just been shown."""
    values: dict[int, str] = dict.fromkeys(_BOOK_FIDS, "0")
    values[21] = clock(now.time)
    before = tape.previous_book
    _put_side(values, tape.base, now.asks, before.asks if before else (), 41)
    _put_side(values, tape.base, now.bids, before.bids if before else (), 51)
    asks, bids = _total(now.asks), _total(now.bids)
    values[121], values[125] = str(asks), str(bids)
    if before is not None:
        values[122] = plus(asks - _total(before.asks))
        values[126] = plus(bids - _total(before.bids))
    values[128], values[138] = plus(bids - asks), plus(asks - bids)
    values[129] = f"{100 * bids / asks:.2f}" if asks else "0.00"
    values[139] = f"{100 * asks / bids:.2f}" if bids else "0.00"
    values[13] = str(tape.volume)
    values[215] = _REGULAR
    _put_expected(values, tape)
    return RealData(now.symbol, BOOK, values)


def expected(tape: Tape, said: AuctionIndicated) -> RealData:
    """Return 주식예상체결."""
    price = int(said.price or 0)
    change = price - tape.base if price else 0
    values = (
        clock(said.time),
        signed(price, tape.base),
        plus(change),
        plus_pct(100 * change / tape.base) if tape.base else "0.00",
        str(said.quantity),
        str(tape.volume),
        change_mark(price or tape.base, tape.base, tape.limits),
    )
    return RealData(said.symbol, EXPECTED, dict(zip(_EXPECTED_FIDS, values, strict=True)))


def session(said: MarketNoticed) -> RealData:
    """Return 장시작시간."""
    left = "000000" if said.remaining is None else countdown(said.remaining)
    values = (NOTICES[said.notice], clock(said.time), left)
    return RealData("", SESSION, dict(zip(_SESSION_FIDS, values, strict=True)))


def interruption(
    tape: Tape, began: Interrupted, market: str, count: int, ended: datetime | None = None
) -> RealData:
    """Return VI발동/해제: the start of `began`, or its end where `ended` is given."""
    price = int(began.price or tape.price)
    static, dynamic = tape.static_reference, tape.price
    is_static = began.kind is Interruption.STATIC_VI
    values = (
        tape.instrument.symbol,
        security_name(tape.instrument.name),
        str(tape.volume),
        millions(tape.turnover),
        "1" if ended is None else "2",
        market,
        "0",
        str(price),
        clock(began.time),
        clock(ended),
        _VI_KINDS.get(began.kind, "정적"),
        str(static) if is_static else "0",
        "0" if is_static else str(dynamic),
        plus_pct(100 * (price - static) / static) if is_static and static else "0.00",
        plus_pct(100 * (price - dynamic) / dynamic) if not is_static and dynamic else "0.00",
        plus_pct(100 * (price - tape.base) / tape.base) if tape.base else "0.00",
        str(count),
        "1" if price >= tape.base else "2",
        "",
    )
    return RealData(tape.instrument.symbol, VI, dict(zip(_VI_FIDS, values, strict=True)))


def _put_side(
    values: dict[int, str],
    base: int,
    levels: Sequence[Level],
    before: Sequence[Level],
    first: int,
) -> None:
    """Fill prices, shares and their changes at each level's place; `first` is 41 or 51."""
    for index, level in enumerate(levels[:_LEVELS]):
        was = before[index].quantity if index < len(before) else 0
        values[first + index] = signed(level.price, base)
        values[first + 20 + index] = str(level.quantity)
        values[first + 40 + index] = plus(level.quantity - was)


def _put_expected(values: dict[int, str], tape: Tape) -> None:
    said = tape.indicated
    if said is None or not said.price:
        return
    price = int(said.price)
    change = price - tape.base
    text, mark = signed(price, tape.base), change_mark(price, tape.base, tape.limits)
    pct = plus_pct(100 * change / tape.base) if tape.base else "0.00"
    values.update({23: text, 24: str(said.quantity), 200: plus(change), 201: pct, 238: mark})
    values.update({291: text, 292: str(said.quantity), 293: mark, 294: plus(change), 295: pct})
    if tape.previous_volume:
        values[299] = f"{100 * said.quantity / tape.previous_volume:.2f}"


def _total(levels: Sequence[Level]) -> int:
    return sum(level.quantity for level in levels[:_LEVELS])
