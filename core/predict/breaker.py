"""A circuit breaker: leaves a failing server alone for a while, then tries it with one request."""

from __future__ import annotations

import threading
from collections.abc import Callable

FAILURES = 5  # in a row
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0


class Breaker:
    """Opens after `FAILURES` failures in a row; any thread may use it.

    While it is open nothing is sent. After a pause one probe may go out: its success closes the
    breaker, its failure doubles the next pause.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic` returns seconds, as `core.clock.monotonic`."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._open_until: float | None = None  # None: closed
        self._round = 0  # what was sent before the breaker last opened has no say any more

    def begin(self) -> int | None:
        """Return a token for `end` if a request may be sent now, None if not."""
        with self._lock:
            if self._open_until is not None:
                now = self._monotonic()
                if now < self._open_until:
                    return None
                # The probe; nobody else may follow before it has ended, or is long overdue.
                self._open_until = now + LONGEST_PAUSE_S
                self._round += 1
            return self._round

    def end(self, token: int, *, succeeded: bool) -> None:
        """Report what became of the request that `begin` allowed."""
        with self._lock:
            if token != self._round:
                return
            if succeeded:
                self._failures, self._pause_s, self._open_until = 0, FIRST_PAUSE_S, None
                return
            self._failures += 1
            if self._failures >= FAILURES:
                self._open_until = self._monotonic() + self._pause_s
                self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
                self._round += 1

    @property
    def is_open(self) -> bool:
        """Whether requests are held back."""
        return self._open_until is not None
