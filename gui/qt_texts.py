"""Qt's own texts, as in file dialogs and the menus of input fields, in the window's language."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QTranslator

_NAME = "qtTexts"


def use_language(language: str) -> None:
    """Translate Qt's texts from now on into "ko" or "en", which is Qt's own.

    Where Qt ships no translation it speaks English. There is one translation in the program: one of
    each window would go on speaking for a closed window until Qt deletes that.
    """
    translation = _translation()
    QCoreApplication.removeTranslator(translation)
    folder = QLibraryInfo.location(QLibraryInfo.TranslationsPath)
    if language != "en" and translation.load(f"qtbase_{language}", folder):
        QCoreApplication.installTranslator(translation)


def _translation() -> QTranslator:
    app = QCoreApplication.instance()
    found: QTranslator | None = app.findChild(QTranslator, _NAME)
    if found is None:
        found = QTranslator(app)
        found.setObjectName(_NAME)
    return found
