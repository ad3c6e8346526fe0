"""The emergency flatten without the engine: when the window takes it over, and in which thread."""

from __future__ import annotations

import logging
from enum import Enum

from PyQt5.QtCore import QObject, pyqtSignal

from core.domain.messages import FlattenProgressed, Message, StateChanged
from core.domain.price import Price
from core.domain.risk import TradingState
from core.execution.last_resort import ASK_S, LastResort
from core.execution.silence import RETRY_S
from gui.watchdog import SILENT_MS, TICK_MS, Watchdog
from gui.workspace import Workspace

logger = logging.getLogger(__name__)

ASK_TICKS = round(ASK_S * 1000) // TICK_MS  # between two account requests
RETRY_TICKS = round(RETRY_S * 1000) // TICK_MS  # until what nobody answered is thought lost


class _Watch(Enum):
    IDLE = "idle"  # nobody asked for a flatten, or it is done
    ASKED = "asked"  # the engine has not said yet that it knows
    LEFT_TO_ENGINE = "left_to_engine"
    TAKEN_OVER = "taken_over"


class PanicFlatten(QObject):
    """Takes a flatten over from an engine that does not answer, is silent for 3 s, or has ended.

    Signals:
        taken_over: the window does it itself from now on.
        progressed: a `FlattenProgressed` of the window's own.
    """

    taken_over = pyqtSignal()
    progressed = pyqtSignal(object)

    def __init__(self, workspace: Workspace, watchdog: Watchdog) -> None:
        super().__init__(workspace)
        self._watchdog = watchdog
        self._watch = _Watch.IDLE
        self._ticks = 0  # since the flatten was asked for
        self._direct = DirectFlatten(workspace, self)
        self._direct.progressed.connect(self._pass_on)
        watchdog.ticked.connect(self._look)
        workspace.bridge.states_changed.connect(self._hear_states)
        workspace.bridge.flattens_progressed.connect(self._hear_progress)

    @property
    def is_acting(self) -> bool:
        """Whether the window does the flatten itself."""
        return self._watch is _Watch.TAKEN_OVER

    def watch(self) -> None:
        """A flatten was asked of the engine: see to it that somebody does it."""
        if not self.is_acting:
            self._watch, self._ticks = _Watch.ASKED, 0

    def _hear_states(self, events: list[StateChanged]) -> None:
        is_flattening = any(event.state is TradingState.FLATTENING for event in events)
        if self._watch is _Watch.ASKED and is_flattening:
            self._watch = _Watch.LEFT_TO_ENGINE

    def _hear_progress(self, events: list[FlattenProgressed]) -> None:
        if self._watch in (_Watch.ASKED, _Watch.LEFT_TO_ENGINE):
            self._watch = _Watch.IDLE if events[-1].is_done else _Watch.LEFT_TO_ENGINE

    def _look(self) -> None:
        if self._watch is _Watch.TAKEN_OVER:
            self._direct.tick()
        elif self._watch is not _Watch.IDLE:
            self._ticks += 1
            is_unheard = self._watch is _Watch.ASKED and self._ticks * TICK_MS >= SILENT_MS
            if is_unheard or self._watchdog.is_silent:
                self._watch = _Watch.TAKEN_OVER
                self.taken_over.emit()
                self._direct.begin()

    def _pass_on(self, progress: FlattenProgressed) -> None:
        if progress.is_done:
            self._watch = _Watch.IDLE
        self.progressed.emit(progress)


class DirectFlatten(QObject):
    """Drives `LastResort` on the GUI thread, whichever thread the broker answers on.

    Signals:
        progressed: a `FlattenProgressed` after each step.
    """

    progressed = pyqtSignal(object)
    _heard = pyqtSignal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._latest = workspace.context, workspace.latest
        self._resort: LastResort | None = None
        self._begun = 0  # how often, for order ids that the broker has not seen
        self._ticks = 0  # since it began
        self._heard.connect(self._take)
        self._context.add_report_listener(self._listen)

    def begin(self) -> None:
        """Ask for the account; everything else follows from its answers and from `tick`."""
        logger.error("the engine does not answer; the window flattens by itself")
        context, now = self._context, self._context.clock.now()
        self._begun += 1
        self._resort = LastResort(
            context.broker,
            run_id=f"panic-{now:%y%m%d%H%M%S}-{self._begun}",
            phase_at=context.phase_at,
            started=now,
            takes_closing_price=context.takes_closing_price,
        )
        for interrupted in self._latest.market.interruptions.values():
            self._resort.take(interrupted, self._prices(), now)
        self._ticks = -1
        self.tick()

    def tick(self) -> None:
        """Let time pass; to be called every `TICK_MS`.

        Time-outs count ticks: a market's clock may stand still while its engine hangs.
        """
        self._ticks += 1
        if self._resort is not None:
            elapsed_s = self._ticks * TICK_MS / 1000
            self._say(self._resort.tick(elapsed_s, self._context.clock.now()))

    def _listen(self, message: Message) -> None:
        """Called on the broker's thread, with everything it posts."""
        if self._resort is not None:
            self._heard.emit(message)

    def _take(self, message: Message) -> None:
        if self._resort is not None:
            self._say(self._resort.take(message, self._prices(), self._context.clock.now()))

    def _prices(self) -> dict[str, Price]:
        return {symbol: quote.price for symbol, quote in self._latest.quotes.items()}

    def _say(self, progress: FlattenProgressed | None) -> None:
        if progress is None:
            return
        if progress.is_done:
            self._resort = None
        self.progressed.emit(progress)
