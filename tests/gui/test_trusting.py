"""Before a window opens its user is asked about code that is new; before live trading never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from config import arguments
from core.program import Program
from core.user_code import State
from core.user_code.running import forget_all
from core.user_code.templates import create
from gui.application import Application
from gui.dialogs.trust import TrustAnswer, TrustDialog
from gui.trusting import ask_about_code

KEY = "strategy.weight_mine"


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Return a function that starts the program on one home folder with a file of the user's."""
    create(tmp_path / "user_code", "rule", "mine")
    (tmp_path / "config.json").write_text('{"strategy": {"weight_mine": 2.5}}', "utf-8")

    def make() -> Program:
        words = ["gui", "--home", str(tmp_path), "--config", str(tmp_path / "config.json")]
        return Program(arguments.parse(words))

    yield make
    forget_all()


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[TrustAnswer], list[str]]:
    """Return a function that sets what every question is answered; it lists those asked."""

    def give(wanted: TrustAnswer) -> list[str]:
        asked: list[str] = []

        def answered(dialog: TrustDialog) -> int:
            asked.append(dialog.windowTitle())
            dialog._choose(wanted)
            return 0

        monkeypatch.setattr(TrustDialog, "exec_", answered)
        return asked

    return give


def test_what_is_trusted_is_there_before_the_engine_with_its_settings(
    begin: Callable[..., Program], answer: Callable[..., list[str]], qtbot: QtBot
) -> None:
    asked, program = answer(TrustAnswer.TRUST), begin()
    assert KEY not in program.settings.flat()
    ask_about_code(program, Application("dark"), "demo")
    assert len(asked) == 1
    assert program.settings.value(KEY) == 2.5
    assert program.user_code.files[0].state is State.LOADED
    ask_about_code(begin(), Application("dark"), "demo")
    assert len(asked) == 1


def test_a_no_is_asked_again_at_the_next_start(
    begin: Callable[..., Program], answer: Callable[..., list[str]], qtbot: QtBot
) -> None:
    asked = answer(TrustAnswer.NOT_NOW)
    for _ in range(2):
        program = begin()
        ask_about_code(program, Application("dark"), "demo")
        assert KEY not in program.settings.flat()
    assert len(asked) == 2


def test_ignore_is_asked_once(
    begin: Callable[..., Program], answer: Callable[..., list[str]], qtbot: QtBot
) -> None:
    asked = answer(TrustAnswer.IGNORE)
    for _ in range(2):
        ask_about_code(begin(), Application("dark"), "paper")
    assert len(asked) == 1


def test_nothing_stands_before_live_trading(
    begin: Callable[..., Program], answer: Callable[..., list[str]], qtbot: QtBot
) -> None:
    asked, program = answer(TrustAnswer.TRUST), begin()
    ask_about_code(program, Application("dark"), "live")
    assert asked == []
    assert program.user_code.files[0].state is State.NEW
