"""마감 확인서: the day's verdict, every line of it, and the way to its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt, QTimer, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.certificate.certificate import Verdict
from core.certificate.issue import Issued
from core.certificate.rows import Row, Table, heading
from core.certificate.texts import TITLE, VERDICTS
from gui.models.column import Align, Column
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.roles import set_role
from gui.workspace import Workspace

WAITING = Text(
    "증권사에 당일 주문과 잔고를 묻고 있습니다…", "Asking the broker for its orders of the day…"
)
OPEN, AGAIN = Text("파일 열기 (인쇄)", "Open file (print)"), Text("다시 비교", "Compare again")
CLOSE, HASH = Text("닫기", "Close"), Text("SHA-256 {} · {}", "SHA-256 {} · {}")
ROLES = {
    Verdict.AGREES: ("✔", "ok"),
    Verdict.DIFFERS: ("✖", "error"),
    Verdict.NOT_COMPARED: ("–", "warning"),
}
SIZE = (980, 560)


class CertificateDialog(QDialog):
    """Not modal.

    Signals:
        again_wanted: the trader wants the day compared anew.
    """

    again_wanted = pyqtSignal()

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget,
        open_file: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("certificateDialog")
        self.setModal(False)
        self.setAttribute(Qt.WA_ShowWithoutActivating)
        self.resize(*SIZE)
        self._tr, self._open_file = workspace.translator, open_file
        self._issued: Issued | None = None
        self._said = WAITING
        self._headline, self._note, self._hash = QLabel(self), QLabel(self), QLabel(self)
        self._headline.setObjectName("certificateHeadline")
        self._heading = QGridLayout()
        self._tabs = QTabWidget(self)
        self._open = self._button("openCertificate", OPEN, self._open_page)
        self._again = self._button("certificateAgain", AGAIN, self.again_wanted.emit)
        self._waiting: list[Table] = []  # not shown yet
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._fill_next)
        self._lay_out()
        self._tr.bind(self.setWindowTitle, TITLE)
        self._tr.changed.connect(self._show)
        self._show()

    def show_waiting(self) -> None:
        """Say that the broker is asked."""
        self._said, self._issued = WAITING, None
        self._show()

    def show_failure(self, text: Text) -> None:
        self._said, self._issued = text, None
        self._show()

    def show_issued(self, issued: Issued) -> None:
        """Show a certificate."""
        self._issued = issued
        self._show()

    def _open_page(self) -> None:
        if self._issued is not None:
            self._open_file(QUrl.fromLocalFile(str(self._issued.page)))

    def _show(self) -> None:
        issued, tr = self._issued, self._tr
        self._open.setEnabled(issued is not None)
        self._clear()
        if issued is None:
            self._headline.setText(tr(self._said))
            self._note.setText("")
            self._hash.setText("")
            set_role(self._headline, "muted" if self._said is WAITING else "error")
            return
        made = issued.certificate
        mark, role = ROLES[made.verdict]
        self._headline.setText(f"{mark} {made.day.isoformat()}  {tr(VERDICTS[made.verdict])}")
        set_role(self._headline, role)
        self._note.setText("\n".join(tr(text) for text in (made.note, *made.notes)))
        self._hash.setText(tr(HASH).format(issued.fact.sha256, issued.page.name))
        self._fill(issued)

    def _clear(self) -> None:
        self._waiting = []
        while self._tabs.count():
            page = self._tabs.widget(0)
            self._tabs.removeTab(0)
            page.deleteLater()
        while (item := self._heading.takeAt(0)) is not None:
            item.widget().deleteLater()

    def _fill(self, issued: Issued) -> None:
        for at, (name, value) in enumerate(heading(issued.certificate)[1:-1]):
            title, shown = QLabel(self._tr(name), self), QLabel(self._tr(value), self)
            set_role(title, "muted")
            shown.setTextInteractionFlags(Qt.TextSelectableByMouse)
            self._heading.addWidget(title, at // 2, at % 2 * 2)
            self._heading.addWidget(shown, at // 2, at % 2 * 2 + 1)
        self._waiting = list(issued.tables)
        self._turn.start()

    def _fill_next(self) -> None:
        """Add one table; each in a turn of its own, so that no key waits for all of them."""
        if self._waiting:
            table = self._waiting.pop(0)
            self._tabs.addTab(self._view(table), self._tab_title(table))
            self._turn.start()

    def _tab_title(self, table: Table) -> str:
        wrong = sum(row.verdict is Verdict.DIFFERS for row in table.rows)
        count = f"{len(table.rows)}" if not wrong else f"{len(table.rows)}, ✖ {wrong}"
        return f"{self._tr(table.title)} ({count})"

    def _view(self, table: Table) -> RecordView:
        numbered = tuple(enumerate(table.rows))
        model = RecordTable(_columns(table), lambda pair: pair[0], self._tr, parent=self._tabs)
        view = RecordView(model, self._tr, self._tabs)
        view.setObjectName(f"certificate.{table.name}")
        view.setSortingEnabled(False)
        view.horizontalHeader().setStretchLastSection(True)
        model.put(numbered)
        return view

    def _button(self, name: str, title: Text, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: act())
        self._tr.bind(button.setText, title)
        return button

    def _lay_out(self) -> None:
        font = self._headline.font()
        font.setBold(True)
        font.setPixelSize(max(font.pixelSize(), 12) + 3)
        self._headline.setFont(font)
        self._note.setWordWrap(True)
        self._hash.setTextInteractionFlags(Qt.TextSelectableByMouse)
        set_role(self._hash, "muted")
        self._heading.setHorizontalSpacing(14)
        self._heading.setColumnStretch(3, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._hash, 1)
        buttons.addWidget(self._again)
        buttons.addWidget(self._open)
        buttons.addWidget(self._button("closeCertificate", CLOSE, self.hide))
        layout = QVBoxLayout(self)
        layout.addWidget(self._headline)
        layout.addWidget(self._note)
        layout.addLayout(self._heading)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(buttons)


def _columns(table: Table) -> Sequence[Column]:
    return [_column(table, at) for at in range(len(table.columns))]


def _column(table: Table, at: int) -> Column:
    """Return the column of cell `at`; records are pairs of a row's number and the row."""
    is_result = at == len(table.columns) - 2

    def tone(pair: tuple[int, Row]) -> str | None:
        verdict = pair[1].verdict
        return ROLES[verdict][1] if is_result or verdict is Verdict.DIFFERS else None

    def cell(pair: tuple[int, Row]) -> Text:
        return pair[1].cells[at]

    align = Align.RIGHT if at in table.numbers else Align.LEFT
    # The widest few: to measure each cell of a long day would hold the window.
    cells = tuple(sorted((row.cells[at] for row in table.rows), key=lambda t: len(t.ko))[-3:])
    return Column(
        f"{table.name}.{at}",
        table.columns[at],
        cell,
        align=align,
        tone=tone,
        tip=cell,
        sample=cells or table.columns[at],
    )
