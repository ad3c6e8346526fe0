from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.application import Application
from gui.main_window import MainWindow
from tests.app.kiwoom_house import shown
from tests.app.terminal import A_MONDAY, Outcome, Terminal

Script = Callable[[MainWindow], None]
InWindow = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own settings and language stay out of the tests."""
    for name in os.environ:
        if name.startswith("TERMINAL_"):
            monkeypatch.delenv(name)
    for name, value in A_MONDAY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    it = Terminal(tmp_path)
    yield it
    it.close()


@pytest.fixture
def in_window(monkeypatch: pytest.MonkeyPatch, terminal: Terminal, qtbot: QtBot) -> InWindow:
    """Return a function that runs a command and does a script in its window, then closes it."""

    def run(script: Script, *words: object) -> Outcome:
        failures: list[BaseException] = []

        def stand_in(_: Application) -> int:
            window = shown()
            try:
                script(window)
            except BaseException as failure:  # the engine must be ended in order all the same
                failures.append(failure)
            window.close_without_asking()
            return 0

        monkeypatch.setattr(Application, "run", stand_in)
        ended = terminal.run(*words)
        for failure in failures:
            raise failure
        return ended

    return run
