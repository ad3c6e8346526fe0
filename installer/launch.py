"""Hands over to the program, so that it answers the terminal itself."""

from __future__ import annotations

import os
import subprocess

from installer.console import INTERRUPTED

_ENDED_BY_CTRL_C = 0xC000013A  # what Windows reports then


def hand_over(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Return the exit code of `command`; on POSIX become it, so that signals reach it, too.

    Args:
        environment: Added to this process's own.
    """
    merged = {**os.environ, **(environment or {})}
    if os.name != "nt":
        os.execve(command[0], command, merged)
    return wait_for(subprocess.Popen(command, env=merged))


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of `process`, however often Ctrl+C is pressed meanwhile."""
    while True:
        try:
            exit_code = process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl+C went to the child as well; how it ends is up to it
        return INTERRUPTED if exit_code == _ENDED_BY_CTRL_C else exit_code
