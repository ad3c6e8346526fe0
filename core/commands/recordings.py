"""Which recording is meant, and the surroundings it was made in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from config.errors import ConfigError
from config.layers import Layer
from config.schema import Settings
from config.text import Text
from core.blackbox.header import Header
from core.blackbox.shelf import ENDING, Shelf
from core.program import Program
from core.sessions import CalendarOptions, TradingCalendar, cache_of, open_calendar

LAST = "last"
_OWN = ("ui.", "log.", "journal.", "alerts.")
"""Sections that are this machine's, whatever is replayed on it."""


def recording_of(program: Program, words: Sequence[str]) -> Path | None:
    """Return the recording that a command line names; None where it names files of ticks.

    A recording is named by its file, by its session's number, by its day, or as "last".

    Raises:
        RecordingError: There is no such recording.
        ConfigError: More is named besides.
    """
    named = [word for word in words if _names_recording(word)]
    if not named:
        return None
    if len(words) > 1:
        raise ConfigError(
            Text(
                f"{named[0]}: 녹화는 하나만 재생할 수 있습니다. 녹화 하나만, 또는 체결 파일만 "
                "주세요",
                f"{named[0]}: a recording is replayed alone; name one recording, or files of "
                "ticks only",
            )
        )
    (word,) = named
    shelf = Shelf(program.home)
    if word.endswith(ENDING):
        return Path(word)
    if word == LAST:
        return shelf.find()
    day = _day(word)
    return shelf.find(int(word)) if day is None else shelf.find_day(day)


def calendar_of(program: Program, header: Header) -> TradingCalendar:
    """Return the calendar as it was corrected when the session was recorded."""
    options, cache = header.settings[CalendarOptions], cache_of(program.home)
    with TemporaryDirectory() as folder:
        own = Path(folder) / program.corrections.name
        if header.corrections:
            own.write_text(header.corrections, "utf-8")
        zone = ZoneInfo(header.zone)
        return open_calendar(options.calendar, zone, cache_dir=cache, overrides=own)


def settings_of(program: Program, header: Header) -> Settings:
    """Return the settings of then, with what the command line says, and this machine's own."""
    origins, now = program.loaded.origins, program.settings.flat()
    kept = {
        key: value
        for key, value in now.items()
        if key.startswith(_OWN) or origins[key].layer is Layer.COMMAND_LINE
    }
    return header.settings.changed(kept)


def _names_recording(word: str) -> bool:
    if word.endswith(ENDING) or word == LAST:
        return True
    return not Path(word).exists() and (word.isdigit() or _day(word) is not None)


def _day(word: str) -> date | None:
    if word.isdigit():
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
