"""A real window, engine and engine thread under a flood of ticks; what it felt like as JSON.

Arguments: a home folder, seconds, symbols, ticks a second. A feed's thread puts the ticks into the
inbox every 5 ms; another thread presses arrow keys at random moments. The market clock starts 15 s
before a full minute, so that the bars of all symbols close at once while the watch runs.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from PyQt5.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PyQt5.QtGui import QKeyEvent

from core.clock import ScaledClock
from core.domain.market import Tick
from core.domain.messages import Shutdown, Start
from core.domain.session import Phase
from core.drivers import Inbox, run_live
from core.engine import Engine
from gui.application import Application
from gui.context import Mode, WindowContext
from gui.engine_thread import EngineThread
from gui.main_window import MainWindow
from tests.bench import tape, trading

FEED_S = 0.005
SETTLE_S = 3.0
KEYS_A_SECOND = 20
BEFORE_MINUTE_S = 15


class Watch(QObject):
    """Counts what the chart paints, and notes how long pressed keys waited."""

    def __init__(self, canvas: Any) -> None:
        super().__init__()
        self.frames: list[float] = []
        self.waits_ms: list[float] = []
        self.pressed: dict[int, float] = {}
        self.is_on = False
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.is_on:
            return False
        if event.type() == QEvent.Paint:
            self.frames.append(monotonic())
        elif event.type() == QEvent.KeyPress and (began := self.pressed.pop(id(event), None)):
            self.waits_ms.append(1000 * (monotonic() - began))
        return False


class Threads:
    """The feed and the fingers; both end when `stopping` is set."""

    def __init__(self, inbox: Inbox, clock: ScaledClock, per_second: int, codes: list[str]) -> None:
        self.stopping = threading.Event()
        self.late_s = 0.0  # the most the feed fell behind its own timetable
        self.ids: dict[str, int] = {}
        self._inbox, self._clock, self._codes = inbox, clock, codes
        self._per_slice = round(per_second * FEED_S)

    def feed(self) -> None:
        self.ids["feed"] = threading.get_native_id()
        rng = random.Random(1)
        prices = dict.fromkeys(self._codes, tape.PREVIOUS_CLOSE)
        due = monotonic()
        while not self.stopping.wait(max(due - monotonic(), 0.0)):
            self.late_s = max(self.late_s, monotonic() - due)
            now = self._clock.now()
            for code in rng.choices(self._codes, k=self._per_slice):
                price = prices[code] = min(max(prices[code] + rng.choice(STEPS), 66_000), 74_000)
                self._inbox.put(Tick(code, now, price, rng.randint(1, 100), None, price, price))
            due += FEED_S

    def press_keys(self, watch: Watch, canvas: QObject) -> None:
        rng = random.Random(2)
        while not self.stopping.wait(rng.uniform(0.5, 1.5) / KEYS_A_SECOND):
            key = rng.choice((Qt.Key_Left, Qt.Key_Right))
            event = QKeyEvent(QEvent.KeyPress, key, Qt.NoModifier)
            kept.append(event)
            watch.pressed[id(event)] = monotonic()
            QCoreApplication.postEvent(canvas, event)


STEPS = (-100, 0, 0, 100)
kept: list[QKeyEvent] = []  # so that no two events have one id


def make_window(
    home: Path, engine: Engine, inbox: Inbox, broker: Any, clock: ScaledClock, thread: EngineThread
) -> MainWindow:
    return MainWindow(
        WindowContext(
            settings=engine.settings,
            mode=Mode.DEMO,
            account="80******11",
            language="ko",
            theme="dark",
            home=home,
            clock=clock,
            names={code: f"종목{code}" for code in engine.markets},
            phase_at=lambda now: Phase.CONTINUOUS,
            post=inbox.put,
            broker=broker,
            add_report_listener=lambda listen: None,
            is_engine_alive=thread.isRunning,
            stop_engine=lambda: inbox.put(Shutdown()),
            save_settings=lambda settings: None,
        )
    )


def cpu_s() -> dict[int, float]:
    """Return the processor seconds of each thread of this process."""
    return {one.id: one.user_time + one.system_time for one in psutil.Process().threads()}


class Measurement:
    """Begins after the window has settled and closes it at the end."""

    def __init__(self, window: MainWindow, engine: Engine, threads: Threads, watch: Watch) -> None:
        self.window, self.engine, self.threads, self.watch = window, engine, threads, watch
        self.found: dict[str, Any] = {}
        self._feed = threading.Thread(target=threads.feed)
        self._fingers = threading.Thread(
            target=threads.press_keys, args=(watch, window.chart.canvas)
        )

    def run(self, seconds: float) -> None:
        """Let the feed begin, and all else follow when the event loop runs."""
        self._feed.start()
        QTimer.singleShot(round(1000 * SETTLE_S), self._begin)
        QTimer.singleShot(round(1000 * (SETTLE_S + seconds)), self._end)

    def _begin(self) -> None:
        self._began, self._cpu, self._ticks = monotonic(), cpu_s(), self.engine.counts.ticks
        self.watch.is_on = True
        self._fingers.start()

    def _end(self) -> None:
        self.watch.is_on = False
        spent, cpu, waits = monotonic() - self._began, cpu_s(), self.watch.waits_ms
        share = {
            name: (cpu[native] - self._cpu.get(native, 0.0)) / spent
            for name, native in self.threads.ids.items()
        }
        self.found = {
            "ticks_per_s": (self.engine.counts.ticks - self._ticks) / spent,
            "bars": self.engine.counts.bars,
            "errors": self.engine.counts.errors,
            "frames_per_s": len(self.watch.frames) / spent,
            "keys": len(waits),
            "p50_ms": statistics.median(waits),
            "p99_ms": statistics.quantiles(waits, n=100)[98],
            "worst_ms": max(waits),
            "longest_slice_ms": self.window._space.bridge.longest_slice_ms,
            "feed_late_ms": 1000 * self.threads.late_s,
            "cpu": share,
        }
        self.threads.stopping.set()
        self._feed.join()
        self._fingers.join()
        self.window.close_without_asking()


def main() -> None:
    home, seconds = Path(sys.argv[1]), float(sys.argv[2])
    count, per_second = int(sys.argv[3]), int(sys.argv[4])
    app = Application("dark")
    codes = tape.symbols(count)
    inbox = Inbox()
    start = trading.OPEN + timedelta(seconds=60 - BEFORE_MINUTE_S - SETTLE_S)
    clock = ScaledClock(start, 1.0)
    engine, broker = trading.make_engine(codes, clock)
    broker.inbox = trading.Posting(inbox.put)
    threads = Threads(inbox, clock, per_second, codes)

    def work(publish: Any) -> None:
        threads.ids["engine"] = threading.get_native_id()
        run_live(engine, inbox, clock, publish)

    thread = EngineThread(work)
    window = make_window(home, engine, inbox, broker, clock, thread)
    thread.published.connect(window.on_batch)
    threads.ids["gui"] = threading.get_native_id()
    measurement = Measurement(window, engine, threads, Watch(window.chart.canvas))
    inbox.put(Start())
    thread.start()
    window.show()
    measurement.run(seconds)
    app.run()
    inbox.put(Shutdown())
    thread.wait(5_000)
    print(json.dumps(measurement.found))


if __name__ == "__main__":
    main()
