"""The rows of the emergency drills: which there are, and how each went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from config.text import Text
from core.drills.drill import FAMILIES, Family

_NOTHING = Text.of("")


class DrillState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DrillRow:
    """One drill; `number` is its place."""

    number: int
    code: str
    family: Text
    title: Text
    must: Text
    peers: str
    state: DrillState = DrillState.WAITING
    market_s: float | None = None
    real_s: float | None = None
    seen: Text = _NOTHING


class DrillRows:
    """Rows in order; the first that is not over runs."""

    def __init__(self) -> None:
        self._rows: dict[str, DrillRow] = {}

    @property
    def all(self) -> tuple[DrillRow, ...]:
        return tuple(self._rows.values())

    def count(self, state: DrillState) -> int:
        return sum(row.state is state for row in self._rows.values())

    def take(self, told: Mapping[str, Any]) -> None:
        """Take what was told of one drill; unknown lines change nothing."""
        code = told.get("code")
        if not isinstance(code, str):
            return
        known = self._rows.get(code)
        row = _row(len(self._rows) if known is None else known.number, told)
        self._rows[code] = row
        if "passed" in told:
            self.run_next()

    def run_next(self) -> None:
        """Mark the first drill that is not over as the running one, unless one runs."""
        if self.count(DrillState.RUNNING):
            return
        for code, row in self._rows.items():
            if row.state is DrillState.WAITING:
                self._rows[code] = replace(row, state=DrillState.RUNNING)
                return

    def stop(self) -> None:
        """Nothing runs any more."""
        for code, row in self._rows.items():
            if row.state is DrillState.RUNNING:
                self._rows[code] = replace(row, state=DrillState.WAITING)


def _row(number: int, told: Mapping[str, Any]) -> DrillRow:
    def text(name: str) -> Text:
        return Text(str(told.get(f"{name}_ko", "")), str(told.get(name, "")))

    passed = told.get("passed")
    states = {True: DrillState.PASSED, False: DrillState.FAILED}
    return DrillRow(
        number,
        str(told["code"]),
        FAMILIES[Family(told["family"])],
        text("title"),
        text("must"),
        ", ".join(map(str, told.get("peers", ()))),
        DrillState.WAITING if passed is None else states[bool(passed)],
        told.get("market_s"),
        told.get("real_s"),
        text("seen"),
    )


def last_result(file: Path) -> tuple[datetime, tuple[Mapping[str, Any], ...]] | None:
    """Return when the drills were last done and how each went; None where none can be read."""
    try:
        kept = json.loads(file.read_text("utf-8"))
        return datetime.fromisoformat(kept["time"]), tuple(kept["drills"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
