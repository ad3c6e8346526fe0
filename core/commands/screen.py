"""Whether a window can open here."""

from __future__ import annotations

import os
import sys

from config.errors import ConfigError
from config.text import Text


def has_screen() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(map(os.environ.get, names))


def check_screen() -> None:
    """Raise ConfigError where there is none: Qt would end the process."""
    if not has_screen():
        raise ConfigError(
            Text(
                "화면이 없어 창을 열 수 없습니다. headless 명령을 쓰세요",
                "there is no display (DISPLAY is not set), so no window can open; use headless",
            )
        )
