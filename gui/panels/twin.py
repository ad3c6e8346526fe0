"""쌍둥이 비교: what was really filled, beside the backtest of the same recorded day."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from PyQt5.QtCore import QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QLabel, QPushButton

from config.text import Text
from core.backtest.twin.compare import Pair
from core.backtest.twin.kept import Kept, newest_kept
from core.backtest.twin.plain import CELLS, Cell, summary_of, title_of
from gui.errands import Errands
from gui.models.column import Align, Column
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.roles import set_role
from gui.workspace import Workspace

RUN, OPEN = Text("지금 비교", "Compare now"), Text("보고서 열기", "Open the page")
RUN_TIP = Text(
    "마지막으로 녹화한 날(지금 매매 중이면 지금까지)을 그때 설정으로 백테스트해 실제 체결과 "
    "비교합니다",
    "Backtests the last recorded day (the present one up to now) with the settings of then, and "
    "compares it with what was really filled",
)
OPEN_TIP = Text("비교 결과를 브라우저에서 엽니다", "Opens the comparison in the browser")
EMPTY = Text(
    "장이 끝나면 녹화한 날의 실제 체결이 백테스트와 비교되어 여기에 보입니다. '지금 비교'를 누르면 "
    "지금까지를 봅니다",
    "After the close the recorded day's fills are shown here beside its backtest; Compare now "
    "shows them up to now",
)
WORKING = Text("비교하는 중입니다…", "Comparing…")
FAILED = Text("비교하지 못했습니다: {}", "The comparison failed: {}")
SUMMARY = Text.of("{} — {}")
_SAMPLES = {"symbol": "000000", "note": "가" * 20, "side": "백테스트만", "entered": "00:00:00"}
_WORSE = frozenset({"entry_slippage", "entry_ticks", "exit_slippage", "exit_ticks"})


def _columns() -> list[Column]:
    return [_column(cell) for cell in CELLS]


def _column(cell: Cell) -> Column:
    def tone(pair: Pair) -> str | None:
        """Colour what is worse as a loss."""
        value = cell.value(pair)
        if not value or cell.key not in {*_WORSE, "cost_difference", "net_difference"}:
            return None
        is_good = value > 0 if cell.key == "net_difference" else value < 0
        return "up" if is_good else "down"

    align = Align.RIGHT if cell.is_number else Align.LEFT
    sample = _SAMPLES.get(cell.key, "000,000")
    return Column(
        cell.key, cell.title, cell.value, cell.text, align, tone, help=cell.help, sample=sample
    )


@panel("twin", Text("쌍둥이 비교", "Daily twin"), Area.BOTTOM, 100, "Alt+0")
class TwinPanel(RecordPanel):
    """A table of pairs, a line that sums it up, and the button that has it made.

    Begins with the last day that was compared; each day's twin comes by itself after the close.

    Signals:
        made: a twin that came by itself; emitted on any thread.
    """

    made = pyqtSignal(object)

    def __init__(
        self,
        workspace: Workspace,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(
            workspace, "twinTable", _columns(), key=_key, symbol_of=lambda pair: pair.symbol
        )
        self._open_url = open_url
        self._kept: Kept | None = None
        self._say: Text = EMPTY
        self._errands = Errands(self)
        self._errands.ended.connect(self._take)
        self.summary = QLabel(self)
        self.summary.setObjectName("twinSummary")
        self.summary.setWordWrap(True)
        self.summary.setMargin(6)
        set_role(self.summary, "muted")
        self.run_button = self._tool(RUN, RUN_TIP, self.compare)
        self.open_button = self._tool(OPEN, OPEN_TIP, self.open_report)
        self.open_button.setEnabled(False)
        self._can_run = workspace.context.make_twin is not None
        self.run_button.setEnabled(self._can_run)
        self.tools = [self.run_button, self.open_button]
        self.layout().addWidget(self.summary)
        self.layout().addWidget(self.view, 1)
        workspace.translator.changed.connect(self._show_summary)
        self._show_summary()
        self.made.connect(self._take)
        if (add_listener := workspace.context.add_twin_listener) is not None:
            add_listener(self.made.emit)
            self._errands.run(partial(newest_kept, workspace.context.home))

    def compare(self) -> None:
        """Have the last recorded day compared, beside the window."""
        make = self.workspace.context.make_twin
        if make is None or self._errands.is_busy:
            return
        self.run_button.setEnabled(False)
        self._tell(WORKING)
        self._errands.run(partial(make, self.workspace.translator.language))

    def open_report(self) -> None:
        """Open the page that was kept."""
        if self._kept is not None:
            self._open_url(QUrl.fromLocalFile(str(self._kept.page)))

    def _tool(self, text: Text, tip: Text, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        self.workspace.translator.bind(button.setText, text)
        self.workspace.translator.bind(button.setToolTip, tip)
        button.clicked.connect(lambda *_: run())
        return button

    def _take(self, made: Any) -> None:
        self.run_button.setEnabled(self._can_run and not self._errands.is_busy)
        if made is None:
            return
        if not isinstance(made, Kept):
            self._tell(FAILED.format(getattr(made, "text", made)))
            return
        self._kept = made
        self.open_button.setEnabled(True)
        self.table.show_only(made.twin.pairs)
        self._tell(SUMMARY.format(title_of(made.twin), summary_of(made.twin)))

    def _tell(self, text: Text) -> None:
        self._say = text
        self._show_summary()

    def _show_summary(self) -> None:
        self.summary.setText(self.workspace.translator(self._say))


def _key(pair: Pair) -> Hashable:
    real = None if pair.real is None else pair.real.entry.time
    return pair.symbol, real, None if pair.twin is None else pair.twin.entry_time
