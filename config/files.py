"""Reading and writing the program's small text files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from config.errors import ConfigError
from config.text import Text


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, with or without the mark Windows editors put first.

    Raises:
        ConfigError: The file is there but can't be read, or is no UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            Text(
                f"{path}: UTF-8 파일이 아닙니다({error.start}번째 바이트). UTF-8로 다시 저장하세요",
                f"{path}: is not UTF-8 (at byte {error.start}); save it again as UTF-8",
            )
        ) from error
    except OSError as error:
        raise ConfigError(
            Text(
                f"{path}: 읽을 수 없습니다({error.strerror}). 파일과 권한을 확인하세요",
                f"{path}: can't be read ({error.strerror}); check the file and its rights",
            )
        ) from error


def parse_json(text: str, where: str) -> Any:
    """Return what a JSON text holds; a name given twice or NaN is an error too.

    Raises:
        ConfigError: Broken JSON; the text names `where`, line, column and what to do.
    """
    try:
        return json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ConfigError(
            Text(
                f"{where}: {error.lineno}행 {error.colno}열에서 JSON이 깨졌습니다({error.msg}). "
                "그 자리의 쉼표, 따옴표, 괄호를 고치세요. 파일은 그대로 두었습니다",
                f"{where}: broken JSON at line {error.lineno}, column {error.colno} "
                f"({error.msg}); mend the comma, quote or brace there. The file is left as it was",
            )
        ) from error
    except _UnusableJsonError as error:
        raise ConfigError(f"{where}: {error}") from error


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace `path` by `text` so that a reader or a crash sees the old file or the new one, whole.

    Folders are made as needed. `mode` are the new file's rights where the system knows them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


class _UnusableJsonError(Exception):
    """JSON that parses, but says one thing twice or holds no number."""


def _named_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _UnusableJsonError(f"'{twice}' stands there twice in one pair of braces; keep one")
    return found


def _no_constant(word: str) -> NoReturn:
    raise _UnusableJsonError(f"{word} is no number that can be used")
