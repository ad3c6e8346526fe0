"""What every command starts from: settings, home folder, language, calendar, journal."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from config import arguments, logs, paths, store
from config.files import write_atomically
from config.schema import Settings
from config.sections import JournalOptions, WindowOptions
from config.text import Text
from core.clock import WallClock
from core.journal.writer import SqlJournal, open_or_set_aside
from core.sessions import CalendarOptions, TradingCalendar, open_calendar

VERSION = "0.1.0"
_LAST_RUN = "last_run.json"


class Program:
    """The surroundings of one command."""

    def __init__(self, args: Namespace) -> None:
        """Load the settings and begin to log.

        Raises:
            ConfigError: The settings or the home folder can't be used.
        """
        self.home: Path = args.home or paths.default_home()
        path: Path = args.config or paths.default_config_path()
        self.loaded = store.load(path, os.environ, args.set)
        self.language = arguments.language_of(
            args.lang or self.settings[WindowOptions].language, os.environ
        )
        self.zone = ZoneInfo(self.settings[CalendarOptions].timezone)
        logs.set_up(self.home, args.log_level or "info")
        for note in self.loaded.notes:
            self.say(note)

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @cached_property
    def calendar(self) -> TradingCalendar:
        return open_calendar(
            self.settings[CalendarOptions].calendar,
            self.zone,
            cache_dir=self.home / "cache",
            overrides=self.home / "sessions.json",
        )

    @cached_property
    def clock(self) -> WallClock:
        return WallClock(self.zone)

    @property
    def journal_target(self) -> str | Path:
        """A database URL, or the file in the home folder."""
        return self.settings[JournalOptions].url or self.home / "journal.sqlite"

    def open_journal(self) -> SqlJournal:
        """Open the journal; a damaged file is set aside, and that is said.

        Raises:
            JournalError: It can't be opened or written.
        """
        target = self.journal_target
        if isinstance(target, str):
            return SqlJournal(target)
        journal, note = open_or_set_aside(target, self.clock.now())
        if note:
            self.say(Text.of(note))
        return journal

    def remember_exchange_state(self, path: Path | None) -> None:
        """Note which books the simulated exchange of this run keeps, for a later `flatten`."""
        text = json.dumps({"exchange_state": str(path.absolute()) if path else None})
        write_atomically(self.home / _LAST_RUN, text)

    def last_exchange_state(self) -> Path | None:
        """Return the exchange books of the last run, None if it kept none."""
        try:
            kept = json.loads((self.home / _LAST_RUN).read_text("utf-8"))["exchange_state"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Path(kept) if kept else None

    def save(self, settings: Settings) -> None:
        """Keep changed settings in the user's file; raises ConfigError where that fails."""
        self.loaded = store.save(self.loaded, settings)

    def say(self, text: Text) -> None:
        """Tell the person at the terminal; never on standard output, which is for results."""
        sys.stderr.write(text.in_(self.language) + "\n")
        sys.stderr.flush()
