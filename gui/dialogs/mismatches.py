"""잔고 차이: every frozen symbol with both sides, and a person's decision about each."""

from __future__ import annotations

from collections.abc import Callable
from getpass import getuser

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from config.text import Text
from core.domain.messages import MismatchesChanged, ResolveMismatch
from core.domain.past import Mismatch
from gui.models.column import Align, Column
from gui.models.record_table import RecordTable
from gui.panels.common_columns import name_column, price, shares, symbol_column, time_column
from gui.panels.record_view import RecordView
from gui.roles import set_role
from gui.workspace import Workspace

TITLE = Text("잔고 차이", "Holdings that differ")
MENU = Text("잔고 차이…", "Holdings that differ…")
HEADLINE = Text(
    "증권사 잔고와 우리 기록이 다른 종목 {}개를 멈췄습니다",
    "{} symbols are frozen: the broker's holdings and our record differ",
)
NOTHING = Text("증권사 잔고와 우리 기록이 같습니다", "The broker's holdings and our record agree")
EXPLAINED = Text(
    "멈춘 종목은 새로 사지 않고 신호로 팔지 않습니다. 손절·익절·전량청산은 증권사에 있는 수량으로 "
    "계속됩니다. 다른 종목의 매매는 그대로입니다. 영웅문의 잔고를 확인하고 종목마다 정하세요.",
    "A frozen symbol is neither bought nor sold by signals. Stop, target and flatten go on with "
    "the shares the broker has; other symbols trade as before. Look at the balance in the HTS, "
    "then decide for each symbol.",
)
THEIRS = Text("증권사를 따르기", "Take the broker's")
THEIRS_TIP = Text(
    "증권사의 수량과 평균가를 우리 기록으로 삼고 이 종목을 다시 매매합니다",
    "The broker's shares and price become our record, and the symbol trades again",
)
OURS = Text("우리 기록을 지키고 조사", "Take ours and investigate")
OURS_TIP = Text(
    "우리 기록을 남겨 둡니다. 증권사가 같은 수량을 알릴 때까지 이 종목은 멈춰 있습니다",
    "Our record is kept; the symbol stays frozen until the broker reports the same",
)
CLOSE = Text("닫기", "Close")
WAITING, INVESTIGATED = Text("결정 대기", "undecided"), Text("조사 중", "investigated")
SIZE = (920, 320)


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(row: Mismatch) -> str:
        return row.symbol

    def state(row: Mismatch) -> Text:
        return INVESTIGATED if row.is_investigated else WAITING

    def why(row: Mismatch) -> Text:
        return row.why

    def tone(row: Mismatch) -> str:
        return "muted" if row.is_investigated else "warning"

    return [
        symbol_column(symbol),
        name_column(workspace, symbol),
        shares("theirs", Text("증권사 수량", "Broker holds"), lambda row: row.theirs),
        price(
            "theirs_price",
            Text("증권사 평균가", "Its average"),
            lambda row: row.theirs_price or None,
        ),
        shares("ours", Text("우리 수량", "We hold"), lambda row: row.ours),
        price("ours_price", Text("우리 평균가", "Our average"), lambda row: row.ours_price or None),
        time_column(Text("멈춘 시각", "Since"), lambda row: row.since),
        Column(
            "state",
            Text("상태", "State"),
            state,
            align=Align.CENTER,
            tone=tone,
            sample=(WAITING, INVESTIGATED),
        ),
        Column("why", Text("이유", "Why"), why, align=Align.LEFT, tip=why),
    ]


class MismatchesDialog(QDialog):
    """Not modal; comes up by itself when another symbol is frozen, and may be closed any time."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("mismatchesDialog")
        self.setModal(False)
        self.setAttribute(Qt.WA_ShowWithoutActivating)  # the window's keys go on working
        self.resize(*SIZE)
        self._tr, self._post = workspace.translator, workspace.post
        self._headline, self._explained = QLabel(self), QLabel(self)
        self.rows = RecordTable(_columns(workspace), lambda row: row.symbol, self._tr, parent=self)
        self._view = RecordView(self.rows, self._tr, self)
        self._theirs = self._button("takeTheirs", THEIRS, lambda: self._resolve(True))
        self._ours = self._button("takeOurs", OURS, lambda: self._resolve(False))
        self._close = self._button("closeMismatches", CLOSE, self.hide)
        self._lay_out()
        self._tr.bind(self.setWindowTitle, TITLE)
        self._tr.bind(self._explained.setText, EXPLAINED)
        self._tr.bind(self._theirs.setToolTip, THEIRS_TIP)
        self._tr.bind(self._ours.setToolTip, OURS_TIP)
        self._tr.changed.connect(self._show)
        self._view.selectionModel().currentChanged.connect(lambda *_: self._show())
        workspace.bridge.mismatches_changed.connect(self._take)
        self._show()

    def _take(self, events: list[MismatchesChanged]) -> None:
        known = {row.symbol for row in self.rows.records}
        rows = events[-1].mismatches
        self.rows.show_only(rows)
        if rows and self._view.current_record() is None:
            self._view.selectRow(0)
        self._show()
        if any(row.symbol not in known for row in rows):
            self.show()
            self.raise_()

    def _resolve(self, takes_brokers: bool) -> None:
        row = self._view.current_record()
        if row is not None:
            self._post(ResolveMismatch(row.symbol, takes_brokers, _user()))

    def _show(self) -> None:
        count, row = len(self.rows.records), self._view.current_record()
        self._headline.setText(self._tr(HEADLINE.format(count) if count else NOTHING))
        set_role(self._headline, "warning" if count else "ok")
        self._explained.setVisible(bool(count))
        self._theirs.setEnabled(row is not None)
        self._ours.setEnabled(row is not None and not row.is_investigated)

    def _button(self, name: str, text: Text, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)  # Enter must not decide
        self._tr.bind(button.setText, text)
        button.clicked.connect(lambda *_: run())
        return button

    def _lay_out(self) -> None:
        for label in (self._headline, self._explained):
            label.setTextFormat(Qt.PlainText)
            label.setWordWrap(True)
        font = self._headline.font()
        font.setBold(True)
        self._headline.setFont(font)
        self._headline.setObjectName("mismatchesHeadline")
        self._view.setObjectName("mismatchesView")
        self._view.horizontalHeader().setStretchLastSection(True)
        buttons = QHBoxLayout()
        for button in (self._theirs, self._ours):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        for widget in (self._headline, self._explained, self._view):
            layout.addWidget(widget)
        layout.setStretchFactor(self._view, 1)
        layout.addLayout(buttons)


def _user() -> str:
    """Return who is logged in, for the journal; empty where the system does not say."""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""
