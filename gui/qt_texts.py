"""Qt's own texts, as in file dialogs and the menus of input fields, in the window's language."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator


class QtTexts(QObject):
    """Holds the translation that Qt ships; where there is none, Qt speaks English."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._translation = QTranslator(self)

    def use(self, language: str) -> None:
        """Translate from now on into "ko" or "en", which is Qt's own."""
        QCoreApplication.removeTranslator(self._translation)
        folder = QLibraryInfo.location(QLibraryInfo.TranslationsPath)
        if language != "en" and self._translation.load(f"qtbase_{language}", folder):
            QCoreApplication.installTranslator(self._translation)
