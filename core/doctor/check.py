"""What a check is given, what it finds, and the list of all checks."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.schema import Settings
from config.secrets import Keyring, system_keyring
from config.store import Loaded
from config.text import Text
from core.ports import Clock


class Level(Enum):
    OK = "ok"
    WARN = "warn"  # works, but something is missing or will go wrong later
    FAIL = "fail"  # the terminal can't work like this


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `advice` is empty where nothing need be done."""

    check: str  # stable code
    level: Level
    what: Text
    advice: Text = field(default_factory=lambda: Text.of(""))

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "level": self.level.value,
            "what": {"ko": self.what.ko, "en": self.what.en},
            "advice": {"ko": self.advice.ko, "en": self.advice.en},
        }

    def line(self, language: str) -> str:
        """Return it as one line for the terminal."""
        advice = self.advice.in_(language)
        text = f"[{self.level.value:<4}] {self.check}: {self.what.in_(language)}"
        return f"{text} → {advice}" if advice else text


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer and its Python, as far as checks look at them."""

    system: str = sys.platform
    python: tuple[int, int] = sys.version_info[:2]
    bits: int = 64 if sys.maxsize > 2**32 else 32
    name: str = field(default_factory=platform.platform)


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """Everything the checks look at; they read nothing else and change nothing."""

    clock: Clock  # this machine's
    home: Path
    configuration: Loaded | ConfigError  # what loading gave
    journal: str | Path  # file or URL
    requirements: Path  # the lock file with name==version lines
    environment: Mapping[str, str]
    machine: Machine = field(default_factory=Machine)
    keyring: Callable[[], Keyring | None] = system_keyring
    market: Clock | None = None  # the market's time, where a played one has its own
    version: str = ""  # the program's
    session: int | None = None  # the running one's number, which is not the last one

    @property
    def today(self) -> datetime:
        """The moment at the market."""
        return (self.market or self.clock).now()

    @property
    def settings(self) -> Settings:
        """The settings in force; the defaults where the configuration is broken."""
        found = self.configuration
        return Settings() if isinstance(found, ConfigError) else found.settings


Check = Callable[[DoctorContext], Finding]
_checks: dict[str, Check] = {}
Judged = tuple[Level, Text] | tuple[Level, Text, Text]


def check(name: str) -> Callable[[Callable[[DoctorContext], Judged]], Check]:
    """Register a function that returns level, what was found and, if need be, what to do."""

    def register(judge: Callable[[DoctorContext], Judged]) -> Check:
        def run(context: DoctorContext) -> Finding:
            return Finding(name, *judge(context))

        _checks[name] = run
        return run

    return register


def run_doctor(context: DoctorContext, names: Container[str] | None = None) -> list[Finding]:
    """Run every check, or those of these names.

    One that breaks is reported as failed and the others go on.
    """
    wanted = _checks if names is None else names
    return [_run(name, run, context) for name, run in _checks.items() if name in wanted]


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level, OK of none."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)


def _run(name: str, run: Check, context: DoctorContext) -> Finding:
    try:
        return run(context)
    except Exception as error:  # a doctor who dies of one illness misses the others
        return Finding(
            name,
            Level.FAIL,
            Text(f"점검하지 못했습니다: {error!r}", f"could not be checked: {error!r}"),
            Text("이 줄을 개발자에게 알려 주세요", "report this line to the developers"),
        )
