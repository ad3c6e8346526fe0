"""Opens the folder where evidence of broken rules and internal errors is kept."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QUrl
from PyQt5.QtGui import QDesktopServices

from config.text import Text
from core.engine.bundle import FOLDER

BUNDLES = Text("묶음 폴더 열기", "Open the bundles' folder")


def open_bundles(home: Path) -> None:
    """Show the folder in the system's file manager, made where there was nothing to keep yet."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
