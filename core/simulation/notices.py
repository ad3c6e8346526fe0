"""When the exchange says how the day stands (장운영구분), for everybody at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.domain.messages import MarketNotice, MarketNoticed
from core.domain.session import DayPlan, SegmentKind
from core.simulation.interruptions import RANDOM_END_S

_MINUTE, _TEN_SECONDS = timedelta(minutes=1), timedelta(seconds=10)
_BEFORE_OPEN = timedelta(minutes=20)
_AFTER_HOURS = (SegmentKind.CLOSE_PRICE, SegmentKind.SINGLE_PRICE, SegmentKind.AFTER_MARKET)
RANDOM_END = timedelta(seconds=RANDOM_END_S)


def notices(plan: DayPlan, has_after_hours: bool) -> list[MarketNoticed]:
    """Return all notices of a day in order of time.

    Before the open and the close they count down: each minute, and in the last one every ten
    seconds. CLOSED comes when the latest closing auction is over.

    Source: reference/kiwoom-openapi.md, section 9 (what 장시작시간 sends through the day).
    """
    session = plan.session
    said = [*_countdown(MarketNotice.BEFORE_OPEN, session.open - _BEFORE_OPEN, session.open)]
    said.append(MarketNoticed(session.open, MarketNotice.OPENED))
    said += _countdown(MarketNotice.BEFORE_CLOSE, session.continuous_end, session.close)
    ends = closed = session.close + RANDOM_END
    said.append(MarketNoticed(closed, MarketNotice.CLOSED))
    periods = [part for kind in _AFTER_HOURS if (part := plan.of(kind)) is not None]
    if has_after_hours and periods:
        ends = max(part.end for part in periods)
        opens = min(part.start for part in periods)
        said.append(MarketNoticed(opens, MarketNotice.AFTER_HOURS_OPENED))
        said.append(MarketNoticed(ends, MarketNotice.AFTER_HOURS_CLOSED))
    said.append(MarketNoticed(ends, MarketNotice.DAY_ENDED))
    return said


def _countdown(notice: MarketNotice, start: datetime, end: datetime) -> Iterator[MarketNoticed]:
    now = start
    while now < end:
        yield MarketNoticed(now, notice, end - now)
        now += _MINUTE if end - now > _MINUTE else _TEN_SECONDS
