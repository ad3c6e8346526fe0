from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker import lines
from core.drills.bench import Bench
from core.sessions import open_calendar
from tests import project
from tests.builders import SEOUL

MakeBench = Callable[..., Bench]
CALENDAR = open_calendar("XKRX", SEOUL)


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    """Return a function that gives a drill its surroundings, as app.py does."""
    made: list[Bench] = []

    def make(kills: int = 20, seed: int = 1) -> Bench:
        command = (sys.executable, str(project.ROOT / "app.py"))
        made.append(Bench(tmp_path, lines.emulated, CALENDAR, command, seed, kills))
        return made[-1]

    yield make
    for bench in made:
        bench.close()
