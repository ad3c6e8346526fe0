"""The pre-market check: looks while its page is open, and opens it where something is not green."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QWidget

from core.doctor import Finding, Level
from core.doctor.live import Seen
from core.doctor.premarket import Row, level_of, premarket
from core.domain.messages import FlattenProgressed
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.predict.options import AiOptions
from gui.context import Mode
from gui.dialogs.premarket import PremarketDialog
from gui.errands import Errands
from gui.layout import LayoutStore
from gui.watchdog import Watchdog
from gui.workspace import Workspace

LOOK_MS = 2000
EXAMINED_EVERY = 15  # looks between two rounds of the doctor's checks
FIRST_AFTER = 10  # looks in which a terminal may log in before its page comes up by itself
_BEFORE = frozenset({Phase.BEFORE_OPEN, Phase.OPENING_AUCTION})
_SEEN = "premarket"


class Premarket(QObject):
    """Owns the page; it never comes up while a flatten is under way."""

    def __init__(
        self, workspace: Workspace, watchdog: Watchdog, store: LayoutStore, window: QWidget
    ) -> None:
        super().__init__(window)
        self._space, self._watchdog, self._store = workspace, watchdog, store
        self._errands = Errands(self)
        self._errands.ended.connect(self._take_findings)
        self._findings: tuple[Finding, ...] | None = None
        self._shown_on = store.mapping(_SEEN).get("day")  # by itself
        self._looks = self._examined = 0  # looks so far, and when the doctor was last asked
        self.dialog = PremarketDialog(workspace, window)
        self.dialog.again_wanted.connect(self._examine)
        workspace.bridge.flattens_progressed.connect(self._step_aside)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def open(self) -> None:
        """Show the page now, by the trader's wish."""
        self._examine()
        self._show()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def look(self) -> None:
        """Look once; the timer does this every two seconds."""
        self._looks += 1
        is_open = self.dialog.isVisible()
        if not (is_open or self._is_awaited()):
            return
        if self._looks - self._examined >= EXAMINED_EVERY or self._findings is None:
            self._examine()
        if is_open:
            self._show()

    def rows(self) -> Sequence[Row]:
        """Return the lines as they are now."""
        return premarket(self._seen(), self._findings or ())

    def _is_awaited(self) -> bool:
        """Whether the page has to come up by itself, should something not be green."""
        context, now = self._space.context, self._space.context.clock.now()
        return (
            context.mode in (Mode.LIVE, Mode.PAPER)
            and self._looks >= FIRST_AFTER
            and self._space.latest.state is not TradingState.FLATTENING
            and context.phase_at(now) in _BEFORE
            and self._shown_on != now.date().isoformat()
        )

    def _examine(self) -> None:
        examine = self._space.context.examine
        if examine is not None and self._errands.run(examine):
            self._examined = self._looks

    def _take_findings(self, findings: object) -> None:
        self._findings = findings if isinstance(findings, tuple) else ()
        if self.dialog.isVisible():
            self._show()
        elif self._is_awaited() and level_of(self.rows()) is not Level.OK:
            today = self._space.context.clock.now().date().isoformat()
            self._shown_on = today
            self._store.put_mapping(_SEEN, {"day": today})
            self._show()
            self.dialog.show()

    def _show(self) -> None:
        has_all = self._findings is not None or self._space.context.examine is None
        self.dialog.show_rows(self.rows(), self._space.context.clock.now(), has_all)

    def _step_aside(self, events: list[FlattenProgressed]) -> None:
        if not events[-1].is_done:
            self.dialog.hide()

    def _seen(self) -> Seen:
        """Return what the window knows, as one frozen record."""
        space, latest, now = self._space, self._space.latest, self._space.context.clock.now()
        context = space.context
        return Seen(
            now=now,
            mode=context.mode.value,
            account=context.account,
            phase=context.phase_at(now),
            is_engine_alive=not self._watchdog.is_silent,
            is_connected=latest.is_connected,
            broker=latest.broker,
            budget=latest.budget,
            notice=latest.market.notice,
            conditions=latest.conditions,
            has_conditions=context.conditions is not None,
            vitals=latest.vitals,
            frozen=latest.frozen,
            has_ai=space.settings[AiOptions].enabled,
            prediction=latest.prediction,
        )
