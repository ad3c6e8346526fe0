"""Backtests beside other packages: the same strategy on the same bars, fills as far as they can.

What each can't do, and what its trades differ by, stands in resources/docs/benchmarks.md. Their
rounds run in a process of their own; half of ours go before them and half after.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.market import MarketData
from tests.bench.backtests import FEW, MANY, fresh, market, net, timed
from tests.bench.bars import write_raw
from tests.bench.figures import Figures
from tests.bench.scripts import run_peer

pytestmark = pytest.mark.bench

ROUNDS = 7
AIM_VECTORBT = 4.0
ENGINES = ("rust", "numba")
OTHERS = {
    "backtesting_bars.py": (FEW, 3),
    "vnpy_bars.py": (FEW, 3),
    "backtrader_bars.py": (FEW // 5, 1),
}
"""Script: the bars and rounds that it gets, fewer for slow ones."""
NEAR_TRADES = 0.05


def beside(data: MarketData, peer: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    """Return the median milliseconds of our rounds around the peer's, and what it said."""
    timed(run_fast, data)
    before = [timed(run_fast, data) for _ in range(ROUNDS)]
    found = peer()
    times = [*before, *(timed(run_fast, data) for _ in range(ROUNDS))]
    return 1e3 * statistics.median(times), found


def told(found: dict[str, Any], trades: int, won: float) -> str:
    """Return the peer's time and what its trades differ by from ours."""
    more = int(found["trades"]) - trades
    pct = 100 * (found["net_pnl"] - won) / abs(won)
    time = f"{found['median_ms']:,.1f} ms" if found["median_ms"] < 1e3 else (
        f"{found['median_ms'] / 1e3:,.2f} s"
    )  # fmt: skip
    return f"{found['peer']}: {time} ({more:+} trades, net {pct:+.1f} %)"


@pytest.mark.parametrize("what", ["one", "trades"])
@pytest.mark.parametrize("bars", [FEW, MANY])
def test_fast_engine_beside_vectorbt(
    peers: Path, tmp_path: Path, bars: int, what: str, figures: Figures
) -> None:
    data, raw = market(bars), tmp_path / "bars"
    write_raw(data.symbols[0], raw)
    outcome = run_fast(fresh(data), Settings())
    ratios = {}
    for engine in ENGINES:
        ours, found = beside(
            data,
            lambda engine=engine: run_peer(peers, "vectorbt_bars.py", raw, engine, ROUNDS, what),
        )
        found |= {"trades": found["trades"][0], "net_pnl": found["net_pnl"][0]}
        ratios[engine] = found["median_ms"] / ours, ours, found
    ratio, ours, found = min(ratios.values(), key=lambda one: one[0])
    assert found["trades"] == len(outcome.trades)
    figures.compare(
        f"backtest, {bars:,} bars" + (", peer without an equity curve" if what == "trades" else ""),
        f"{ours:.1f} ms",
        told(found, len(outcome.trades), net(outcome)),
        ratio,
        AIM_VECTORBT if bars == MANY and what == "one" else None,
    )


@pytest.mark.parametrize("script", OTHERS)
def test_fast_engine_beside_the_others(
    peers: Path, tmp_path: Path, script: str, figures: Figures
) -> None:
    bars, rounds = OTHERS[script]
    data, raw = market(bars), tmp_path / "bars"
    write_raw(data.symbols[0], raw)
    outcome = run_fast(fresh(data), Settings())
    ours, found = beside(data, lambda: run_peer(peers, script, raw, bars, rounds))
    assert found["trades"] == pytest.approx(len(outcome.trades), rel=NEAR_TRADES)
    figures.compare(
        f"backtest, {bars:,} bars",
        f"{ours:.1f} ms",
        told(found, len(outcome.trades), net(outcome)),
        found["median_ms"] / ours,
    )
