"""Twins as files in the home folder: a page to read, and the same for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from config.files import write_atomically
from config.text import Text
from core.backtest.twin.compare import Pair, Twin
from core.backtest.twin.page import page
from core.backtest.twin.plain import as_json
from core.backtest.twin.real_day import RealTrade
from core.domain.portfolio import Trade
from core.journal.encoding import dumps, from_json

FOLDER = "twins"


@dataclass(frozen=True, slots=True)
class Kept:
    """A twin with its files."""

    twin: Twin
    page: Path
    json: Path


def keep_twin(twin: Twin, home: Path, language: str) -> Kept:
    """Write a twin's page and JSON file; raises OSError where that fails.

    A later session of the same day takes the place of what was kept of the earlier ones.
    """
    path = _path(home, twin.day, twin.sessions[0])
    before = _read(path)
    if before is not None and before.is_final and before.sessions == twin.sessions:
        twin = replace(twin, is_final=True)  # made anew by hand, which makes it no less final
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = Kept(twin, path.with_suffix(".html"), path)
    write_atomically(kept.json, dumps(as_json(twin)) + "\n")
    write_atomically(kept.page, page(twin, language))
    return kept


def find_kept(home: Path, day: date, sessions: tuple[int, ...]) -> Twin | None:
    """Return what is kept of these sessions; None where that is nothing, or can't be read."""
    found = _read(_path(home, day, sessions[0]))
    return found if found is not None and found.sessions == sessions else None


def newest_kept(home: Path) -> Kept | None:
    """Return the twin of the last day that has one, None where none can be read."""
    paths = sorted((home / FOLDER).glob("*.json"), key=lambda path: path.name, reverse=True)
    for path in paths:
        twin = _read(path)
        if twin is not None:
            return Kept(twin, path.with_suffix(".html"), path)
    return None


def _path(home: Path, day: date, first: int) -> Path:
    return home / FOLDER / f"{day}-session-{first:06d}.json"


def _read(path: Path) -> Twin | None:
    try:
        return _twin(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, damaged, or of an older program: it is made anew


def _twin(body: dict[str, Any]) -> Twin:
    return Twin(
        tuple(body["sessions"]),
        body["mode"],
        date.fromisoformat(body["day"]),
        tuple(map(_pair, body["pairs"])),
        body["is_final"],
        tuple(Text(**note) for note in body["notes"]),
    )


def _pair(body: dict[str, Any]) -> Pair:
    real, twin, note = body["real"], body["backtest"], body["note"]
    return Pair(
        body["symbol"],
        None if real is None else from_json(RealTrade, real),
        None if twin is None else from_json(Trade, twin),
        None if note is None else Text(**note),
        body["tick"],
    )
