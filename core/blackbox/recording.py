"""An engine that is recorded: between it and its driver, and between it and its ports."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from config.schema import Settings
from config.text import Text
from core.blackbox.codec import Codecs
from core.blackbox.items import CALL, CLOSE, END, EVENTS, FAULT, OPEN
from core.blackbox.ports import Call, Method, given, replaced
from core.blackbox.raising import fault_of, raised
from core.blackbox.tape import Tape
from core.domain.messages import Event, Message, Severity
from core.engine import Engine
from core.engine.outside import Outside

logger = logging.getLogger(__name__)

_STOPPED = Text(
    "블랙박스 녹화를 멈췄습니다: {}. 매매는 계속합니다. 디스크를 확인하고 다시 시작하면 녹화합니다",
    "messages are no longer recorded: {}; trading goes on. Look at the disk, then start again",
)


class RecordedEngine(Engine):
    """An engine whose `tape` gets everything it is told, in order."""

    def __init__(
        self,
        settings: Settings,
        outside: Outside,
        symbols: Sequence[str],
        run_id: str,
        tape: Tape,
    ) -> None:
        self._tape, self._keep = tape, tape.append
        is_lost = tape.failure is not None
        super().__init__(settings, outside if is_lost else taped(outside, tape), symbols, run_id)

    def open(self) -> None:
        self._keep([OPEN])
        super().open()

    def handle(self, message: Message) -> None:
        self._keep(message)
        Engine.handle(self, message)  # for each tick: super() would take longer

    def take_events(self) -> list[Event]:
        self._tape.keep_pace()
        if self._tape.failure is not None:
            self._give_up(self._tape.failure)
        self._keep([EVENTS])
        return super().take_events()

    def fault(self, error: Exception) -> None:
        self._keep([FAULT, *fault_of(error)])
        super().fault(error)

    def close(self) -> None:
        self._keep([CLOSE])
        super().close()
        self._keep([END])
        self._keep = _forget  # events may still be taken
        self._tape.close()

    def _give_up(self, failure: Exception) -> None:
        if self._keep is not _forget:
            self._keep = _forget
            now = self._clock.now()
            self._outbox.note(now, Severity.WARNING, _STOPPED.format(str(failure)))


def _forget(_: Any) -> None:
    """Take an item that is not recorded."""


def taped(outside: Outside, tape: Tape) -> Outside:
    """Return ports that pass every call on, and tell the tape what came of it."""

    def make(method: Method) -> Call:
        port = getattr(outside, method.port)
        function: Call = getattr(port, method.name) if method.name else port
        return _taped(method, function, tape) if method.is_recorded else function

    return replaced(outside, make, Codecs())


def _taped(method: Method, function: Call, tape: Tape) -> Call:
    name, pack = method.full_name, method.result.pack
    is_urgent = method.port == "broker"

    def call(*args: Any, **named: Any) -> Any:
        told = given(args, named) if method.is_told else []
        try:
            result = function(*args, **named)
        except Exception as error:
            tape.append([CALL, name, told, raised(error), None])
            raise
        tape.append([CALL, name, told, None, pack(result) if pack else result])
        if is_urgent:
            tape.wake()
        return result

    return call
