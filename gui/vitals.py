"""Signs of life in the health strip: one field with the worst of them, all of them on a click."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from config.text import Text
from core.domain.messages import Health, Vital, VitalsUpdated, WindowBeat
from gui import format as fmt
from gui.roles import set_role
from gui.strip_fields import StripField
from gui.watchdog import TICK_MS, Watchdog
from gui.workspace import Workspace

WATCHED = Text("● 감시", "● Watch")
WORST = Text("■ {} {}", "■ {} {}")
SILENT = Text("엔진이 응답하지 않습니다", "the engine does not answer")
CLICK = Text("누르면 자세히 보입니다", "Click for details")
LINE = Text("{}: {} · {}", "{}: {} · {}")
MARKS = {Health.OK: "●", Health.OFF: "○", Health.WARNING: "▲", Health.ERROR: "■"}
TONES = {
    Health.OK: "ok",
    Health.OFF: "muted",
    Health.WARNING: "warning",
    Health.ERROR: "error",
}
_BEAT_TICKS = 1000 // TICK_MS


def beat(workspace: Workspace, watchdog: Watchdog) -> None:
    """Tell the engine once a second, at the watchdog's pace, that the window is alive."""
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks % _BEAT_TICKS == 0:
            workspace.post(WindowBeat())

    watchdog.ticked.connect(tick)


def age_text(vital: Vital) -> Text:
    """Return an age with its unit; "-" while there has been no sign at all."""
    return Text.of("-") if vital.age_s is None else fmt.age(abs(vital.age_s))


class VitalsField(StripField):
    """The worst sign of life; a click shows all of them."""

    def __init__(self, workspace: Workspace, watchdog: Watchdog) -> None:
        super().__init__("vitalsLabel", workspace)
        self.setCursor(Qt.PointingHandCursor)
        self._watchdog = watchdog
        self._vitals: tuple[Vital, ...] = ()
        self._popup: VitalsPopup | None = None
        workspace.bridge.vitals_updated.connect(self._take)

    @property
    def is_wanted(self) -> bool:
        """There is nothing to show before the first second."""
        return bool(self._vitals)

    @property
    def vitals(self) -> tuple[Vital, ...]:
        """The newest signs; an engine that is silent can't speak of itself."""
        if not self._watchdog.is_silent:
            return self._vitals
        return tuple(
            replace(v, age_s=self._watchdog.quiet_s, health=Health.ERROR, text=SILENT)
            if v.name == "engine"
            else v
            for v in self._vitals
        )

    def refresh(self, now: datetime) -> None:
        vitals = self.vitals
        if not vitals:
            return
        order = list(Health).index
        worst = max(vitals, key=lambda vital: order(vital.health))
        is_calm = worst.health in (Health.OK, Health.OFF)
        text = WATCHED if is_calm else WORST.format(worst.title, age_text(worst))
        lines = [LINE.format(v.title, age_text(v), v.text) for v in vitals] + [CLICK]
        tip = Text("\n".join(x.ko for x in lines), "\n".join(x.en for x in lines))
        self.say(text, "ok" if is_calm else TONES[worst.health], tip)
        if self._popup is not None and self._popup.isVisible():
            self._popup.show_vitals(vitals)

    def open(self) -> None:
        """Show every sign of life below the field."""
        if self._popup is None:
            self._popup = VitalsPopup(self.space, self)
        self._popup.show_vitals(self.vitals)
        self._popup.adjustSize()
        self._popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self._popup.show()

    def _take(self, events: list[VitalsUpdated]) -> None:
        self._vitals = events[-1].vitals

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.open()


class VitalsPopup(QFrame):
    """A small table: what, how long ago, and what that means; it closes by a click elsewhere."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent, Qt.Popup)
        self.setObjectName("vitalsPopup")
        self.setFrameShape(QFrame.StyledPanel)
        self._tr = workspace.translator
        self._rows: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)

    def show_vitals(self, vitals: tuple[Vital, ...]) -> None:
        while len(self._rows) < len(vitals):
            self._add_row()
        for row, vital in zip(self._rows, vitals, strict=False):
            mark, title, age, text = row
            mark.setText(MARKS[vital.health])
            title.setText(self._tr(vital.title))
            age.setText(self._tr(age_text(vital)))
            text.setText(self._tr(vital.text))
            set_role(mark, TONES[vital.health])
            set_role(text, "muted" if vital.health in (Health.OK, Health.OFF) else "error")

    def _add_row(self) -> None:
        row = QLabel(self), QLabel(self), QLabel(self), QLabel(self)
        for column, label in enumerate(row):
            label.setTextFormat(Qt.PlainText)
            self._grid.addWidget(label, len(self._rows), column)
        row[2].setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        self._rows.append(row)
