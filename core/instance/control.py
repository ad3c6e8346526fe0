"""A running terminal takes commands of the same user from another process over a local socket.

Only small JSON objects travel, never pickles. The address and the key stand in a file that the user
alone can read, in the home folder; the socket itself is elsewhere, as its path must be short.
"""

from __future__ import annotations

import json
import logging
import queue
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import (
    Client,
    Connection,
    Listener,
    answer_challenge,
    deliver_challenge,
)
from pathlib import Path
from typing import Any

from config.files import write_atomically
from config.text import Text
from core.clock import wait
from core.domain.errors import InstanceError, TerminalError

COMMANDS = ("flatten", "status", "stop")

Answer = dict[str, Any]
Handler = Callable[[str], Iterable[Answer]]
"""Does one of COMMANDS; runs in a thread of the server and yields JSON objects on the way."""

_FILE = "control.json"
_LONGEST = 65_536  # bytes of one message
_LONGEST_PATH = 100  # bytes; systems allow 104 to 108
_END = b""  # after the last answer, as a dying process would close the line as well
_BROKEN_LINE = (OSError, EOFError, ValueError, AuthenticationError, AssertionError)
_NOBODY = Text("{}에서 실행 중인 터미널이 없습니다", "no terminal is running on {}")
_HANGS = Text(
    "{}의 터미널이 '{}'에 {:g}초 동안 대답하지 않습니다. 멈춰 있습니다",
    "the instance on {} did not answer '{}' for {:g} s; it hangs",
)
_BROKE_OFF = Text(
    "{}의 터미널이 '{}'을(를) 하다가 끊겼습니다({!r}). 끝났을 수 있습니다",
    "the instance on {} broke off '{}' ({!r}); it may have ended",
)

_log = logging.getLogger(__name__)


class ControlServer:
    """Answers `ask` of other processes; `close` it before the instance lock is released."""

    def __init__(self, home: Path, handler: Handler) -> None:
        """Listen for commands to the instance that holds `home`; `start` begins to answer.

        Raises:
            InstanceError: The socket or its file can't be made.
        """
        self._file, self._handler = home / _FILE, handler
        self._key = secrets.token_bytes(32)
        self._closing = threading.Event()
        _sweep(self._file)
        self._address = ""
        try:
            self._address = _new_address()
            record = {"address": self._address, "key": self._key.hex()}
            write_atomically(self._file, json.dumps(record), mode=0o600)
            self._listener = Listener(self._address, backlog=8)
        except OSError as error:
            _remove_socket(self._address)
            raise InstanceError(
                f"commands from other processes can't be taken ({error}); check the rights of "
                f"{home} and of {tempfile.gettempdir()}"
            ) from error

    def start(self) -> None:
        """Answer from now on, in daemon threads."""
        threading.Thread(target=self._accept, name="control", daemon=True).start()

    def close(self) -> None:
        """Take no more commands; commands under way go on until the process ends."""
        self._closing.set()
        with suppress(*_BROKEN_LINE):
            Client(self._address).close()  # wakes the thread that waits for a caller
        self._listener.close()
        _remove_socket(self._address)
        with suppress(InstanceError, OSError):
            if _read_address(self._file.parent)[0] == self._address:  # else it is a successor's
                self._file.unlink()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                line = self._listener.accept()
            except OSError as error:
                if self._closing.is_set():
                    return
                _log.warning("a caller could not be heard: %s", error)
                wait(self._closing, 0.5)  # out of file handles, perhaps: don't spin
                continue
            threading.Thread(target=self._serve, args=(line,), name="caller", daemon=True).start()

    def _serve(self, line: Connection) -> None:
        with line:
            try:
                deliver_challenge(line, self._key)
                answer_challenge(line, self._key)
                for answer in self._answers(line.recv_bytes(_LONGEST)):
                    line.send_bytes(json.dumps(answer).encode())
                line.send_bytes(_END)
            except _BROKEN_LINE as error:
                if not self._closing.is_set():
                    _log.info("a caller went away: %s", error)

    def _answers(self, message: bytes) -> Iterator[Answer]:
        request = json.loads(message)
        command = request.get("command") if isinstance(request, dict) else None
        if command not in COMMANDS:
            yield {"error": f"no command '{command}'; there are {', '.join(COMMANDS)}"}
            return
        try:
            yield from self._handler(command)
        except TerminalError as error:
            yield {"error": str(error)}
        except Exception as error:  # the thread's edge: the caller must hear of it
            _log.exception("the command %s failed", command)
            yield {"error": f"the command {command} failed: {error}"}


def ask(home: Path, command: str, timeout_s: float = 3.0) -> Iterator[Answer]:
    """Send one of COMMANDS to the instance on `home`; yield its answers as they come.

    Raises:
        InstanceError: Nobody listens, nothing was heard for `timeout_s` seconds, the instance
            ended before its last answer, or it says itself what is wrong.
    """
    address, key = _read_address(home)
    heard: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
    # In a thread of its own: a process that hangs would block connecting and reading for ever.
    arguments = (address, key, command, heard)
    threading.Thread(target=_converse, args=arguments, name="ask", daemon=True).start()
    return _heard_answers(home, command, heard, timeout_s)


def _converse(
    address: str, key: bytes, command: str, heard: queue.SimpleQueue[bytes | Exception]
) -> None:
    try:
        with Client(address) as line:
            answer_challenge(line, key)
            deliver_challenge(line, key)
            line.send_bytes(json.dumps({"command": command}).encode())
            message = line.recv_bytes()
            while message != _END:
                heard.put(message)
                message = line.recv_bytes()
            heard.put(_END)
    except _BROKEN_LINE as error:
        heard.put(error)


def _heard_answers(
    home: Path, command: str, heard: queue.SimpleQueue[bytes | Exception], timeout_s: float
) -> Iterator[Answer]:
    while True:
        try:
            message = heard.get(timeout=timeout_s)
        except queue.Empty:
            raise InstanceError(_HANGS.format(home, command, timeout_s)) from None
        if isinstance(message, Exception):
            raise InstanceError(_BROKE_OFF.format(home, command, message)) from message
        if message == _END:
            return
        answer: Answer = json.loads(message)
        if "error" in answer:
            raise InstanceError(str(answer["error"]))
        yield answer


def _new_address() -> str:
    if sys.platform == "win32":
        return rf"\\.\pipe\kiwoom-terminal-{secrets.token_hex(8)}"
    address = f"{tempfile.mkdtemp(prefix='kt-')}/s"
    if len(address.encode()) <= _LONGEST_PATH:
        return address
    Path(address).parent.rmdir()
    return f"{tempfile.mkdtemp(prefix='kt-', dir='/tmp')}/s"


def _read_address(home: Path) -> tuple[str, bytes]:
    try:
        record: Mapping[str, str] = json.loads((home / _FILE).read_text("utf-8"))
        return record["address"], bytes.fromhex(record["key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InstanceError(_NOBODY.format(home)) from error


def _sweep(file: Path) -> None:
    """Remove what an instance left that was killed."""
    with suppress(InstanceError, OSError):
        _remove_socket(_read_address(file.parent)[0])
        file.unlink()


def _remove_socket(address: str) -> None:
    if not address or sys.platform == "win32":  # a pipe goes by itself
        return
    with suppress(OSError):
        Path(address).unlink(missing_ok=True)
        Path(address).parent.rmdir()
