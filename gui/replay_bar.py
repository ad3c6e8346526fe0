"""The bar of a replay: play, pause, speed, steps, seek, and the market's time."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QMouseEvent
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStyle,
    QToolTip,
    QWidget,
)

from config.text import Text
from core.commands.transport import Goal, Transport
from gui import icons
from gui.workspace import Workspace

REFRESH_MS = 100
SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, math.inf)
PLAY, PAUSE = Text("재생", "Play"), Text("일시정지", "Pause")
TICK, BAR = Text("다음 체결", "Next trade"), Text("다음 봉", "Next bar")
SIGNAL = Text("다음 신호까지", "Until next signal")
PLAY_TIP = Text(
    "재생하거나 멈춥니다 (Space). 멈춘 동안 낸 주문은 다시 재생할 때 체결됩니다",
    "Plays or pauses (Space). Orders made while it pauses are answered when it plays",
)
TICK_TIP = Text("다음 체결까지 가서 멈춥니다 (→)", "Goes to the next trade and stops (→)")
BAR_TIP = Text(
    "지금 분봉이 끝날 때까지 가서 멈춥니다 (Shift+→)",
    "Goes on until this minute's bars are closed, and stops (Shift+→)",
)
SIGNAL_TIP = Text(
    "전략이 다음에 사거나 팔기로 판단할 때까지 빠르게 가서 멈춥니다. 거부된 진입도 신호입니다 (N)",
    "Runs fast to the next decision to buy or sell, refused entries too, and stops (N)",
)
SPEED_TIP = Text("배속. 최대는 이 컴퓨터가 따라오는 만큼", "Speed; Max is what this machine can do")
SEEK_TIP = Text(
    "눌러서 시각을 고릅니다. 앞으로는 거기까지 빠르게 재생합니다. 뒤로는 처음부터 그 시각까지 새로 "
    "돌립니다: 지표·보유·주문을 그때 그대로 다시 만들고, 매매일지에는 새 세션으로 남습니다",
    "Click to choose a time. Forward runs there fast. Back runs anew from the start to that time: "
    "indicators, positions and orders are made again as they were, as a new session of the journal",
)
MAX = Text("최대", "Max")
RUNNING = Text("빠르게 재생하는 중", "running fast")
ENDED, PAUSED = Text("끝", "end"), Text("멈춤", "paused")


class ReplayBar(QWidget):
    """One row; it asks the transport ten times a second where it stands.

    Signals:
        fresh_run_wanted: the transport knows from where a new run is wanted; this one may end.
    """

    fresh_run_wanted = pyqtSignal()

    def __init__(self, workspace: Workspace, transport: Transport) -> None:
        super().__init__()
        self.setObjectName("replayBar")
        self._tr, self._transport = workspace.translator, transport
        self.play = self._button("start", self.toggle, PLAY, PLAY_TIP)
        self.tick = self._button("", transport.step_tick, TICK, TICK_TIP)
        self.bar = self._button("", transport.step_bar, BAR, BAR_TIP)
        self.signal = self._button("signals", transport.run_to_signal, SIGNAL, SIGNAL_TIP)
        self.speed = self._speeds()
        self.slider = SeekSlider(transport.start, transport.end, self)
        self._tr.bind(self.slider.setToolTip, SEEK_TIP)
        self.slider.sought.connect(self.seek)
        self.time, self.note = QLabel(self), QLabel(self)
        self._lay_out()
        self._tr.changed.connect(self._retitle)
        self._retitle()
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def toggle(self) -> None:
        """Play, or pause whatever runs."""
        view = self._transport.view()
        if view.is_playing or view.goal is not None:
            self._transport.pause()
        else:
            self._transport.play()
        self.refresh()

    def seek(self, moment: datetime) -> None:
        """Go to `moment`; back in time by a fresh run."""
        if not self._transport.run_to(moment):
            self._transport.go_back(moment)
            self.fresh_run_wanted.emit()
        self.refresh()

    def refresh(self) -> None:
        """Show where the transport stands."""
        view = self._transport.view()
        is_moving = view.is_playing or view.goal is not None
        text, icon = (PAUSE, "pause") if is_moving else (PLAY, "start")
        if self.play.text() != self._tr(text):
            self.play.setText(self._tr(text))
            self.play.setIcon(icons.icon(icon))
        for button in (self.play, self.tick, self.bar, self.signal):
            button.setEnabled(not view.is_over)  # from the end there is only the way back
        self.slider.show_moment(view.now)
        self.time.setText(f"{view.now:%m-%d %H:%M:%S}")
        is_fast = view.goal in (Goal.MOMENT, Goal.SIGNAL)
        note = RUNNING if is_fast else ENDED if view.is_over else None if is_moving else PAUSED
        self.note.setText("" if note is None else self._tr(note))

    def _button(self, icon: str, run: Callable[[], object], text: Text, tip: Text) -> QPushButton:
        button = QPushButton(self)
        if icon:
            button.setIcon(icons.icon(icon))
        self._tr.bind(button.setText, text)
        self._tr.bind(button.setToolTip, tip)
        button.setFocusPolicy(Qt.TabFocus)  # Space shall not press again what was clicked
        button.clicked.connect(lambda *_: run())
        return button

    def _speeds(self) -> QComboBox:
        box = QComboBox(self)
        speeds = sorted({*SPEEDS, self._transport.speed})
        for speed in speeds:
            box.addItem("" if math.isinf(speed) else f"{speed:g}x", speed)
        box.setCurrentIndex(speeds.index(self._transport.speed))
        box.setFocusPolicy(Qt.TabFocus)
        box.activated.connect(lambda _: self._transport.use_speed(box.currentData()))
        self._tr.bind(box.setToolTip, SPEED_TIP)
        self._tr.bind(box.setAccessibleName, SPEED_TIP)
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        for widget in (self.play, self.tick, self.bar, self.signal, self.speed):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.note)
        row.addWidget(self.time)

    def _retitle(self) -> None:
        tr, metrics = self._tr, QFontMetrics(self.font())
        self.speed.setItemText(self.speed.count() - 1, tr(MAX))
        # As wide as the widest of their texts, so that the row does not move.
        widest = max(metrics.horizontalAdvance(tr(text)) for text in (RUNNING, ENDED, PAUSED))
        self.note.setMinimumWidth(widest + 8)
        self.time.setMinimumWidth(metrics.horizontalAdvance("00-00 00:00:00") + 8)
        self.play.setMinimumWidth(max(metrics.horizontalAdvance(tr(t)) for t in (PLAY, PAUSE)) + 44)


class SeekSlider(QSlider):
    """A day from left to right; a click goes there, a drag goes where it ends.

    Signals:
        sought: the moment chosen.
    """

    sought = pyqtSignal(object)

    def __init__(self, start: datetime, end: datetime, parent: QWidget) -> None:
        super().__init__(Qt.Horizontal, parent)
        self._start = start.replace(microsecond=0)
        self.setRange(0, max(1, math.ceil((end - self._start).total_seconds())))
        self.setPageStep(600)
        self.setSingleStep(60)
        self.setFocusPolicy(Qt.TabFocus)
        self.setMinimumWidth(160)
        self._is_told = False
        self.actionTriggered.connect(self._on_action)

    def show_moment(self, moment: datetime) -> None:
        """Stand at `moment`, unless somebody holds the handle."""
        if not self.isSliderDown():
            self.setValue(round((moment - self._start).total_seconds()))

    def moment(self) -> datetime:
        """Return the moment that the handle stands at."""
        return self._start + timedelta(seconds=self.sliderPosition())

    def _on_action(self, action: int) -> None:
        """Go where the keyboard or the wheel has moved the handle."""
        if action not in (QSlider.SliderMove, QSlider.SliderNoAction):
            self.sought.emit(self.moment())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self.setSliderDown(True)
            self._follow(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            chosen = self.moment()
            self.setSliderDown(False)
            self.sought.emit(chosen)

    def _follow(self, event: QMouseEvent) -> None:
        half = self.style().pixelMetric(QStyle.PM_SliderLength, None, self) // 2
        width = max(1, self.width() - 2 * half)
        value = QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), event.x() - half, width
        )
        self.setSliderPosition(value)
        QToolTip.showText(event.globalPos(), f"{self.moment():%m-%d %H:%M:%S}", self)
