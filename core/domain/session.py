"""The phases of a trading day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


class SegmentKind(Enum):
    """How the exchange trades in a part of the day, or of one symbol while it is interrupted."""

    ORDER_ENTRY = "ORDER_ENTRY"  # 주문접수: the broker keeps orders for the opening auction
    PREVIOUS_CLOSE_PRICE = "PREVIOUS_CLOSE_PRICE"  # 장전시간외종가
    OPENING_AUCTION = "OPENING_AUCTION"  # 장전 동시호가
    CONTINUOUS = "CONTINUOUS"  # 접속매매
    CLOSING_AUCTION = "CLOSING_AUCTION"  # 장마감 동시호가
    CLOSE_PRICE_ENTRY = "CLOSE_PRICE_ENTRY"  # 장후시간외종가 접수: orders wait for what follows
    CLOSE_PRICE = "CLOSE_PRICE"  # 장후시간외종가
    SINGLE_PRICE = "SINGLE_PRICE"  # 시간외단일가
    AFTER_MARKET = "AFTER_MARKET"  # 애프터마켓
    # In place of the above while a symbol or the market is interrupted; never in a day plan.
    RESUMING_AUCTION = "RESUMING_AUCTION"  # VI, circuit breaker, end of a halt
    HALTED = "HALTED"  # 거래정지, 서킷브레이커


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the day; parts may overlap (장전시간외종가 and the opening auction)."""

    kind: SegmentKind
    start: datetime
    end: datetime  # no longer part of it
    auction_length: timedelta | None = None  # where it is a row of auctions
    range_pct: int | None = None  # prices within this of the day's close; None: the daily limits
    is_for_funds: bool = True  # whether ETF and ETN trade too

    def contains(self, now: datetime) -> bool:
        return self.start <= now < self.end

    def auction_ends(self) -> Iterator[datetime]:
        """Yield when each auction of a row ends; nothing for other parts."""
        if self.auction_length is None:
            return
        end = self.start + self.auction_length
        while end <= self.end:
            yield end
            end += self.auction_length


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Everything a day offers, in order of start."""

    session: Session
    segments: tuple[Segment, ...]

    @property
    def start(self) -> datetime:
        """When the first order is taken."""
        return min(segment.start for segment in self.segments)

    @property
    def end(self) -> datetime:
        """When the last part is over."""
        return max(segment.end for segment in self.segments)

    def at(self, now: datetime) -> tuple[Segment, ...]:
        """Return the parts that `now` lies in; none between them and outside the day."""
        return tuple(segment for segment in self.segments if segment.contains(now))

    def of(self, kind: SegmentKind) -> Segment | None:
        """Return the day's part of this kind, None where the day has none."""
        return next((segment for segment in self.segments if segment.kind is kind), None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the next part begins or ends after `now`, None after the last."""
        edges = (edge for segment in self.segments for edge in (segment.start, segment.end))
        return min((edge for edge in edges if edge > now), default=None)
