"""How much of the profit is left if fills are worse or trading dearer than assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.backtest.fast import run_fast
from core.backtest.fast.signals import candidates
from core.backtest.outcome import Progress, silent
from core.backtest.run import Run
from core.domain.price import Price
from core.simulation.costs import CostOptions

_SLIPPAGES = frozenset({0, 1, 2, 3})
_RATIOS = (0.0, 0.5, 1.0, 2.0)
_MOST_BPS = 1_000.0  # that the settings allow


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Net profits of the same signals under other assumptions.

    Attributes:
        slippages: Ticks, ascending; the run's own among them, and alone without a tick rule.
        ratios: Multiples of commission and tax, ascending; 1 is the run itself.
        net: Won, a row for each slippage with a column for each ratio.
        base: The run's own slippage.
        is_table_based: Costs come from a fee table, so multiples are of the run's average rates.
    """

    slippages: tuple[int, ...]
    ratios: tuple[float, ...]
    net: tuple[tuple[Price, ...], ...]
    base: int
    is_table_based: bool

    @property
    def by_slippage(self) -> tuple[Price, ...]:
        """Net profit for each slippage, at the costs of the run."""
        own = self.ratios.index(1.0)
        return tuple(row[own] for row in self.net)

    @property
    def by_costs(self) -> tuple[Price, ...]:
        """Net profit for each multiple of the costs, at the slippage of the run."""
        return self.net[self.slippages.index(self.base)]


def sensitivity(run: Run, progress: Progress = silent) -> Sensitivity:
    """Trade again with the fast engine for every pair of slippage and costs."""
    options = run.settings[CostOptions]
    has_ticks = options.tick_rule == "krx"
    own = options.slippage_ticks
    slippages = tuple(sorted(_SLIPPAGES | {own})) if has_ticks else (own,)
    signals = [candidates(bars, run.settings) for bars in run.market.symbols]
    size, found = len(slippages) * len(_RATIOS), list[Price]()
    for number, (ticks, ratio) in enumerate((t, r) for t in slippages for r in _RATIOS):
        progress(number / size)
        if ticks == own and ratio == 1:
            found.append(run.outcome.net_pnl)
            continue
        settings = run.settings.changed({"costs.slippage_ticks": ticks, **_costs(run, ratio)})
        found.append(run_fast(run.market, settings, silent, run.trade_from, signals).net_pnl)
    rows = [tuple(found[at : at + len(_RATIOS)]) for at in range(0, size, len(_RATIOS))]
    return Sensitivity(slippages, _RATIOS, tuple(rows), own, options.profile != "settings")


def _costs(run: Run, ratio: float) -> dict[str, Any]:
    """Return settings that make commission and tax `ratio` times what they were."""
    if ratio == 1:
        return {}
    options = run.settings[CostOptions]
    commission, tax = options.commission_bps, options.tax_bps
    if options.profile != "settings":
        commission, tax = _paid_bps(run)
    return {
        "costs.profile": "settings",
        "costs.commission_bps": min(commission * ratio, _MOST_BPS),
        "costs.tax_bps": min(tax * ratio, _MOST_BPS),
    }


def _paid_bps(run: Run) -> tuple[float, float]:
    """Return commission and tax of the run in basis points of what they were taken from."""
    metrics = run.metrics
    sold = sum(trade.exit_price * trade.quantity for trade in run.outcome.trades)
    if not sold:
        return 0.0, 0.0
    return metrics.commission / metrics.turnover * 10_000, metrics.tax / sold * 10_000


def break_even(steps: Sequence[float], net: Sequence[Price]) -> float | None:
    """Return at which step the profit is used up, on the straight line between those tried.

    None where it never is, or where there is none at the first step.
    """
    for at in range(1, len(steps)):
        before, after = net[at - 1], net[at]
        if before > 0 >= after:
            share = before / (before - after)
            return steps[at - 1] + share * (steps[at] - steps[at - 1])
    return None
