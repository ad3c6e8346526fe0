"""The result object that `headless` and `replay` print (cli.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.engine.engine import Engine


def result_of(
    engine: Engine, mode: str, symbols: Sequence[str], wall_s: float, journal: str | None
) -> dict[str, Any]:
    """Return plain JSON numbers; money in won, `rate` in ticks per second of real time."""
    counts, money = engine.counts, engine.account
    book = money.portfolio
    return {
        "mode": mode,
        "symbols": list(symbols),
        "ticks": counts.ticks,
        "late_ticks": counts.late_ticks,
        "refused_ticks": counts.refused_ticks,
        "bars": counts.bars,
        "signals": counts.signals,
        "orders": counts.orders,
        "fills": counts.fills,
        "trades": counts.trades,
        "denied": counts.denied,
        "open_positions": len(book),
        "start_capital": book.start_capital,
        "net_pnl": money.equity - book.start_capital,
        "commission": book.commission,
        "tax": book.tax,
        "final_cash": book.cash,
        "final_equity": money.equity,
        "max_drawdown_pct": round(money.drawdown.deepest_pct, 6),
        "wall_s": round(wall_s, 3),
        "rate": round(counts.ticks / wall_s, 1) if wall_s else 0.0,
        "journal": journal,
        "out": None,
    }
