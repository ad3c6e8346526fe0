"""The process that backtests for the window; it ends with it, and Ctrl+C is not for it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from config.text import Text
from core.domain.errors import DataError, TerminalError
from core.user_code import UserCode
from gui.backtest.messages import Asked, Begin, Cancel, Ended, Failed, Lane, Part, Progressed
from gui.backtest.workbench import CanceledError, Say, Workbench

_log = logging.getLogger(__name__)
OTHER_CODE = Text(
    "{}의 내 코드가 터미널을 시작한 뒤 바뀌었습니다: {}. 백테스트하려면 터미널을 다시 시작하세요",
    "your code in {} has changed since the terminal was started: {}; start it again to backtest",
)


def main(line: Connection) -> None:
    """Serve until the window says None or has died."""
    # Ctrl+C reaches every process of a terminal; the window decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(line)
    os._exit(0)  # whatever is under way is wanted by nobody any more


def serve(line: Connection) -> None:
    """Do what is asked; each lane's work on a thread of its own."""
    server: _Server | None = None
    try:
        while (message := line.recv()) is not None:
            if isinstance(message, Begin):
                server = _Server(line, message)
            elif server is not None:
                server.take(message)
    except (EOFError, OSError) as error:
        _log.info("the window has gone: %s", error)
    if server is not None:
        server.stop()
    line.close()


class _Server:
    def __init__(self, line: Connection, begin: Begin) -> None:
        self._line, self._sending = line, threading.Lock()
        self._bench = Workbench(begin.home, begin.journal)
        self._begin, self._has_code = begin, False
        self._coding = threading.Lock()
        self._lanes = {lane: ThreadPoolExecutor(1, lane.value) for lane in Lane}
        self._canceled: dict[int, threading.Event] = {}

    def take(self, message: Asked | Cancel) -> None:
        """Begin a task behind those of its lane, or break one off."""
        if isinstance(message, Asked):
            event = self._canceled[message.number] = threading.Event()
            self._lanes[message.work.lane].submit(self._do, message, event)
        elif (canceled := self._canceled.get(message.number)) is not None:
            canceled.set()

    def stop(self) -> None:
        """Break off what runs, drop the rest."""
        for event in tuple(self._canceled.values()):
            event.set()
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)

    def _do(self, asked: Asked, canceled: threading.Event) -> None:
        number = asked.number
        say = Say(
            lambda stage, share: self._send(Progressed(number, stage, share)),
            lambda value: self._send(Part(number, value)),
            canceled.is_set,
        )
        answer = _answer(number, lambda: self._done(asked, say))
        del self._canceled[number]
        self._send(answer)

    def _done(self, asked: Asked, say: Say) -> Any:
        with self._coding:
            if not self._has_code:
                _load_code(self._begin, self._bench)
                self._has_code = True
        return asked.work.do(self._bench, say)

    def _send(self, message: object) -> None:
        try:
            with self._sending:
                self._line.send(message)
        except OSError:  # the window has gone; `serve` hears that too
            self.stop()


def _answer(number: int, work: Callable[[], Any]) -> Ended | Failed:
    try:
        return Ended(number, work())
    except CanceledError:
        return Failed(number, Text.of(""), is_canceled=True)
    except TerminalError as error:
        return Failed(number, error.text)
    except MemoryError:
        return Failed(number, NO_MEMORY)
    except Exception as error:  # the process's edge: who asked is told, or it would vanish
        _log.exception("work for the window failed")
        return Failed(number, Text.of(f"{type(error).__name__}: {error}"))


def _load_code(begin: Begin, bench: Workbench) -> None:
    """Load of the user's own code what runs in the window, exactly as it stands there.

    Raises:
        DataError: A file is not what it was.
    """
    own = UserCode(begin.home)
    own.look()
    own.files = tuple(f for f in own.files if begin.code.get(f.name) == f.described.sha256)
    own.load_only()
    own.troubles.listen(lambda trouble: bench.notes.append(trouble.text))
    missing = set(begin.code) - set(own.hashes())
    if missing:
        raise DataError(OTHER_CODE.format(own.folder, ", ".join(sorted(missing))))


NO_MEMORY = Text(
    "메모리가 부족합니다. 종목이나 기간을 줄이세요",
    "not enough memory; choose fewer symbols or days",
)
