"""Running other programs during the set-up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from typing import Sequence

LAST_LINES = 60


class CommandError(Exception):
    """A program ended with an error.

    Attributes:
        tail: The last lines it wrote.
    """

    def __init__(self, command: Sequence[str], exit_code: int, tail: str) -> None:
        super().__init__(f"{' '.join(command)}: exit code {exit_code}")
        self.tail = tail


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run `command` to its end and pass its lines on to stderr as they come.

    Args:
        environment: Added to this process's own.

    Raises:
        CommandError: If it cannot start or ends with another code than 0.
    """
    tail: deque[str] = deque(maxlen=LAST_LINES)
    try:
        process = _start(command, environment)
    except OSError as error:
        raise CommandError(command, 127, str(error)) from error
    with process:
        try:
            _pass_on(process, tail)
        except BaseException:  # Ctrl+C or a request to end: nothing may go on behind our back
            process.kill()
            raise
    if process.returncode:
        raise CommandError(command, process.returncode, "".join(tail))


def _pass_on(process: subprocess.Popen[str], tail: deque[str]) -> None:
    assert process.stdout is not None  # it is a pipe
    for line in process.stdout:
        tail.append(line)
        sys.stderr.write(f"  {line}")
        sys.stderr.flush()


def output(command: Sequence[str], environment: dict[str, str] | None = None) -> str | None:
    """Return what `command` writes to stdout, or None if it cannot start, fails or hangs."""
    try:
        result = subprocess.run(
            command,
            env=_merged(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.decode("utf-8", "replace")


def _start(command: Sequence[str], environment: dict[str, str] | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=_merged(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )


def _merged(environment: dict[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(environment or {})}
