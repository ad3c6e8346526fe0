"""The sessions `exchange_calendars` knows, kept in a small file because it takes seconds to ask."""

from __future__ import annotations

import logging
from datetime import date, time, timedelta
from importlib.metadata import version
from pathlib import Path

from config.files import write_atomically

Hours = tuple[time, time]  # open and close by the exchange's clock

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2035, 12, 31)

_log = logging.getLogger(__name__)


def library_table(name: str, cache_dir: Path | None) -> dict[date, Hours]:
    """Return day -> (open, close) for every session from FIRST_DAY to LAST_DAY.

    The file in `cache_dir` is made once for a version of the library. It holds the library's word
    without our corrections, so that these can change without it.
    """
    if cache_dir is None:
        return _computed(name)
    head = f"{name} {version('exchange_calendars')} {FIRST_DAY} {LAST_DAY}"
    path = cache_dir / f"sessions-{name}.csv"
    table = _cached(path, head)
    if table is None:
        table = _computed(name)
        _keep(path, head, table)
    return table


def _computed(name: str) -> dict[date, Hours]:
    import exchange_calendars  # here, as it takes half a second and is rarely needed

    # The library moves special opens that fall on a holiday to its own last day (4.13.2), so ask
    # for more days than we keep.
    calendar = exchange_calendars.get_calendar(
        name, start=FIRST_DAY.isoformat(), end=(LAST_DAY + timedelta(days=31)).isoformat()
    )
    opens, closes = (
        times.dt.tz_convert(calendar.tz).dt.time for times in (calendar.opens, calendar.closes)
    )
    return {
        day.date(): (opened, closed)
        for day, opened, closed in zip(calendar.sessions, opens, closes, strict=True)
        if day.date() <= LAST_DAY
    }


def _cached(path: Path, head: str) -> dict[date, Hours] | None:
    """Return what `path` holds; None where it is absent, of another version, or damaged."""
    try:
        first, *rows, last = path.read_text("utf-8").splitlines()
        if first != head or last != f"{len(rows)} sessions":
            return None
        return dict(_session(row) for row in rows)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.warning("%s can't be used and is made again: %s", path, error)
        return None


def _session(row: str) -> tuple[date, Hours]:
    day, opens, closes = row.split(",")
    return date.fromisoformat(day), (time.fromisoformat(opens), time.fromisoformat(closes))


def _keep(path: Path, head: str, table: dict[date, Hours]) -> None:
    rows = [f"{day},{opens:%H:%M},{closes:%H:%M}" for day, (opens, closes) in table.items()]
    try:
        write_atomically(path, "\n".join([head, *rows, f"{len(rows)} sessions"]) + "\n")
    except OSError as error:
        _log.warning(
            "the calendar can't be kept in %s, so every start takes longer: %s", path, error
        )
