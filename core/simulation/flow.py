"""The background order flow of one symbol: market orders, quotes and cancels around a moving value.

Every random number of an event is drawn before it happens, so the flow is the same whatever our own
orders do to the book.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.session import DayPlan, SegmentKind, Session
from core.simulation.entries import Entry, Ladder
from core.simulation.listings import Listing
from core.simulation.matching import Book
from core.simulation.process import Course, Floats, generator, minutes_of

_CHUNK_MINUTES = 10  # drawn at a time
_QUOTES_A_TRADE = 1.8
_FOLLOWERS = 0.35  # trades that follow close upon another one, as a share
_FOLLOW_MS = 300.0
_HALF_SPREAD = 0.15  # ticks at least between the value and the nearest quote
_PULL = 0.35  # how strongly market orders lean towards the value, per tick
_SWEEP = 2  # levels beyond the best a market order may reach
_STALE_PULLS = 3  # quotes withdrawn at once where the value has gone through them
_DEPTH = 15  # levels a side that are quoted
_NEARNESS = 0.2  # chance that a quote goes no deeper than the level in question
_LEVEL_TRADES = 22.0  # mean level, in mean trades
_QUOTE_SHARE = 0.3  # one quote, as a share of its level
_SHAKEN = 0.02  # log return by which the value leaves quotes behind before all of them are pulled
_ALL = 1_000_000
_OPENING_TRADES, _CLOSING_TRADES = 12.0, 8.0  # orders of an auction, in minutes of usual trading
_EAGERNESS = 4.0  # rungs beyond the value at which no auction order stays
_RUSH = 2.0  # an auction's last quarter brings 1 - 0.75 ** 2 of its orders
_EAGER = 0.4  # share of auction orders that give way to be filled
_OPINION = 0.006  # standard deviation of what is thought of the value when an auction begins
_HUMP = (0.55, 0.9, 1.15, 1.3, 1.3, 1.2, 1.1, 1.0, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4)


@dataclass(frozen=True, slots=True)
class Period:
    """A time after the regular session in which others trade."""

    start: datetime
    end: datetime
    trades: float  # how many orders come, in minutes of the listing's usual trading


_AFTER_HOURS_TRADES = {SegmentKind.SINGLE_PRICE: 10.0, SegmentKind.AFTER_MARKET: 60.0}


def after_hours_periods(plan: DayPlan) -> tuple[Period, ...]:
    """Return when others trade after the close; the session at the close's price is not theirs."""
    return tuple(
        Period(part.start, part.end, _AFTER_HOURS_TRADES[part.kind])
        for part in plan.segments
        if part.kind in _AFTER_HOURS_TRADES
    )


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Events in order of time, one list per property: the quickest thing to walk through."""

    times: list[int]  # ms since the open
    values: list[float]  # fair value in rungs
    is_trade: list[bool]
    choices: list[float]  # uniform 0..1: the side
    depths: list[int]  # rungs from the nearest quote
    sizes: list[float]  # of a trade: in shares; of a quote: in shares at a mean level


class SymbolFlow:
    """The others in one symbol's book, from the opening auction to the end of the day.

    The owner looks at `next_ms` and calls one of `step`, `collect` and `skip` for each event: what
    an event means depends on whether there is continuous trading, an auction, or nothing.
    """

    def __init__(
        self,
        seed: int,
        listing: Listing,
        session: Session,
        course: Course,
        after_hours: Sequence[Period] = (),
    ) -> None:
        self.listing = listing
        self.book = Book(Ladder.of(listing.instrument))
        self._course, self._minutes = course, minutes_of(session)
        self._rng = generator(seed, listing.symbol, session, "flow")
        self._auction_rng = generator(seed, listing.symbol, session, "auctions")
        self.mean_size = listing.shares_a_trade(self._minutes)
        self._targets = [self.mean_size * _LEVEL_TRADES * height for height in _HUMP]
        grid, close = listing.instrument.grid, listing.previous_close
        self._shaken = _SHAKEN * close / grid.tick(close)  # in rungs
        self._index = 0
        self._chunks = self._day(session, after_hours)
        self._chunk = next(self._chunks)
        self.next_ms: int | None = None  # of the next event, since the open; None after the last
        self._find_next()

    def step(self) -> tuple[Entry | None, bool]:
        """Let the next event happen in continuous trading.

        Return the order that comes, None where quotes are only withdrawn, and whether it waits for
        what it does not meet.
        """
        chunk, i = self._chunk, self._index
        value, choice = chunk.values[i], chunk.choices[i]
        if chunk.is_trade[i]:
            done: tuple[Entry | None, bool] = (
                self._taker(value, choice, int(chunk.sizes[i])),
                False,
            )
        else:
            done = (self._quote(value, choice < 0.5, chunk.depths[i], chunk.sizes[i]), True)
        self._index += 1
        if self._index < len(chunk.times):
            self.next_ms = chunk.times[self._index]
        else:
            self._find_next()
        return done

    def collect(self) -> Entry | None:
        """Let the next event bring an order to a call auction; None where one is withdrawn."""
        chunk, i = self._chunk, self._index
        depth, is_buy = chunk.depths[i], chunk.choices[i] < 0.5
        if chunk.is_trade[i]:
            entry: Entry | None = self._eager(chunk.values[i], is_buy, depth, chunk.sizes[i])
        else:
            entry = self._patient(chunk.values[i], is_buy, depth, chunk.sizes[i])
        self._index += 1
        self._find_next()
        return entry

    def skip(self) -> None:
        """Let the next event pass: nobody may trade."""
        self._index += 1
        self._find_next()

    def quotes(self, rung: int | None = None) -> Iterator[Entry]:
        """Yield what stands round a rung, or round the first value, before anybody else comes."""
        value = float(self._rungs(self._course.value[:1])[0]) if rung is None else rung
        for depth in range(_DEPTH):
            share = _QUOTE_SHARE * self._targets[0] / _HUMP[0]
            for is_buy in (True, False):
                for _ in range(round(1 / _QUOTE_SHARE)):
                    entry = self._patient(value, is_buy, depth, share)
                    if entry is not None:
                        yield entry

    def clear_book(self) -> Book:
        """Go on with an empty book, and return it."""
        last, self.book = self.book.last, Book(self.book.ladder)
        self.book.last = last
        return self.book

    def _taker(self, value: float, choice: float, size: int) -> Entry:
        book = self.book
        lean = value - (book.best_bid + book.best_ask) / 2
        is_buy = choice < min(max(0.5 + _PULL * lean, 0.08), 0.92)
        if is_buy:
            furthest = min(book.best_ask + _SWEEP, len(book.ladder) - 1)
        else:
            furthest = max(book.best_bid - _SWEEP, 0)
        return Entry(is_buy, furthest, size)

    def _quote(self, value: float, is_buy: bool, depth: int, size: float) -> Entry | None:
        """Tidy one side: pull quotes the value has passed, then fill or thin one level."""
        book = self.book
        if is_buy:
            nearest = math.floor(value - _HALF_SPREAD)
            gone = book.best_bid - nearest
        else:
            nearest = math.ceil(value + _HALF_SPREAD)
            gone = nearest - book.best_ask
        if gone > 0:
            self._pull_stale(is_buy, gone)
        if not 0 <= nearest < len(book.sizes):
            return None
        if not book.sizes[nearest]:
            depth = 0  # whoever is first at a new price is first in line
        rung = nearest - depth if is_buy else nearest + depth
        if not 0 <= rung < len(book.sizes):
            return None
        if book.sizes[rung] > self._targets[depth]:
            self._pull(rung, 1)
            return None
        return Entry(is_buy, rung, int(size * _HUMP[depth]) + 1)

    def _patient(self, value: float, is_buy: bool, depth: int, size: float) -> Entry | None:
        """Return an auction order that waits for its price; None where one is withdrawn."""
        book = self.book
        if is_buy:
            best, rung = book.best_bid, math.floor(value - _HALF_SPREAD) - depth
            is_stale = best > value + _EAGERNESS
        else:
            best, rung = book.best_ask, math.ceil(value + _HALF_SPREAD) + depth
            is_stale = best < value - _EAGERNESS
        if is_stale:  # the value has moved on while nothing traded
            self._pull(best, _STALE_PULLS)
        if not 0 <= rung < len(book.sizes):
            return None
        if book.sizes[rung] > self._targets[depth]:
            self._pull(rung, 1)
            return None
        return Entry(is_buy, rung, int(size * _HUMP[depth]) + 1)

    def _eager(self, value: float, is_buy: bool, depth: int, size: float) -> Entry:
        """Return an auction order that gives way to be filled."""
        reach = 1 + depth % 2
        rung = math.ceil(value) + reach if is_buy else math.floor(value) - reach
        rung = min(max(rung, 0), len(self.book.sizes) - 1)
        return Entry(is_buy, rung, int(size) + 1)

    def _pull_stale(self, is_buy: bool, rungs: int) -> None:
        """Withdraw quotes that the value has left behind by so many rungs."""
        book = self.book
        if rungs <= self._shaken:
            self._pull(book.best_bid if is_buy else book.best_ask, _STALE_PULLS)
            return
        # Nobody lets a quote stand when the value jumps.
        best = book.best_bid if is_buy else book.best_ask
        for back in range(int(min(rungs, 2 * _DEPTH))):
            self._pull(best - back if is_buy else best + back, _ALL)

    def _pull(self, rung: int, count: int) -> None:
        if not 0 <= rung < len(self.book.sizes):
            return
        for _ in range(count):
            entry = self.book.newest(rung)
            if entry is None:
                return
            self.book.cancel(entry)

    def _find_next(self) -> None:
        while self._index >= len(self._chunk.times):
            chunk = next(self._chunks, None)
            if chunk is None:
                self.next_ms = None
                return
            self._chunk, self._index = chunk, 0
        self.next_ms = self._chunk.times[self._index]

    def _day(self, session: Session, after_hours: Sequence[Period]) -> Iterator[_Chunk]:
        """Yield the events of the day, drawn a while ahead."""
        value = self._course.value
        opened = _ms(session.auction_start - session.open)
        if opened < 0:
            yield self._draw_orders(opened, 0, value[0], _OPENING_TRADES, _RUSH)
        for first in range(0, self._minutes, _CHUNK_MINUTES):
            yield self._draw(first, min(first + _CHUNK_MINUTES, self._minutes))
        ends, closes = (_ms(at - session.open) for at in (session.continuous_end, session.close))
        if closes > ends:
            yield self._draw_orders(ends, closes, value[-1], _CLOSING_TRADES, _RUSH)
        for period in after_hours:
            first, last = (_ms(at - session.open) for at in (period.start, period.end))
            yield self._draw_orders(first, last, value[-1], period.trades)

    def _draw_orders(
        self, first: int, last: int, value: float, trades: float, rush: float = 1.0
    ) -> _Chunk:
        """Draw orders round `value` for a time in ms since the open.

        `trades` says how many, in minutes of the listing's usual trading; with a `rush` above 1
        they come more and more towards the end.
        """
        rng = self._auction_rng
        count = int(rng.poisson(self.listing.trades_a_minute * trades))
        share = np.sort(rng.random(count) ** (1 / rush))
        times = np.minimum(first + (share * (last - first)).astype(np.int64), last - 1)
        # Opinions differ early and come together towards the end.
        drift = rng.normal(0.0, 1.0, count) * _OPINION * (1 - share)
        is_trade = rng.random(count) < _EAGER
        mean_size = self.mean_size * _LEVEL_TRADES * _QUOTE_SHARE
        return _Chunk(
            times.tolist(),
            self._rungs(value + drift).tolist(),
            is_trade.tolist(),
            rng.random(count).tolist(),
            np.minimum(rng.geometric(_NEARNESS, count) - 1, _DEPTH - 1).tolist(),
            (mean_size * rng.lognormal(-0.18, 0.6, count)).tolist(),
        )

    def _draw(self, first: int, last: int) -> _Chunk:
        """Draw the events of some minutes of continuous trading."""
        rng = self._rng
        trades = self._trade_times(first, last)
        quotes = self._spread_over(first, last, _QUOTES_A_TRADE)
        times = np.concatenate((trades, quotes))
        order = np.argsort(times, kind="stable")
        times, count = times[order], len(times)
        seconds = times / 1000
        index = np.minimum(seconds.astype(np.int64), len(self._course.value) - 2)
        value = self._course.value
        between = value[index] + (value[index + 1] - value[index]) * (seconds - index)
        is_trade = (np.arange(count) < len(trades))[order]
        depths = np.minimum(rng.geometric(_NEARNESS, count) - 1, _DEPTH - 1)
        mean_quote = self.mean_size * _LEVEL_TRADES * _QUOTE_SHARE
        quote_sizes = mean_quote * rng.lognormal(-0.18, 0.6, count)
        return _Chunk(
            times.tolist(),
            self._rungs(between).tolist(),
            is_trade.tolist(),
            rng.random(count).tolist(),
            depths.tolist(),
            np.where(is_trade, self._trade_sizes(count), quote_sizes).tolist(),
        )

    def _trade_times(self, first: int, last: int) -> NDArray[np.int64]:
        """Return when market orders come: some alone, some on the heels of another."""
        leaders = self._spread_over(first, last, 1 - _FOLLOWERS)
        follows = self._rng.geometric(1 - _FOLLOWERS, len(leaders)) - 1
        after = self._rng.exponential(_FOLLOW_MS, int(follows.sum())).astype(np.int64) + 1
        followers = np.repeat(leaders, follows) + after
        # The end of continuous trading is the closing auction's, so nothing may fall on or past it.
        return np.minimum(np.concatenate((leaders, followers)), last * 60_000 - 1)

    def _spread_over(self, first: int, last: int, share: float) -> NDArray[np.int64]:
        """Return random ms since the open, `share` of the listing's trades a minute, unsorted."""
        expected = self._course.activity[first:last] * self.listing.trades_a_minute * share
        minutes = np.repeat(np.arange(first, last), self._rng.poisson(expected))
        return minutes * 60_000 + self._rng.integers(0, 60_000, len(minutes))

    def _trade_sizes(self, count: int) -> Floats:
        """Return heavy-tailed sizes, many of them round, some a single share."""
        rng = self._rng
        sizes = np.ceil(self.mean_size * rng.lognormal(-0.85, 1.3, count))
        unit = 10.0 ** np.floor(np.log10(sizes))
        round_sizes = np.ceil(sizes / unit) * unit
        kind = rng.random(count)
        return np.where(kind < 0.08, 1.0, np.where(kind < 0.55, round_sizes, sizes))

    def _rungs(self, log_returns: Floats) -> Floats:
        """Return values as places on the ladder, between its rungs."""
        prices = self.listing.previous_close * np.exp(log_returns)
        ladder = self.book.ladder.prices
        return np.interp(prices, ladder, np.arange(len(ladder)))


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
