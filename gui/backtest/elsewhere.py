"""A process that backtests for the window, so that trading never waits for Python's lock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any
from weakref import WeakMethod

from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal

from config.text import Text
from gui.backtest import child
from gui.backtest.messages import (
    Asked,
    Begin,
    Cancel,
    Ended,
    Failed,
    Part,
    Progressed,
    Work,
)

_log = logging.getLogger(__name__)
DIED = Text(
    "계산하던 프로세스가 끝났습니다(메모리 부족일 수 있음). 다시 실행하면 새로 시작합니다",
    "the working process has ended, for want of memory perhaps; the next run starts a new one",
)
NO_START = Text(
    "계산할 프로세스를 시작할 수 없습니다: {}", "the working process can't be started: {}"
)
STOPPED = Text(
    "중단이 오래 걸려 계산 프로세스를 끝냈습니다. 다시 실행하세요",
    "stopping took long, so that the working process was ended; run again",
)
PATIENCE_MS = 5_000  # for a task that was canceled
_PATIENCE_S = 5.0  # for a process to see that nobody is there any more


class Elsewhere(QObject):
    """One process for the whole window, started when something is first wanted of it.

    Starting, sending and receiving are the business of threads: a message of many bars takes long.

    Signals:
        heard: `Progressed`, `Part`, `Ended` or `Failed`, in the order in which they were sent.
    """

    heard = pyqtSignal(object)

    def __init__(
        self,
        begin: Callable[[], Begin],
        parent: QObject | None = None,
        start: Callable[[], tuple[Connection, Callable[[], object]]] | None = None,
    ) -> None:
        """`begin` says what a process is told first; `start` starts one, see `start_process`."""
        super().__init__(parent)
        self._begin, self._start = begin, start or start_process
        self._numbers = count(1)
        self._line: _Line | None = None
        self.generation = 0
        """Grows with every process: a new one knows nothing of what an older one was sent."""

    def warm_up(self) -> None:
        """Start the process now, as something will be wanted soon."""
        if self._line is None or self._line.is_over:
            self.generation += 1
            # Weak, or a thread could be the last to hold this object, and delete it there.
            self._line = _Line(self._start, WeakMethod(self._tell))
            self._line.send(self._begin())

    def ask(self, work: Work) -> int:
        """Have `work` done; return the number by which its messages are known."""
        self.warm_up()
        assert self._line is not None
        number = next(self._numbers)
        self._line.send(Asked(number, work))
        return number

    def cancel(self, number: int) -> None:
        """Have a task end at its next step, or not begin."""
        if self._line is not None:
            self._line.send(Cancel(number))

    def close(self) -> None:
        """Let the process end; nothing more is heard of it."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def stop(self) -> None:
        """Have the process end in the middle of whatever it does; who waits for it is told.

        What runs were kept there are gone; the next task starts another process.
        """
        line, self._line = self._line, None
        if line is not None:
            line.close()
            line.fail(STOPPED, is_canceled=True)

    def _tell(self, message: object) -> None:
        try:
            self.heard.emit(message)
        except RuntimeError:  # deleted meanwhile: nobody wants to know any more
            return


class _Line:
    """The way to one process and back; told of on a thread."""

    def __init__(
        self,
        start: Callable[[], tuple[Connection, Callable[[], object]]],
        listener: WeakMethod[Callable[[object], None]],
    ) -> None:
        self._start, self._listener = start, listener
        self._outbox: SimpleQueue[object] = SimpleQueue()
        self._open: dict[int, None] = {}  # asked and not answered, oldest first
        self._lock = threading.Lock()
        self.is_over, self._why = False, DIED
        self._is_closed = False
        threading.Thread(target=self._run, name="backtest line", daemon=True).start()

    def send(self, message: object) -> None:
        """Send a message behind those before it; what nobody can take any more has failed."""
        with self._lock:
            if isinstance(message, Asked):
                self._open[message.number] = None
            is_over = self.is_over
        if is_over:
            self.fail(self._why)
        else:
            self._outbox.put(message)

    def close(self) -> None:
        """Have the process end; nothing is told any more."""
        self._is_closed = True
        self._outbox.put(None)

    def fail(self, why: Text, is_canceled: bool = False) -> None:
        """Tell all who wait that nothing comes any more."""
        with self._lock:
            self.is_over, self._why = True, why
            waiting, self._open = tuple(self._open), {}
        for number in waiting:
            self._tell(Failed(number, why, is_canceled))

    def _run(self) -> None:
        try:
            line, wait = self._start()
        except Exception as error:  # the edge of the thread: who waits would wait for ever
            _log.warning("no process to backtest in: %s", error)
            self.fail(NO_START.format(error))
            return
        hearing = threading.Thread(target=self._hear, args=(line,), daemon=True)
        hearing.start()
        message: object = ""
        while message is not None:
            message = self._outbox.get()
            try:
                line.send(message)
            except OSError:  # it has died; `_hear` tells
                break
        hearing.join(_PATIENCE_S)
        line.close()
        wait()

    def _hear(self, line: Connection) -> None:
        try:
            while True:
                message: Any = line.recv()
                if isinstance(message, Ended | Failed):
                    with self._lock:
                        self._open.pop(message.number, None)
                if not self._is_closed:
                    self._tell(message)
        except (EOFError, OSError):
            if not self._is_closed:
                self.fail(DIED)
        self._outbox.put(None)

    def _tell(self, message: object) -> None:
        listen = self._listener()
        if listen is not None:
            listen(message)


class Asking(QObject):
    """One task at a time in the other process.

    Signals:
        progressed: (Text, float) what is being done, and how much of it is, 0 to 1.
        parted: some of the result.
        ended: what came of it.
        failed: the `Failed` that says why nothing did.
    """

    progressed = pyqtSignal(object, float)
    parted = pyqtSignal(object)
    ended = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, elsewhere: Elsewhere, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._elsewhere, self._number = elsewhere, 0
        # A step may never end: the user's own code can loop for ever.
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(elsewhere.stop)
        # Never within `ask`, which first has to tell the number.
        elsewhere.heard.connect(self._hear, Qt.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        return self._number > 0

    def ask(self, work: Work) -> bool:
        """Have `work` done; return False where another task is still under way."""
        if self.is_busy:
            return False
        self._number = self._elsewhere.ask(work)
        return True

    def cancel(self) -> None:
        """Have the task end at its next step, or the process where that step does not come."""
        if self.is_busy and not self._patience.isActive():
            self._elsewhere.cancel(self._number)
            self._patience.start()

    def _hear(self, message: Progressed | Part | Ended | Failed) -> None:
        if message.number != self._number:
            return
        if isinstance(message, Progressed):
            self.progressed.emit(message.stage, message.share)
        elif isinstance(message, Part):
            self.parted.emit(message.value)
        else:
            self._number = 0
            self._patience.stop()
            if isinstance(message, Ended):
                self.ended.emit(message.value)
            else:
                self.failed.emit(message)


def start_process() -> tuple[Connection, Callable[[], object]]:
    """Start a process; return the line to it, and what waits until it has ended.

    Raises:
        OSError: The machine has none to give.
    """
    # Started anew rather than copied, as on Windows: a copy would inherit locks and threads.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=child.main, args=(theirs,), name="backtest", daemon=True)
    process.start()
    theirs.close()  # or its end would never be seen

    def end() -> None:
        process.join(_PATIENCE_S)
        process.kill()  # code of the user's that never lets go of Python hears no "end"

    return ours, end
