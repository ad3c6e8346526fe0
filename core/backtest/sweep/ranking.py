"""Which parameter set is the best: the metrics to rank by, and the order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.text import Text
from core.backtest.sweep.search import Place
from core.journal.sweeps import StoredResult


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of `Metrics` that says which of two runs was better."""

    title: Text
    form: str  # of a number, as for `format`
    is_lower_better: bool = False

    def text(self, value: float | None) -> str:
        return "-" if value is None else format(value, self.form)


METRICS = {
    "sharpe": Metric(Text("샤프지수", "Sharpe"), ",.2f"),
    "sortino": Metric(Text("소르티노지수", "Sortino"), ",.2f"),
    "net_pnl": Metric(Text("순손익", "Net P&L"), "+,.0f"),
    "return_pct": Metric(Text("수익률 %", "Return %"), "+,.2f"),
    "profit_factor": Metric(Text("손익비 (PF)", "Profit factor"), ",.2f"),
    "expectancy": Metric(Text("거래당 기대손익", "Expectancy"), "+,.0f"),
    "payoff": Metric(Text("평균 이익/손실", "Payoff"), ",.2f"),
    "win_rate_pct": Metric(Text("승률 %", "Win rate %"), ",.1f"),
    "max_drawdown_pct": Metric(Text("최대 낙폭 %", "Drawdown %"), ",.2f", True),
    "max_drawdown": Metric(Text("최대 낙폭(금액)", "Drawdown (amount)"), ",.0f", True),
    "longest_losing_streak": Metric(Text("최장 연속 손실", "Losing streak"), ",d", True),
    "longest_under_water_days": Metric(
        Text("최장 손실 구간(일)", "Under water (days)"), ",d", True
    ),
    "under_water_pct": Metric(Text("손실 구간 %", "Under water %"), ",.1f", True),
    "costs_share_pct": Metric(Text("비용 비중 %", "Costs' share %"), ",.1f", True),
}
"""By what `--rank` calls it; the first is the default."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One set with its place in the ranking, 1 the best."""

    rank: int
    place: Place
    metrics: dict[str, Any]
    has_few_trades: bool


def ranked(results: Iterable[StoredResult], by: str, min_trades: int) -> list[Ranked]:
    """Return results, the best first.

    Those with fewer trades than `min_trades` come after all others, those without a value (a ratio
    without a loss) last among their kind; equal ones stand in the order of the grid.
    """
    sign = 1 if METRICS[by].is_lower_better else -1

    def order(one: StoredResult) -> tuple[bool, bool, float, Place]:
        metrics = one.body["metrics"]
        value = metrics[by]
        has_none = value is None
        return metrics["trades"] < min_trades, has_none, sign * (value or 0), one.place

    return [
        Ranked(rank, one.place, one.body["metrics"], one.body["metrics"]["trades"] < min_trades)
        for rank, one in enumerate(sorted(results, key=order), start=1)
    ]
