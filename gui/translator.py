"""The window's language, changeable at run time."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QLocale, QObject, pyqtSignal

from config.text import Text

Show = Callable[[str], object]


class Translator(QObject):
    """Knows the language and every text on show.

    Signals:
        changed: the language is another one; all bound texts are set already.
    """

    changed = pyqtSignal()

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._bound: list[tuple[Show, Text]] = []

    @property
    def language(self) -> str:
        return self._language

    def __call__(self, text: Text) -> str:
        """Return `text` in the present language."""
        return text.in_(self._language)

    def bind(self, show: Show, text: Text) -> None:
        """Show `text` now and again in every later language.

        Only for widgets that live as long as the window; others ask once, when they are made.
        """
        show(self(text))
        self._bound.append((show, text))

    def set_language(self, language: str) -> None:
        if language == self._language:
            return
        self._language = language
        for show, text in self._bound:
            show(self(text))
        self.changed.emit()


def resolve(language: str) -> str:
    """Return "ko" or "en"; for "auto" the system's language decides."""
    if language != "auto":
        return language
    return "ko" if QLocale.system().language() == QLocale.Korean else "en"
