"""The background order flow of one symbol: market orders, quotes and cancels around a moving value.

Every random number of an event is drawn before it happens, so the flow is the same whatever our own
orders do to the book.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.session import Session
from core.simulation.listings import Listing
from core.simulation.matching import Book, Entry, Ladder, Match
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
_HUMP = (0.55, 0.9, 1.15, 1.3, 1.3, 1.2, 1.1, 1.0, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4)


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
    """The others in one symbol's book, from the open to the end of continuous trading."""

    def __init__(self, seed: int, listing: Listing, session: Session, course: Course) -> None:
        self.listing = listing
        self.book = Book(Ladder.of(listing.instrument))
        self._course, self._minutes = course, minutes_of(session)
        self._rng = generator(seed, listing.symbol, session, "flow")
        self._mean_size = listing.shares_a_trade(self._minutes)
        self._targets = [self._mean_size * _LEVEL_TRADES * height for height in _HUMP]
        self._minute = 0  # where the next chunk begins
        self._index = 0
        self._chunk = self._draw()
        self.next_ms: int | None = None  # of the next event, since the open; None after the last
        self._fill_book()
        self._find_next()

    def step(self) -> tuple[bool, Sequence[Match]]:
        """Let the next event happen; return whether its maker buys, and the executions it made."""
        chunk, i = self._chunk, self._index
        value, choice = chunk.values[i], chunk.choices[i]
        if chunk.is_trade[i]:
            done = self._trade(value, choice, int(chunk.sizes[i]))
        else:
            done = self._quote(value, choice < 0.5, chunk.depths[i], chunk.sizes[i])
        self._index += 1
        self._find_next()
        return done

    def _trade(self, value: float, choice: float, size: int) -> tuple[bool, Sequence[Match]]:
        book = self.book
        lean = value - (book.best_bid + book.best_ask) / 2
        is_buy = choice < min(max(0.5 + _PULL * lean, 0.08), 0.92)
        if is_buy:
            furthest = min(book.best_ask + _SWEEP, len(book.ladder) - 1)
        else:
            furthest = max(book.best_bid - _SWEEP, 0)
        return is_buy, book.take(Entry(is_buy, furthest, size))

    def _quote(
        self, value: float, is_buy: bool, depth: int, size: float
    ) -> tuple[bool, Sequence[Match]]:
        """Tidy one side: pull quotes the value has passed, then fill or thin one level."""
        book = self.book
        if is_buy:
            nearest = math.floor(value - _HALF_SPREAD)
            stale, is_stale = book.best_bid, book.best_bid > nearest
        else:
            nearest = math.ceil(value + _HALF_SPREAD)
            stale, is_stale = book.best_ask, book.best_ask < nearest
        if is_stale:
            self._pull(stale, _STALE_PULLS)
        if not 0 <= nearest < len(book.sizes):
            return is_buy, ()
        if not book.sizes[nearest]:
            depth = 0  # whoever is first at a new price is first in line
        rung = nearest - depth if is_buy else nearest + depth
        if not 0 <= rung < len(book.sizes):
            return is_buy, ()
        if book.sizes[rung] > self._targets[depth]:
            self._pull(rung, 1)
            return is_buy, ()
        return is_buy, book.place(Entry(is_buy, rung, int(size * _HUMP[depth]) + 1))

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
            if self._minute >= self._minutes:
                self.next_ms = None
                return
            self._chunk, self._index = self._draw(), 0
        self.next_ms = self._chunk.times[self._index]

    def _fill_book(self) -> None:
        """Quote both sides round the first value, as the opening auction leaves them."""
        value = self._rungs(self._course.value[:1])[0]
        for depth in range(_DEPTH):
            share = _QUOTE_SHARE * self._targets[0] / _HUMP[0]
            for is_buy in (True, False):
                for _ in range(round(1 / _QUOTE_SHARE)):
                    self._quote(value, is_buy, depth, share)

    def _draw(self) -> _Chunk:
        """Draw the events of the next minutes."""
        rng, first = self._rng, self._minute
        self._minute = last = min(first + _CHUNK_MINUTES, self._minutes)
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
        mean_quote = self._mean_size * _LEVEL_TRADES * _QUOTE_SHARE
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
        sizes = np.ceil(self._mean_size * rng.lognormal(-0.85, 1.3, count))
        unit = 10.0 ** np.floor(np.log10(sizes))
        round_sizes = np.ceil(sizes / unit) * unit
        kind = rng.random(count)
        return np.where(kind < 0.08, 1.0, np.where(kind < 0.55, round_sizes, sizes))

    def _rungs(self, log_returns: Floats) -> Floats:
        """Return values as places on the ladder, between its rungs."""
        prices = self.listing.previous_close * np.exp(log_returns)
        ladder = self.book.ladder.prices
        return np.interp(prices, ladder, np.arange(len(ladder)))
