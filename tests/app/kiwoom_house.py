"""Kiwoom without Windows: its servers in a thread of their own, which outlast every terminal.

As a program (`python -m tests.app.kiwoom_house BOOKS WORDS...`) it runs the terminal on them with
START pressed, until somebody kills it; the servers' books stay in the file BOOKS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QLabel, QTableView

import app
from broker.kiwoom import ocx
from broker.kiwoom.control import Control
from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.packets import Packet, Request, Watch
from broker.kiwoom.emulator.stepped import make_server
from broker.stepped_thread import SteppedThread
from config.schema import Settings
from core.clock import ScaledClock
from core.domain.messages import ConnectionChanged, TimePassed
from core.program import Program
from core.sessions import open_calendar
from core.simulation.setup import DemoDay, demo_venue
from gui.application import Application
from gui.main_window import MainWindow
from gui.owner_calls import OwnerCalls
from gui.strip_fields import CONNECTED

CASH = 50_000_000
SYMBOLS = "005930,000660,005380"
DAY = date(2026, 11, 20)
SPEED = 20.0  # market seconds a second

Set = Callable[[Any, str, Any], object]
"""Sets an attribute, such as `setattr` or `monkeypatch.setattr`."""


class KiwoomHouse:
    """A trading day at Kiwoom from ten o'clock on, or from where the file of its books has it.

    Attributes:
        venue: The exchange and the customer's account; look at it only when the house is closed.
        clock: The time there.
        held_before: The customer's shares when the house was opened.
        watched: What the terminal has registered for real-time data: (code, real type).
    """

    def __init__(self, books: Path | None = None) -> None:
        calendar = open_calendar("XKRX", ZoneInfo("Asia/Seoul"))
        session = calendar.session(DAY)
        assert session is not None
        settings = Settings({"market.symbols": SYMBOLS})
        day = DemoDay(session, 1)
        self.venue = demo_venue(day, settings, calendar, CASH, books, publishes_books=True)
        self.held_before = dict(self.venue.exchange.account.lots)
        self.watched: frozenset[tuple[str, str]] = frozenset()
        self._server = make_server(self.venue, settings, calendar)
        ten = session.open + timedelta(hours=1)
        while (due := self._server.next_time()) is not None and due < ten:
            self._server.step()
        self.clock = ScaledClock(max(ten, self.venue.now), SPEED)
        self._control: EmulatedControl | None = None
        self._thread = SteppedThread(self._server, self._deliver, self.clock)
        self._thread.start()

    def make_control(self) -> Control:
        """Return what a terminal gets for the real one, on the thread that calls."""
        events = OwnerCalls()  # they reach it without the terminal's doing, as COM's do
        self._control = EmulatedControl(masters(), self._send, events.call, self.clock)
        return self._control

    def take_the_place_of_kiwoom(self, put: Set) -> None:
        """Have the terminal use this house's control and time from now on."""
        put(ocx, "make_control", self.make_control)
        put(Program, "clock", self.clock)

    def close(self) -> None:
        self._thread.close()
        assert self._thread.error is None

    def _send(self, request: Request) -> None:
        if isinstance(request, Watch):
            self.watched = request.wanted
        self._thread.call(partial(self._server.receive, request, self.clock.now()))

    def _deliver(self, message: Packet | TimePassed | ConnectionChanged) -> None:
        if self._control is not None and not isinstance(message, TimePassed | ConnectionChanged):
            self._control.deliver(message)


def shown() -> MainWindow:
    """Return the terminal's window."""
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    (window,) = (each for each in found if each.isVisible())
    return window


def label(window: MainWindow, name: str) -> str:
    """Return what a label of the health strip says."""
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def is_online(window: MainWindow) -> bool:
    return label(window, "connectionLabel") == CONNECTED.ko


def log(window: MainWindow) -> list[str]:
    """Return the messages of the log panel."""
    view = window.findChild(QTableView, "logView")
    model = view.model()
    last = model.columnCount() - 1
    return [model.index(row, last).data() for row in range(model.rowCount())]


def _press_start_and_run(application: Application) -> int:
    timer = QTimer(interval=100)

    def look() -> None:
        if is_online(shown()):
            timer.stop()
            shown().strip.start_button.click()

    timer.timeout.connect(look)
    timer.start()
    return _run(application)


_run = Application.run


if __name__ == "__main__":
    KiwoomHouse(Path(sys.argv[1])).take_the_place_of_kiwoom(setattr)
    Application.run = _press_start_and_run  # type: ignore[method-assign]
    sys.exit(app.main(sys.argv[2:]))
