"""Which files of the user's own may run: kept by their content, so a changed file is asked anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.files import write_atomically
from config.text import Text
from core.user_code.described import Described

FILE = "trusted_code.json"


class Opinion(Enum):
    """What the user has said of a file."""

    NEW = "new"  # nothing yet
    CHANGED = "changed"  # trusted once, with another content
    TRUSTED = "trusted"
    IGNORED = "ignored"  # not to be run, nor asked about again


class TrustBook:
    """One small file in the home folder; one that can't be read trusts nothing."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._files = _read(self._path)

    def opinion(self, file: Described) -> Opinion:
        entry = self._files.get(file.name, {})
        if file.sha256 and file.sha256 == entry.get("sha256"):
            return Opinion.TRUSTED
        if file.sha256 and file.sha256 == entry.get("ignored"):
            return Opinion.IGNORED
        return Opinion.CHANGED if entry.get("sha256") else Opinion.NEW

    def trust(self, file: Described) -> None:
        """Let this very content run, from now on.

        Raises:
            ConfigError: It can't be noted.
        """
        self._put(file.name, {"sha256": file.sha256, "settings": sorted(file.settings)})

    def ignore(self, file: Described) -> None:
        """Ask no more about this content; raises ConfigError where that can't be noted."""
        self._put(file.name, {**self._files.get(file.name, {}), "ignored": file.sha256})

    def forget(self, name: str) -> None:
        """Take back what was said of a file; it is asked about again."""
        entry = self._files.get(name, {})
        self._put(name, {"settings": entry.get("settings", [])})

    def remember_settings(self, name: str, keys: Iterable[str]) -> None:
        """Note the options that a trusted file was seen to declare; failing is harmless."""
        entry, known = self._files.get(name, {}), sorted(keys)
        if entry and entry.get("settings") != known:
            # The keys that can be seen in the file's text are known all the same.
            with suppress(ConfigError):
                self._put(name, {**entry, "settings": known})

    def settings(self) -> frozenset[str]:
        """Return the options of every file ever trusted, also of those that are gone."""
        return frozenset(
            key for entry in self._files.values() for key in _texts(entry.get("settings"))
        )

    def _put(self, name: str, entry: dict[str, Any]) -> None:
        files = {**self._files, name: entry}
        try:
            write_atomically(self._path, json.dumps({"files": files}, indent=1) + "\n", 0o600)
        except OSError as error:
            raise ConfigError(
                Text(
                    f"{self._path}: 저장할 수 없습니다({error.strerror}). 폴더 권한과 디스크를 "
                    "확인하세요",
                    f"{self._path}: can't be saved ({error.strerror}); check folder rights and "
                    "disk",
                )
            ) from error
        self._files = files


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    files = kept.get("files") if isinstance(kept, dict) else None
    if not isinstance(files, dict):
        return {}
    return {name: entry for name, entry in files.items() if isinstance(entry, dict)}


def _texts(value: Any) -> list[str]:
    return [key for key in value if isinstance(key, str)] if isinstance(value, list) else []
