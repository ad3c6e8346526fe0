"""Presets: named sets of values in `home/presets`, in the form of a configuration file; no Qt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.files import parse_json, read_text, write_atomically
from config.schema import Settings
from config.text import Text

MACHINE_SECTIONS = frozenset({"ui", "journal", "broker", "data"})
"""What belongs to this machine and not to a way of trading; a preset leaves it alone."""

_NAME = re.compile(r"(?![. ])[^\\/:*?\"<>|\x00-\x1f]{1,60}(?<![. ])")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # of Windows
_BAD_NAME = Text(
    "'{}'은(는) 이름으로 쓸 수 없습니다. \\ / : * ? \" < > | 없이 60자 이내로 적으세요",
    "'{}' can't be a name; write up to 60 characters without \\ / : * ? \" < > |",
)
_SHAPE = Text(
    '{}: 설정 파일의 모양이 아닙니다. {{"risk": {{"stop_loss_pct": 1.0}}}}처럼 적으세요',
    '{}: does not look like settings; write {{"risk": {{"stop_loss_pct": 1.0}}}}',
)


class Presets:
    """The presets of one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "presets"

    def names(self) -> list[str]:
        """Return the names of all presets, in order."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def save(self, name: str, settings: Settings) -> None:
        """Keep `settings`; raises ConfigError for a bad name, OSError for a bad disk."""
        write(self._path(name), settings)

    def load(self, name: str) -> Mapping[str, Any]:
        """Return a preset's values by key; raises ConfigError as `read` does."""
        return read(self._path(name))

    def delete(self, name: str) -> None:
        """Forget a preset; raises OSError where its file can't be removed."""
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
            raise ConfigError(_BAD_NAME.format(name))
        return self._folder / f"{name}.json"


def write(path: Path, settings: Settings) -> None:
    """Write what belongs to a way of trading as JSON; raises OSError."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in settings.flat().items():
        section, _, name = key.partition(".")
        if section not in MACHINE_SECTIONS:
            found.setdefault(section, {})[name] = value.value if isinstance(value, Enum) else value
    write_atomically(path, json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def read(path: Path) -> Mapping[str, Any]:
    """Return the values of a preset or configuration file by key, every one usable.

    Raises:
        ConfigError: The file can't be read, or any name or value in it can't be used.
    """
    nested = parse_json(read_text(path), path.name)
    if not isinstance(nested, dict) or not all(isinstance(part, dict) for part in nested.values()):
        raise ConfigError(_SHAPE.format(path.name))
    values = {
        f"{section}.{name}": value
        for section, part in nested.items()
        for name, value in part.items()
    }
    checked = Settings(values)
    return {key: checked.value(key) for key in values}
