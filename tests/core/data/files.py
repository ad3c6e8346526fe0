"""Finds the real market data beside the checkout, and writes small files."""

from __future__ import annotations

import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.text import Text

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
