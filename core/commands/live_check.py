"""`doctor --live-check`: guides a person through a read-only self-test and keeps its log."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from config.files import write_atomically
from config.text import Text
from core.commands.console import DONE, FAILED, say_result
from core.program import VERSION, Program

_NUMBERS = re.compile(r"\d{8,}")
"""What may be an account number; shapes have no digits but 9."""


class Seen(Protocol):
    """One thing that a check has observed."""

    def as_json(self) -> dict[str, Any]: ...

    def line(self, language: str) -> str: ...


def report(program: Program, seen: Sequence[Seen], control: str, as_json: bool) -> int:
    """Save the log, say what was seen, and return the exit code: 1 where anything differs."""
    rows = [one.as_json() for one in seen]
    path = _save(program, rows, control)
    if as_json:
        say_result(json.dumps({"control": control, "log": str(path), "steps": rows}))
    else:
        for one in seen:
            say_result(one.line(program.language))
    differing = sum(row["verdict"] == "differs" for row in rows)
    skipped = sum(row["verdict"] == "skipped" for row in rows)
    program.say(
        Text(
            f"점검 {len(rows)}가지 · 다름 {differing} · 확인 못 함 {skipped} · 기록 {path}",
            f"{len(rows)} checks, {differing} differ, {skipped} not looked at; log: {path}",
        )
    )
    return FAILED if differing or not rows else DONE


def _save(program: Program, rows: list[dict[str, Any]], control: str) -> Path:
    now = program.clock.now()
    kept = {"version": VERSION, "time": now.isoformat(), "control": control, "steps": rows}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    program.home.mkdir(parents=True, exist_ok=True)
    path = program.home / f"live-check-{now:%Y%m%d-%H%M%S}.log"
    write_atomically(path, _without_secrets(text))
    return path


def _without_secrets(text: str) -> str:
    """Blank long numbers besides the ones that steps have blanked: nothing may slip through."""
    return _NUMBERS.sub(lambda found: "9" * len(found.group()), text)
