"""Every open position of our own has a stop, and its market is watched for it."""

from __future__ import annotations

import math

from config.text import Text
from core.engine.invariants import Books, register


@register(Text("모든 보유에 손절", "Every position has a stop"))
def stops(books: Books) -> Text | None:
    for position in books.portfolio:
        if position.is_foreign or position.quantity <= 0:
            continue
        market = books.markets.get(position.symbol)
        is_watched = market is not None and market.stop > -math.inf
        if position.stop_level is None or not is_watched:
            return Text(
                f"{position.symbol}: {position.quantity:,}주에 손절가가 없습니다. "
                "잔고에서 직접 매도하거나 손절을 영웅문에 걸어 두세요",
                f"{position.symbol}: {position.quantity:,} shares have no stop; sell them in the "
                "positions, or enter a stop in the HTS",
            )
    return None
