"""The calendar by what lies in a home folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from core.sessions import calendar_of_home, corrections_of

SEOUL = ZoneInfo("Asia/Seoul")


def test_the_corrections_of_the_home_count(tmp_path: Path) -> None:
    assert calendar_of_home(tmp_path, "XKRX", SEOUL).session(date(2026, 11, 23)) is not None
    closed = {"XKRX": {"sessions": [{"day": "2026-11-23", "closed": True, "reason": "x"}]}}
    corrections_of(tmp_path).write_text(json.dumps(closed), "utf-8")
    assert calendar_of_home(tmp_path, "XKRX", SEOUL).session(date(2026, 11, 23)) is None


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert calendar_of_home(home, "XKRX", SEOUL).session(date(2026, 11, 23)) is not None
    assert not home.exists()
