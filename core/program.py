"""What every command starts from: settings, home folder, language, calendar, journal."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from config import arguments, logs, paths, secrets, store
from config.errors import ConfigError
from config.files import write_atomically
from config.schema import Settings
from config.sections import JournalOptions, LogOptions, WindowOptions
from config.store import Loaded
from config.text import Text
from core.clock import WallClock
from core.engine.day_memory import DayMemory
from core.instance import InstanceLock
from core.journal.writer import SqlJournal, open_or_set_aside
from core.sessions import CalendarOptions, TradingCalendar, calendar_of_home, corrections_of
from core.user_code import UserCode, refuse_trust

VERSION = "0.1.0"
_LAST_RUN = "last_run.json"
_TRADING = frozenset({"gui", "headless", "replay", "flatten"})
_BEGINS_TRADING = frozenset({"gui", "headless", "replay"})
_LENIENT = frozenset({"doctor", "config"})
_WITHOUT_USER_CODE = frozenset({"flatten", "drill"})
"""Getting out must not hang on anybody's code."""


def account_of(books: Path) -> str:
    """Return by what key the journal knows an account, named by where its books or days are."""
    return sha256(str(books.absolute()).encode()).hexdigest()[:12]


def _check_named(path: Path | None) -> None:
    """Refuse a settings file that was named and is not there: defaults could trade too much.

    Without a name the default path may be absent, as it is at the first start.
    """
    if path is not None and not path.exists():
        raise ConfigError(
            Text(
                f"설정 파일이 없습니다: {path}. --config의 경로를 확인하거나, 기본값으로 "
                "시작하려면 --config를 빼세요",
                f"there is no settings file {path}; check the path after --config, or leave it "
                "out to start with the defaults",
            )
        )


class Program:
    """The surroundings of one command.

    Attributes:
        home: The folder of journal, logs, layout and caches.
        lock: Held by a command that trades.
        has_lost_journal: Whether a damaged journal was set aside.
    """

    home: Path
    lock: InstanceLock
    has_lost_journal: bool = False
    _own: Loaded | None = None  # the user's own settings while others are borrowed

    def __init__(self, args: Namespace) -> None:
        """Load the settings and begin to log; only a command that trades writes a log file.

        Raises:
            ConfigError: The settings or the home folder can't be used. Commands that are there to
                say what is wrong with them start all the same.
        """
        self.home = args.home or paths.default_home()
        path: Path = args.config or paths.default_config_path()
        self._args = args
        try:
            if args.command in _BEGINS_TRADING:
                _check_named(args.config)
            self._use_own_code(args)
            self.configuration: Loaded | ConfigError = self._read_settings(path)
        except ConfigError as error:
            if args.command not in _LENIENT:
                raise
            self.configuration = error
        self.language = arguments.language_of(
            args.lang or self.settings[WindowOptions].language, os.environ
        )
        self.zone = ZoneInfo(self.settings[CalendarOptions].timezone)
        self._log_level: str | None = args.log_level
        secrets.hide_known(os.environ, self.settings.flat().values())
        self._begin_log(args)
        if isinstance(self.configuration, Loaded):
            for note in self.configuration.notes:
                self.say(note)
            if args.command not in _WITHOUT_USER_CODE:
                self._say_of_own_code(self.configuration)
            if args.config is not None and not path.exists():
                self.say(
                    Text(
                        f"설정 파일 {path}이(가) 없어 기본값을 씁니다",
                        f"there is no settings file {path}; the defaults are used",
                    )
                )

    @cached_property
    def user_code(self) -> UserCode:
        """The user's own indicators, rules and predictors."""
        return UserCode(self.home)

    def reload(self) -> None:
        """Load code that was trusted since the start, and read the settings anew with its options.

        Raises:
            ConfigError: They can't be used.
        """
        self.user_code.load()
        self.configuration = self._read_settings(self.loaded.path)

    def _use_own_code(self, args: Namespace) -> None:
        """Load what is trusted of the user's own, before settings are read: it declares some."""
        own = self.user_code
        own.look()
        if getattr(args, "mode", "") == "live":
            refuse_trust(args.trust)
        own.trust(args.trust)
        if args.command not in _WITHOUT_USER_CODE:
            own.load_only()
        if args.command != "gui":  # a window listens itself
            own.troubles.listen(lambda trouble: self.say(trouble.text))

    def _say_of_own_code(self, loaded: Loaded) -> None:
        """Say what does not run, unless a window is about to ask."""
        is_asked = self._args.command == "gui" and self._args.mode != "live"
        for note in () if is_asked else (*self.user_code.notes(), *loaded.left_out_notes):
            self.say(note)

    def _read_settings(self, path: Path) -> Loaded:
        left_out = self.user_code.settings_left_out()
        return store.load(path, os.environ, self._args.set, left_out)

    def _begin_log(self, args: Namespace) -> None:
        options = self.settings[LogOptions]
        level = self._log_level or options.level
        if args.command not in _TRADING:
            logs.set_up(None, level)
            return
        try:
            logs.set_up(self.home, level, options.keep_days, self.clock.now().timestamp())
        except ConfigError as error:
            if args.command != "flatten":
                raise
            logs.set_up(None, level)  # getting out matters more
            self.say(error.text)

    @property
    def loaded(self) -> Loaded:
        """The settings with where each came from; raises ConfigError where they are broken."""
        if isinstance(self.configuration, ConfigError):
            raise self.configuration
        return self.configuration

    @property
    def settings(self) -> Settings:
        """The settings in force; the defaults where the configuration is broken."""
        found = self.configuration
        return Settings() if isinstance(found, ConfigError) else found.settings

    @cached_property
    def calendar(self) -> TradingCalendar:
        return calendar_of_home(self.home, self.settings[CalendarOptions].calendar, self.zone)

    @property
    def corrections(self) -> Path:
        """The file of the user's own corrections of the calendar; it may be absent."""
        return corrections_of(self.home)

    @cached_property
    def clock(self) -> WallClock:
        return WallClock(self.zone)

    @property
    def journal_target(self) -> str | Path:
        """A database URL, or the file in the home folder."""
        return self.settings[JournalOptions].target(self.home)

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
            self.has_lost_journal = True
            self.say(Text.of(note))
        return journal

    def remember_run(self, mode: str, exchange_state: Path | None) -> None:
        """Note what this run trades on and which books its simulated exchange keeps, if any.

        A later `flatten` must know where the shares are.
        """
        books = str(exchange_state.absolute()) if exchange_state else None
        text = json.dumps({"mode": mode, "exchange_state": books})
        write_atomically(self.home / _LAST_RUN, text)

    def day_memory(self, exchange_state: Path | None) -> DayMemory:
        """Return the memory of the account's trading day; an account in memory alone has none."""
        if exchange_state is None:
            return DayMemory()
        account = account_of(exchange_state)
        return DayMemory(self.home / f"day-{account}.json", account)

    def kiwoom_memory(self, mode: str, exchange_state: Path | None) -> DayMemory:
        """Return the same for live or paper; on paper without a file the books end with the run."""
        found = self.day_memory(exchange_state or self.home / mode)
        if mode == "paper" and exchange_state is None:
            found.account = ""
        return found

    def last_mode(self) -> str:
        """Return the mode of the last run, "" if there was none."""
        return str(self._last_run().get("mode", ""))

    def last_exchange_state(self) -> Path | None:
        """Return the exchange books of the last run, None if it kept none."""
        kept = self._last_run().get("exchange_state")
        return Path(kept) if isinstance(kept, str) and kept else None

    def _last_run(self) -> dict[str, object]:
        try:
            kept = json.loads((self.home / _LAST_RUN).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def save(self, settings: Settings) -> None:
        """Keep changed settings in the user's file; raises ConfigError where that fails."""
        secrets.hide_known({}, settings.flat().values())
        options = settings[LogOptions]
        logs.use(self._log_level or options.level, options.keep_days)
        if self._own is None:
            self.configuration = store.save(self.loaded, settings)
            return
        shown = {key: value for key, value in settings.flat().items() if key.startswith("ui.")}
        self._own = store.save(self._own, self._own.settings.changed(shown))
        self.configuration = replace(self.loaded, settings=settings)

    def borrow(self, settings: Settings, calendar: TradingCalendar) -> None:
        """Go on with settings and calendar of another day; only the look of the window is saved."""
        if self._own is None:
            self._own = self.loaded
        self.configuration = replace(self.loaded, settings=settings)
        self.calendar, self.zone = calendar, calendar.zone

    def say(self, text: Text) -> None:
        """Tell the person at the terminal; never on standard output, which is for results."""
        sys.stderr.write(text.in_(self.language) + "\n")
        sys.stderr.flush()
