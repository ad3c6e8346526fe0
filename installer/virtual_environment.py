"""Makes an empty virtual environment."""

from __future__ import annotations

import shutil
from pathlib import Path

from installer import process, system_packages
from installer.console import SetUpError
from installer.process import CommandError
from installer.python_finder import Python


def make(python: Python, venv: Path) -> None:
    """Make an empty `venv` on that Python, in place of what is there.

    Raises:
        SetUpError: If that fails.
    """
    if not python.can_make_venvs:
        system_packages.ensure_venv_module(python.version)
    try:
        if venv.exists():
            shutil.rmtree(venv)
        process.run([python.path, "-I", "-m", "venv", str(venv)])
    except OSError as error:
        raise SetUpError(
            f"Cannot remove the old {venv} ({error.strerror or error}).\n"
            "Close the program if it runs from there, or delete the folder yourself."
        ) from error
    except CommandError as error:
        raise SetUpError(f"Cannot make {venv}: see the lines above.") from error
