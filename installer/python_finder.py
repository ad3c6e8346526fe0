"""Finds the CPython 3.11 on which `.venv` stands."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Callable, NamedTuple, Optional, Sequence

from installer import process
from installer.console import SetUpError, say

# The last Python for which every package has a 32-bit Windows wheel.
WANTED = (3, 11)
NO_OCX = (
    "Using 64-bit Python: demo, backtest and replay run, but Kiwoom's OpenAPI+ control does not "
    "load; for real quotes and orders install 32-bit Python 3.11, delete .venv and start again."
)
_PROBE = """
import importlib.util, json, struct, sys
print(json.dumps([
    getattr(sys, "_base_executable", sys.executable), list(sys.version_info[:2]),
    8 * struct.calcsize("P"), sys.implementation.name == "cpython",
    importlib.util.find_spec("ensurepip") is not None,
]))
"""


class Python(NamedTuple):
    """An interpreter on this machine."""

    path: str
    version: tuple[int, int]
    bits: int
    is_cpython: bool
    can_make_venvs: bool  # Debian moves ensurepip into a package of its own


@dataclass(frozen=True)
class Wish:
    """A kind of Python 3.11 that would do, and where it may be had."""

    bits: int
    commands: tuple[tuple[str, ...], ...]
    uv_request: str
    warning: str = ""

    def fits(self, python: Python) -> bool:
        return python.is_cpython and python.version == WANTED and python.bits == self.bits


# In order of preference.
WISHES_ON_WINDOWS = (
    Wish(32, (("py", "-3.11-32"),), "cpython-3.11-windows-x86-none"),
    Wish(64, (("py", "-3.11"), ("python3.11",)), "cpython-3.11-windows-x86_64-none", NO_OCX),
)
WISHES_ELSEWHERE = (Wish(64, (("python3.11",), ("/usr/bin/python3.11",)), "cpython-3.11"),)

Probe = Callable[[Sequence[str]], Optional[Python]]


def probe(command: Sequence[str]) -> Python | None:
    """Return what the interpreter started by `command` is; None if there is none."""
    answer = process.output([*command, "-I", "-c", _PROBE])
    try:
        path, version, bits, is_cpython, can_make_venvs = json.loads(answer or "")
    except (ValueError, TypeError):
        return None
    return Python(path, tuple(version), bits, is_cpython, can_make_venvs)


def find(
    wishes: Sequence[Wish],
    download: Callable[[str], Sequence[str]],
    probe: Probe = probe,
) -> Python:
    """Return the first Python that grants a wish: this one, an installed one, or a fetched one.

    Args:
        download: Gets the Python that uv calls by that name and returns the command to start it.

    Raises:
        SetUpError: If there is none and none can be had.
    """
    why_not = ""
    for wish in wishes:
        python = _installed(wish, probe)
        if python is None:
            try:
                python = probe(download(wish.uv_request))
            except SetUpError as error:
                why_not = str(error)
        if python is not None:
            if wish.warning:
                say(wish.warning)
            return python
    raise SetUpError(
        f"This program needs Python 3.11 and there is none on this machine; this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}, and getting 3.11 failed:\n{why_not}\n"
        "Install Python 3.11 (on Windows the 32-bit one) and start again."
    )


def _installed(wish: Wish, probe: Probe) -> Python | None:
    for command in ((sys.executable,), *wish.commands):
        python = probe(command)
        if python is not None and wish.fits(python):
            return python
    return None
