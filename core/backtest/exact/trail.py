"""What became of every bar, for who wants to see it."""

from __future__ import annotations

from typing import Protocol

from core.domain.signal import Action, Values


class Trail(Protocol):
    """Hears of each bar after its work, symbols of one timestamp in the configured order."""

    def saw(
        self, symbol: int, bar: int, values: Values, score: tuple[float, float], action: Action
    ) -> None:
        """Take note of one bar.

        Args:
            symbol: Its symbol's place in the configured order.
            bar: Its index in the symbol's columns.
            values: Every indicator's value at its close.
            score: Buy and sell score.
            action: The decision at its close (BUY, SELL, SELL_TIME), or the level that sold during
                the bar (SELL_SL, SELL_TP); HOLD otherwise, also for a BUY that was refused.
        """
