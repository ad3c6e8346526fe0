"""The settings a backtest trades by, looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from config.schema import Settings
from core.domain.price import FREE, KRX_STOCK, PriceGrid
from core.risk.checks.entries_allowed import TimetableOptions
from core.risk.checks.max_positions import MaxPositionsOptions
from core.risk.daily_limits import DailyLimitOptions
from core.risk.exits import ExitOptions
from core.risk.sizing import SizingOptions
from core.simulation.costs import CostModel, CostOptions


@dataclass(frozen=True, slots=True)
class Terms:
    """What sizing, prices, costs and exits of one run follow; money in won."""

    start_capital: int
    position_pct: float
    max_positions: int
    grid: PriceGrid
    slippage_ticks: int
    costs: CostModel
    exits: ExitOptions
    limits: DailyLimitOptions
    timetable: TimetableOptions

    @classmethod
    def of(cls, settings: Settings) -> Self:
        sizing, costs = settings[SizingOptions], settings[CostOptions]
        return cls(
            sizing.start_capital,
            sizing.max_position_pct,
            settings[MaxPositionsOptions].max_positions,
            KRX_STOCK if costs.tick_rule == "krx" else FREE,
            costs.slippage_ticks,
            CostModel.from_options(costs),
            settings[ExitOptions],
            settings[DailyLimitOptions],
            settings[TimetableOptions],
        )
