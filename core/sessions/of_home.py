"""The calendar as a home folder has it: with its cache, and with the person's own corrections."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from core.sessions.calendar import TradingCalendar, open_calendar


def corrections_of(home: Path) -> Path:
    """Return the file of the person's own corrections; it may be absent."""
    return home / "sessions.json"


def cache_of(home: Path) -> Path:
    """Return the folder where sessions that are not shipped are kept; it may be absent."""
    return home / "cache"


def calendar_of_home(home: Path, name: str, zone: ZoneInfo) -> TradingCalendar:
    """Return the calendar `name` as `open_calendar` does, by what lies in `home`.

    A home folder that is not there is not made: whoever only looks leaves nothing behind.

    Raises:
        CalendarError: An unknown name, or corrections that can't be used.
    """
    cache = cache_of(home) if home.is_dir() else None
    return open_calendar(name, zone, cache_dir=cache, overrides=corrections_of(home))
