"""What a drill is given: a fresh folder, an emulated Kiwoom, and ways to start a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from config.schema import Settings
from config.text import Text
from core.commands.stepped import Connect
from core.drills.child import Child, start
from core.drills.stage import Scene, Stage
from core.sessions import TradingCalendar

DAY = date(2026, 11, 23)
"""The day of every drill, so that its market is the same whenever it runs: a Monday."""

Wire = Callable[[Settings, TradingCalendar], Connect]
"""Makes what puts Kiwoom's adapter, on the emulated control, before a venue."""


def nobody(_: Text) -> None:
    """Take a word nobody wants to hear."""


@dataclass
class Bench:
    """One drill's own surroundings; nothing of the user's is touched.

    Attributes:
        folder: Empty, and the drill's alone.
        command: What begins the command line of a child, such as ("python", "app.py").
        seed: Of the market and of everything that is drawn by chance.
        kills: How often the kill drill kills.
    """

    folder: Path
    wire: Wire
    calendar: TradingCalendar
    command: Sequence[str] = ()
    seed: int = 1
    kills: int = 20
    say: Callable[[Text], None] = nobody
    _children: list[Child] = field(default_factory=list)
    _stages: list[Stage] = field(default_factory=list)

    def stage(self, scene: Scene | None = None, name: str = "home", **values: Any) -> Stage:
        """Open a terminal in this process; `values` are settings with `__` for the dot.

        Two of the same `name` have one home folder and one exchange: the second finds what the
        first has left.
        """
        made = Stage(
            scene or Scene(),
            {key.replace("__", "."): value for key, value in values.items()},
            self.folder / name,
            self.wire,
            self.calendar,
            DAY,
            self.seed,
        )
        self._stages.append(made)
        return made

    def child(self, words: Sequence[object], environment: Mapping[str, str] | None = None) -> Child:
        """Start a command of this program in a process of its own."""
        own = {"TERMINAL_BROKER__SIMULATED_DAY": DAY.isoformat(), **(environment or {})}
        made = start([*self.command, *map(str, words)], own)
        self._children.append(made)
        return made

    def victim(self, *words: str) -> Child:
        """Start a process that dies by itself, or is to be killed (`core.drills.doom`)."""
        return self.child(("drill", "--victim", json.dumps(words)))

    def close(self) -> None:
        """End everything that was started and still runs."""
        for child in self._children:
            child.kill()
        for stage in self._stages:
            stage.drop()
