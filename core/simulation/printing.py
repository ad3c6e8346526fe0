"""What the exchange tells of one symbol: trades to everybody, fills to whose orders they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.domain.market import OrderBook, Tick
from core.domain.messages import AuctionIndicated, Message
from core.domain.order import Side
from core.domain.price import Price
from core.simulation.day_bars import DayBars
from core.simulation.desk import Booked, Desk
from core.simulation.entries import Cross, Match
from core.simulation.matching import Book

_INDICATE_EVERY = timedelta(seconds=1)  # market time between two expected prices


class Printer:
    """Market data of one symbol, while somebody watches; its bars and our fills at all times."""

    def __init__(
        self, symbol: str, emit: Callable[[Message], None], desk: Desk, publishes_books: bool
    ) -> None:
        self.symbol = symbol
        self.bars = DayBars(symbol)  # of the regular session
        self.is_watched = False
        self.is_regular = False  # whether it is the regular session, whose trades make bars
        self.publishes_books = publishes_books
        self._emit, self._desk = emit, desk
        self._indicated: tuple[datetime, Price | None, int] | None = None

    def tell(self, message: Message) -> None:
        if self.is_watched:
            self._emit(message)

    def matches(
        self,
        book: Book,
        is_buy: bool,
        matches: Sequence[Match],
        now: datetime,
        taker: Booked | None = None,
    ) -> None:
        """Print executions one by one, and tell the desk of those that are ours."""
        side = Side.BUY if is_buy else Side.SELL
        bid, ask = book.bid, book.ask
        for price, quantity, maker in matches:
            if self.is_regular:
                self.bars.add(now, price, quantity)
            if self.is_watched:
                self._emit(Tick(self.symbol, now, price, quantity, side, bid, ask))
            if taker is not None:
                self._desk.filled(taker, price, quantity, now)
            if maker.owner is not None:
                self._desk.filled(maker.owner, price, quantity, now)

    def crosses(self, book: Book, crosses: Sequence[Cross], now: datetime) -> None:
        """Print an auction as the one trade it is; each of our orders gets its shares at once."""
        if not crosses:
            return
        price, total = crosses[0].price, sum(cross.quantity for cross in crosses)
        if self.is_regular:
            self.bars.add(now, price, total)
        self.tell(Tick(self.symbol, now, price, total, None, book.bid, book.ask))
        shares: dict[Booked, int] = {}
        for cross in crosses:
            for owner in (cross.buyer.owner, cross.seller.owner):
                if owner is not None:
                    shares[owner] = shares.get(owner, 0) + cross.quantity
        for booked, quantity in shares.items():
            self._desk.filled(booked, price, quantity, now)

    def book(self, book: Book, now: datetime, is_anew: bool = False) -> None:
        """Publish how the book stands, and what an auction would trade at.

        The expected price at most once a second and only when it moves, unless `is_anew`.
        """
        if not self.is_watched:
            return
        if book.auction is not None:
            self._indicate(book, now, is_anew)
        if self.publishes_books:
            self._emit(OrderBook(self.symbol, now, book.asks(), book.bids()))

    def _indicate(self, book: Book, now: datetime, is_anew: bool) -> None:
        said = None if is_anew else self._indicated
        if said is not None and now - said[0] < _INDICATE_EVERY:
            return
        price, quantity = book.indicated()
        if said is None or (price, quantity) != said[1:]:
            self._indicated = (now, price, quantity)
            self._emit(AuctionIndicated(self.symbol, now, price, quantity))
