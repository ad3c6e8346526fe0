"""A few tips for the first start, in a banner that goes away for good."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from config.text import Text
from gui.context import Mode
from gui.roles import set_role
from gui.translator import Translator

START = Text("▶ 시작을 누르면 자동매매가 시작됩니다", "Press ▶ Start to let it trade")
SIMULATED = Text(
    "▶ 시작을 누르면 자동매매가 시작됩니다. 지금은 가상 시장이니 안심하고 눌러 보세요",
    "Press ▶ Start to let it trade. This market is simulated: try it without fear",
)
PAPER = Text(
    "▶ 시작을 누르면 자동매매가 시작됩니다. 시세는 실제이고 주문은 모의 체결됩니다",
    "Press ▶ Start to let it trade: real prices, simulated orders",
)
OTHERS = (
    Text(
        "종목을 누르면 모든 화면이 그 종목을 보여 줍니다. 표를 오른쪽 클릭하면 복사와 내보내기",
        "Click a symbol and every panel follows. Right-click a table to copy or export it",
    ),
    Text(
        "긴급 전량청산은 1초 동안 누르거나 Ctrl+Shift+X 두 번. 설정은 Ctrl+,",
        "FLATTEN ALL: hold it for 1 second, or Ctrl+Shift+X twice. Settings: Ctrl+,",
    ),
)
NUMBERS = "①②③"
NEXT, SKIP, FINISH = Text("다음", "Next"), Text("건너뛰기", "Skip"), Text("알겠습니다", "Got it")
# A replay trades from its first moment.
_FIRST = {
    Mode.DEMO: (SIMULATED,),
    Mode.PAPER: (PAPER,),
    Mode.LIVE: (START,),
    Mode.REPLAY: (),
}


class Hints(QWidget):
    """One tip at a time.

    Signals:
        dismissed: the trader has seen or skipped them.
    """

    dismissed = pyqtSignal()

    def __init__(self, translator: Translator, mode: Mode) -> None:
        super().__init__()
        self.setObjectName("hints")
        self._tr, self._at = translator, 0
        self._tips = (*_FIRST[mode], *OTHERS)
        self._text = QLabel(self)
        self._text.setMinimumWidth(0)
        set_role(self._text, "accent")
        self._next, self._skip = QPushButton(self), QPushButton(self)
        self._next.setObjectName("nextHint")
        self._skip.setObjectName("skipHints")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 6, 3)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._next)
        layout.addWidget(self._skip)
        self._next.clicked.connect(self._go_on)
        self._skip.clicked.connect(self.dismissed)
        translator.changed.connect(self._show)
        self._show()

    def _go_on(self) -> None:
        self._at += 1
        if self._at == len(self._tips):
            self._at = 0
            self.dismissed.emit()
        self._show()

    def _show(self) -> None:
        is_last = self._at == len(self._tips) - 1
        tip = f"{NUMBERS[self._at]} {self._tr(self._tips[self._at])}"
        self._text.setText(tip)
        self._text.setToolTip(tip)
        self._next.setText(self._tr(FINISH if is_last else NEXT))
        self._skip.setText(self._tr(SKIP))
        self._skip.setVisible(not is_last)
