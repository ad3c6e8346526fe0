"""A symbol search and an emulated broker's faults that only keep what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from config.schema import Settings
from config.text import Text
from core.domain.messages import Condition


@dataclass
class FakeSource:
    listed: int = 0
    run: list[tuple[Condition, bool]] = field(default_factory=list)
    stopped: list[Condition] = field(default_factory=list)

    def request_conditions(self) -> None:
        self.listed += 1

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        self.run.append((condition, is_real_time))

    def stop_condition(self, condition: Condition) -> None:
        self.stopped.append(condition)


@dataclass
class FakeFaults:
    section: str = "emulator"
    actions: Sequence[tuple[str, Text]] = (("disconnect", Text("접속 끊기", "Disconnect")),)
    used: list[Any] = field(default_factory=list)
    acted: list[tuple[str, str]] = field(default_factory=list)

    def use(self, settings: Settings) -> None:
        self.used.append(settings)

    def act(self, code: str, symbol: str) -> None:
        self.acted.append((code, symbol))
