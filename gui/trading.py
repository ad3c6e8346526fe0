"""START, STOP, flatten and closing: what is asked of the trader, and what is sent to the engine."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from config.text import Text
from core.domain.messages import ClosePosition, Flatten, FlattenProgressed, Severity, Start, Stop
from gui.dialogs.choice import ChoiceDialog
from gui.dialogs.close import CloseChoice, ask_close
from gui.dialogs.flatten import FlattenDialog
from gui.dialogs.mismatches import MismatchesDialog
from gui.dialogs.stop import StopChoice, ask_stop
from gui.panic import PanicFlatten
from gui.watchdog import Watchdog
from gui.workspace import Workspace

DONE_ALONE = Text(
    "엔진 없이 전량청산을 마쳤습니다. 매매를 계속하려면 프로그램을 다시 시작하세요",
    "Flat, without the engine; start the program anew to trade on",
)


class Trading(QObject):
    """The trader's hand on the engine; no question of it ever blocks the window.

    Signals:
        close_allowed: after a question, the program may end now.
    """

    close_allowed = pyqtSignal()

    def __init__(self, workspace: Workspace, watchdog: Watchdog, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._window = workspace, window
        self._closes_when_flat = False
        self._question: ChoiceDialog | None = None
        self.progress_dialog = FlattenDialog(workspace, window)
        self.mismatches_dialog = MismatchesDialog(workspace, window)
        self.panic = PanicFlatten(workspace, watchdog)
        self.panic.taken_over.connect(self.progress_dialog.show_direct)
        self.panic.progressed.connect(self._hear_window)
        workspace.bridge.flattens_progressed.connect(self._hear_engine)

    def start(self) -> None:
        """Let the engine buy."""
        self._closes_when_flat = False
        self._space.post(Start())

    def stop(self) -> None:
        """Stop buying; with positions open, ask first what becomes of them."""
        positions = len(self._space.latest.positions)
        if not positions:
            self._space.post(Stop())
            return
        self._ask(ask_stop(positions, self._space.translator, self._window), self._stop_by)

    def flatten(self, note: str) -> None:
        """Sell everything, now and without a question; `note` says who asked."""
        self._space.post(Flatten(note))
        if self.panic.is_acting:
            self.progress_dialog.show()
            return
        self.panic.watch()
        self.progress_dialog.begin()

    def may_close(self) -> bool:
        """Return whether nothing is open; else ask, and say by `close_allowed` when it may end."""
        latest = self._space.latest
        if not latest.has_exposure:
            return True
        positions, orders = len(latest.positions), len(latest.orders)
        dialog = ask_close(positions, orders, self._space.translator, self._window)
        self._ask(dialog, self._close_by)
        return False

    def _ask(self, dialog: ChoiceDialog, answered: object) -> None:
        """Hear the answer of `dialog`, in the place of a question that is still open."""
        dialog.answered.connect(answered)
        if self._question is not None:
            self._question.close()
        self._question = dialog
        # However it ends, Esc too; after that it is deleted and must not be touched any more.
        dialog.finished.connect(self._forget_question)

    def _forget_question(self) -> None:
        self._question = None

    def _stop_by(self, choice: StopChoice) -> None:
        if choice is StopChoice.GO_ON:
            return
        self._space.post(Stop())
        if choice is StopChoice.SELL:
            for view in self._space.latest.positions:
                self._space.post(ClosePosition(view.position.symbol))

    def _close_by(self, choice: CloseChoice) -> None:
        if choice is CloseChoice.LEAVE:
            self.close_allowed.emit()
        elif choice is CloseChoice.FLATTEN:
            self._closes_when_flat = True
            self.flatten("close")

    def _hear_window(self, progress: FlattenProgressed) -> None:
        if progress.is_done:
            self._space.forget_exposure()
            self._space.note(Severity.WARNING, DONE_ALONE)
        self._show_progress(progress)

    def _hear_engine(self, events: list[FlattenProgressed]) -> None:
        if not self.panic.is_acting:
            for progress in events:
                self._show_progress(progress)

    def _show_progress(self, progress: FlattenProgressed) -> None:
        self.progress_dialog.show_progress(progress)
        if progress.is_done and self._closes_when_flat:
            self.close_allowed.emit()
