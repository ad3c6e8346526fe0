"""A terminal in a process of its own, which can be killed like one that crashed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.text import Text
from core.clock import monotonic, wait
from core.drills.drill import DrillFailedError

PATIENCE_S = 120.0
_LOOK_S = 0.02
_KILLED = signal.SIGTERM if sys.platform == "win32" else -signal.SIGKILL


class Child:
    """One such process; its output is kept until it has ended."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self._popen = popen
        self.out = self.err = ""

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    @property
    def was_killed(self) -> bool:
        """Whether it ended as if by a power cut, not by itself."""
        return self._popen.returncode == _KILLED

    @property
    def json(self) -> dict[str, Any]:
        """Return the one JSON object on its standard output."""
        found = json.loads(self.out)
        if not isinstance(found, dict):
            raise DrillFailedError(Text.of(f"no JSON object: {self.out}"))
        return found

    def finish(self) -> int:
        """Wait for its end; return its exit code, below 0 on POSIX where a signal ended it.

        Raises:
            DrillFailedError: It did not end for two minutes.
        """
        try:
            self.out, self.err = self._popen.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise DrillFailedError(
                Text(
                    f"프로세스가 {PATIENCE_S:.0f}초 안에 끝나지 않았습니다: {self.err}",
                    f"a process did not end within {PATIENCE_S:.0f} s: {self.err}",
                )
            ) from None
        return self._popen.returncode

    def until(self, is_so: Callable[[], object]) -> None:
        """Wait until `is_so()`.

        Raises:
            DrillFailedError: The process ended before, or it took more than two minutes.
        """
        deadline, pause = monotonic() + PATIENCE_S, threading.Event()
        while not is_so():
            if not self.is_running or monotonic() > deadline:
                self.kill()
                raise DrillFailedError(
                    Text(
                        f"프로세스가 기대한 상태에 이르지 못했습니다: {self.err}",
                        f"a process never came to what was waited for: {self.err}",
                    )
                )
            wait(pause, _LOOK_S)

    def pause(self, seconds: float) -> None:
        """Let it work for a while."""
        wait(threading.Event(), seconds)

    def kill(self) -> None:
        """End it at once, wherever it is: SIGKILL, on Windows TerminateProcess."""
        if self.is_running:
            self._popen.kill()
            self.out, self.err = self._popen.communicate()


def start(words: Sequence[str], environment: Mapping[str, str]) -> Child:
    """Start a command without the user's own settings in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TERMINAL_", "LC_"))}
    own = {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", **environment}
    popen = subprocess.Popen(
        list(words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=kept | own,
    )
    return Child(popen)
