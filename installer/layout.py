"""Where the set-up keeps its things inside the checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ON_WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class Layout:
    """The paths of one checkout."""

    root: Path
    windows: bool = ON_WINDOWS

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter that runs the program and the tests."""
        return self.executable(self.venv, "python")

    @property
    def stamp(self) -> Path:
        """Says what is installed in the venv; missing while it is being changed."""
        return self.venv / "set-up.json"

    @property
    def tools(self) -> Path:
        """Home of uv and of the Python it brings; made only where no Python 3.11 is found."""
        return self.root / ".venv-tools"

    @property
    def busy(self) -> Path:
        """The file that the set-up at work holds locked."""
        return self.root / ".venv-busy"

    def requirements(self, name: str) -> Path:
        return self.root / "installer" / name

    def executable(self, venv: Path, name: str) -> Path:
        return venv / "Scripts" / f"{name}.exe" if self.windows else venv / "bin" / name


HERE = Layout(Path(__file__).resolve().parent.parent)
