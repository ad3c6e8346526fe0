"""A question with a few explained answers; the window and its emergency button stay usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from config.text import Text
from gui.roles import set_role
from gui.translator import Translator

WIDTH = 420


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: what it is called and what it means."""

    code: Any
    title: Text
    meaning: Text
    is_safe: bool = False  # what Enter does


class ChoiceDialog(QDialog):
    """Shown without blocking; Esc and the close button answer nothing.

    Signals:
        answered: the code of the answer; the dialog is closed already.
    """

    answered = pyqtSignal(object)

    def __init__(
        self,
        name: str,
        title: Text,
        question: Text,
        answers: Sequence[Answer],
        translator: Translator,
        parent: QWidget,
    ) -> None:
        """`name` is the dialog's object name; each button is called by the code of its answer."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(translator(title))
        self.setMinimumWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        asked = QLabel(translator(question), self)
        asked.setWordWrap(True)
        set_role(asked, "title")
        layout.addWidget(asked)
        for answer in answers:
            layout.addSpacing(6)
            layout.addWidget(self._button(answer, translator))
            meaning = QLabel(translator(answer.meaning), self)
            meaning.setWordWrap(True)
            set_role(meaning, "muted")
            layout.addWidget(meaning)

    def _button(self, answer: Answer, translator: Translator) -> QPushButton:
        button = QPushButton(translator(answer.title), self)
        button.setObjectName(f"{answer.code.value}Answer")
        button.setAutoDefault(False)
        button.setDefault(answer.is_safe)
        if answer.is_safe:
            button.setFocus()
        button.clicked.connect(lambda: self._answer(answer.code))
        return button

    def _answer(self, code: Any) -> None:
        self.close()
        self.answered.emit(code)
