"""What an open position brings after all costs: the same figure in every view."""

from __future__ import annotations

from core.domain.messages import PositionView


def net_pnl(view: PositionView) -> float:
    """Return what the round trip brings if the rest is sold now, all costs included, in won."""
    position = view.position
    costs = position.commission + position.tax + view.exit_costs
    return position.unrealized_pnl(view.last_price) - costs


def net_pct(view: PositionView) -> float | None:
    """Return `net_pnl` in percent of all that was bought; None where nothing was."""
    bought = view.position.bought_value
    return net_pnl(view) / bought * 100 if bought else None
