"""What another process hears of the engine it asks to flatten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.text import Text
from core.domain.errors import InstanceError
from core.domain.messages import (
    Flatten,
    FlattenProgressed,
    FlattenStep,
    Heartbeat,
    Message,
)
from core.instance import remote
from core.instance.remote import RemoteControl
from tests.builders import OPEN

LEFT = FlattenProgressed(FlattenStep.SELL, OPEN, OPEN, (), False, Text("남음", "left"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of the caller's patience takes no time here."""
    monkeypatch.setattr(remote, "_KEEP_ALIVE_S", 0.001)
    monkeypatch.setattr(remote, "_CUT_OFF_S", 0.005)


def test_a_terminal_that_was_taken_over_says_that_it_cannot() -> None:
    asked: list[Message] = []
    control = RemoteControl(asked.append, lambda: False)
    with pytest.raises(InstanceError, match="no longer in charge"):
        list(control("flatten"))
    assert asked == []


def test_without_a_line_the_caller_hears_what_is_left_and_is_let_go() -> None:
    control = RemoteControl(lambda message: control.hear([Heartbeat(OPEN, {}, False), LEFT]))
    answers = list(control("flatten"))
    assert {answer["note"] for answer in answers} == {"left"}
    assert not answers[-1]["is_done"]


def test_with_a_line_it_is_waited_for_until_it_is_done() -> None:
    asked: list[Message] = []
    control = RemoteControl(asked.append)
    talk = control("flatten")
    next(talk)
    assert asked == [Flatten("command")]
    for second in range(20):  # far longer than a lost line is waited for
        control.hear([Heartbeat(OPEN + timedelta(seconds=second), {}, True)])
        next(talk)
    control.hear(
        [FlattenProgressed(FlattenStep.RECONCILE, OPEN, OPEN, (), True, Text("끝", "done"))]
    )
    assert list(talk)[-1]["is_done"]
