"""What one security has traded today, as its running totals: the memory behind quotes and TRs."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from datetime import datetime

from core.domain.instrument import Instrument
from core.domain.market import Bar, OrderBook, Tick
from core.domain.messages import AuctionIndicated
from core.domain.order import Side

_EOK = 100_000_000  # won
_KEPT_TRADES = 2_700  # three pages of the tick chart


class Tape:
    """Totals of every trade of the day, exact in won and shares.

    What was traded before the server looked comes as 1-minute bars: totals are exact all the same;
    only who was the aggressor then is not known, and counted half and half.
    """

    __slots__ = (
        "ask",
        "auction_price",
        "base",
        "bid",
        "book",
        "bought",
        "bought_count",
        "first_trade",
        "high",
        "high_time",
        "indicated",
        "instrument",
        "last",
        "last_quantity",
        "last_side",
        "last_time",
        "limits",
        "listed_shares",
        "low",
        "low_time",
        "open",
        "open_time",
        "previous_book",
        "previous_turnover",
        "previous_volume",
        "same_time",
        "sold",
        "sold_count",
        "trades",
        "turnover",
        "volume",
    )

    def __init__(self, instrument: Instrument, yesterday: Sequence[Bar] = ()) -> None:
        """`yesterday` are the bars of the session before, oldest first."""
        self.instrument = instrument
        self.base = int(instrument.previous_close or 0)
        self.limits = instrument.price_limits()
        self.listed_shares = instrument.listed_shares or 0
        self.previous_volume = sum(bar.volume for bar in yesterday)
        self.previous_turnover = int(sum(_turnover(bar) for bar in yesterday))
        self.same_time = SameTime(yesterday)
        self.last = self.open = self.high = self.low = 0  # won; 0: no trade yet
        self.auction_price = 0  # won, at which the last auction traded; 0: none seen
        self.open_time: datetime | None = None
        self.high_time: datetime | None = None
        self.low_time: datetime | None = None
        self.last_time: datetime | None = None
        self.last_quantity = 0
        self.last_side: Side | None = None
        self.volume = self.turnover = 0
        self.sold = self.bought = 0  # shares of trades whose aggressor sold or bought
        self.sold_count = self.bought_count = 0
        self.bid: int | None = None
        self.ask: int | None = None
        self.book: OrderBook | None = None
        self.previous_book: OrderBook | None = None
        self.indicated: AuctionIndicated | None = None
        self.trades: deque[Tick] = deque(maxlen=_KEPT_TRADES)

    @property
    def price(self) -> int:
        """The last price, that of the day before until the first trade; won."""
        return self.last or self.base

    @property
    def static_reference(self) -> int:
        """What a static interruption is measured from (정적VI 기준가격), won."""
        return self.auction_price or self.open or self.base

    @property
    def market_cap(self) -> int:
        """시가총액 in units of 100 million won, rounded."""
        return market_cap(self.price, self.listed_shares)

    @property
    def strength(self) -> float:
        """체결강도: shares bought by aggressors in percent of shares sold by them."""
        return 100 * self.bought / self.sold if self.sold else 0.0

    @property
    def average_price(self) -> int:
        """당일거래평균가 in won, 0 before the first trade."""
        return round(self.turnover / self.volume) if self.volume else 0

    def seed(self, bars: Sequence[Bar]) -> None:
        """Take over what was traded before, oldest first; only before the first `add`."""
        for bar in bars:
            self._seed_prices(bar)
            half = bar.volume // 2
            self.sold, self.bought = self.sold + half, self.bought + half
            self.sold_count += bar.ticks // 2
            self.bought_count += bar.ticks // 2
            self.volume += bar.volume
            self.turnover += int(_turnover(bar))

    def add(self, tick: Tick) -> None:
        """Count one trade."""
        price, quantity, time = int(tick.price), tick.quantity, tick.time
        if not self.open:
            self.open = self.high = self.low = price
            self.open_time = self.high_time = self.low_time = time
        elif price > self.high:
            self.high, self.high_time = price, time
        elif price < self.low:
            self.low, self.low_time = price, time
        self.last, self.last_time, self.last_quantity = price, time, quantity
        self.last_side = side = tick.side
        self.volume += quantity
        self.turnover += price * quantity
        if side is Side.BUY:
            self.bought += quantity
            self.bought_count += 1
        elif side is Side.SELL:
            self.sold += quantity
            self.sold_count += 1
        else:
            self.auction_price = price
        self.bid = None if tick.bid is None else int(tick.bid)
        self.ask = None if tick.ask is None else int(tick.ask)
        self.trades.append(tick)

    def begin_session(self) -> None:
        """Forget the prices of trades before the regular session; their shares count."""
        self.open = self.high = self.low = 0
        self.open_time = self.high_time = self.low_time = None

    def show(self, book: OrderBook) -> None:
        """Take the newest order book."""
        self.previous_book, self.book = self.book, book
        self.bid = int(book.bids[0].price) if book.bids else None
        self.ask = int(book.asks[0].price) if book.asks else None

    def _seed_prices(self, bar: Bar) -> None:
        if not self.open:
            self.open, self.open_time = int(bar.open), bar.start
            self.high = self.low = int(bar.open)
            self.high_time = self.low_time = bar.start
        if bar.high > self.high:
            self.high, self.high_time = int(bar.high), bar.start
        if bar.low < self.low:
            self.low, self.low_time = int(bar.low), bar.start
        self.last, self.last_time = int(bar.close), bar.start


def market_cap(price: int, shares: int) -> int:
    """Return 시가총액 in units of 100 million won, rounded."""
    return (price * shares + _EOK // 2) // _EOK


class SameTime:
    """How much was traded on the day before, up to the same time."""

    __slots__ = ("_minute", "_sums", "_times", "_volume")

    def __init__(self, yesterday: Sequence[Bar]) -> None:
        self._times: list[tuple[int, int]] = [(b.start.hour, b.start.minute) for b in yesterday]
        self._sums: list[int] = []
        for bar in yesterday:
            self._sums.append(bar.volume + (self._sums[-1] if self._sums else 0))
        self._minute = (-1, -1)
        self._volume = 0

    def volume(self, now: datetime) -> int:
        """Return the shares traded by the end of the same minute; 0 where none or not known."""
        minute = (now.hour, now.minute)
        if minute != self._minute:
            self._minute = minute
            index = bisect_right(self._times, minute)
            self._volume = self._sums[index - 1] if index else 0
        return self._volume


def _turnover(bar: Bar) -> float:
    return bar.close * bar.volume if bar.turnover is None else bar.turnover


def sessions_of(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Return bars by their day, oldest day first."""
    days: list[list[Bar]] = []
    for bar in bars:
        if not days or days[-1][-1].start.date() != bar.start.date():
            days.append([])
        days[-1].append(bar)
    return days
