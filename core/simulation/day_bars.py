"""The 1-minute bars of the synthetic market's own day, for whoever comes late."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.market import Bar


class DayBars:
    """Bars of one symbol, made of every execution as it happens."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol
        self._bars: list[Bar] = []
        self._start: datetime | None = None  # of the forming bar
        self._end: datetime | None = None
        self._prices = [0, 0, 0, 0]  # open, high, low, close
        self._volume = self._turnover = self._ticks = 0

    def add(self, time: datetime, price: int, quantity: int) -> None:
        if self._end is None or time >= self._end:
            self._close()
            self._start = time.replace(second=0, microsecond=0)
            self._end = self._start + timedelta(minutes=1)
            self._prices = [price, price, price, price]
            self._volume = self._turnover = self._ticks = 0
        prices = self._prices
        prices[3] = price
        if price > prices[1]:
            prices[1] = price
        elif price < prices[2]:
            prices[2] = price
        self._volume += quantity
        self._turnover += price * quantity
        self._ticks += 1

    def before(self, now: datetime) -> tuple[Bar, ...]:
        """Return the bars that were closed by `now`."""
        if self._end is not None and self._end <= now:
            self._close()
        return tuple(self._bars)

    def forming(self, now: datetime) -> Bar | None:
        """Return what the minute of `now` has traded so far, None where nothing."""
        is_over = self._end is None or self._end <= now
        return None if is_over else self._bar()

    def _close(self) -> None:
        bar = self._bar()
        if bar is not None:
            self._bars.append(bar)
            self._start = self._end = None

    def _bar(self) -> Bar | None:
        if self._start is None:
            return None
        ohlc = (self._prices[0], self._prices[1], self._prices[2], self._prices[3])
        return Bar(self._symbol, self._start, *ohlc, self._volume, self._turnover, self._ticks)
