"""The closed trades as columns for "trades.js"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.backtest.run import Run
from core.domain.portfolio import Trade
from core.domain.reason_titles import REASON

MOST_TRADES = 20_000
"""In the page; the last ones are kept, and trades.csv has them all."""


def shown_trades(run: Run) -> Sequence[Trade]:
    return run.outcome.trades[-MOST_TRADES:]


def trade_data(run: Run) -> dict[str, Any]:
    """Return equally long columns; times as the zone's wall clock in epoch seconds."""
    trades, zone = shown_trades(run), run.market.zone
    place = {name: at for at, name in enumerate(run.market.names)}
    reasons = list(dict.fromkeys(trade.exit_reason for trade in trades))
    return {
        "symbols": list(run.market.names),
        "reasons": [[REASON[reason].ko, REASON[reason].en] for reason in reasons],
        "symbol": [place[trade.symbol] for trade in trades],
        "reason": [reasons.index(trade.exit_reason) for trade in trades],
        "entry": [wall_clock(trade.entry_time, zone) for trade in trades],
        "exit": [wall_clock(trade.exit_time, zone) for trade in trades],
        "buy": [trade.entry_price for trade in trades],
        "sell": [trade.exit_price for trade in trades],
        "quantity": [trade.quantity for trade in trades],
        "costs": [trade.commission + trade.tax for trade in trades],
        "net": [trade.net_pnl for trade in trades],
    }


def wall_clock(time: datetime, zone: ZoneInfo) -> int:
    """Return what a clock of the zone shows, as epoch seconds: a page can't tell zones apart."""
    local = time.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return round(local.timestamp() + offset.total_seconds())
