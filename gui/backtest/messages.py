"""What the window and the process that backtests for it say to each other; all can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from config.text import Text

if TYPE_CHECKING:
    from gui.backtest.workbench import Say, Workbench


class Lane(Enum):
    """Work of one lane is done in order; lanes do not wait for each other."""

    RUN = "run"
    PREVIEW = "preview"
    LOOK = "look"  # takes some milliseconds at most


class Work(Protocol):
    """One thing to be done in the other process."""

    lane: ClassVar[Lane]

    def do(self, bench: Workbench, say: Say) -> Any:
        """Return what came of it; raise TerminalError where that can't be done."""


# to the process


@dataclass(frozen=True, slots=True)
class Begin:
    """The first message.

    Attributes:
        home: Of caches, of the calendar's corrections and of the user's own code.
        journal: A database's URL or a file, to tell what was really traded.
        code: The sha256 of each file of that code which runs in the window, by name.
    """

    home: Path
    journal: str | Path
    code: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    number: int
    work: Work


@dataclass(frozen=True, slots=True)
class Cancel:
    number: int


# to the window; `number` is that of what was asked


@dataclass(frozen=True, slots=True)
class Progressed:
    number: int
    stage: Text
    share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a long result, so that no message takes long to read."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Ended:
    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    number: int
    text: Text
    is_canceled: bool = False
