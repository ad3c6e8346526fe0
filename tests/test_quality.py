"""The rules of the house that a tool can check."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import project

MAX_LINES = 400
# Longer files, each with the reason why it may be.
LONG_FILES: dict[str, str] = {}
# Written so that this file does not match itself.
FOREIGN = re.compile(
    r"/(?:wor[k]|far[m])/|/roo[t]/|/hom[e]/\w|inde[x]-url|find-link[s]|"
    r"https?://[^ )]*(?:py[p]i\b|pythonhoste[d]|npmj[s]|debia[n])"
)


def check(*command: str) -> None:
    """Run one of the tools on the project; fail with what it says."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}", pytrace=False)


def test_ruff_finds_nothing() -> None:
    check("ruff", "check", "--output-format", "concise")


def test_everything_is_formatted() -> None:
    check("ruff", "format", "--check", "--output-format", "concise")


def test_types_agree() -> None:
    check("mypy")


def test_nothing_names_a_machine_or_a_registry() -> None:
    """Such a name works for one person, on one day."""
    found = [
        f"{project.name_of(path)}: {line}" for path in project.files() for line in foreign(path)
    ]
    assert found == []


def foreign(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []  # not a text
    return [line.strip() for line in text.splitlines() if FOREIGN.search(line)]


def test_no_file_is_too_long_to_read() -> None:
    lines = {project.name_of(path): count_lines(path) for path in project.files(".py")}
    long = {name: count for name, count in lines.items() if count > MAX_LINES}
    assert {name: long[name] for name in long.keys() - LONG_FILES.keys()} == {}
    assert LONG_FILES.keys() - long.keys() == set(), "no longer long: take it off the list"


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
