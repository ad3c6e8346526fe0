"""Makes a twin in a process of its own, which gives way to everything else on the machine."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from contextlib import redirect_stderr
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from config.schema import declared
from config.text import Text
from core.backtest.twin.command import twin_of
from core.backtest.twin.kept import Kept
from core.domain.errors import TerminalError
from core.program import Program

_OURS = frozenset({"config", "core", "broker"})  # the person's own code loads with the program
_NICE = 15  # of 19
_IDLE_PRIORITY_CLASS = 0x40  # Windows: runs when nothing else wants to
_ENDED = Text(
    "비교하던 프로세스가 중간에 끝났습니다(메모리 부족일 수 있음). '지금 비교'로 다시 하세요",
    "the process that compared ended before its time, for want of memory perhaps; try again with "
    "Compare now",
)


class Elsewhere:
    """Has twins made one at a time; safe to use from any thread but that of a window: it waits."""

    def __init__(self, args: Namespace) -> None:
        """`args` are the program's own: the other process uses the same home and settings."""
        self._args = Namespace(**{**vars(args), "command": "journal", "action": "twin", "mode": ""})
        self._one_at_a_time = threading.Lock()
        self._process: BaseProcess | None = None
        self._is_closed = False

    def make(self, session: int | None, language: str, is_over: bool = False) -> Kept:
        """Make and keep the twin of the day of a session, of the last one where None is named.

        Raises:
            TerminalError, OSError: Whatever went wrong there.
        """
        with self._one_at_a_time:
            made = self._made(session, language, is_over)
        if isinstance(made, Exception):
            raise made
        return made

    def close(self) -> None:
        """Break off what is being made: it takes longer than closing a program may."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.terminate()

    def _made(self, session: int | None, language: str, is_over: bool) -> Kept | Exception:
        if self._is_closed:
            return TerminalError(_ENDED)
        # Started anew rather than copied, as on Windows: a copy would inherit locks and threads.
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        work = self._args, session, language, is_over
        process = context.Process(
            target=_work, args=(theirs, _option_modules(), *work), daemon=True
        )
        try:
            process.start()
            self._process = process
            theirs.close()
            made: Kept | Exception = ours.recv()
            process.join()
        except EOFError:
            made = TerminalError(_ENDED)
        except OSError as error:
            made = error
        finally:
            self._process = None
            ours.close()
        return made


def _option_modules() -> list[str]:
    """Name the modules that declare options: the other process must know the same settings."""
    owners = {item.owner.__module__ for item in declared()}
    return sorted(name for name in owners if name.partition(".")[0] in _OURS)


def _work(answer: Connection, modules: Sequence[str], *work: Any) -> None:
    """Send a twin, or what kept it from being made; `work` is what `_made` takes."""
    # Ctrl+C reaches every process of a terminal; the one that waits for us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    give_way()
    with redirect_stderr(io.StringIO()):  # what the settings have to say was said once already
        answer.send(_tried(modules, *work))
    answer.close()


def _tried(
    modules: Sequence[str], args: Namespace, session: int | None, language: str, is_over: bool
) -> Kept | Exception:
    try:
        for name in modules:
            import_module(name)
        return twin_of(Program(args), session, language, is_over)
    except Exception as error:  # the process's edge: it must be said, or it would vanish
        text = getattr(error, "text", None)
        if isinstance(error, OSError):
            text = Text.of(str(error))
        if not isinstance(text, Text):
            text = Text(f"프로그램 내부 오류: {error!r}", f"internal error: {error!r}")
        return TerminalError(text)


def give_way() -> None:
    """Let every other process go first from now on."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _IDLE_PRIORITY_CLASS)
    else:
        os.nice(_NICE)


def _end_with_parent() -> None:
    """End where the program was killed: nobody would take the answer."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
