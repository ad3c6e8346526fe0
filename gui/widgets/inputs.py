"""One input for each kind of option; each shows any value, right or wrong, and hands edits on.

All have `value()`, `show_value(value)` and the signal `edited(object)`, and look wrong while their
property `state` is "bad". Their property `extent` says how much room they want: none (what they
need), "long" (a line beside the title) or "full" (the whole width).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QWheelEvent
from PyQt5.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from config.secrets import masked_url, unmasked_url

_WIDTH = 120


class SwitchInput(QCheckBox):
    """On or off.

    Signals:
        edited: the new state, as bool.
    """

    edited = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(lambda checked: self.edited.emit(bool(checked)))

    def value(self) -> bool:
        return self.isChecked()

    def show_value(self, value: Any) -> None:
        self.setChecked(bool(value))


class ChoiceInput(QComboBox):
    """One of a few values.

    Signals:
        edited: the chosen value itself, not its title.
    """

    edited = pyqtSignal(object)

    def __init__(self, titles: Mapping[Any, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_WIDTH)
        self._values = list(titles)
        self.addItems(list(titles.values()))
        self.activated.connect(lambda _: self.edited.emit(self.value()))
        # The wheel scrolls the page unless this has the focus.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def value(self) -> Any:
        return self._values[self.currentIndex()] if self.currentIndex() >= 0 else None

    def show_value(self, value: Any) -> None:
        """Choose `value`; nothing is chosen where it is none of them."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        assert event is not None
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TextInput(QLineEdit):
    """A text; blanks around it do not count, and passwords and keys in a URL are never shown.

    Signals:
        edited: the text after each key.
    """

    edited = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("extent", "long")
        self._value = ""
        self.textEdited.connect(self._take)

    def value(self) -> str:
        return self._value

    def show_value(self, value: Any) -> None:
        self._value = str(value)
        self.setText(masked_url(self._value))

    def _take(self, text: str) -> None:
        self._value = unmasked_url(text.strip(), self._value)
        self.edited.emit(self._value)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Hide what was just typed as well."""
        super().focusOutEvent(event)
        if (shown := masked_url(self._value)) != self.text().strip():
            self.setText(shown)


class TextsInput(QLineEdit):
    """Several texts with commas between them.

    Signals:
        edited: a tuple of the texts after each key.
    """

    edited = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("extent", "long")
        self.textEdited.connect(lambda _: self.edited.emit(self.value()))

    def value(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text().split(",") if part.strip())

    def show_value(self, value: Sequence[str]) -> None:
        self.setText(", ".join(value))
