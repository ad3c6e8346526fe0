"""How long to wait with what was refused, before it is tried again."""

from __future__ import annotations

from collections.abc import Hashable

FIRST_S = 5.0
LONGEST_S = 20.0


class Backoff:
    """Doubles the wait with every refusal in a row, up to a longest one.

    Times are seconds of any one clock that does not go back.
    """

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._waits: dict[Hashable, tuple[float, float]] = {}  # until when, and how long that was

    def refused(self, key: Hashable, now_s: float, first_s: float | None = None) -> float:
        """Note that `key` was refused now; return the seconds until it may be tried again.

        A refusal while it waits for the last one is the same one. `first_s` replaces the wait
        after a first refusal.
        """
        until_s, wait_s = self._waits.get(key, (now_s, 0.0))
        if now_s < until_s:
            return until_s - now_s
        wait_s = min(wait_s * 2 or first_s or self._first_s, self._longest_s)
        self._waits[key] = now_s + wait_s, wait_s
        return wait_s

    def taken(self, key: Hashable) -> None:
        """`key` went well: the next refusal is a first one again."""
        self._waits.pop(key, None)

    def waits(self, key: Hashable, now_s: float) -> bool:
        """Whether `key` was refused too recently to be tried now."""
        found = self._waits.get(key)
        return found is not None and now_s < found[0]
