"""Files of bars made for tests."""

from __future__ import annotations

from pathlib import Path

HEADER = "datetime,open,high,low,close,volume\n"


def rows(day: str) -> str:
    """Return a morning that goes up and down in waves of some ten bars."""
    lines = []
    for minute in range(200):
        wave = minute % 20
        close = 70_000 + 200 * (wave if wave < 10 else 20 - wave) + 100 * (minute % 3)
        hour, left = divmod(minute, 60)
        time = f"{day}T{9 + hour:02d}:{left:02d}:00"
        lines.append(f"{time},{close},{close + 200},{close - 200},{close},{100 + minute}\n")
    return "".join(lines)


def write_bars(folder: Path) -> Path:
    """Write two symbols' bars of two days to a new folder; return it."""
    folder.mkdir()
    for symbol in ("005930", "000660"):
        text = HEADER + rows("2026-11-23") + rows("2026-11-24")
        (folder / f"{symbol}_1min.csv").write_text(text, "utf-8")
    return folder
