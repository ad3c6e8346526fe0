"""Which files of the user's own run in this process; `core.user_code` keeps it up to date."""

from __future__ import annotations

_running: dict[str, str] = {}  # sha256 by file name


def note(name: str, sha256: str) -> None:
    """Say that a file runs from now on, with this content."""
    _running[name] = sha256


def forget_all() -> None:
    """Say that none runs any more."""
    _running.clear()


def running() -> dict[str, str]:
    """Return the sha256 of every file that runs, by its name."""
    return dict(_running)
