"""내 코드 신뢰: what a file of the user's own is, before anything of it may run."""

from __future__ import annotations

from enum import Enum

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.user_code import State, UserFile
from gui.roles import set_role
from gui.translator import Translator

TITLE = Text("내 코드 신뢰", "Trust your own code")
NEW = Text("{}을(를) 신뢰하고 쓸까요?", "Trust {} and use it?")
CHANGED = Text(
    "{}이(가) 신뢰한 뒤에 바뀌었습니다. 다시 신뢰할까요?",
    "{} has changed since you trusted it. Trust it again?",
)
WARNING = Text(
    "이 파일은 프로그램의 모든 권한으로 실행됩니다. 주문을 낼 수 있고, 파일을 읽고 지우고, "
    "인터넷으로 보낼 수도 있습니다. 직접 썼거나 내용을 읽고 이해한 파일만 신뢰하세요. "
    "내용이 한 글자라도 바뀌면 다시 묻습니다.",
    "This file will run with all rights of the program: it can place orders, read and delete "
    "files, and send them over the internet. Trust only what you wrote yourself, or have read and "
    "understood. When a single letter of it changes you are asked again.",
)
WHERE, SIZE = Text("위치", "Place"), Text("크기", "Size")
SUMMARY, IMPORTS = (
    Text("설명", "What it says it is"),
    Text("가져다 쓰는 모듈", "Modules it imports"),
)
BYTES = Text("{} 바이트", "{} bytes")
NOTHING = Text("(없음)", "(nothing)")
TRUST = Text("신뢰하고 사용", "Trust and use")
NOT_NOW = Text("이번만 아니오", "Not this time")
IGNORE = Text("무시", "Ignore")
IGNORE_TIP = Text(
    "이 내용 그대로인 동안은 다시 묻지 않습니다. 파일 > 내 코드에서 언제든 신뢰할 수 있습니다",
    "You are not asked again while it stays as it is; File > My code can trust it at any time",
)
WIDTH = 540
_SHOWN = 300  # characters of what the file says itself


class TrustAnswer(Enum):
    TRUST = "trust"
    NOT_NOW = "notNow"
    IGNORE = "ignore"


class TrustDialog(QDialog):
    """Shows one file; Enter, Esc and the close button all mean no.

    Signals:
        answered: a `TrustAnswer`; the dialog is closed already.
    """

    answered = pyqtSignal(object)

    def __init__(
        self, file: UserFile, translator: Translator, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("trustDialog")
        self.setWindowTitle(translator(TITLE))
        self.setMinimumWidth(WIDTH)
        self.answer = TrustAnswer.NOT_NOW
        self._tr = translator
        self._lay_out(file)
        # As high as the wrapped lines need at this width; Qt would guess with a narrower one.
        self.resize(WIDTH, self.layout().heightForWidth(WIDTH))
        self.finished.connect(lambda _: self.answered.emit(self.answer))

    def _lay_out(self, file: UserFile) -> None:
        question = CHANGED if file.state is State.CHANGED else NEW
        headline = self._label(self._tr(question).format(file.name))
        set_role(headline, "title")
        warning = self._label(self._tr(WARNING))
        warning.setObjectName("trustWarning")
        set_role(warning, "warning")
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(headline)
        layout.addLayout(self._facts(file))
        layout.addWidget(warning)
        layout.addLayout(self._buttons())

    def _facts(self, file: UserFile) -> QGridLayout:
        found, nothing = file.described, self._tr(NOTHING)
        size = self._tr(BYTES).format(f"{len(found.content):,}")
        facts = (
            (self._tr(WHERE), str(found.path)),
            (self._tr(SIZE), f"{size} · SHA-256 {found.sha256[:16]}…"),
            (self._tr(SUMMARY), _short(found.summary) or nothing),
            (self._tr(IMPORTS), _short(", ".join(found.imports)) or nothing),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts):
            title, shown = QLabel(name, self), self._label(value)
            set_role(title, "muted")
            grid.addWidget(title, row, 0, Qt.AlignTop)
            grid.addWidget(shown, row, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        ignore = self._button(TrustAnswer.IGNORE, IGNORE)
        ignore.setToolTip(self._tr(IGNORE_TIP))
        line.addWidget(ignore)
        line.addStretch(1)
        line.addWidget(self._button(TrustAnswer.TRUST, TRUST))
        not_now = self._button(TrustAnswer.NOT_NOW, NOT_NOW)
        not_now.setDefault(True)
        not_now.setFocus()
        line.addWidget(not_now)
        return line

    def _button(self, answer: TrustAnswer, title: Text) -> QPushButton:
        button = QPushButton(self._tr(title), self)
        button.setObjectName(f"{answer.value}Code")
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: self._choose(answer))
        return button

    def _choose(self, answer: TrustAnswer) -> None:
        self.answer = answer
        self.accept()

    def _label(self, text: str) -> QLabel:
        """Return a label that shows `text` as it is: the file's own words are no markup."""
        label = QLabel(self)
        label.setTextFormat(Qt.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextSelectableByMouse)
        return label


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
