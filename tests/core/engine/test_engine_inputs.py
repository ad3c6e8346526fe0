"""Nothing tells the engine anything behind its ports' backs: it could not be replayed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests import project

ENGINE = ("engine", "execution", "risk", "rules", "scoring.py", "portfolio.py", "bars.py")
HIDDEN = {"time", "random", "secrets", "uuid", "os", "threading", "socket"}
BESIDE = {"core/engine/bundle.py"}
"""Runs beside the engine, as a port of it."""


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]
            if node.module == "core.clock":
                yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("part", ENGINE)
def test_the_engine_asks_nobody_but_its_ports(part: str) -> None:
    place = project.ROOT / "core" / part
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    hidden = HIDDEN | {"monotonic", "WallClock", "ScaledClock"}
    found = {
        name: sorted(asked)
        for path in files
        if (name := path.relative_to(project.ROOT).as_posix()) not in BESIDE
        and (asked := hidden & set(imported(path.read_text("utf-8"))))
    }
    # `Outside` names the real clock as the port it is, unless another one is given.
    assert found in ({}, {"core/engine/outside.py": ["monotonic"]})
