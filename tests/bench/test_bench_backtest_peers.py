"""Backtests beside other packages: the same strategy on the same bars, fills as far as they can.

What each can't do, and what its trades differ by, stands in resources/docs/benchmarks.md. Rounds
are interleaved with vectorbt's; the others are so far off that ours go before them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.market import MarketData
from tests.bench.backtests import FEW, MANY, fresh, market, net, timed
from tests.bench.bars import write_raw
from tests.bench.figures import Figures, median_ratio
from tests.bench.scripts import AskedPeer, run_peer

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


def told(found: dict[str, Any], median_ms: float, trades: int, won: float) -> str:
    """Return the peer's time and what its trades differ by from ours."""
    more = int(found["trades"]) - trades
    pct = 100 * (found["net_pnl"] - won) / abs(won)
    time = f"{median_ms:,.1f} ms" if median_ms < 1e3 else f"{median_ms / 1e3:,.2f} s"
    return f"{found['peer']}: {time} ({more:+} trades, net {pct:+.1f} %)"


@dataclass(frozen=True)
class Rounds:
    """What rounds of ours and of an engine of vectorbt's took, pair by pair, and what it found."""

    ours_ms: Sequence[float]
    theirs_ms: Sequence[float]
    found: dict[str, Any]

    @property
    def ratio(self) -> float:
        return median_ratio(self.ours_ms, self.theirs_ms)


def beside(asked: AskedPeer, data: MarketData) -> Rounds:
    """Run both sides in turn, after one round of each that does not count."""
    asked.round_ms()
    timed(run_fast, data)
    pairs = [(1e3 * timed(run_fast, data), asked.round_ms()) for _ in range(ROUNDS)]
    ours, theirs = map(list, zip(*pairs, strict=True))
    found = asked.report()
    (trades,), (won,) = found["trades"], found["net_pnl"]
    return Rounds(ours, theirs, {**found, "trades": trades, "net_pnl": won})


@pytest.mark.parametrize("what", ["one", "trades"])
@pytest.mark.parametrize("bars", [FEW, MANY])
def test_fast_engine_beside_vectorbt(
    peers: Path, tmp_path: Path, bars: int, what: str, figures: Figures
) -> None:
    data, raw = market(bars), tmp_path / "bars"
    write_raw(data.symbols[0], raw)
    outcome = run_fast(fresh(data), Settings())
    seen = []
    for engine in ENGINES:
        with AskedPeer(peers, "vectorbt_bars.py", raw, engine, what) as asked:
            seen.append(beside(asked, data))
    best = min(seen, key=lambda rounds: rounds.ratio)
    assert best.found["trades"] == len(outcome.trades)
    theirs_ms = statistics.median(best.theirs_ms)
    figures.compare(
        f"backtest, {bars:,} bars" + (", peer without an equity curve" if what == "trades" else ""),
        f"{statistics.median(best.ours_ms):.1f} ms",
        told(best.found, theirs_ms, len(outcome.trades), net(outcome)),
        best.ratio,
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
    ours = 1e3 * statistics.median(timed(run_fast, data) for _ in range(ROUNDS))
    found = run_peer(peers, script, raw, bars, rounds)
    assert found["trades"] == pytest.approx(len(outcome.trades), rel=NEAR_TRADES)
    figures.compare(
        f"backtest, {bars:,} bars",
        f"{ours:.1f} ms",
        told(found, found["median_ms"], len(outcome.trades), net(outcome)),
        found["median_ms"] / ours,
    )
