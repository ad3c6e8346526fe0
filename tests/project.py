"""The files of the project, for tests about the project itself."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "core", "broker", "gui")
# Made by tools; none is part of the project.
_NOT_OURS = {".git", ".hypothesis", ".benchmarks", "__pycache__", "build", "dist"}


def files(*suffixes: str) -> Iterator[Path]:
    """Yield the project's files with one of the suffixes; all files without any."""
    for folder, names, file_names in os.walk(ROOT):
        names[:] = [name for name in names if _is_ours(name)]
        for name in file_names:
            if not suffixes or name.endswith(suffixes):
                yield Path(folder, name)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_ours(folder: str) -> bool:
    is_made = folder.startswith(".venv") or folder.endswith(("_cache", ".egg-info"))
    return not is_made and folder not in _NOT_OURS
