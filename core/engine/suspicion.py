"""Data of one symbol that can't be: said only when it persists, as books may cross."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from config.text import Text
from core.domain.market import OrderBook
from core.engine.market import SymbolMarket

_PERSISTS = 3  # looks in a row
_FAR = 0.01  # of the price: how far outside of its book a trade may be
_REFUSED = 3  # impossible ticks within
_RECENT = timedelta(seconds=60)

_CROSSED = Text(
    "매수호가 {:,}이 매도호가 {:,} 이상입니다", "the bid of {:,} is not below the ask of {:,}"
)
_ONE_SIDED = Text(
    "상·하한가가 아닌데 한쪽 호가가 비었습니다",
    "one side of the book is empty, and it is at no limit",
)
_OUTSIDE = Text(
    "체결가 {:,}이 호가 {:,}~{:,} 밖입니다",
    "the trade at {:,} is outside of the book, {:,} to {:,}",
)
_IMPOSSIBLE = Text(
    "상·하한가 밖이거나 수량이 없는 체결이 1분에 {}번 왔습니다",
    "{} trades beyond the daily limits or without a quantity came within a minute",
)


class Suspicion:
    """What is wrong with one symbol's data; looked at every few seconds."""

    def __init__(self, market: SymbolMarket) -> None:
        self._times = 0  # looks in a row at which the book was wrong
        self._refused = market.refused
        self._came: deque[tuple[datetime, int]] = deque()  # when how many impossible trades came
        self._doubt: Text | None = None
        self._doubted: datetime | None = None
        self._since: datetime | None = None  # books before this are of an auction

    def doubt(self, text: Text, now: datetime) -> None:
        """Whoever brings the data has seen what is wrong with them."""
        self._doubt, self._doubted = text, now

    def restart(self, now: datetime) -> None:
        """Trading has just become continuous, or is not: crossed books are an auction's own."""
        self._times, self._since = 0, now

    def look(self, market: SymbolMarket, now: datetime) -> Text | None:
        """Return what is wrong, once it has persisted."""
        found = self._told(now) or self._impossible(market, now)
        return found or self._persistent(self._book(market))

    def _told(self, now: datetime) -> Text | None:
        if self._doubted is None or now - self._doubted > _RECENT:
            return None
        return self._doubt

    def _persistent(self, found: Text | None) -> Text | None:
        self._times = self._times + 1 if found is not None else 0
        return found if self._times >= _PERSISTS else None

    def _impossible(self, market: SymbolMarket, now: datetime) -> Text | None:
        if market.refused > self._refused:
            self._came.append((now, market.refused - self._refused))
            self._refused = market.refused
        if not self._came:
            return None
        while self._came and now - self._came[0][0] > _RECENT:
            self._came.popleft()
        count = sum(number for _, number in self._came)
        return _IMPOSSIBLE.format(count) if count >= _REFUSED else None

    def _book(self, market: SymbolMarket) -> Text | None:
        book = market.book
        if book is None or (self._since is not None and book.time <= self._since):
            return None
        return next((text for wrong in _WRONGS if (text := wrong(book, market)) is not None), None)


def _one_sided(book: OrderBook, market: SymbolMarket) -> Text | None:
    """At the upper limit nobody offers, at the lower one nobody bids: that is how it should be."""
    if book.asks and book.bids:
        return None
    if not book.asks and not book.bids:
        return _ONE_SIDED
    best = (book.bids or book.asks)[0].price
    limits = market.instrument.price_limits()
    return None if limits is None or best == limits[bool(book.bids)] else _ONE_SIDED


def _crossed(book: OrderBook, market: SymbolMarket) -> Text | None:
    if not (book.asks and book.bids):
        return None
    bid, ask = book.bids[0].price, book.asks[0].price
    return _CROSSED.format(bid, ask) if bid >= ask else None


def _outside(book: OrderBook, market: SymbolMarket) -> Text | None:
    """Compare a trade with a newer book: what was quoted after it lies near it."""
    tick = market.last_tick
    if tick is None or not (book.asks and book.bids) or book.time < tick.time:
        return None
    bid, ask, price = book.bids[0].price, book.asks[0].price, tick.price
    is_near = bid * (1 - _FAR) <= price <= ask * (1 + _FAR)
    return None if is_near else _OUTSIDE.format(price, bid, ask)


_WRONGS: tuple[Callable[[OrderBook, SymbolMarket], Text | None], ...] = (
    _one_sided,
    _crossed,
    _outside,
)
