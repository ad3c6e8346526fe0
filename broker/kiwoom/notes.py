"""What the adapter tells the person at the screen, and the log."""

from __future__ import annotations

import logging

from config.text import Text
from core.domain.messages import Noted, Severity
from core.ports import Clock, Post

logger = logging.getLogger(__name__)

_LEVELS = {
    Severity.INFO: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
}


class Notes:
    """Posts `Noted`; the same text is not repeated until something else was said."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock
        self._last: tuple[Text, str] | None = None

    def info(self, text: Text, symbol: str = "") -> None:
        self._say(Severity.INFO, text, symbol)

    def warn(self, text: Text, symbol: str = "") -> None:
        self._say(Severity.WARNING, text, symbol)

    def error(self, text: Text, symbol: str = "") -> None:
        self._say(Severity.ERROR, text, symbol)

    def _say(self, severity: Severity, text: Text, symbol: str) -> None:
        if (text, symbol) == self._last:
            return
        self._last = (text, symbol)
        self._post(Noted(self._clock.now(), severity, text, symbol))
