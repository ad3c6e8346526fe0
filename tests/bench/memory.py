"""How much memory a process has had; for our drivers and for the peers' Python."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_mb() -> float:
    """Return the most resident megabytes (2**20 bytes) that this process has had.

    On Linux not getrusage's: that one also counts what the process was forked from.
    """
    if sys.platform == "win32":
        import psutil

        peak: int = psutil.Process().memory_info().peak_wset
        return peak / 2**20
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = next(line for line in lines if line.startswith("VmHWM:"))
    return int(found.split()[1]) / 1024


def forget_peak() -> None:
    """Count from what is resident now; only Linux can, elsewhere the peak stays what it was."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
