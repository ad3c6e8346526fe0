"""KOSPI and KOSDAQ of a synthetic day, as the market says them now and then (업종지수)."""

from __future__ import annotations

import math
from datetime import timedelta

from core.domain.messages import IndexMoved
from core.domain.session import Session
from core.simulation.process import Floats, kosdaq_course

PREVIOUS_CLOSE = {"KOSPI": 4_011.57, "KOSDAQ": 897.9}
"""Points, of every synthetic day, as previous closes of its securities are the same too."""
EVERY = timedelta(seconds=10)  # market time; the exchange's own comes each second and says no more


class Indices:
    """Hangs on (seed, day) alone; draws random numbers of its own, so nothing else changes."""

    def __init__(self, seed: int, session: Session, market: Floats) -> None:
        """`market` is `process.market_course` of the same seed and session."""
        self._session = session
        self._courses = {"KOSPI": market, "KOSDAQ": kosdaq_course(seed, session, market)}

    def at(self, second: int) -> tuple[IndexMoved, ...]:
        """Return what they stand at so long after the open, with two decimals as they are told."""
        now = self._session.open + timedelta(seconds=second)
        moved = []
        for name, course in self._courses.items():
            close = PREVIOUS_CLOSE[name]
            value = round(close * math.exp(course[second]), 2)
            moved.append(IndexMoved(name, now, value, round((value / close - 1) * 100, 2)))
        return tuple(moved)
