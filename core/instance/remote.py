"""What another process may ask of the running engine, and how it hears what comes of it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from config.text import Text
from core.domain.errors import InstanceError
from core.domain.messages import (
    Event,
    Flatten,
    FlattenProgressed,
    Heartbeat,
    Message,
    Shutdown,
    StateChanged,
)
from core.domain.risk import TradingState

_KEEP_ALIVE_S = 1.0  # well below the caller's patience of 3 s
_FIRST_S = 10.0  # by then the engine, or the window in its place, has begun
_CUT_OFF_S = 60.0  # without a line: the terminal goes on, the caller is told what is left
_NOT_IN_CHARGE = Text(
    "이 터미널은 더 이상 이 폴더를 맡고 있지 않아 매매할 수 없습니다",
    "that terminal is no longer in charge of this home folder and can't trade",
)


class RemoteControl:
    """The handler of a `ControlServer`; `hear` must be given every batch of events."""

    def __init__(
        self, put: Callable[[Message], None], is_in_charge: Callable[[], bool] = lambda: True
    ) -> None:
        """`put` takes a message from any thread.

        `is_in_charge` tells whether nobody has taken the home folder over: who is not in charge
        can't trade, and a caller that waits for it would wait for ever.
        """
        self._put, self._is_in_charge = put, is_in_charge
        self._is_connected = True
        self._lock = threading.Lock()
        self._callers: list[queue.SimpleQueue[Event]] = []
        self._state = TradingState.STOPPED

    def hear(self, events: Iterable[Event]) -> None:
        """Pass on what callers wait for; called on the engine's or the window's thread."""
        for event in events:
            if isinstance(event, StateChanged):
                self._state = event.state
            elif isinstance(event, Heartbeat):
                self._is_connected = event.is_connected
            if isinstance(event, StateChanged | FlattenProgressed):
                with self._lock:
                    callers = tuple(self._callers)
                for caller in callers:
                    caller.put(event)

    def __call__(self, command: str) -> Iterator[dict[str, Any]]:
        if command == "status":
            yield {"state": self._state.value}
        elif command == "stop":
            self._put(Shutdown())
            yield {"state": "ENDING"}
        else:
            yield from self._flatten()

    def _flatten(self) -> Iterator[dict[str, Any]]:
        """Ask for a flatten and yield its progress until it is proven, given up, or ends.

        Raises:
            InstanceError: This terminal can't: another one is in charge of its home folder.
        """
        if not self._is_in_charge():
            raise InstanceError(_NOT_IN_CHARGE)
        heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        with self._lock:
            self._callers.append(heard)
        try:
            self._put(Flatten("command"))
            yield from self._progress(heard)
        finally:
            with self._lock:
                self._callers.remove(heard)

    def _progress(self, heard: queue.SimpleQueue[Event]) -> Iterator[dict[str, Any]]:
        last: dict[str, Any] | None = None
        waited_s = cut_off_s = 0.0
        while True:
            try:
                event = heard.get(timeout=_KEEP_ALIVE_S)
            except queue.Empty:
                waited_s += _KEEP_ALIVE_S
                cut_off_s = 0.0 if self._is_connected else cut_off_s + _KEEP_ALIVE_S
                if cut_off_s >= _CUT_OFF_S or (last is None and waited_s >= _FIRST_S):
                    return
                yield last or {"step": "WAITING", "is_done": False, "left": {}, "note": ""}
                continue
            if isinstance(event, FlattenProgressed):
                last = progress_json(event)
                yield last
                if event.is_done:
                    return
            elif last is not None and _has_ended(event):
                return


def _has_ended(event: Event) -> bool:
    return isinstance(event, StateChanged) and event.state is not TradingState.FLATTENING


def progress_json(progress: FlattenProgressed) -> dict[str, Any]:
    """Return where a flatten stands as plain JSON; `left` is shares by symbol."""
    return {
        "step": progress.step.value,
        "is_done": progress.is_done,
        "left": {row.symbol: row.held for row in progress.rows},
        "note": progress.note.en,
        "note_ko": progress.note.ko,
    }
