"""A folder of results, replaced as a whole and never at the cost of anybody's own files."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.text import Text
from core.domain.errors import OutputError

_LOOKED_AT = 512  # bytes at the beginning of a file, by which our own are known


class OutputFolder:
    """Files that are written beside the folder first and take their places together.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: Path, own: Mapping[str, str]) -> None:
        """`own` tells our files: a glob pattern inside the folder, and what such a file begins
        with."""
        self.path = path
        self._own = own

    def check(self) -> None:
        """Refuse, before a run may take long, what can't be written to.

        Raises:
            OutputError: The folder is a file, holds another file of one of our names, or there is
                no right to write.
        """
        if self.path.exists() and not self.path.is_dir():
            raise OutputError(
                Text(
                    f"{self.path}은(는) 폴더가 아닙니다. --out에 다른 이름을 주세요",
                    f"{self.path} is no folder; give --out another name",
                )
            )
        for file in self._matching():
            if not self._is_ours(file):
                raise OutputError(
                    Text(
                        f"{file}은(는) 이 프로그램이 쓴 파일이 아니라서 덮어쓰지 않았습니다. "
                        "--out에 다른 폴더를 주거나 파일을 옮기세요",
                        f"{file} was not written by this program and has been left alone; give "
                        "--out another folder, or move the file",
                    )
                )

    @contextmanager
    def replaced(self) -> Iterator[Path]:
        """Give a new folder to write to; at the end its files take their places.

        Our files of an earlier run that are not written anew are removed, others stay. After an
        error, or when the run is broken off, everything is as it was.

        Raises:
            OutputError: As `check`, or writing fails.
        """
        try:
            self.check()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._beside()
            fresh.mkdir()
            try:
                yield fresh
                self._take_place(fresh)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        except OSError as error:
            raise OutputError(
                Text(
                    f"{self.path}에 결과를 쓸 수 없습니다({error.strerror or error}). 권한과 남은 "
                    "공간을 확인하고, 파일이 열려 있으면 닫으세요",
                    f"can't write the results to {self.path} ({error.strerror or error}); check "
                    "rights and space, and close files that are open",
                )
            ) from error

    def _beside(self) -> Path:
        """Return a new path on the same disk, inside the folder where it is there already.

        The folder may be a drive, have no name of its own (`.`), or stand where there is no right
        to make another.
        """
        name = f".{self.path.name}.{secrets.token_hex(4)}"
        return self.path / name if self.path.is_dir() else self.path.with_name(name)

    def _take_place(self, fresh: Path) -> None:
        if not self.path.exists():
            fresh.replace(self.path)
            return
        written = sorted(file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file())
        for old in self._matching():
            if old.relative_to(self.path) not in written:
                old.unlink()
        for name in written:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).replace(self.path / name)
        for folder in {self.path / pattern for pattern in self._own}:
            if folder.parent != self.path and folder.parent.is_dir():
                _remove_if_empty(folder.parent)

    def _matching(self) -> list[Path]:
        if not self.path.is_dir():
            return []
        return sorted(file for pattern in self._own for file in self.path.glob(pattern))

    def _is_ours(self, file: Path) -> bool:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            begin = opened.read(_LOOKED_AT).decode("utf-8", errors="replace")
        signs = [sign for pattern, sign in self._own.items() if self._fits(file, pattern)]
        return any(begin.startswith(sign) for sign in signs)

    def _fits(self, file: Path, pattern: str) -> bool:
        return file.relative_to(self.path).match(pattern)


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
