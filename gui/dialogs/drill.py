"""비상훈련: accidents on purpose, at an exchange of their own, and how the terminal came out."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.drills.command import RESULT, command_of
from gui import theme
from gui.drill_run import DrillRun
from gui.models.column import Align, Column
from gui.models.drill_rows import DrillRow, DrillRows, DrillState, last_result
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.roles import set_role
from gui.workspace import Workspace

TITLE = Text("비상훈련", "Emergency drill")
ABOUT = Text(
    "사고를 일부러 일으키고 터미널이 안전한 상태로 돌아오는지, 몇 초가 걸리는지 봅니다. 따로 뜬 "
    "프로세스가 임시 폴더와 가상 거래소에서만 하므로 지금의 계좌, 주문, 설정, 매매일지에 손대지 "
    "않습니다. 매매 중에도 실행할 수 있습니다.",
    "Does accidents on purpose and looks whether the terminal comes to a safe state, and how soon. "
    "It runs in processes of its own, with folders and an exchange of their own: your account, "
    "orders, settings and journal are not touched. It may run while you trade.",
)
KILLS, START, CANCEL = (
    Text("강제 종료 횟수", "Kills"),
    Text("훈련 시작", "Start the drills"),
    Text("중단", "Cancel"),
)
CLOSE = Text("닫기", "Close")
LAST = Text("지난 훈련 {}: {}가지 통과, {}가지 실패", "Last done {}: {} passed, {} failed")
NEVER = Text("아직 한 적이 없습니다", "Never done yet")
RUNNING = Text("{} / {}: {}", "{} of {}: {}")
PREPARING = Text("준비하고 있습니다", "Preparing")
PASSED = Text("모두 통과했습니다 ({}가지). 결과: {}", "All {} passed. The result is in {}")
FAILED = Text("{}가지가 실패했습니다. 결과: {}", "{} failed. The result is in {}")
BROKEN = Text("끝까지 하지 못했습니다: {}", "It did not come to its end: {}")
CANCELED = Text("중단했습니다", "Canceled")
STATES = {
    DrillState.WAITING: (Text("대기", "waiting"), "muted"),
    DrillState.RUNNING: (Text("진행중", "running"), "warning"),
    DrillState.PASSED: (Text("통과", "pass"), "ok"),
    DrillState.FAILED: (Text("실패", "FAIL"), "error"),
}
SIZE = (980, 620)
_KILLS_PX = 90


def _seconds(value: float) -> str:
    return f"{value:,.1f}"


def _columns() -> list[Column]:
    def must(row: DrillRow) -> Text:
        return row.must

    def seen(row: DrillRow) -> Text:
        return row.seen

    states = tuple(text for text, _ in STATES.values())
    return [
        Column("family", Text("구분", "About"), lambda row: row.family, align=Align.LEFT, tip=must),
        Column(
            "title",
            Text("훈련", "Drill"),
            lambda row: row.title,
            align=Align.LEFT,
            tip=must,
            sample=Text("장 마감 뒤, 시간외종가로", "30 positions under 5 orders a second"),
        ),
        Column(
            "state",
            Text("결과", "Result"),
            lambda row: STATES[row.state][0],
            align=Align.CENTER,
            tone=lambda row: STATES[row.state][1],
            sample=states,
        ),
        Column(
            "market_s",
            Text("안전까지(초)", "Safe after (s)"),
            lambda row: row.market_s,
            _seconds,
            help=Text("시장 시각으로 몇 초 만에 안전해졌는지", "Market seconds until it was safe"),
            sample="00,000.0",
        ),
        Column("real_s", Text("걸린 시간(초)", "Took (s)"), lambda row: row.real_s, _seconds),
        Column(
            "peers",
            Text("결함 번호", "Defects"),
            lambda row: row.peers,
            align=Align.LEFT,
            help=Text(
                "다른 프로그램에서 발견된 결함의 번호", "Numbers of defects found in other programs"
            ),
            sample="STOM S5, STOM S6",
        ),
        Column("seen", Text("본 것", "Seen"), seen, align=Align.LEFT, tip=seen),
    ]


class DrillDialog(QDialog):
    """Not modal; may be closed while the drills go on."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("drillDialog")
        self.setModal(False)
        self.resize(*SIZE)
        self._space, self._tr = workspace, workspace.translator
        self._rows, self._line, self._is_canceled = DrillRows(), "", False
        self._state: tuple[Text, str] = (NEVER, "muted")
        self.run = DrillRun(self)
        self.run.told.connect(self._take)
        self.run.said.connect(self._hear)
        self.run.ended.connect(self._end)
        self._table = RecordTable(_columns(), lambda row: row.code, self._tr, parent=self)
        self._status, self._bar, self._kills = QLabel(self), QProgressBar(self), QSpinBox(self)
        self._start = self._button("startDrills", START, self.start)
        self._cancel = self._button("cancelDrills", CANCEL, self.cancel)
        self._lay_out()
        self._tr.bind(self.setWindowTitle, TITLE)
        self._tr.changed.connect(self._show)
        self._show_last()
        self._show()

    def start(self) -> None:
        """Begin all of them anew."""
        self._rows, self._line, self._is_canceled = DrillRows(), "", False
        self._table.show_only(())
        self._state = (PREPARING, "warning")
        home, language = self._space.context.home, self._tr.language
        command = command_of(theme.RESOURCES.parent / "app.py")
        words = ["drill", "--json", "--kills", str(self._kills.value()), "--lang", language]
        self.run.start([*command, *words, "--home", str(home)])
        self._show()

    def cancel(self) -> None:
        """End them where they are."""
        self._is_canceled = True
        self.run.cancel()

    def _take(self, told: dict[str, Any]) -> None:
        self._rows.take(told)
        self._line = ""
        self._show_progress()

    def _hear(self, line: str) -> None:
        self._line = line
        self._show_progress()

    def _show_progress(self) -> None:
        rows = self._rows.all
        over = self._rows.count(DrillState.PASSED) + self._rows.count(DrillState.FAILED)
        if over == 0 and rows:
            self._rows.run_next()
            rows = self._rows.all
        running = next((row for row in rows if row.state is DrillState.RUNNING), None)
        if running is not None:
            title = self._tr(running.title)
            what = f"{title} ({self._line})" if self._line else title
            self._state = (RUNNING.format(over + 1, len(rows), what), "warning")
        self._table.put(rows)
        self._bar.setMaximum(max(len(rows), 1))
        self._bar.setValue(over)
        self._show()

    def _end(self, is_done: bool) -> None:
        self._rows.stop()
        self._table.put(self._rows.all)
        failed, passed = (self._rows.count(s) for s in (DrillState.FAILED, DrillState.PASSED))
        file = self._space.context.home / RESULT
        if self._is_canceled:
            self._state = (CANCELED, "warning")
        elif not is_done or not passed + failed:
            self._state = (BROKEN.format(self._line), "error")
        elif failed:
            self._state = (FAILED.format(failed, file), "error")
        else:
            self._state = (PASSED.format(passed, file), "ok")
        self._show()

    def _show_last(self) -> None:
        found = last_result(self._space.context.home / RESULT)
        if found is None:
            return
        time, told = found
        for each in told:
            self._rows.take(each)
        self._table.put(self._rows.all)
        failed, passed = (self._rows.count(s) for s in (DrillState.FAILED, DrillState.PASSED))
        self._state = (LAST.format(f"{time:%Y-%m-%d %H:%M}", passed, failed), "muted")

    def _show(self) -> None:
        text, role = self._state
        self._status.setText(self._tr(text))
        set_role(self._status, role)
        is_running = self.run.is_running
        self._start.setEnabled(not is_running)
        self._kills.setEnabled(not is_running)
        self._cancel.setEnabled(is_running)
        self._bar.setVisible(is_running)

    def _button(self, name: str, title: Text, act: Any) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        self._tr.bind(button.setText, title)
        button.clicked.connect(lambda *_: act())
        return button

    def _lay_out(self) -> None:
        about, kills = QLabel(self), QLabel(self)
        self._tr.bind(about.setText, ABOUT)
        self._tr.bind(kills.setText, KILLS)
        about.setWordWrap(True)
        self._status.setWordWrap(True)
        self._status.setObjectName("drillStatus")
        self._kills.setRange(1, 1_000)
        self._kills.setValue(20)
        self._kills.setFixedWidth(_KILLS_PX)
        self._kills.setObjectName("drillKills")
        self._bar.setTextVisible(False)
        view = RecordView(self._table, self._tr, self)
        view.setObjectName("drillTable")
        view.setSortingEnabled(False)
        view.horizontalHeader().setStretchLastSection(True)
        top, buttons = QHBoxLayout(), QHBoxLayout()
        for widget in (kills, self._kills, self._start, self._cancel):
            top.addWidget(widget)
        top.addWidget(self._bar, 1)
        top.addStretch(1)
        buttons.addWidget(self._status, 1)
        buttons.addWidget(self._button("closeDrills", CLOSE, self.hide))
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(top)
        layout.addWidget(view, 1)
        layout.addLayout(buttons)
