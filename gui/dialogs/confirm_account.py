"""실계좌 확인: the last digits of a real account, typed by hand before anything is bought."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QRegularExpression, Qt, pyqtSignal
from PyQt5.QtGui import QRegularExpressionValidator
from PyQt5.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.domain.messages import BrokerIdentified
from gui import theme
from gui.roles import set_role
from gui.translator import Translator
from gui.wording import SERVER

TITLE = Text("실계좌 확인", "Confirm the real account")
HEADLINE = Text("실제 돈으로 매매합니다", "This trades real money")
WHERE = Text("{} · 계좌 {}", "{} · account {}")
MEANING = Text(
    "계좌번호의 끝 4자리를 입력하면 이 계좌에서 자동 매수가 허용됩니다. 확인하기 전까지 새 주문은 "
    "나가지 않지만, 취소와 매도, 긴급 전량청산은 언제든 됩니다. 프로그램을 시작할 때마다 한 번 "
    "확인합니다.",
    "Type the last four digits of the account number to let the program buy in it. Until then no "
    "entry is sent; cancels, sales and FLATTEN ALL work at any time. This is asked once at each "
    "start.",
)
WRONG = Text("{}: 이 계좌의 끝 4자리가 아닙니다", "{} are not the last four digits of this account")
DIGITS = 4
CONFIRM, LATER = Text("매수 허용", "Allow buying"), Text("나중에", "Later")
WIDTH = 440


class ConfirmAccountDialog(QDialog):
    """Not modal; closing it changes nothing.

    Signals:
        confirmed: the digits were right; the dialog is closed already.
    """

    confirmed = pyqtSignal()

    def __init__(
        self,
        broker: BrokerIdentified,
        confirm: Callable[[str], bool],
        translator: Translator,
        parent: QWidget,
    ) -> None:
        """`confirm` takes the digits and returns whether they are right."""
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("confirmAccountDialog")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(translator(TITLE))
        self.setMinimumWidth(WIDTH)
        self._tr, self._confirm = translator, confirm
        self._digits = QLineEdit(self)
        self._digits.setObjectName("accountDigits")
        self._digits.setMaxLength(DIGITS)
        self._digits.setPlaceholderText("0000")
        digits = QRegularExpression(rf"\d{{0,{DIGITS}}}")
        self._digits.setValidator(QRegularExpressionValidator(digits, self))
        self._digits.textEdited.connect(self._take)
        self._wrong = QLabel(self)
        self._wrong.setObjectName("accountWrong")
        set_role(self._wrong, "error")
        self._allow = QPushButton(translator(CONFIRM), self)
        self._allow.setObjectName("allowEntries")
        self._allow.setDefault(True)
        self._allow.setEnabled(False)
        self._allow.clicked.connect(self._ask)
        self._lay_out(broker)
        self._digits.setFocus()

    def _take(self, text: str) -> None:
        self._wrong.clear()
        self._mark("")
        self._allow.setEnabled(len(text) == DIGITS)

    def _ask(self) -> None:
        text = self._digits.text()
        if len(text) != DIGITS:
            return
        if self._confirm(text):
            self.close()
            self.confirmed.emit()
            return
        self._wrong.setText(self._tr(WRONG.format(text)))
        self._mark("bad")
        self._digits.selectAll()
        self._digits.setFocus()

    def _mark(self, state: str) -> None:
        if self._digits.property("state") != state:
            self._digits.setProperty("state", state)
            theme.restyle(self._digits)

    def _lay_out(self, broker: BrokerIdentified) -> None:
        headline = QLabel(self._tr(HEADLINE), self)
        set_role(headline, "title")
        server = SERVER.get(broker.server, Text.of(broker.server))
        where = QLabel(self._tr(WHERE.format(server, broker.account)), self)
        set_role(where, "accent")
        meaning = QLabel(self._tr(MEANING), self)
        meaning.setWordWrap(True)
        later = QPushButton(self._tr(LATER), self)
        later.setAutoDefault(False)
        later.clicked.connect(self.close)
        line = QHBoxLayout()
        line.addWidget(self._digits)
        line.addWidget(self._allow)
        line.addStretch(1)
        line.addWidget(later)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (headline, where, meaning):
            layout.addWidget(widget)
        layout.addLayout(line)
        layout.addWidget(self._wrong)
