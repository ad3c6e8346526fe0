"""Finds the real market data beside the checkout, and writes small files."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.text import Text
from core.data.ticks import TickFile
from core.domain.market import Tick
from core.domain.order import Side

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")

REAL = Path(__file__).parents[4] / "shared" / "data"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="no market data beside the checkout")


def real_files(pattern: str) -> list[Path]:
    return sorted(REAL.glob(pattern))


def is_krx(path: Path) -> bool:
    return path.name[0].isdigit()


def zone_of(path: Path) -> ZoneInfo:
    return SEOUL if is_krx(path) else NEW_YORK


def no_note(text: Text) -> None:
    raise AssertionError(f"unexpected note: {text.en}")


def write(path: Path, content: str | bytes) -> Path:
    """Write text or bytes, gzipped where the name ends in .gz."""
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


HEADER = "datetime,price,volume,bid,ask,side"
ROW = "2020-06-04T09:04:58+09:00,208000,3,208000,208500,S"
TICK = Tick(
    "005490",
    datetime(2020, 6, 4, 9, 4, 58, tzinfo=SEOUL),
    208_000,
    3,
    Side.SELL,
    208_000,
    208_500,
)


def ticks_of(path: Path, notes: list[Text] | None = None, in_won: bool = True) -> list[Tick]:
    """Read a tick file; without `notes` none may come."""
    note = no_note if notes is None else notes.append
    return list(TickFile(path, SEOUL, note, in_won))
