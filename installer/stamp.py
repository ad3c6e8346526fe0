"""The note inside `.venv` that says what is installed there.

It is written last and removed before anything changes: a venv without one is half-made.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Dict, Sequence

from installer.layout import Layout
from installer.python_finder import WANTED

Digests = Dict[str, str]  # name of a requirements file -> its SHA-256


def is_current(layout: Layout, requirements: Sequence[str]) -> bool:
    """Whether the venv stands and holds what all these files list now."""
    installed = read(layout)
    return installed is not None and all(
        installed.get(name) == digest(layout.requirements(name)) for name in requirements
    )


def read(layout: Layout) -> Digests | None:
    """Return what is installed; None if the venv is half-made, moved, or lost its Python."""
    if not layout.python.exists() or not _base_python_exists(layout):
        return None
    try:
        note = json.loads(layout.stamp.read_text(encoding="utf-8"))
        if (note["venv"], note["python"]) != _identity(layout):
            return None
        installed = note["requirements"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return installed if isinstance(installed, dict) else None


def write(layout: Layout, installed: Digests) -> None:
    """Declare the venv complete."""
    venv, python = _identity(layout)
    note = {"venv": venv, "python": python, "requirements": installed}
    fresh = layout.stamp.with_suffix(".new")
    fresh.write_text(json.dumps(note, indent=1), encoding="utf-8")
    fresh.replace(layout.stamp)


def remove(layout: Layout) -> None:
    """Declare the venv half-made."""
    if layout.stamp.exists():
        layout.stamp.unlink()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _identity(layout: Layout) -> tuple[str, str]:
    # Scripts inside a venv hold its absolute path, so a moved one does not work.
    return str(layout.venv), ".".join(map(str, WANTED))


def _base_python_exists(layout: Layout) -> bool:
    if not layout.windows:
        return True  # the venv's python is a link, and exists() has followed it
    # There the venv has a python.exe of its own that outlives the Python it stands on.
    try:
        lines = (layout.venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    homes = [line.partition("=")[2].strip() for line in lines if line.startswith("home ")]
    return bool(homes) and Path(homes[0], "python.exe").exists()
