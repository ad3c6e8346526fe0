"""The settings dialog's preview: what other values would have done with the chart's bars."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QLabel

from config.schema import Settings
from config.text import Text
from core.backtest.run import parameters
from core.series import BarColumns
from gui.backtest.elsewhere import Asking, Elsewhere
from gui.backtest.messages import Failed
from gui.backtest.works import Preview, TryOut, bare
from gui.chart.panel import ChartPanel
from gui.dialogs.settings import SettingsDialog
from gui.format import signed_won
from gui.roles import set_role
from gui.workspace import Workspace

WAIT_MS = 150  # after the last key, so that typing a number asks once
LINE = Text(
    "{} 차트의 봉 {}개로 해 보면: 매수 신호 {}개, 매도 신호 {}개, 왕복 {}회, 순손익 {}원 "
    "(지금 설정: 왕복 {}회, {}원)",
    "On the {} chart's {} bars: {} buy signals, {} sell signals, {} round trips, net {} won "
    "(as it is: {} round trips, {} won)",
)
FAILED = Text("미리보기를 만들지 못했습니다: {}", "No preview: {}")


class WhatIfPreview(QObject):
    """Belongs to one settings dialog; nothing trades by what it shows."""

    def __init__(
        self,
        workspace: Workspace,
        chart: ChartPanel,
        dialog: SettingsDialog,
        elsewhere: Elsewhere,
    ) -> None:
        super().__init__(dialog)
        self._space, self._chart, self._dialog = workspace, chart, dialog
        self._wanted: Settings | None = None
        self._asked: tuple[Settings, str] | None = None
        self._elsewhere, self._asking = elsewhere, Asking(elsewhere, self)
        self._sent: object = None  # what the other process has of the chart
        self._key = 0  # by which it knows those bars
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self.line = QLabel(dialog)
        self.line.setObjectName("whatIf")
        self.line.setWordWrap(True)
        self.line.hide()
        dialog.add_line(self.line)
        dialog.drafted.connect(self._take)
        dialog.finished.connect(self.clear)
        self._timer.timeout.connect(self._ask)
        self._asking.ended.connect(self._show)
        self._asking.failed.connect(self._fail)
        workspace.symbol_selected.connect(self._leave_bars)
        workspace.bridge.histories_loaded.connect(self._leave_bars)

    def clear(self, *_: object) -> None:
        """Take the preview away."""
        self._wanted = None
        self._timer.stop()
        self.line.hide()
        self._chart.set_ghosts()

    def _take(self, wanted: Settings | None) -> None:
        """Preview these settings, None where nothing is changed or something is wrong."""
        if wanted is None:
            self.clear()
            return
        self._wanted = wanted
        self._timer.start()

    def _leave_bars(self, *_: object) -> None:
        """Try again on another chart; what was seen on the one before is not for it."""
        self.line.hide()
        self._chart.set_ghosts()
        if self._wanted is not None:
            self._timer.start()

    def _ask(self) -> None:
        columns, symbol = self._chart.minutes(), self._space.symbol
        if self._wanted is None or not len(columns) or self._asking.is_busy:
            return
        self._asked = self._wanted, symbol
        wanted, now = parameters(self._wanted), parameters(self._space.settings)
        key, sent = self._bars(symbol, columns)
        self._asking.ask(TryOut(symbol, key, sent, wanted, now))

    def _bars(self, symbol: str, columns: BarColumns) -> tuple[int, BarColumns | None]:
        """Return by what key the process knows these bars, and them too if it does not yet."""
        self._elsewhere.warm_up()
        edges = columns.start[0].item(), columns.start[-1].item(), columns.close.sum().item()
        present = self._elsewhere.generation, symbol, len(columns), edges
        if present == self._sent:
            return self._key, None
        self._sent, self._key = present, self._key + 1
        return self._key, bare(columns)

    def _fail(self, failed: Failed) -> None:
        self._sent = None
        if not self._is_outdated():
            self._say(FAILED.format(failed.text), "error")

    def _is_outdated(self) -> bool:
        """Return whether something else is wanted by now; it is asked for then."""
        if self._wanted is None:
            return True
        if (self._wanted, self._space.symbol) == self._asked:
            return False
        self._timer.start()
        return True

    def _show(self, found: Preview) -> None:
        if self._is_outdated():
            return
        wanted, now = found.wanted, found.now
        counts = [f"{n:,}" for n in (len(wanted.buys), len(wanted.sells), wanted.trades)]
        is_better = wanted.net_pnl > now.net_pnl
        self._say(
            LINE.format(
                wanted.symbol,
                f"{found.bars:,}",
                *counts,
                signed_won(wanted.net_pnl),
                f"{now.trades:,}",
                signed_won(now.net_pnl),
            ),
            "up" if is_better else "down" if wanted.net_pnl < now.net_pnl else "muted",
        )
        self._chart.set_ghosts(wanted.buys, wanted.sells)

    def _say(self, text: Text, role: str) -> None:
        self.line.setText(self._space.translator(text))
        set_role(self.line, role)
        self.line.show()
