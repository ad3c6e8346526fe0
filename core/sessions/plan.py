"""The parts of a trading day with their effective dates: `config/krx_day_plan.json` made times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.domain.session import DayPlan, Segment, SegmentKind, Session
from core.sessions.hours import MARKETS

_FILE = "krx_day_plan.json"
_Offset = dict[Literal["open", "close"], int]  # minutes from the regular session's open or close
_When = _Offset | Annotated[time, BeforeValidator(time.fromisoformat)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: SegmentKind
    start: _When
    end: _When
    since: date = date.min
    until: date = date.max
    auction_minutes: int | None = Field(default=None, ge=1)
    range_pct: int | None = Field(default=None, ge=1)
    funds: bool = True

    def segment(self, session: Session, market: str) -> Segment:
        minutes = self.auction_minutes
        return Segment(
            kind=self.kind,
            start=_moment(self.start, session, market),
            end=_moment(self.end, session, market),
            auction_length=None if minutes is None else timedelta(minutes=minutes),
            range_pct=self.range_pct,
            is_for_funds=self.funds,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    comment: str
    sources: list[str]
    XKRX: list[_Row]
    XNYS: list[_Row]


def day_plan(session: Session, market: str = "XKRX") -> DayPlan:
    """Return all parts of a session's day, in order of start, times in the session's zone.

    The opening and closing auctions are those of the `Session`, whatever made it.
    """
    rows: list[_Row] = getattr(_table(), market)
    found = (row.segment(session, market) for row in rows if row.since <= session.day <= row.until)
    return DayPlan(session, tuple(sorted(found, key=lambda segment: segment.start)))


@cache
def _table() -> _File:
    return _File.model_validate_json(files("config").joinpath(_FILE).read_text("utf-8"))


def _moment(when: _When, session: Session, market: str) -> datetime:
    if isinstance(when, time):
        local = datetime.combine(session.day, when, MARKETS[market].zone)
        return local.astimezone(session.open.tzinfo)
    ((edge, minutes),) = when.items()
    return {"open": session.open, "close": session.close}[edge] + timedelta(minutes=minutes)
