"""Makes `.venv` and keeps it as the locks say."""

from __future__ import annotations

import functools
from typing import Sequence

from installer import (
    pip,
    python_finder,
    stamp,
    system_packages,
    uv_python,
    virtual_environment,
)
from installer.console import say
from installer.exclusive import exclusive
from installer.layout import Layout

BUILD = ("requirements-build.txt",)
RUN = (*BUILD, "requirements.txt")
TEST = (*RUN, "requirements-dev.txt", "requirements-nodeps.txt")


def ensure(layout: Layout, requirements: Sequence[str]) -> None:
    """Make the system and the venv ready; where they are, only look (some milliseconds).

    Args:
        requirements: Names of files in installer/; what builds the others stands first.

    Raises:
        SetUpError: If something is missing that cannot be had.
    """
    if stamp.is_current(layout, requirements) and not system_packages.missing():
        return
    with exclusive(layout.busy):
        system_packages.ensure()
        if not stamp.is_current(layout, requirements):
            _build(layout, requirements)


def _build(layout: Layout, requirements: Sequence[str]) -> None:
    installed = stamp.read(layout)
    if installed is None:
        _make(layout)
        installed = {}
    stamp.remove(layout)
    wanted = {name: stamp.digest(layout.requirements(name)) for name in requirements}
    changed = [name for name in requirements if installed.get(name) != wanted[name]]
    say("Installing the packages of the program; the first time this takes some minutes ...")
    for step in (BUILD, [name for name in changed if name not in BUILD]):
        pip.install(layout.python, [layout.requirements(name) for name in step])
    stamp.write(layout, {**installed, **wanted})
    say("Ready.")


def _make(layout: Layout) -> None:
    if layout.venv.exists():
        say("The virtual environment .venv is not complete; making it again.")
    wishes = python_finder.WISHES_ON_WINDOWS if layout.windows else python_finder.WISHES_ELSEWHERE
    python = python_finder.find(wishes, functools.partial(uv_python.download, layout))
    say(f"Making the virtual environment .venv with {python.path} ...")
    virtual_environment.make(python, layout.venv)
