"""Warm history: 1-minute bars of the days before the synthetic market's day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from core.domain.market import Bar
from core.domain.price import PriceGrid, daily_limits
from core.domain.session import Session
from core.simulation.listings import Listing
from core.simulation.process import Course, Floats, course, generator, market_course, minutes_of

_PRINTS = 12  # prices looked at in a minute; enough for believable highs and lows
_CLOSING_SHARE = 0.06  # of the day's volume; the auctions of large caps trade about as much
_SIZE_SPREAD = 0.5  # of a minute's volume, log scale


def warm_bars(seed: int, listing: Listing, sessions: Sequence[Session]) -> tuple[Bar, ...]:
    """Return a bar for each minute of the sessions, oldest first.

    The prices come from the same process as the market's own day, and the last close is the
    listing's previous close. A closing auction is one bar at the close, as Kiwoom's charts have it.
    """
    courses = [course(seed, listing, day, market_course(seed, day)) for day in sessions]
    closes = _closes(listing, courses)
    bars: list[Bar] = []
    for day, day_course, base, close in zip(sessions, courses, closes, closes[1:], strict=False):
        minutes = _day(seed, listing, day, day_course, base, close)
        bars.extend(minutes)
        if day.continuous_end < day.close:
            bars.append(_auction(listing.symbol, day, minutes, close))
    return tuple(bars)


def _closes(listing: Listing, courses: Sequence[Course]) -> list[int]:
    """Return the close before the first day and of each day, counted back from the last."""
    grid = listing.instrument.grid
    closes = [listing.previous_close]
    for day in reversed(courses):
        closes.append(int(grid.floor(closes[-1] / float(np.exp(day.value[-1])))))
    return closes[::-1]


def _day(
    seed: int, listing: Listing, session: Session, day: Course, base: int, close: int
) -> list[Bar]:
    minutes = minutes_of(session)
    rng = generator(seed, listing.symbol, session, "history")
    seconds = np.linspace(0, 60 * minutes - 1, _PRINTS * minutes).astype(np.int64)
    grid = listing.instrument.grid
    low, high = daily_limits(base, grid)
    values = base * np.exp(day.value[seconds])
    # Buyers pay the ask and sellers get the bid, so prints lie a tick round the value.
    prints = _on_grid(values, rng.uniform(-0.2, 1.2, len(values)), grid)
    prices = np.clip(prints, low, high).astype(np.int64).reshape(minutes, _PRINTS)
    if session.continuous_end == session.close:
        prices[-1, -1] = close
    trades = np.maximum(np.round(day.activity * listing.trades_a_minute), 1)
    mean = trades * listing.shares_a_trade(minutes)
    volumes = np.ceil(mean * rng.lognormal(-(_SIZE_SPREAD**2) / 2, _SIZE_SPREAD, minutes))
    turnover = volumes * prices.mean(axis=1)
    return [
        Bar(listing.symbol, session.open + timedelta(minutes=index), *row)
        for index, row in enumerate(
            zip(
                prices[:, 0].tolist(),
                prices.max(axis=1).tolist(),
                prices.min(axis=1).tolist(),
                prices[:, -1].tolist(),
                volumes.astype(np.int64).tolist(),
                turnover.astype(np.int64).tolist(),
                trades.astype(np.int64).tolist(),
                strict=True,
            )
        )
    ]


def _auction(symbol: str, session: Session, minutes: Sequence[Bar], close: int) -> Bar:
    """Return the closing auction: one price, at the moment of the close."""
    volume = round(sum(bar.volume for bar in minutes) * _CLOSING_SHARE)
    return Bar(symbol, session.close, close, close, close, close, volume, volume * close, 1)


def _on_grid(values: Floats, shift: Floats, grid: PriceGrid) -> Floats:
    """Return `values` on the grid: rounded down after a shift by a part of their tick."""
    edges = np.array([below for below, _ in grid.bands[:-1]])
    ticks = np.array([tick for _, tick in grid.bands])[np.searchsorted(edges, values, side="right")]
    return np.asarray(np.floor(values / ticks + shift) * ticks)
