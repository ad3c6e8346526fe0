"""The engine's thread: batches arrive on the GUI thread, and a crash is told."""

from __future__ import annotations

import threading

from PyQt5.QtCore import QObject, QThread, pyqtSlot
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.engine_thread import EngineThread, Publish
from tests.gui.window_desk import a_quote


class Receiver(QObject):
    """Notes on which thread it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.thread_seen: QThread | None = None

    @pyqtSlot(list)
    def take(self, events: list) -> None:
        self.thread_seen = QThread.currentThread()


def test_batches_cross_to_the_gui_thread(qtbot: QtBot) -> None:
    seen: list[int] = []

    def work(publish: Publish) -> None:
        seen.append(threading.get_ident())
        publish((a_quote(), a_quote(70_100)))

    thread, receiver = EngineThread(work), Receiver()
    thread.published.connect(receiver.take)
    with qtbot.waitSignals([thread.published, thread.finished]) as caught:
        thread.start()
    qtbot.waitUntil(lambda: receiver.thread_seen is not None)
    assert caught.all_signals_and_args[0].args == ([a_quote(), a_quote(70_100)],)
    assert receiver.thread_seen is QApplication.instance().thread()
    assert seen != [threading.get_ident()]


def test_an_exception_ends_the_thread_and_is_told(qtbot: QtBot) -> None:
    def work(publish: Publish) -> None:
        raise ValueError("out of bars")

    thread = EngineThread(work)
    with qtbot.waitSignals([thread.failed, thread.finished]) as caught:
        thread.start()
    assert str(caught.all_signals_and_args[0].args[0]) == "out of bars"
