"""Looks for what is odd about bars: missing minutes, splits, other spacing than a minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.backtest.load_report import Gap, Jump
from core.backtest.market import SymbolBars
from core.sessions import DataCalendar, TradingCalendar

_MINUTE_S = 60
_EPOCH = date(1970, 1, 1)
_LIMIT = 0.30  # how far KRX lets a price move in a day, since 2015-06-15
_SUSPICIOUS = 0.19  # from here on a move that is a simple ratio is told
_EXACT, _ROUGH = 0.005, 0.1  # how far off a ratio may be, within the limit and beyond
_NUMBERS = (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100)  # of shares, as splits have them
_RATIOS = [*((1, many) for many in _NUMBERS), *((many, 1) for many in _NUMBERS)]
_RATIOS += [(4, 5), (5, 4), (2, 3), (3, 2), (3, 4), (4, 3), (2, 5), (5, 2)]
_ENOUGH_STEPS = 20
_ENOUGH_DAYS = 3
_NEAR_MIDNIGHT_S = 10 * _MINUTE_S


def day_dates(bars: SymbolBars) -> list[date]:
    """Return the exchange's date of each trading day with bars."""
    return [_EPOCH + timedelta(days=day) for day in bars.days.tolist()]


def missing_days(days: Sequence[date], calendar: TradingCalendar) -> tuple[date, ...]:
    """Return the calendar's sessions between the first and the last of `days` that aren't there."""
    if not days:
        return ()
    found, day, there = [], days[0], set(days)
    while day < days[-1]:
        day = calendar.next_session(day).day
        if day not in there:
            found.append(day)
    return tuple(found)


def gaps(bars: SymbolBars, calendar: TradingCalendar) -> tuple[int, Gap | None]:
    """Return how many minutes have no bar, and the longest stretch of them.

    Only minutes of continuous trading between two bars of one day count: in the closing auction
    there is nothing to see.
    """
    if len(bars) < 2:
        return 0, None
    start, day_of = bars.columns.start, bars.day_of[:-1]
    begin = start[:-1] + _MINUTE_S
    end = np.minimum(start[1:], _continuous_ends(bars, calendar)[day_of])
    minutes = np.maximum(end - begin, 0) // _MINUTE_S
    minutes[bars.day_end[:-1] - 1] = 0  # the night
    at = int(np.argmax(minutes))
    if not minutes[at]:
        return 0, None
    longest = Gap(datetime.fromtimestamp(int(begin[at]), calendar.zone), int(minutes[at]))
    return int(minutes.sum()), longest


def jumps(bars: SymbolBars) -> tuple[Jump, ...]:
    """Return the days whose open looks like a split, a merger or unadjusted prices."""
    first = bars.day_first[1:]
    before, after = bars.columns.close[first - 1], bars.columns.open[first]
    moved = np.abs(after / before - 1)
    found = []
    for at in np.flatnonzero(moved >= _SUSPICIOUS).tolist():
        shares = _shares(float(after[at] / before[at]))
        if moved[at] > _LIMIT or shares:
            day = _EPOCH + timedelta(days=int(bars.days[at + 1]))
            found.append(Jump(day, float(before[at]), float(after[at]), shares))
    return tuple(found)


def step_s(bars: SymbolBars) -> int:
    """Return the greatest number of seconds that divides every step inside a day; 0: too few."""
    steps = np.delete(np.diff(bars.columns.start), bars.day_first[1:] - 1)
    return int(np.gcd.reduce(steps)) if len(steps) >= _ENOUGH_STEPS else 0


def has_end_labels(bars: SymbolBars, calendar: TradingCalendar) -> bool:
    """Return whether bars are stamped with their end, as some sources do.

    Then no day has a bar at the open, while most have one a minute later and one at the minute in
    which continuous trading ends.
    """
    if isinstance(calendar, DataCalendar) or len(bars.day_first) < _ENOUGH_DAYS:
        return False
    sessions = [calendar.session(day) for day in day_dates(bars)]
    opens = np.array([int(session.open.timestamp()) for session in sessions if session])
    first = bars.columns.start[bars.day_first]
    if np.any(first <= opens):
        return False
    ends = _continuous_ends(bars, calendar)
    shows_end = np.isin(ends, bars.columns.start)
    needs_end = ends < bars.closes  # else a bar at the end is off-session and left out
    late = (first == opens + _MINUTE_S) & (shows_end | ~needs_end)
    return bool(late.mean() > 0.5)


def crosses_midnight(bars: SymbolBars) -> bool:
    """Return whether a day begins where the day before has just ended."""
    start, first = bars.columns.start, bars.day_first[1:]
    return bool(np.any(start[first] - start[first - 1] <= _NEAR_MIDNIGHT_S))


def _continuous_ends(bars: SymbolBars, calendar: TradingCalendar) -> NDArray[np.int64]:
    sessions = [calendar.session(day) for day in day_dates(bars)]
    ends = [int(session.continuous_end.timestamp()) for session in sessions if session]
    return np.array(ends, dtype=np.int64)


def _shares(ratio: float) -> tuple[int, int] | None:
    """Return how many old shares became how many new ones, if that is a simple ratio."""
    tolerance = _EXACT if abs(ratio - 1) <= _LIMIT else _ROUGH
    off = [(abs(ratio * new / old - 1), (old, new)) for old, new in _RATIOS]
    nearest, shares = min(off)
    return shares if nearest <= tolerance else None
