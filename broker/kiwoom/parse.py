"""Kiwoom's real-time texts as messages of the core; pure, and fast where trades come through.

`read` gives the text of a field of the event being delivered: GetCommRealData with its code. Texts
are padded with blanks or zeros; a sign before a price tells its direction against the base price
and belongs to the number only where the field is a difference. A text that can't be read raises
`DataError`: the caller counts it and goes on with the next event.

The tab-separated text of the event is not used. It costs one call where this costs five, but its
order is recorded nowhere but in logs and newer builds changed it; a shifted column would be a wrong
price that nobody notices.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

from broker.kiwoom import fids
from config.text import Text
from core.domain.errors import DataError
from core.domain.market import Level, OrderBook, Tick
from core.domain.messages import (
    AuctionIndicated,
    IndexMoved,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Resumed,
)
from core.domain.order import Side

Read = Callable[[int], str]
"""Text of a FID in the event being delivered; "" where the event has no such field."""

VI_LENGTH = timedelta(minutes=2)  # the auction's; it then ends at random within 30 s
_UNREADABLE = Text(
    "{}: 실시간 데이터의 {}을(를) 읽을 수 없습니다: {}",
    "{}: {} of a real-time event can't be read: {}",
)
_HALF_DAY = timedelta(hours=12)
_LAST_INSTANT = timedelta(microseconds=999_999)  # of a second
_EMPTY = frozenset({"", "-", "+"})
_KINDS, _KIND_AND_CODE = "AJQ", 7

# What the exchange's letters mean. Those of NXT and of the derivatives market are left out.
_NOTICES = {
    "0": MarketNotice.BEFORE_OPEN,
    "2": MarketNotice.BEFORE_CLOSE,
    "3": MarketNotice.OPENED,
    "4": MarketNotice.CLOSED,
    "8": MarketNotice.CLOSED,  # the second notice of it
    "9": MarketNotice.DAY_ENDED,
    "a": MarketNotice.AFTER_HOURS_OPENED,
    "b": MarketNotice.AFTER_HOURS_CLOSED,
}


# -- single values -----------------------------------------------------------------------------


def number(text: str) -> int | None:
    """Return a whole number with its sign; None where there is none (blank, or a sign alone).

    Raises:
        ValueError: It is no whole number.
    """
    try:
        return int(text)
    except (ValueError, TypeError):  # a dead control gives None for a text
        if text is not None and text.strip() in _EMPTY:
            return None
        raise ValueError(f"{text!r} is no whole number") from None


def plain_code(text: str) -> str:
    """Return the code without blanks, and without what accounts put around it.

    Before it the letter of its kind (A stock, J ELW, Q ETN), behind it the venue (_NX, _AL).
    """
    code = text.strip().partition("_")[0]
    return code[1:] if len(code) == _KIND_AND_CODE and code[0] in _KINDS else code


def market_time(text: str, now: datetime) -> datetime:
    """Return the moment of the second HHMMSS that is nearest to `now`.

    Kiwoom says whole seconds only. Within that second it is our clock's moment; before or after, it
    is the second's nearer end, so that times never go back while the exchange's seconds go on. The
    day is the one that brings it nearest: neither a clock a little off nor midnight moves it.

    Raises:
        ValueError: It is no time of the day.
    """
    value = int(text)
    if value == now.hour * 10_000 + now.minute * 100 + now.second:
        return now
    second = _on_day_of(now, value)
    away = second - now
    if away > _HALF_DAY:
        second -= timedelta(days=1)
    elif away < -_HALF_DAY:
        second += timedelta(days=1)
    return max(second, min(now, second + _LAST_INSTANT))


def past_time(text: str, now: datetime) -> datetime:
    """Return the last second HHMMSS before `now`, of a record that may be hours old.

    Raises:
        ValueError: It is no time of the day.
    """
    second = _on_day_of(now, int(text))
    return second if second <= now + timedelta(minutes=10) else second - timedelta(days=1)


def clock_skew(event_time: datetime, now: datetime) -> timedelta:
    """Return how far our clock was ahead of the exchange's second when the event arrived.

    `event_time` is `market_time` of it; what is on the way counts too, so the least of many tells
    the clock's own error. Negative: our clock is behind.
    """
    return now - event_time


def _on_day_of(now: datetime, value: int) -> datetime:
    minutes, second = divmod(value, 100)
    hour, minute = divmod(minutes, 100)
    return now.replace(hour=hour, minute=minute, second=second, microsecond=0)


# -- events ------------------------------------------------------------------------------------


def tick(code: str, read: Read, now: datetime) -> Tick | None:
    """Return the trade of a 주식체결 event; None where it tells of none.

    Raises:
        DataError: A field can't be read; the text names code, field and value.
    """
    volume = read(fids.VOLUME)
    quantity = _signed(code, fids.VOLUME, volume)
    price = abs(_signed(code, fids.PRICE, read(fids.PRICE)))
    if not quantity or not price:
        return None
    if quantity < 0:
        side: Side | None = Side.SELL
    else:  # an auction's trade has no aggressor, and no sign
        side = Side.BUY if "+" in volume else None
    return Tick(
        code,
        _time(code, fids.TRADE_TIME, read(fids.TRADE_TIME), now),
        price,
        abs(quantity),
        side,
        abs(_signed(code, fids.BEST_BID, read(fids.BEST_BID))) or None,
        abs(_signed(code, fids.BEST_ASK, read(fids.BEST_ASK))) or None,
    )


def book(code: str, read: Read, now: datetime) -> OrderBook:
    """Return the ten levels a side of a 주식호가잔량 event; those without a price are left out.

    Raises:
        DataError: A field can't be read.
    """
    return OrderBook(
        code,
        _time(code, fids.BOOK_TIME, read(fids.BOOK_TIME), now),
        _levels(code, read, fids.FIRST_ASK, fids.FIRST_ASK_VOLUME),
        _levels(code, read, fids.FIRST_BID, fids.FIRST_BID_VOLUME),
    )


def indicated(code: str, read: Read, now: datetime) -> AuctionIndicated | None:
    """Return what a 주식호가잔량 event says an auction would trade at; None where it says nothing.

    Outside of auctions the fields are 0 or keep the last auction's: whether there is an auction is
    the session's to say.

    Raises:
        DataError: A field can't be read.
    """
    price = abs(_signed(code, fids.EXPECTED_PRICE, read(fids.EXPECTED_PRICE)))
    quantity = abs(_signed(code, fids.EXPECTED_VOLUME, read(fids.EXPECTED_VOLUME)))
    if not price and not quantity:
        return None
    moment = _time(code, fids.BOOK_TIME, read(fids.BOOK_TIME), now)
    return AuctionIndicated(code, moment, price or None, quantity)


def expected(code: str, read: Read, now: datetime) -> AuctionIndicated:
    """Return what a 주식예상체결 event says an auction would trade at; it comes in auctions only.

    Raises:
        DataError: A field can't be read.
    """
    price = abs(_signed(code, fids.PRICE, read(fids.PRICE)))
    quantity = abs(_signed(code, fids.VOLUME, read(fids.VOLUME)))
    moment = _time(code, fids.TRADE_TIME, read(fids.TRADE_TIME), now)
    return AuctionIndicated(code, moment, price or None, quantity)


def interruption(code: str, read: Read, now: datetime) -> Interrupted | Resumed | None:
    """Return what a VI발동/해제 event tells; it comes for every stock once asked for one.

    Raises:
        DataError: A field can't be read.
    """
    symbol = plain_code(read(fids.CODE)) or plain_code(code)
    state = read(fids.VI_STATE).strip()
    if state not in ("1", "2"):
        return None
    began = _time(symbol, fids.VI_TIME, read(fids.VI_TIME), now)
    until = _release_time(symbol, read(fids.VI_RELEASE_TIME), now)
    if state == "2":
        return Resumed(symbol, until or began)
    kind = Interruption.STATIC_VI if "정적" in read(fids.VI_KIND) else Interruption.DYNAMIC_VI
    price = abs(_signed(symbol, fids.VI_PRICE, read(fids.VI_PRICE))) or None
    is_told = until is not None and until > began
    return Interrupted(symbol, began, kind, price, until if is_told else began + VI_LENGTH)


def notice(read: Read, now: datetime) -> MarketNoticed | None:
    """Return what a 장시작시간 event says of the session; None for other markets' letters.

    Raises:
        DataError: The time left can't be read.
    """
    kind = _NOTICES.get(read(fids.SESSION_STATE).strip())
    if kind is None:
        return None
    try:
        moment = market_time(read(fids.TRADE_TIME), now)
    except ValueError:  # blank, or 888888 after the close
        moment = now
    is_ahead = kind in (MarketNotice.BEFORE_OPEN, MarketNotice.BEFORE_CLOSE)
    return MarketNoticed(moment, kind, _remaining(read) if is_ahead else None)


def index(name: str, read: Read, now: datetime) -> IndexMoved | None:
    """Return what a 업종지수 event says of the index `name`; None where it has no value yet.

    The sign before a value is only its direction; that of the change in percent belongs to it.

    Raises:
        DataError: A field can't be read.
    """
    value = abs(_decimal(name, fids.PRICE, read(fids.PRICE)) or 0.0)
    if not value:
        return None
    change_pct = _decimal(name, fids.CHANGE_PCT, read(fids.CHANGE_PCT))
    moment = _time(name, fids.TRADE_TIME, read(fids.TRADE_TIME), now)
    return IndexMoved(name, moment, value, change_pct)


# -- inside ------------------------------------------------------------------------------------


def _signed(code: str, fid: int, text: str) -> int:
    try:
        return int(text)
    except (ValueError, TypeError):
        if text is not None and text.strip() in _EMPTY:
            return 0
        _refuse(code, fid, text)


def _decimal(code: str, fid: int, text: str) -> float | None:
    """Return a number with its sign; None where there is none."""
    try:
        value = float(text)
    except (ValueError, TypeError):
        if text is not None and text.strip() in _EMPTY:
            return None
        _refuse(code, fid, text)
    return value if math.isfinite(value) else _refuse(code, fid, text)


def _time(code: str, fid: int, text: str, now: datetime) -> datetime:
    try:
        return market_time(text, now)
    except (ValueError, TypeError):
        _refuse(code, fid, text)


def _refuse(code: str, fid: int, text: object) -> NoReturn:
    raise DataError(_UNREADABLE.format(code, fids.name(fid), repr(text)))


def _levels(code: str, read: Read, first_price: int, first_volume: int) -> tuple[Level, ...]:
    levels = []
    for place in range(fids.LEVELS):
        price = abs(_signed(code, first_price + place, read(first_price + place)))
        if price:
            fid = first_volume + place
            levels.append(Level(price, abs(_signed(code, fid, read(fid)))))
    return tuple(levels)


def _release_time(symbol: str, text: str, now: datetime) -> datetime | None:
    """None while it is not known: blank, or zeros."""
    if not text.strip(" 0"):
        return None
    return _time(symbol, fids.VI_RELEASE_TIME, text, now)


def _remaining(read: Read) -> timedelta | None:
    value = _signed("", fids.SESSION_REMAINING, read(fids.SESSION_REMAINING))
    minutes, seconds = divmod(value, 100)
    hours, minutes = divmod(minutes, 100)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) or None
