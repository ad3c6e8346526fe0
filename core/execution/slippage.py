"""What a fill cost beyond the price it was decided at."""

from __future__ import annotations

from core.domain.order import Fill, OrderIntent, Reason
from core.domain.price import Price


def slippage(fill: Fill, intent: OrderIntent) -> Price | None:
    """Return won per share against the trader: above 0 is worse than decided, below 0 better.

    None where nothing of ours was decided: orders of others, or before any price was known.
    """
    if intent.reason is Reason.FOREIGN or not intent.reference_price:
        return None
    return intent.side.sign * (fill.price - intent.reference_price)
