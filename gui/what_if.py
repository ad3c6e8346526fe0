"""The settings dialog's preview: what other values would have done with the chart's bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QLabel

from config.schema import Settings
from config.text import Text
from core.backtest.what_if import WhatIf, what_if
from core.domain.order import Side
from core.series import BarColumns
from core.sessions import CalendarOptions, TradingCalendar, open_calendar
from gui.chart.panel import ChartPanel
from gui.dialogs.settings import SettingsDialog
from gui.errands import Errands
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


class _Preview(NamedTuple):
    bars: int
    wanted: WhatIf
    now: WhatIf


class WhatIfPreview(QObject):
    """Belongs to one settings dialog; nothing trades by what it shows."""

    def __init__(self, workspace: Workspace, chart: ChartPanel, dialog: SettingsDialog) -> None:
        super().__init__(dialog)
        self._space, self._chart, self._dialog = workspace, chart, dialog
        self._wanted: Settings | None = None
        self._asked: Settings | None = None
        self._errands = Errands(self)
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self.line = QLabel(dialog)
        self.line.setObjectName("whatIf")
        self.line.setWordWrap(True)
        self.line.hide()
        dialog.add_line(self.line)
        dialog.drafted.connect(self._take)
        dialog.finished.connect(self.clear)
        self._timer.timeout.connect(self._ask)
        self._errands.ended.connect(self._show)

    def clear(self, *_: object) -> None:
        """Take the preview away."""
        self._wanted = None
        self._timer.stop()
        self.line.hide()
        self._chart.set_ghosts(())

    def _take(self, wanted: Settings | None) -> None:
        """Preview these settings, None where nothing is changed or something is wrong."""
        if wanted is None:
            self.clear()
            return
        self._wanted = wanted
        self._timer.start()

    def _ask(self) -> None:
        columns, symbol = self._chart.minutes(), self._space.symbol
        if self._wanted is None or not len(columns) or self._errands.is_busy:
            return
        self._asked = self._wanted
        now, home = self._space.settings, self._space.context.home
        calendar = partial(_calendar, now, home)
        self._errands.run(partial(_preview, symbol, columns, self._wanted, now, calendar))

    def _show(self, found: object) -> None:
        if self._wanted is None:
            return
        if self._wanted is not self._asked:
            self._timer.start()  # edited again while this one was worked out
        if not isinstance(found, _Preview):
            self._say(FAILED.format(getattr(found, "text", found)), "error")
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
        self._chart.set_ghosts(self._signals(wanted))

    def _signals(self, found: WhatIf) -> Sequence[tuple[datetime, Side]]:
        zone = ZoneInfo(self._space.settings[CalendarOptions].timezone)
        sides = ((Side.BUY, found.buys), (Side.SELL, found.sells))
        return [(datetime.fromtimestamp(s, zone), side) for side, all_ in sides for s in all_]

    def _say(self, text: Text, role: str) -> None:
        self.line.setText(self._space.translator(text))
        set_role(self.line, role)
        self.line.show()


def _calendar(settings: Settings, folder: Path) -> TradingCalendar:
    options = settings[CalendarOptions]
    return open_calendar(
        options.calendar,
        ZoneInfo(options.timezone),
        cache_dir=folder / "cache",
        overrides=folder / "sessions.json",
    )


def _preview(
    symbol: str,
    columns: BarColumns,
    wanted: Settings,
    now: Settings,
    calendar: partial[TradingCalendar],
) -> _Preview:
    hours = calendar()
    found = [what_if(symbol, columns, settings, hours) for settings in (wanted, now)]
    return _Preview(len(columns), *found)
