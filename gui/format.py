"""Numbers and times as a Korean HTS shows them; None is an empty cell everywhere."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from config.text import Text
from core.domain.price import Price

UP, DOWN, FLAT = "▲", "▼", "-"


def number(value: float | None) -> str:
    """Return "1,234,500"; other markets' fractions keep two decimals: "227.52"."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def won(value: float | None) -> str:
    """Return an amount rounded to the won: "1,234,500"."""
    return "" if value is None else f"{round(value):,}"


def signed_won(value: float | None) -> str:
    """Return "+123,400", "-5,000" or "0"."""
    return "" if value is None else f"{round(value):+,}" if round(value) else "0"


def percent(value: float | None) -> str:
    """Return "+1.23%"; the value is in percent already."""
    if value is None:
        return ""
    rounded = round(value, 2)
    return f"{rounded:+.2f}%" if rounded else "0.00%"


def change(value: Price | None) -> str:
    """Return "▲ 500", "▼ 1,200" or "0"."""
    if value is None:
        return ""
    if not value:
        return "0"
    return f"{UP if value > 0 else DOWN} {number(abs(value))}"


def moved(pct: float | None) -> str:
    """Return a day's change as an HTS heads a list with it: "▲0.47%", "▼1.20%" or "0.00%"."""
    if pct is None:
        return ""
    rounded = round(pct, 2)
    mark = "" if not rounded else UP if rounded > 0 else DOWN
    return f"{mark}{abs(rounded):.2f}%"


def decimal(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def score(value: float | None) -> str:
    """Return a sum of weights with one or two decimals: "1.5", "0.75"."""
    if value is None:
        return ""
    text = f"{value:.2f}"
    return text[:-1] if text.endswith("0") else text


def clock(moment: datetime | None) -> str:
    """Return "10:16:15"."""
    return "" if moment is None else f"{moment:%H:%M:%S}"


def moment(time: datetime, now: datetime) -> str:
    """Return "10:16:15" for a time of the day of `now`, "11-20 10:16:15" for any other."""
    return clock(time) if time.date() == now.date() else f"{time:%m-%d %H:%M:%S}"


def span(length: timedelta) -> str:
    """Return a countdown "02:13:45"; days are counted as hours."""
    seconds = max(int(length.total_seconds()), 0)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def countdown(length: timedelta) -> str:
    """Return a short time left: "1:45", "19:40", "1:02:03"; "0:00" once it is over."""
    seconds = max(math.ceil(length.total_seconds()), 0)
    hours, minutes = f"{seconds // 3600}:" if seconds >= 3600 else "", seconds // 60 % 60
    return f"{hours}{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def age(seconds: float) -> Text:
    """Return the age of a quote with its unit: "0.1 s", "12 s"; then "10 min", "2 h"."""
    if 600 <= seconds < 3600:
        return Text("{}분", "{} min").format(int(seconds // 60))
    if seconds >= 3600:
        return Text("{}시간", "{} h").format(int(seconds // 3600))
    count = f"{max(seconds, 0):.1f}" if seconds < 10 else f"{seconds:.0f}"
    return Text("{}초", "{} s").format(count)
