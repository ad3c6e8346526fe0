"""What the AI is told of a bar."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.market import Bar
from core.domain.signal import Values

RETURN_BARS = (1, 5, 15)


def features(bars: Sequence[Bar], values: Values) -> Values:
    """Return the features of the last of `bars` by name; None (JSON null) where undefined.

    - every indicator value at its close: ema_short, ema_long, rsi, bb_low, bb_mid, bb_high, vwap
      (won; rsi 0 to 100), but for "ai", the AI's own last word
    - close (won) and volume (shares)
    - return_1, return_5, return_15: close / close so many bars earlier - 1 (0.01 is +1 %), across
      days too
    """
    last = bars[-1]
    told: dict[str, float | None] = {n: value for n, value in values.items() if n != "ai"}
    told["close"] = last.close
    told["volume"] = last.volume
    for back in RETURN_BARS:
        known = len(bars) > back
        told[f"return_{back}"] = last.close / bars[-1 - back].close - 1 if known else None
    return told
