"""The backtest that goes bar by bar through the live engine's own parts.

Indicators, rules, scores, sizing, pre-trade checks, levels, costs and books are those that trade
live; only what a market does with an order is told by strategy.md, section 5, instead of a broker.
"""

from __future__ import annotations

from datetime import date

from config.schema import Settings
from core.backtest.exact.engine import ExactRun
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome, Progress, silent

__all__ = ["run_exact"]


def run_exact(
    market: MarketData,
    settings: Settings,
    progress: Progress = silent,
    trade_from: date | None = None,
) -> Outcome:
    """Trade on `market` by `settings`, one timestamp after the other.

    Args:
        progress: Told after every day; breaks the run off by raising.
        trade_from: Nothing is bought before this day; indicators run on what lies before.
    """
    return ExactRun(market, settings, trade_from).run(progress)
