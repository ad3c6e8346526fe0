"""From nothing to the first painted window, and the memory of a whole simulated day.

The process ends by itself after the first paint. "Our own code" is all that is neither the
interpreter's start nor the import of somebody else's modules (their own time by `-X importtime`,
the standard library included), so what Qt does while our code runs counts as ours.
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from core.simulation.listings import listings
from tests.bench.figures import Figures
from tests.bench.scripts import platform, run_driver, run_driver_aloud

pytestmark = pytest.mark.bench

ROUNDS = 5
AIM_TOTAL_S, AIM_OWN_S, AIM_MB = 2.5, 0.8, 250
OURS = {"app", "config", "core", "broker", "gui"}
NOT_NEEDED = {"requests", "pandas", "exchange_calendars", "ta", "duckdb"}
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def start(home: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Start the window in a new process; return what it measured, and its stderr."""
    return run_driver_aloud("cold_start.py", monotonic(), home, options=options)


def others_import_s(stderr: str) -> float:
    """Return the seconds spent in modules that are not ours."""
    found = (_IMPORT.match(line) for line in stderr.splitlines())
    return sum(int(row[1]) / 1e6 for row in found if row and row[2].partition(".")[0] not in OURS)


def test_first_painted_window(figures: Figures, tmp_path: Path) -> None:
    plain = [start(tmp_path / f"home{number}")[0] for number in range(ROUNDS)]
    traced = [start(tmp_path / f"traced{number}", "-X", "importtime") for number in range(ROUNDS)]
    own = [
        found["painted_s"] - found["interpreter_s"] - others_import_s(stderr)
        for found, stderr in traced
    ]
    total_s = statistics.median(found["painted_s"] for found in plain)
    own_s = statistics.median(own)
    on = f"first painted window, on {platform()}"
    figures.note(on, f"{total_s:.2f} s", f"{AIM_TOTAL_S} s", total_s <= AIM_TOTAL_S)
    figures.note("  of it our own code", f"{own_s:.2f} s", f"{AIM_OWN_S} s", own_s <= AIM_OWN_S)
    loaded = NOT_NEEDED & set(plain[0]["modules"])
    figures.note("  loaded though not needed", ", ".join(sorted(loaded)) or "nothing")
    assert plain[0]["code"] == 0
    assert not loaded


@pytest.mark.parametrize("command", ["headless", "gui"])
def test_memory_after_a_day(figures: Figures, tmp_path: Path, command: str) -> None:
    symbols = ",".join(list(listings())[:20])
    found = run_driver("memory_of_a_day.py", command, tmp_path, symbols)
    mb = found["rss_mb"]
    what = {"headless": "without a window", "gui": "with the window"}[command]
    figures.note(f"memory after a day of 20 symbols, {what}", f"{mb:.0f} MB", "250 MB", mb < AIM_MB)
    figures.note("  that day took", f"{found['seconds']:.1f} s")
    assert found["code"] == 0
