"""The program as a person uses it: a command line in, an exit code and two streams out."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import app
from core.clock import monotonic
from core.domain.errors import JournalError
from core.journal import StoredRecord, read
from tests import project

PATIENCE_S = 60.0
EAGER = ("--set", "strategy.buy_threshold=0.5")
"""Makes the demo market's first minutes enough for positions."""
FEW = ("--set", "market.symbols=005930,000660,005380")
"""Spares time where three symbols show as much as ten."""

A_MONDAY = {
    "TERMINAL_BROKER__SIMULATED_DAY": "2026-11-23",
    "TERMINAL_JOURNAL__DAILY_TWIN": "false",
}
"""The demo's market is another one every day: tests trade on the same one whenever they run.

Nor is every day that a test trades through traded once more in a backtest.
"""

DATA = project.ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="no market data beside the checkout")
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; nothing else may be there."""
        (line,) = self.out.splitlines()
        found = json.loads(line)
        assert isinstance(found, dict)
        return found

    @property
    def said(self) -> str:
        """The one line on standard error of a command that failed."""
        assert self.out == ""
        (line,) = self.err.splitlines()
        return line


class Process:
    """A command running in a process of its own."""

    def __init__(self, popen: subprocess.Popen[str], journal: Path) -> None:
        self._popen, self._journal = popen, journal

    def until(self, is_so: Callable[[], object]) -> None:
        """Wait until `is_so()`; fails when the process ends before that."""
        deadline, pause = monotonic() + PATIENCE_S, threading.Event()
        while not is_so():
            if self._popen.poll() is not None:
                pytest.fail(f"the process ended: {self.outcome()}")
            assert monotonic() < deadline, "it never came to that"
            pause.wait(0.02)

    def until_it_holds(self, symbols: int = 1) -> None:
        self.until(lambda: len(holdings(self._journal)) >= symbols)

    def signal(self, number: int) -> None:
        self._popen.send_signal(number)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def outcome(self) -> Outcome:
        """Wait for its end."""
        out, err = self._popen.communicate(timeout=PATIENCE_S)
        return Outcome(self._popen.returncode, out, err)

    def kill(self) -> None:
        self._popen.kill()
        self._popen.communicate()


class Terminal:
    """One user's home folder and settings file, and commands on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.config = folder / "home", folder / "config.json"
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text("{}", "utf-8")
        self._processes: list[Process] = []

    @property
    def journal(self) -> Path:
        return self.home / "journal.sqlite"

    def words(self, *words: object) -> list[str]:
        own = ("--home", self.home, "--config", self.config)
        return [str(word) for word in (*words, *own)]

    def run(self, *words: object) -> Outcome:
        """Run a command in this process."""
        return in_process(self.words(*words))

    def start(self, *words: object, encoding: str = "utf-8", **options: Any) -> Process:
        """Run a command in a process of its own, whose output is in `encoding`."""
        popen = subprocess.Popen(
            [sys.executable, str(project.ROOT / "app.py"), *self.words(*words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding=encoding,
            env=plain_environment(encoding),
            **options,
        )
        self._processes.append(Process(popen, self.journal))
        return self._processes[-1]

    def records(self, *kinds: str) -> list[StoredRecord]:
        return list(read(self.journal, kinds))

    def close(self) -> None:
        for process in self._processes:
            if process.is_running:
                with suppress(ProcessLookupError):
                    process.signal(signal.SIGCONT if sys.platform != "win32" else signal.SIGTERM)
                process.kill()


def plain_environment(encoding: str) -> dict[str, str]:
    """Return the environment without the user's settings, language and screen."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TERMINAL_", "LC_"))}
    own = {"LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": encoding}
    return kept | own | A_MONDAY


def in_process(words: list[str]) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), _logging_restored():
        code = app.main(words)
    return Outcome(code, out.getvalue(), err.getvalue())


def holdings(journal: Path) -> dict[str, int]:
    """Return the shares held by the last fills in a journal; none where there is no journal yet."""
    held: dict[str, int] = {}
    with suppress(JournalError):
        for record in read(journal, ("fill",)):
            held[record.body["fill"]["symbol"]] = record.body["position_after"]
    return {symbol: shares for symbol, shares in held.items() if shares}


def freeze(running: Process, *files: Path) -> None:
    """Stop the process, at a moment when it is not just writing to one of its databases."""
    while True:
        running.signal(signal.SIGSTOP)
        os.waitpid(running.pid, os.WUNTRACED)
        if all(map(is_free, files)):
            return
        running.signal(signal.SIGCONT)


def is_free(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        db.execute("ROLLBACK")
        return True


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Return what has to be the same twice."""
    return {k: v for k, v in result.items() if k not in ("wall_s", "rate", "journal", "out")}


@contextmanager
def _logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in root.handlers[:]:
            if getattr(handler, "is_ours", False):
                root.removeHandler(handler)
                handler.close()
