"""The phases of a trading day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Phase(Enum):
    """Where the day stands at the exchange."""

    CLOSED_DAY = "CLOSED_DAY"  # weekend or holiday
    BEFORE_OPEN = "BEFORE_OPEN"  # 장전
    OPENING_AUCTION = "OPENING_AUCTION"  # 동시호가
    CONTINUOUS = "CONTINUOUS"  # 정규장
    CLOSING_AUCTION = "CLOSING_AUCTION"
    AFTER_CLOSE = "AFTER_CLOSE"  # 장마감


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day's hours in exchange time; all times aware."""

    day: date
    open: datetime
    close: datetime  # of the regular session, closing auction included (15:30)
    continuous_end: datetime  # when the closing auction begins (15:20); `close` where there is none
    auction_start: datetime  # when the opening auction begins (08:30); `open` where there is none

    def phase(self, now: datetime) -> Phase:
        """Return the phase at `now`, a moment of this day."""
        if now < self.auction_start:
            return Phase.BEFORE_OPEN
        if now < self.open:
            return Phase.OPENING_AUCTION
        if now < self.continuous_end:
            return Phase.CONTINUOUS
        if now < self.close:
            return Phase.CLOSING_AUCTION
        return Phase.AFTER_CLOSE
