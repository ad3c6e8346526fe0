"""A program of a drill's own: nothing of the user's settings, home folder or environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.schema import Settings
from config.store import Loaded
from config.text import Text
from core.program import Program
from core.sessions import TradingCalendar


class DrillProgram(Program):
    """The surroundings of one terminal in a drill; what it says is kept in `words`."""

    def __init__(self, home: Path, calendar: TradingCalendar, values: Mapping[str, Any]) -> None:
        self.home, self.calendar, self.zone = home, calendar, calendar.zone
        self.configuration = Loaded(Settings(values), {}, home / "config.json")
        self.language = "en"
        self.words: list[Text] = []

    def say(self, text: Text) -> None:
        self.words.append(text)
