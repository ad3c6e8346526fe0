"""Gets CPython 3.11 through uv, where the machine has none."""

from __future__ import annotations

import sys
from pathlib import Path

from installer import pip, process
from installer.console import SetUpError, say
from installer.layout import Layout
from installer.process import CommandError
from installer.python_finder import probe
from installer.virtual_environment import make

UV_REQUIREMENTS = "requirements-uv.txt"


def download(layout: Layout, request: str) -> list[str]:
    """Return the command that starts the Python `request`; it lives in the checkout's tools.

    Raises:
        SetUpError: If uv or that Python cannot be had.
    """
    uv = _uv(layout)
    # It stays in this folder: no link on PATH, no registry entry, nothing of the user's changes.
    environment = {
        "UV_PYTHON_INSTALL_DIR": str(layout.tools / "python"),
        "UV_PYTHON_INSTALL_BIN": "0",
        "UV_PYTHON_INSTALL_REGISTRY": "0",
    }
    say(f"Getting Python {request} through uv ...")
    try:
        process.run([uv, "python", "install", "--no-config", request], environment)
    except CommandError as error:
        raise SetUpError(f"uv could not get {request}; is there a network connection?") from error
    find = [uv, "python", "find", "--no-config", "--no-project", "--managed-python", request]
    path = process.output(find, environment)
    if path is None:
        raise SetUpError(f"uv installed {request} but does not find it; delete {layout.tools}.")
    return [path.strip()]


def _uv(layout: Layout) -> str:
    venv = layout.tools / "uv"
    uv = layout.executable(venv, "uv")
    if process.output([str(uv), "--version"]) is None:
        _install_uv(layout, venv)
    return str(uv)


def _install_uv(layout: Layout, venv: Path) -> None:
    python = probe([sys.executable])
    if python is None:
        raise SetUpError(f"{sys.executable} does not start; run this with another Python.")
    make(python, venv)
    say("Installing uv ...")
    pip.install(layout.executable(venv, "python"), [layout.requirements(UV_REQUIREMENTS)])
