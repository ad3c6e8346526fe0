"""Everything about one finished backtest, for its files and its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from config.schema import Settings
from config.text import Text
from core.backtest.currency import currency_of
from core.backtest.load_report import LoadReport
from core.backtest.market import MarketData
from core.backtest.metrics import Metrics, measure
from core.backtest.outcome import Outcome
from core.backtest.twin.compare import Twin
from core.simulation.costs import CostOptions

_LIVE_SECTIONS = frozenset(
    {"journal", "log", "ui", "orders", "alerts", "broker", "data", "emulator"}
)
_LIVE_KEYS = frozenset(
    {
        "market.symbols",  # a run names its own
        "market.symbols_off",
        "market.historical_lookback_days",
        "risk.stale_after_s",
        "risk.block_managed",
        "risk.block_liquidation",
        "risk.block_risk",
        "risk.block_alert",
        "risk.block_overheated",
        "risk.market_shock_pct",
        "risk.market_shock_window_min",
        "risk.max_orders_per_minute",
        "risk.price_collar_pct",
        "risk.max_refusals",
        "risk.refusal_window_min",
        "risk.close_foreign",
        "risk.max_clock_drift_s",
        "ai.source",
        "ai.endpoint",
        "ai.timeout_ms",
    }
)
"""What no backtest looks at, so that it would only hide what matters (or is nobody's business)."""


@dataclass(frozen=True, eq=False)
class Run:
    """One finished backtest.

    Attributes:
        reports: What was found in the files, in the order of the market's symbols.
        engine: "fast" or "exact".
        wall_s: How long trading took, without reading the files. The fast engine makes records of
            its trades only when they are looked at, which is not counted.
        calendar: By which days and hours were told: "XKRX", "XNYS", "data".
        first: The first day that was asked for, if any; `last` likewise.
        trade_from: The day before which bars only warmed indicators up.
        beside: What was really traded on its days, if anything; for the report only.
        made: When it was done; for the report only, so that equal runs have equal data files.
    """

    outcome: Outcome
    market: MarketData
    settings: Settings
    reports: tuple[LoadReport, ...]
    engine: str
    wall_s: float
    calendar: str
    first: date | None = None
    last: date | None = None
    trade_from: date | None = None
    made: datetime | None = None
    beside: tuple[Twin, ...] = ()

    @cached_property
    def metrics(self) -> Metrics:
        return measure(self.outcome, self.market, self.trade_from)

    @property
    def currency(self) -> Text:
        """The name of the money that everything is counted in."""
        rule = self.settings[CostOptions].tick_rule
        return currency_of(self.calendar, self.market.zone.key, rule)

    @property
    def rate(self) -> float:
        """Bars a second."""
        return self.outcome.counts.bars / self.wall_s if self.wall_s else 0.0


def parameters(settings: Settings) -> dict[str, Any]:
    """Return every setting that a backtest looks at, by its key, in kinds of values JSON has."""
    return {
        key: value
        for key, value in settings.as_json().items()
        if key not in _LIVE_KEYS and key.partition(".")[0] not in _LIVE_SECTIONS
    }
