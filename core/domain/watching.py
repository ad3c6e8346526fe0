"""What the engine says of its own health and of the data it trades on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from config.text import Text


@dataclass(frozen=True, slots=True)
class Pulsed:
    """Real time has passed, whatever the market's clock shows; only a window's driver says so."""

    real_s: float  # of a clock that only measures durations


@dataclass(frozen=True, slots=True)
class WindowBeat:
    """The window is alive; it says so once a second."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """Whether one thing that must always hold does hold."""

    name: str  # stable code
    title: Text
    is_ok: bool
    text: Text  # what is wrong, where, and what to do; empty while it holds


@dataclass(frozen=True, slots=True)
class InvariantsChecked:
    """What must always hold was looked at; only the newest counts."""

    time: datetime
    lamps: tuple[Lamp, ...]


@dataclass(frozen=True, slots=True)
class DataDoubted:
    """The feed's adapter has seen data of a symbol that can't be."""

    symbol: str
    time: datetime
    text: Text


class Health(Enum):
    """How a part of the terminal is, the worst last."""

    OK = "OK"
    OFF = "OFF"  # nothing is expected of it now
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Vital:
    """When one part of the terminal last gave a sign of life."""

    name: str  # stable code: "engine", "feed", "broker", "journal", "window", "clock", "ai"
    title: Text
    age_s: float | None  # real seconds since; None: none yet. Of the clock: how far off it is
    health: Health
    text: Text  # what the age means, and what to do


@dataclass(frozen=True, slots=True)
class VitalsUpdated:
    """Every part's sign of life, at most once a second; only the newest counts."""

    time: datetime
    vitals: tuple[Vital, ...]


class SymbolState(Enum):
    """What a symbol's data are worth."""

    LIVE = "LIVE"
    QUIET = "QUIET"  # no trade for long, as happens; others trade
    DEAD = "DEAD"  # a silence that its own rhythm or the whole feed's does not explain
    SUSPECT = "SUSPECT"  # data that can't be
    INTERRUPTED = "INTERRUPTED"  # VI, circuit breaker
    AUCTION = "AUCTION"
    HALTED = "HALTED"  # 거래정지
    CLOSED = "CLOSED"  # no session


@dataclass(frozen=True, slots=True)
class SymbolStateChanged:
    symbol: str
    time: datetime
    state: SymbolState
    text: Text  # why, where it is DEAD or SUSPECT; empty else
