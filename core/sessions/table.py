"""The sessions `exchange_calendars` knows, kept in small files because it takes seconds to ask.

A file holds the library's word without our corrections, so that these can change without it. The
project ships one for each exchange (`shipped/`, made by `python -m core.sessions.ship`); with
another version of the library a file in the user's cache stands in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from importlib.metadata import version
from pathlib import Path

from config.files import write_atomically

Hours = tuple[time, time]  # open and close by the exchange's clock
_Run = tuple[date, date, Hours]  # first and last day of a run of equal sessions

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2035, 12, 31)
SHIPPED = Path(__file__).with_name("shipped")

_FRIDAY = 4
_ONE_DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


def library_table(name: str, cache_dir: Path | None) -> dict[date, Hours]:
    """Return day -> (open, close) for every session from FIRST_DAY to LAST_DAY.

    Where no file of this version of the library is shipped, one is made once in `cache_dir`.
    """
    shipped = _kept(table_file(SHIPPED, name), name)
    if shipped is not None:
        return shipped
    if cache_dir is None:
        return computed_table(name)
    path = table_file(cache_dir, name)
    table = _kept(path, name)
    if table is None:
        table = computed_table(name)
        try:
            keep_table(path, name, table)
        except OSError as error:
            _log.warning(
                "the calendar can't be kept in %s, so every start takes longer: %s", path, error
            )
    return table


def computed_table(name: str) -> dict[date, Hours]:
    """Ask the library."""
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


def table_file(folder: Path, name: str) -> Path:
    """Return the file in `folder` that keeps the table of exchange `name`."""
    return folder / f"sessions-{name}.csv"


def keep_table(path: Path, name: str, table: Mapping[date, Hours]) -> None:
    """Write a line for each run of equal sessions on following weekdays; may raise OSError."""
    rows = [
        f"{first},{last},{hours[0]:%H:%M},{hours[1]:%H:%M}" for first, last, hours in _runs(table)
    ]
    write_atomically(path, "\n".join([_head(name), *rows, f"{len(table)} sessions"]) + "\n")


def _kept(path: Path, name: str) -> dict[date, Hours] | None:
    """Return what `path` holds; None where it is absent, of another version, or damaged."""
    try:
        first, *rows, last = path.read_text("utf-8").splitlines()
        if first != _head(name):
            return None
        table = {day: hours for row in rows for day, hours in _sessions(row)}
        return table if last == f"{len(table)} sessions" else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, OverflowError) as error:
        _log.warning("%s can't be used and is made again: %s", path, error)
        return None


def _head(name: str) -> str:
    return f"{name} {version('exchange_calendars')} {FIRST_DAY} {LAST_DAY}"


def _runs(table: Mapping[date, Hours]) -> Iterator[_Run]:
    run: _Run | None = None
    for day, hours in table.items():
        if run is not None and run[2] == hours and day == _next_weekday(run[1]):
            run = run[0], day, hours
            continue
        if run is not None:
            yield run
        run = day, day, hours
    if run is not None:
        yield run


def _sessions(row: str) -> Iterator[tuple[date, Hours]]:
    """Yield the sessions of a line; its first day may be any day, the others are weekdays."""
    first, last, opens, closes = row.split(",")
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    hours = time.fromisoformat(opens), time.fromisoformat(closes)
    while day <= end:
        yield day, hours
        day = _next_weekday(day)


def _next_weekday(day: date) -> date:
    day += _ONE_DAY
    while day.weekday() > _FRIDAY:
        day += _ONE_DAY
    return day
