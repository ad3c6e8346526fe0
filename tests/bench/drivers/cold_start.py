"""Starts the window as a person does and ends after its first paint: times as JSON on stdout.

Arguments: the parent's monotonic clock when it started this process, and a home folder.
"""

from __future__ import annotations

import json
import sys
from time import monotonic

BEGAN, HOME = float(sys.argv[1]), sys.argv[2]
entered = monotonic()

import app  # noqa: E402

imported = monotonic()

from first_paint import after_first_paint  # noqa: E402
from PyQt5.QtWidgets import QMainWindow  # noqa: E402

found: dict[str, object] = {}


def painted(window: QMainWindow) -> None:
    found.update(painted_s=monotonic() - BEGAN, modules=sorted(sys.modules))
    window.close_without_asking()


after_first_paint(painted)
code = app.main(["gui", "--home", HOME, "--seed", "1", "--lang", "ko"])
found.update(code=code, interpreter_s=entered - BEGAN, import_app_s=imported - entered)
print(json.dumps(found))
