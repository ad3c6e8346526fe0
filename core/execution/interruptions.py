"""Which symbols' continuous trading has stopped, by the exchange's own word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.messages import Interrupted, Interruption, Resumed

_PATIENCE = timedelta(seconds=60)
"""How long after its announced end an interruption is believed without word of its end.

An auction ends at random within 30 s after that moment. Word of it may have been lost with the
connection; a stop without an announced end lasts until word comes, or the day ends.
"""
_BREAKER_HALT = timedelta(minutes=20)
"""How long a circuit breaker takes no orders, before it collects them for an auction (KRX)."""
_EVERYTHING = ""  # the symbol of what stops the whole market


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a symbol does not trade continuously, and whether orders can wait for its auction."""

    kind: Interruption
    takes_orders: bool


class Interruptions:
    """Not thread-safe; owned by whoever closes positions."""

    def __init__(self, is_halted: Callable[[str], bool] = lambda symbol: False) -> None:
        """`is_halted` tells of symbols that are halted without any word of the exchange."""
        self._is_halted = is_halted
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

    def of(self, symbol: str, now: datetime) -> Stop | None:
        """Return what stops `symbol`, the whole market's stop first; None while it trades."""
        for name in (_EVERYTHING, symbol):
            word = self._known.get(name)
            if word is not None and not _is_over(word, now):
                return Stop(word.kind, _takes_orders(word, now))
        return Stop(Interruption.HALT, takes_orders=False) if self._is_halted(symbol) else None

    def among(self, symbols: Iterable[str], now: datetime) -> dict[str, Stop]:
        """Return those of `symbols` that do not trade continuously, and why."""
        found = ((symbol, self.of(symbol, now)) for symbol in symbols)
        return {symbol: stop for symbol, stop in found if stop is not None}


def _is_over(word: Interrupted, now: datetime) -> bool:
    return word.until is not None and now > word.until + _PATIENCE


def _takes_orders(word: Interrupted, now: datetime) -> bool:
    if word.kind is Interruption.CIRCUIT_BREAKER:
        return now >= word.time + _BREAKER_HALT
    return word.kind is not Interruption.HALT
