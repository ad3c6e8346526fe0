"""One line on a terminal that tells how far a long command is."""

from __future__ import annotations

import sys

from config.text import Text
from core.backtest.outcome import Progress
from core.clock import monotonic

_QUIET_S = 1.0  # what is over sooner needs no line
_EVERY_S = 0.1
_PLAIN_EVERY_S = 5.0  # into a file each line stays
_BAR = 24


class ProgressLine:
    """Writes to standard error: in place on a terminal, a line now and then into a file."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._is_terminal = sys.stderr.isatty()
        self._began = self._told = monotonic()
        self._is_shown = False

    def of(self, step: Text) -> Progress:
        """Return who takes note of one step's progress."""
        return lambda share: self._tell(step, share)

    def _tell(self, step: Text, share: float) -> None:
        now = monotonic()
        every = _EVERY_S if self._is_terminal else _PLAIN_EVERY_S
        if now - self._began < _QUIET_S or now - self._told < every:
            return
        self._told, self._is_shown = now, True
        done = round(share * _BAR)
        bar = "█" * done + "░" * (_BAR - done)
        text = f"{step.in_(self._language)} {bar} {share:4.0%}"
        sys.stderr.write(f"\r{text}\x1b[K" if self._is_terminal else f"{text}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown and self._is_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
