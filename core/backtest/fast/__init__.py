"""The backtest that jumps from event to event over whole columns; the same results as `exact`.

1. `signals` finds the bars whose score reaches a threshold,
2. `exits` says of each BUY among them when and at what price it would be sold again,
3. `merge` leads the account through these plans, and
4. `outcomes` makes trades and the equity curve out of what it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from config.schema import Settings
from core.backtest.fast.exits import planned
from core.backtest.fast.merge import Merge
from core.backtest.fast.outcomes import outcome
from core.backtest.fast.plans import Plans, in_order
from core.backtest.fast.signals import Candidates, candidates
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome, Progress, silent

_PLANNING = 0.8  # about the share of the time that signals and exits take


def run_fast(
    market: MarketData,
    settings: Settings,
    progress: Progress = silent,
    trade_from: date | None = None,
    signals: Sequence[Candidates] | None = None,
) -> Outcome:
    """Trade on `market` by `settings`; the outcome is that of `run_exact`, bit for bit.

    Args:
        progress: Told of every symbol, then of stretches of days; breaks the run off by raising.
        trade_from: Nothing is bought before this day; indicators run on what lies before.
        signals: What `candidates` gives for each symbol and these settings, where it is known.
    """
    terms = Terms.of(settings)
    plans = in_order(list(_planned(market, settings, terms, progress, trade_from, signals)))
    merge = Merge(market, plans, terms)
    merge.run(lambda share: progress(_PLANNING + (1 - _PLANNING) * share))
    progress(1)
    return outcome(market, merge, terms)


def _planned(
    market: MarketData,
    settings: Settings,
    terms: Terms,
    progress: Progress,
    trade_from: date | None,
    signals: Sequence[Candidates] | None,
) -> Iterator[Plans]:
    for place, bars in enumerate(market.symbols):
        found = candidates(bars, settings) if signals is None else signals[place]
        yield planned(place, bars, found.buys, found.sells, terms, trade_from)
        progress(_PLANNING * (place + 1) / len(market.symbols))
