"""How far the clock is from the exchange's, by when trades were made and when they came."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

_NEWEST = 9
_FEWEST = 3
_OLDEST = timedelta(minutes=3)


class Arrival(NamedTuple):
    """The first trade of a minute, or the exchange's own word: when it came, and of when it is."""

    came: datetime  # by our clock
    made: datetime  # by the exchange's


def drift_s(arrivals: Iterable[Arrival], now: datetime, speed: float = 1.0) -> float | None:
    """Return by how many real seconds our clock is ahead; None while too little is known.

    The median of the newest: one late trade, or a burst of them after a pause, means nothing.

    Args:
        arrivals: Oldest first.
        now: Market time; what came long before counts no more.
        speed: Market seconds a real second. A played market's trades are late by real time, the
            way through the machine, which is `speed` times as long on the market's clock.
    """
    recent = [a for a in arrivals if now - a.came <= _OLDEST * speed][-_NEWEST:]
    if len(recent) < _FEWEST:
        return None
    off_s = statistics.median((a.came - a.made).total_seconds() for a in recent)
    return off_s / max(speed, 1.0)
