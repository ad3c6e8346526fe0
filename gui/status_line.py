"""The line at the bottom: the newest note, the indices, and what the engine has counted."""

from __future__ import annotations

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QLabel, QStatusBar

from config.text import Text
from core.domain.messages import Heartbeat, Noted, Severity
from gui import format as fmt
from gui.index_labels import IndexLabels
from gui.roles import set_role
from gui.widgets.elided_label import ElidedLabel
from gui.wording import SEVERITY_TONE
from gui.workspace import Workspace

KEEP_MS = 8000  # an ordinary note; warnings and errors stay until the next note
COUNTS = Text("체결 {:,}  ·  봉 {:,}  ·  신호 {:,}", "Ticks {:,}  ·  Bars {:,}  ·  Signals {:,}")


class StatusLine(QStatusBar):
    """Shows notes in the colour of their severity."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(4, 0, 8, 0)
        self._tr, self._latest = workspace.translator, workspace.latest
        self._note: Noted | None = None
        self._beat: Heartbeat | None = None
        self._text, self._counts = ElidedLabel(self), QLabel(self)
        self._text.setObjectName("statusText")
        set_role(self._counts, "muted")
        self.addWidget(self._text, 1)
        self.addPermanentWidget(IndexLabels(workspace))
        self.addPermanentWidget(self._counts)
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self._forget)
        workspace.bridge.noted.connect(self._take_notes)
        workspace.bridge.beats.connect(self._take_beat)
        workspace.translator.changed.connect(self._show)

    def _take_notes(self, events: list[Noted]) -> None:
        """Of several notes at once, show the worst, the newest among equals."""
        rank = list(Severity).index
        self._note = max(reversed(events), key=lambda note: rank(note.severity))
        if self._note.severity is Severity.INFO:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def _take_beat(self, events: list[Heartbeat]) -> None:
        self._beat = events[-1]
        self._show()

    def _forget(self) -> None:
        self._note = None
        self._show()

    def _show(self) -> None:
        note = self._note
        line = "" if note is None else f"{self._moment(note)}  {self._said(note)}"
        self._text.setText(line)
        self._text.setToolTip(line)
        set_role(self._text, "muted" if note is None else SEVERITY_TONE[note.severity])
        self._show_counts()

    def _said(self, note: Noted) -> str:
        """Return the text of a note, with the symbol it is about unless it names that itself."""
        text, name = self._tr(note.text), self._latest.name(note.symbol)
        is_named = not note.symbol or note.symbol in text or name in text
        return text if is_named else f"{name}: {text}"

    def _moment(self, note: Noted) -> str:
        """Return the time of a note, with its date once the market has gone on to another day."""
        return fmt.moment(note.time, note.time if self._beat is None else self._beat.now)

    def _show_counts(self) -> None:
        if self._beat is None:
            return
        counts = self._beat.counts
        shown = (counts.get(name, 0) for name in ("ticks", "bars", "signals"))
        self._counts.setText(self._tr(COUNTS).format(*shown))
        self._counts.setToolTip("\n".join(f"{name}: {n:,}" for name, n in counts.items()))
