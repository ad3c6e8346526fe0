"""What the window remembers from one start to the next: docks, columns, chart, dismissed hints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QByteArray, QSettings

VERSION = 1
"""Raised when docks are renamed or moved, so that an old file does not hide new ones."""


class LayoutStore:
    """An INI file in the home folder; what can't be read counts as absent."""

    def __init__(self, home: Path) -> None:
        self._file = QSettings(str(home / "layout.ini"), QSettings.IniFormat)
        self.is_known = self._file.value("version", 0, int) == VERSION

    def bytes(self, key: str) -> QByteArray | None:
        """Return a state that a widget has saved, None after a change of version."""
        value = self._file.value(key) if self.is_known else None
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def put_bytes(self, key: str, value: QByteArray) -> None:
        self._file.setValue(key, value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return a mapping of JSON values, empty where there is none."""
        try:
            value = json.loads(self._file.value(key, "{}", str)) if self.is_known else {}
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def put_mapping(self, key: str, value: Mapping[str, Any]) -> None:
        self._file.setValue(key, json.dumps(value))

    def flag(self, key: str) -> bool:
        return bool(self._file.value(key, False, bool))

    def put_flag(self, key: str, value: bool) -> None:
        self._file.setValue(key, value)

    def save(self) -> bool:
        """Write the file; return whether that worked."""
        self._file.setValue("version", VERSION)
        self._file.sync()
        return self._file.status() == QSettings.NoError
