"""Runs the scripts of peers/ and drivers/, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.project import ROOT

_FOLDER = ROOT / "tests" / "bench"
PEER_ENV = Path(os.environ.get("TERMINAL_BENCH_ENV", ROOT / ".venv-bench"))
_TIMEOUT_S = 600


def platform() -> str:
    """Return where windows are opened: on a real display, or by Qt's platform of that name."""
    has_display = sys.platform != "linux" or bool(os.environ.get("DISPLAY"))
    return os.environ.get("QT_QPA_PLATFORM") or ("a real display" if has_display else "offscreen")


def peer_python() -> Path | None:
    """Return the Python of the peers' environment, None where nobody has made one."""
    found = (PEER_ENV / "bin" / "python", PEER_ENV / "Scripts" / "python.exe")
    return next((path for path in found if path.exists()), None)


def run_peer(python: Path, script: str, *args: object) -> dict[str, Any]:
    """Run a script of peers/; return the JSON object in its last line."""
    return _run([str(python), str(_FOLDER / "peers" / script), *map(str, args)])[0]


class AskedPeer:
    """A script of peers/ that stays, does a round whenever it is asked, and reports at the end."""

    def __init__(self, python: Path, script: str, *args: object) -> None:
        self._process = subprocess.Popen(
            [str(python), str(_FOLDER / "peers" / script), *map(str, args)],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> AskedPeer:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:  # closes its pipes and waits for it
            self._process.kill()

    def round_ms(self) -> float:
        """Return what one round took, in milliseconds by the peer's own watch."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def report(self) -> dict[str, Any]:
        """End it; return the JSON object that it says at last."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        found: dict[str, Any] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        return line


def run_driver(script: str, *args: object, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run a script of drivers/ by our own Python; return the JSON object in its last line."""
    return run_driver_aloud(script, *args, options=options)[0]


def run_driver_aloud(
    script: str, *args: object, options: tuple[str, ...] = ()
) -> tuple[dict[str, Any], str]:
    """Run it as `run_driver` does; return its stderr too."""
    return _run([sys.executable, *options, str(_FOLDER / "drivers" / script), *map(str, args)])


def _environment() -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": str(ROOT)}
    if platform() == "offscreen":
        found["QT_QPA_PLATFORM"] = "offscreen"
    return found


def _run(command: list[str]) -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        command,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found, done.stderr
