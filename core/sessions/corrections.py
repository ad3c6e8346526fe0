"""What the library's calendar misses: exam days, late holidays, and the user's own word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.errors import ConfigError
from config.files import parse_json, read_text
from core.domain.errors import CalendarError
from core.sessions.table import FIRST_DAY, LAST_DAY, Hours

_SHIPPED = "krx_sessions.json"


@dataclass(frozen=True, slots=True)
class Corrections:
    """Days that differ from the library's: their hours, or None for a day without trading."""

    days: Mapping[date, Hours | None] = field(default_factory=dict)
    checked_until: date | None = None  # up to here somebody read the exchange's notices


class _Day(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: date
    open: time | None = None
    close: time | None = None
    closed: bool = False
    reason: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        if not FIRST_DAY <= self.day <= LAST_DAY:
            raise ValueError(f"{self.day} is outside the calendar ({FIRST_DAY} to {LAST_DAY})")
        if self.closed == (self.open is not None or self.close is not None):
            raise ValueError(f'{self.day} needs either "closed": true or both "open" and "close"')
        if not self.closed:
            self._has_hours()
        return self

    def _has_hours(self) -> None:
        if self.open is None or self.close is None:
            raise ValueError(f'{self.day} needs both "open" and "close"')
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError(f"{self.day}: give the exchange's local time, without an offset")
        if self.open >= self.close:
            raise ValueError(f"{self.day} opens at {self.open} but closes at {self.close}")

    def hours(self) -> Hours | None:
        return (self.open, self.close) if self.open and self.close else None


class _Exchange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    checked_until: date | None = None
    sessions: list[_Day] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_each_day_once(self) -> Self:
        seen: set[date] = set()
        for entry in self.sessions:
            if entry.day in seen:
                raise ValueError(f"{entry.day} stands there twice; keep one")
            seen.add(entry.day)
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    XKRX: _Exchange = Field(default_factory=_Exchange)
    XNYS: _Exchange = Field(default_factory=_Exchange)


def shipped_corrections(name: str) -> Corrections:
    """Return the corrections that come with the program."""
    return _parsed(files("config").joinpath(_SHIPPED).read_text("utf-8"), _SHIPPED, name)


def read_corrections(path: Path, name: str) -> Corrections:
    """Return the corrections for exchange `name` in a file of the same format as krx_sessions.json.

    Raises:
        CalendarError: The file can't be read or used; the text names the entry and what is wrong.
    """
    try:
        return _parsed(read_text(path), str(path), name)
    except ConfigError as error:
        raise CalendarError(str(error)) from error


def corrected(table: Mapping[date, Hours], corrections: Corrections) -> dict[date, Hours]:
    """Return `table` with the corrected days changed, added or taken out."""
    merged: dict[date, Hours | None] = {**table, **corrections.days}
    return {day: hours for day, hours in merged.items() if hours is not None}


def _parsed(text: str, where: str, name: str) -> Corrections:
    data = parse_json(text, where)
    try:
        exchange: _Exchange = getattr(_File.model_validate(data), name)
    except ValidationError as error:
        problems = "; ".join(_plain(problem) for problem in error.errors())
        raise CalendarError(f"{where}: {problems}") from error
    days = {entry.day: entry.hours() for entry in exchange.sessions}
    return Corrections(days, exchange.checked_until)


def _plain(problem: Any) -> str:
    """Say one of pydantic's findings with entries counted from 1."""
    place = " ".join(
        f"entry {part + 1}" if isinstance(part, int) else part for part in problem["loc"]
    )
    text = problem["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(problem["input"], dict | list) else f" (was {problem['input']!r})"
    return f"{place or 'the file'}: {text}{shown}"
