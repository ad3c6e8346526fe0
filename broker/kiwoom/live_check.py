"""A guided self-test on the control itself: does the real one behave as our adapter expects?

It only reads: no order, no amendment, no cancel, nothing saved at the broker. Each step states what
is expected, what was found, and what a difference would mean. The log keeps the shapes of values
(how they are padded and signed) and never an account number, a name or an amount of money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from broker.kiwoom.control import Control
from config.text import Text
from core.ports import Clock


class Verdict(Enum):
    AS_EXPECTED = "as_expected"
    DIFFERS = "differs"
    SKIPPED = "skipped"  # could not be looked at, e.g. the market is closed


@dataclass(frozen=True, slots=True)
class Observed:
    """What one step saw; `found` has no secrets in it."""

    step: str  # stable code
    verdict: Verdict
    expected: Text
    found: str

    def as_json(self) -> dict[str, Any]:
        expected = {"ko": self.expected.ko, "en": self.expected.en}
        verdict = self.verdict.value
        return {"step": self.step, "verdict": verdict, "expected": expected, "found": self.found}

    def line(self, language: str) -> str:
        """Return it as one line for the terminal."""
        return (
            f"[{self.verdict.value:<11}] {self.step}: {self.expected.in_(language)} → {self.found}"
        )


@dataclass(frozen=True, slots=True)
class Await:
    """What a step waits for: one event of the control for which `accepts` says yes."""

    event: str
    within_s: float
    accepts: Callable[..., bool] = lambda *_: True


Waiting = Generator[Await, tuple[Any, ...] | None, Iterator[Observed]]
"""A step: yields what it waits for, is sent the event's arguments inside the event's handler (where
its data can be read) or None when the time is over, and returns what it saw."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `guide` tells the person at the machine what to do meanwhile."""

    code: str
    guide: Text
    run: Callable[[Probe], Waiting]
    is_needed: bool = False  # without it no later step makes sense


class Probe:
    """What the steps work with."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self.control, self.clock = control, clock
        self.account = ""  # in full, in memory only

    def call(self, signature: str, *values: Any) -> Any:
        if len(values) > 8:
            return self.control.dynamicCall(signature, list(values))
        return self.control.dynamicCall(signature, *values)

    def query(
        self, tr: str, inputs: Sequence[tuple[str, str]], screen: str, is_next: bool = False
    ) -> int:
        """Send a TR named after itself; return Kiwoom's code."""
        for name, value in inputs:
            self.call("SetInputValue(QString, QString)", name, value)
        signature = "CommRqData(QString, QString, int, QString)"
        return int(self.call(signature, tr, tr, 2 if is_next else 0, screen))

    def item(self, tr: str, record: str, row: int, name: str) -> str:
        signature = "GetCommData(QString, QString, int, QString)"
        return str(self.call(signature, tr, record, row, name))

    def fid(self, code: str, number: int) -> str:
        return str(self.call("GetCommRealData(QString, int)", code, number))


def shape(text: str) -> str:
    """Return how a text is written, without what it says: digits 9, letters A, Hangul 가."""
    without_digits = re.sub(r"[0-9]", "9", text)
    return re.sub(r"[가-힣]", "가", re.sub(r"[A-Za-z]", "A", without_digits))


EVENTS = (
    "OnEventConnect",
    "OnReceiveTrData",
    "OnReceiveRealData",
    "OnReceiveMsg",
    "OnReceiveChejanData",
)


class LiveCheck:
    """Runs the steps one after the other on the control's thread; driven like the adapter."""

    def __init__(
        self,
        control: Control,
        clock: Clock,
        steps: Sequence[Step],
        tell: Callable[[Text], None],
    ) -> None:
        """`tell` guides the person; what was seen is in `observed`."""
        self._probe, self._clock = Probe(control, clock), clock
        self._steps, self._tell = list(steps), tell
        self._running: Waiting | None = None
        self._step: Step | None = None
        self._awaits: Await | None = None
        self._deadline: datetime | None = None
        self.observed: list[Observed] = []
        self.is_over = False
        for name in EVENTS:
            getattr(control, name).connect(self._listener(name))

    def begin(self) -> None:
        self._go_on()

    def next_time(self) -> datetime | None:
        """Return when the present wait is over, None where nothing is waited for."""
        return self._deadline

    def on_time(self, now: datetime) -> None:
        if self._deadline is not None and now >= self._deadline:
            self._resume(None)

    def _listener(self, name: str) -> Callable[..., None]:
        def hear(*values: Any) -> None:
            awaits = self._awaits
            if awaits is not None and awaits.event == name and awaits.accepts(*values):
                self._resume(values)

        return hear

    def _go_on(self) -> None:
        """Begin the next step, or end."""
        while self._steps:
            self._step = self._steps.pop(0)
            self._tell(self._step.guide)
            self._running = self._step.run(self._probe)
            if self._advance(self._running.__next__):
                return
        self.is_over = True

    def _resume(self, values: tuple[Any, ...] | None) -> None:
        running, self._awaits, self._deadline = self._running, None, None
        if running is not None and not self._advance(lambda: running.send(values)):
            self._go_on()

    def _advance(self, move: Callable[[], Await]) -> bool:
        """Run the step to its next wait; return False where it has ended."""
        step = self._step
        assert step is not None
        try:
            self._awaits = move()
        except StopIteration as ended:
            self._keep(step, list(ended.value))
            return False
        except Exception as error:  # one step's fault must not cost the others
            expected = Text("오류 없이 끝남", "ends without an error")
            self._keep(step, [Observed(step.code, Verdict.DIFFERS, expected, repr(error))])
            return False
        self._deadline = self._clock.now() + timedelta(seconds=self._awaits.within_s)
        return True

    def _keep(self, step: Step, found: list[Observed]) -> None:
        self._running = None
        self.observed += found
        if step.is_needed and any(one.verdict is not Verdict.AS_EXPECTED for one in found):
            self._steps.clear()
