"""Which symbols' continuous trading has stopped, by the exchange's own word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.messages import Interrupted, Interruption, Resumed

_PATIENCE = timedelta(seconds=60)
"""How long after its announced end an interruption is believed without word of its end.

An auction ends at random within 30 s after that moment. Word of it may have been lost with the
connection; a stop without an announced end lasts until word comes, or the day ends.
"""
_EVERYTHING = ""  # the symbol of what stops the whole market


class Interruptions:
    """Not thread-safe; owned by whoever closes positions."""

    def __init__(self) -> None:
        self._known: dict[str, Interrupted] = {}

    def take(self, word: Interrupted | Resumed) -> None:
        """Take the exchange's word; of several about one symbol the newest counts."""
        if isinstance(word, Interrupted):
            self._known[word.symbol] = word
        else:
            self._known.pop(word.symbol, None)

    def clear(self) -> None:
        """Forget everything: a new trading day."""
        self._known.clear()

    def of(self, symbol: str, now: datetime) -> Interrupted | None:
        """Return what stops `symbol`, the whole market's stop first; None while it trades."""
        if not self._known:
            return None
        for name in (_EVERYTHING, symbol):
            found = self._known.get(name)
            if found is not None and not _is_over(found, now):
                return found
        return None

    def among(self, symbols: Iterable[str], now: datetime) -> dict[str, Interruption]:
        """Return those of `symbols` that do not trade continuously, and why."""
        if not self._known:
            return {}
        found = {symbol: self.of(symbol, now) for symbol in symbols}
        return {symbol: word.kind for symbol, word in found.items() if word is not None}


def _is_over(word: Interrupted, now: datetime) -> bool:
    return word.until is not None and now > word.until + _PATIENCE
