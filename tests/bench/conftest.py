"""The table of figures, and the peers' own environment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.bench.figures import Figures
from tests.bench.scripts import PEER_ENV, peer_python

PEERS = (
    "vnpy==4.5.0",
    "vnpy_ctastrategy==1.4.1",
    "vectorbt[rust]==1.2.0",
    "backtesting==0.6.6",
    "backtrader==1.9.78.123",
)
_figures = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_figures] = Figures()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    found = config.stash[_figures]
    if not found.all:
        return
    terminalreporter.section("figures")
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    terminalreporter.write_line(f"{psutil.cpu_count()} processors, load average {load}")
    for line in found.lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    return pytestconfig.stash[_figures]


@pytest.fixture(scope="session")
def peers() -> Path:
    """The Python that has the peers installed; skips, with how to make it, where there is none."""
    found = peer_python()
    if found is None:
        python = PEER_ENV / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        wanted = " ".join(f'"{package}"' for package in PEERS)
        make = f"{sys.executable} -m venv {PEER_ENV} && {python} -m pip install {wanted}"
        pytest.skip(f"no environment for the peers; make it by: {make}")
    return found
