"""Runs a whole simulated day at full speed; the process's memory as JSON on stdout.

Arguments: `headless` or `gui`, a home folder, and the symbols separated by commas. The window is
closed from here at the session's close.
"""

from __future__ import annotations

import json
import sys
from time import monotonic
from typing import Any

import psutil

import app

LOOK_MS = 500
CLOSE = (15, 30)


def memory_mb() -> float:
    """Return the resident megabytes of this process."""
    rss: int = psutil.Process().memory_info().rss
    return rss / 2**20


def close_window_after_the_session(found: dict[str, float]) -> None:
    from first_paint import after_first_paint
    from PyQt5.QtCore import QTimer

    def look(window: Any) -> None:
        now = window._space.context.clock.now()
        if (now.hour, now.minute) >= CLOSE:
            found["rss_mb"] = memory_mb()
            window.close_without_asking()

    def begin(window: Any) -> None:
        found["at_first_paint_mb"] = memory_mb()
        timer = QTimer(window, interval=LOOK_MS)
        timer.timeout.connect(lambda: look(window))
        timer.start()

    after_first_paint(begin)


def main() -> None:
    command, home, symbols = sys.argv[1:4]
    found: dict[str, float] = {}
    words = [command, "--home", home, "--seed", "1", "--speed", "max", "--lang", "ko"]
    words += ["--set", f"market.symbols={symbols}"]
    if command == "gui":
        close_window_after_the_session(found)
    else:
        words.append("--until-close")
    began = monotonic()
    code = app.main(words)
    print(
        json.dumps({"code": code, "seconds": monotonic() - began, "rss_mb": memory_mb(), **found})
    )


if __name__ == "__main__":
    main()
