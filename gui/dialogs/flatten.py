"""긴급 전량청산: the six steps with proof, never done before the broker says zero."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from config.text import Text
from core.domain.messages import FlattenProgressed, FlattenRow
from gui import format as fmt
from gui.models.column import Align, Column
from gui.models.flatten_steps import FlattenSteps, StepRow, StepState
from gui.models.record_table import RecordTable
from gui.panels.common_columns import name_column, shares, symbol_column, time_column
from gui.panels.record_view import ROW_PX, RecordView
from gui.roles import set_role
from gui.wording import STEP
from gui.workspace import Workspace

TITLE = Text("긴급 전량청산", "Emergency flatten")
ASKED = Text("전량청산을 요청했습니다. 엔진의 응답을 기다립니다", "Asked; waiting for the engine")
DIRECT = Text(
    "엔진 응답 없음: 창이 직접 청산합니다", "The engine does not answer: the window itself flattens"
)
WORKING = Text("청산 중입니다. 시작 {}", "Flattening since {}")
DONE = Text("{} 청산 완료: 증권사 잔고 0, 미체결 0", "Flat at {}: the broker reports zero")
CLOSE = Text("닫기 (청산은 계속됩니다)", "Close (it goes on)")
CLOSE_DONE = Text("닫기", "Close")
STATE = {
    StepState.WAITING: (Text("대기", "waiting"), "muted"),
    StepState.ACTIVE: (Text("진행중", "working"), "warning"),
    StepState.DONE: (Text("완료", "done"), "ok"),
}
SIZE = (640, 470)


def _step_columns() -> list[Column]:
    def tone(row: StepRow) -> str:
        return STATE[row.state][1]

    def title(row: StepRow) -> Text:
        return STEP[row.step]

    def state(row: StepRow) -> Text:
        return STATE[row.state][0]

    return [
        Column("step", Text("단계", "Step"), title, align=Align.LEFT, sample=tuple(STEP.values())),
        Column(
            "state",
            Text("상태", "State"),
            state,
            align=Align.CENTER,
            tone=tone,
            sample=tuple(text for text, _ in STATE.values()),
        ),
        time_column(Text("시각", "Time"), lambda row: row.time),
        Column("count", Text("처리", "Handled"), lambda row: row.count, align=Align.LEFT),
    ]


def _row_columns(workspace: Workspace) -> list[Column]:
    def symbol(row: FlattenRow) -> str:
        return row.symbol

    def note(row: FlattenRow) -> Text:
        return row.note

    return [
        symbol_column(symbol),
        name_column(workspace, symbol),
        shares("held", Text("보유수량", "Held"), lambda row: row.held),
        shares("working", Text("매도중", "Selling"), lambda row: row.working),
        shares("canceling", Text("취소중", "Canceling"), lambda row: row.canceling),
        Column("note", Text("상황", "What happens"), note, align=Align.LEFT, tip=note),
    ]


class FlattenDialog(QDialog):
    """Not modal; may be closed and opened again at any time, the flatten goes on."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("flattenDialog")
        self.setModal(False)
        self.setAttribute(Qt.WA_ShowWithoutActivating)  # the window's keys go on working
        self.resize(*SIZE)
        self._tr = workspace.translator
        self._progress: FlattenProgressed | None = None
        self._is_direct = False
        self._model = FlattenSteps()
        self._headline, self._banner, self._note = QLabel(self), QLabel(self), QLabel(self)
        self._close = QPushButton(self)
        tr = workspace.translator
        self.steps = RecordTable(_step_columns(), lambda row: row.step, tr, parent=self)
        self.rows = RecordTable(_row_columns(workspace), lambda row: row.symbol, tr, parent=self)
        self._lay_out()
        tr.bind(self.setWindowTitle, TITLE)
        tr.changed.connect(self._show)
        self._close.clicked.connect(self.hide)
        self.steps.put(self._model.rows)

    def begin(self) -> None:
        """Come up for a flatten that was just asked for."""
        self._progress, self._is_direct = None, False
        self._model = FlattenSteps()
        self.steps.put(self._model.rows)
        self.rows.show_only(())
        self._show()
        self.show()
        self.raise_()

    def show_direct(self) -> None:
        """Say that the window does it itself."""
        self._is_direct = True
        self._show()

    def show_progress(self, progress: FlattenProgressed) -> None:
        """Show where it stands."""
        self._progress = progress
        self._model.take(progress)
        self.steps.put(self._model.rows)
        self.rows.show_only(self._model.symbols)
        self._show()

    def _show(self) -> None:
        progress, tr = self._progress, self._tr
        is_done = progress is not None and progress.is_done
        self._headline.setText(tr(_headline(progress)))
        set_role(self._headline, "ok" if is_done else "warning")
        self._banner.setText(tr(DIRECT))
        self._banner.setVisible(self._is_direct)
        self._note.setText(tr(progress.note) if progress else "")
        self._close.setText(tr(CLOSE_DONE if is_done else CLOSE))

    def _lay_out(self) -> None:
        for label in (self._headline, self._banner, self._note):
            label.setTextFormat(Qt.PlainText)
            label.setWordWrap(True)
        font = self._headline.font()
        font.setBold(True)
        self._headline.setFont(font)
        self._headline.setObjectName("flattenHeadline")
        self._note.setObjectName("flattenNote")
        self._banner.setObjectName("flattenBanner")
        set_role(self._banner, "error")
        steps = RecordView(self.steps, self._tr, self)
        steps.setObjectName("flattenSteps")
        steps.setSortingEnabled(False)
        steps.setFixedHeight(ROW_PX * 7 + 8)
        steps.horizontalHeader().setStretchLastSection(True)
        rows = RecordView(self.rows, self._tr, self)
        rows.setObjectName("flattenRows")
        rows.horizontalHeader().setStretchLastSection(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        for widget in (self._headline, self._banner, steps, rows, self._note):
            layout.addWidget(widget)
        layout.setStretchFactor(rows, 1)
        layout.addLayout(buttons)


def _headline(progress: FlattenProgressed | None) -> Text:
    if progress is None:
        return ASKED
    if progress.is_done:
        return DONE.format(fmt.clock(progress.now))
    return WORKING.format(fmt.clock(progress.started))
