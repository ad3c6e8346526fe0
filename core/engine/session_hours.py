"""The day's hours by the exchange's own word, where it differs from the calendar.

Pure. The calendar may miss a late opening (exam days, a system failure) or an early end; who is
there hears it from the exchange (장시작시간).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from core.domain.messages import MarketNotice, MarketNoticed
from core.domain.session import Session

_TOLERANCE = timedelta(minutes=1)
_FARTHEST = timedelta(hours=6)
"""An opening further than this from the expected one is a wrong number, not a special day."""
_HALF_MINUTE = timedelta(seconds=30)


def moved(session: Session, opens: timedelta, closes: timedelta | None = None) -> Session:
    """Return `session` with its opening moved by `opens` and its close by as much, or `closes`."""
    closes = opens if closes is None else closes
    return Session(
        day=session.day,
        open=session.open + opens,
        close=session.close + closes,
        continuous_end=session.continuous_end + closes,
        auction_start=session.auction_start + opens,
    )


def on_day(session: Session, day: date) -> Session:
    """Return the hours of `session` on another day."""
    return replace(moved(session, day - session.day), day=day)


def heard(
    notice: MarketNoticed, expected: Session, calendar: Session, has_traded: bool
) -> Session | None:
    """Return the session that `notice` makes of the `expected` one; None where they agree.

    Args:
        notice: What the exchange said.
        expected: The session as it is known so far.
        calendar: The session as the calendar has it. A late opening moves all its hours, as on exam
            days; where only the opening is late, word of the close puts that right.
        has_traded: Whether it has opened for certain: then nothing can open it again.
    """
    told = notice.notice
    if told in _OPENING and not has_traded:
        return _opened(notice, expected, calendar)
    if told is MarketNotice.BEFORE_CLOSE and notice.remaining is not None:
        return _closing(notice, notice.remaining, expected)
    if told is MarketNotice.CLOSED:
        return _closed(notice, expected)
    return None


_OPENING = frozenset({MarketNotice.BEFORE_OPEN, MarketNotice.OPENED})


def _opened(notice: MarketNoticed, expected: Session, calendar: Session) -> Session | None:
    remaining = timedelta() if notice.notice is MarketNotice.OPENED else notice.remaining
    if remaining is None or _is_near(notice.time + remaining - expected.open):
        return None
    late = _whole_minutes(notice.time + remaining - calendar.open)
    return None if abs(late) > _FARTHEST else moved(calendar, late)


def _closing(notice: MarketNoticed, remaining: timedelta, expected: Session) -> Session | None:
    late = notice.time + remaining - expected.close
    if _is_near(late) or abs(late) > _FARTHEST or notice.time < expected.open:
        return None
    return moved(expected, timedelta(), _whole_minutes(late))


def _closed(notice: MarketNoticed, expected: Session) -> Session | None:
    """A late word of the close changes nothing: it is over by the calendar already."""
    if not expected.open < notice.time <= expected.close - _TOLERANCE:
        return None
    return replace(
        expected, close=notice.time, continuous_end=min(expected.continuous_end, notice.time)
    )


def _is_near(difference: timedelta) -> bool:
    return abs(difference) < _TOLERANCE


def _whole_minutes(difference: timedelta) -> timedelta:
    return (difference + _HALF_MINUTE) // _TOLERANCE * _TOLERANCE
