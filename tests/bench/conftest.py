"""The table of figures, the peers' environment, and the display that windows are measured on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.figures import Figures
from tests.project import ROOT

PEERS = ROOT / "tests" / "bench" / "peers"
PEER_ENV = Path(os.environ.get("TERMINAL_BENCH_ENV", ROOT / ".venv-bench"))
VNPY = "vnpy==4.5.0"
TIMEOUT_S = 600
_figures = pytest.StashKey[Figures]()

Run = Callable[..., dict[str, Any]]
"""Runs a script of this folder with arguments; returns the JSON object of its last line."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_figures] = Figures()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    found = config.stash[_figures]
    if not found.all:
        return
    terminalreporter.section("figures")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    terminalreporter.write_line(f"{os.cpu_count()} processors, load average {load}")
    for line in found.lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    return pytestconfig.stash[_figures]


@pytest.fixture(scope="session")
def run_peer() -> Run:
    """Run a script of peers/ by the Python of the peers' own environment."""
    found = [PEER_ENV / "bin" / "python", PEER_ENV / "Scripts" / "python.exe"]
    python = next((path for path in found if path.exists()), None)
    if python is None:
        make = f"{sys.executable} -m venv {PEER_ENV} && {found[0]} -m pip install {VNPY}"
        pytest.skip(f"no environment for the peers; make it by: {make}")

    def run(script: str, *args: object) -> dict[str, Any]:
        return _last_json([str(python), str(PEERS / script), *map(str, args)], dict(os.environ))

    return run


@pytest.fixture(scope="session")
def run_driver() -> Run:
    """Run a script of drivers/ by our own Python, in a process of its own."""
    folder = ROOT / "tests" / "bench" / "drivers"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(script: str, *args: object) -> dict[str, Any]:
        command = [sys.executable, str(folder / script), *map(str, args)]
        return _last_json(command, environment)

    return run


def _last_json(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[1]} ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
