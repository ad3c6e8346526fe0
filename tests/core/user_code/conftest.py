"""A home folder with files of the user's own; nothing of them is left after a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.user_code import UserCode
from core.user_code.running import forget_all


class OwnCode:
    """Writes files into the folder, and makes what a start of the program makes."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def write(self, name: str, text: str) -> Path:
        path = self.home / "user_code" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def begin(self, *trusted: str) -> UserCode:
        """Start the program anew, with `--trust` for some names."""
        code = UserCode(self.home)
        code.look()
        code.trust(map(Path, trusted))
        code.load_only()
        return code


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnCode]:
    yield OwnCode(tmp_path)
    forget_all()
