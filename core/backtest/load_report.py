"""What was found in a file of bars: plain numbers, for people and for summary.json."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.text import Text


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes without a bar between two bars of one session."""

    start: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Jump:
    """A day whose open is so far from the last close that shares were probably split or merged."""

    day: date
    close: float  # of the day before
    open: float
    shares: tuple[int, int] | None  # old to new for which it looks; None: no simple ratio

    @property
    def ratio(self) -> float:
        return self.open / self.close


@dataclass(frozen=True, slots=True)
class LoadReport:
    """One symbol's file and what became of it; times in the market's time zone.

    Attributes:
        rows: Data rows of the file, all others included.
        bars: Kept for the run.
        outside_dates: Bars left out because of the dates that were asked for.
        off_session: Bars left out because no regular session was on.
        missing_days: Sessions between the first and the last day without a bar.
        gap_minutes: Minutes of continuous trading without a bar between two bars of a day.
        step_s: All bars of a day are a multiple of this many seconds apart; 60 is as it should be,
            0 too few bars to tell.
        has_end_labels: The bars look as if stamped with their end.
        crosses_midnight: Trading goes on over midnight, so that dates cut sessions in two.
    """

    symbol: str
    path: Path
    sha256: str
    rows: int
    bars: int
    first: datetime | None
    last: datetime | None
    days: int
    missing_days: tuple[date, ...]
    gap_minutes: int
    longest_gap: Gap | None
    duplicates: int
    out_of_order: int
    skipped: tuple[Text, ...]
    zero_volume: int
    off_session: int
    outside_dates: int
    jumps: tuple[Jump, ...]
    step_s: int
    has_end_labels: bool
    crosses_midnight: bool

    def as_json(self) -> dict[str, Any]:
        """Return it in kinds of values that JSON has; texts in English."""
        gap = self.longest_gap
        return {
            "symbol": self.symbol,
            "file": self.path.name,
            "sha256": self.sha256,
            "rows": self.rows,
            "bars": self.bars,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "days": self.days,
            "missing_days": [day.isoformat() for day in self.missing_days],
            "gap_minutes": self.gap_minutes,
            "longest_gap_minutes": gap.minutes if gap else 0,
            "longest_gap_start": gap and gap.start.isoformat(),
            "duplicates": self.duplicates,
            "out_of_order": self.out_of_order,
            "skipped": [reason.en for reason in self.skipped],
            "zero_volume": self.zero_volume,
            "off_session": self.off_session,
            "outside_dates": self.outside_dates,
            "jumps": [_jump(jump) for jump in self.jumps],
            "step_s": self.step_s,
            "has_end_labels": self.has_end_labels,
            "crosses_midnight": self.crosses_midnight,
        }


def _jump(jump: Jump) -> dict[str, Any]:
    return {
        "day": jump.day.isoformat(),
        "close": jump.close,
        "open": jump.open,
        "ratio": jump.ratio,
        "shares": jump.shares and list(jump.shares),
    }
