"""How far the clock is from the exchange's, by when trades were made and when they came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

KEPT = 512  # arrivals
_FEWEST = 3
_OLDEST = timedelta(minutes=3)


class Arrival(NamedTuple):
    """The first trade of a minute, or the exchange's own word: when it came, and of when it is."""

    came: datetime  # by our clock
    made: datetime  # by the exchange's


def drift_s(arrivals: Iterable[Arrival], now: datetime, speed: float = 1.0) -> float | None:
    """Return by how many real seconds our clock is ahead; None while too little is known.

    The lower quartile of the last three minutes: a way here only ever takes longer, so that late
    trades, also in bursts, say less than those that came soon; and one odd time says nothing.

    Args:
        arrivals: Oldest first.
        now: Market time; what came long before counts no more.
        speed: Market seconds a real second. A played market's trades are late by real time, the
            way through the machine, which is `speed` times as long on the market's clock.
    """
    speed = max(speed, 1.0)
    since = now - _OLDEST * speed
    offs = sorted(came - made for came, made in arrivals if came >= since)
    if len(offs) < _FEWEST:
        return None
    return offs[len(offs) // 4].total_seconds() / speed
