"""The other process of the window, as a thread of this one: quicker, and its engines can be put."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from gui.backtest import child, elsewhere

WAIT_MS = 20_000


def start_thread() -> tuple[Connection, Callable[[], object]]:
    ours, theirs = Pipe()
    thread = threading.Thread(target=child.serve, args=(theirs,), daemon=True)
    thread.start()
    return ours, thread.join


@pytest.fixture
def in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "start_process", start_thread)
