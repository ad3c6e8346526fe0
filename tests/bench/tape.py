"""The trades that both sides of a tick benchmark get; standard library only, for any interpreter.

The KRX stamps trades with whole seconds, so symbols share timestamps; on request every trade has a
moment of its own instead: the worst case for a driver that handles one timestamp at a time. Prices
walk on a grid of 100 won.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

SEOUL_TIME = timezone(timedelta(hours=9))
OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL_TIME)
PREVIOUS_CLOSE = 70_000  # won
WARM_BARS = 120  # before the open: vnpy's ArrayManager wants 100
_STEP = 100  # won
_REACH = 40  # steps a price may leave the previous close by


class Row(NamedTuple):
    """One trade as a feed knows it."""

    symbol: str
    time: datetime
    price: int
    quantity: int
    is_buy: bool
    day_volume: int  # of the symbol, this trade included


def symbols(count: int) -> list[str]:
    return [f"{100_000 + number}" for number in range(count)]


def rows(
    count: int, minutes: int, per_minute: int = 60, whole_seconds: bool = True
) -> Iterator[Row]:
    """Yield `per_minute` trades a minute of each of `count` symbols, in the order of their time."""
    rng = random.Random(1)
    codes = symbols(count)
    steps = dict.fromkeys(codes, 0)
    volumes = dict.fromkeys(codes, 0)
    slot = timedelta(minutes=1) / per_minute
    for number in range(minutes * per_minute):
        moments = sorted((rng.random(), code) for code in codes)
        for share, code in moments:
            step = steps[code] + rng.choice((-1, 0, 0, 0, 1))
            steps[code] = min(max(step, -_REACH), _REACH)
            quantity = rng.randint(1, 200)
            volumes[code] += quantity
            time = OPEN + (number if whole_seconds else number + share) * slot
            price = PREVIOUS_CLOSE + _STEP * steps[code]
            yield Row(code, time, price, quantity, rng.random() < 0.5, volumes[code])


def warm_closes(code: str) -> list[int]:
    """Return the closes of the `WARM_BARS` minutes before the open, oldest first."""
    rng = random.Random(code)
    closes, step = [], 0
    for _ in range(WARM_BARS):
        step = min(max(step + rng.choice((-1, 0, 1)), -_REACH), _REACH)
        closes.append(PREVIOUS_CLOSE + _STEP * step)
    return closes
