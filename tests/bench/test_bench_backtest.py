"""Backtests beside a compiled single pass and our own exact engine: same bars, fills and trades.

Full rules count on our side and on the compiled one: flatten, sizing by capital, costs, cut-off.
Rounds are interleaved, so that both sides of a ratio saw the same machine.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.schema import Settings
from core.backtest.exact import run_exact
from core.backtest.fast import run_fast
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from tests.bench.bars import walk, write_raw
from tests.bench.figures import Figures, median_ratio, seconds
from tests.project import ROOT

pytestmark = pytest.mark.bench

SOURCE = ROOT / "tests" / "bench" / "peers" / "single_pass.c"
ZONE = ZoneInfo("Asia/Seoul")
MANY, FEW = 1_000_000, 100_000
ROUNDS = 7
AIM_COMPILED, AIM_EXACT, AIM_EXACT_BARS_S = 0.5, 30.0, 250_000


def market(bars: int) -> MarketData:
    return MarketData((walk("A", bars, 1),), ZONE)


def net(outcome: Outcome) -> float:
    return sum(trade.net_pnl for trade in outcome.trades)


def timed(run: Callable[[MarketData, Settings], Outcome], bars: int) -> float:
    """Return the seconds of a run on bars that nothing was worked out of before."""
    data, settings = market(bars), Settings()
    return seconds(lambda: run(data, settings))


@pytest.fixture(scope="module")
def single_pass(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no gcc to build the compiled single pass with")
    program = tmp_path_factory.mktemp("peer") / "single_pass"
    subprocess.run(
        [compiler, "-O3", "-std=gnu99", str(SOURCE), "-o", str(program), "-lm"], check=True
    )
    return program


@pytest.mark.parametrize("bars", [FEW, MANY])
def test_fast_engine_beside_a_compiled_single_pass(
    single_pass: Path, tmp_path: Path, bars: int, figures: Figures
) -> None:
    raw = tmp_path / "bars"
    write_raw(walk("A", bars, 1), raw)
    ours, theirs, found = [], [], {}
    for _ in range(ROUNDS):
        ours.append(timed(run_fast, bars))
        done = subprocess.run([single_pass, raw, "3"], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        theirs.append(found["median_ms"] / 1e3)
    outcome = run_fast(market(bars), Settings())
    assert (len(outcome.trades), net(outcome)) == (found["trades"], found["net_pnl"])
    figures.compare(
        f"backtest, {bars:,} bars, {len(outcome.trades):,} trades",
        f"{1e3 * statistics.median(ours):.1f} ms",
        f"compiled single pass: {1e3 * statistics.median(theirs):.1f} ms",
        median_ratio(ours, theirs),
        AIM_COMPILED,
    )


def test_fast_engine_beside_the_exact_one(figures: Figures) -> None:
    pairs = [(timed(run_fast, FEW), timed(run_exact, FEW)) for _ in range(3)]
    fast, exact = map(list, zip(*pairs, strict=True))
    bars_s = FEW / statistics.median(exact)
    figures.compare(
        f"backtest, {FEW:,} bars, fast over exact",
        f"{1e3 * statistics.median(fast):.1f} ms",
        f"exact: {1e3 * statistics.median(exact):.0f} ms",
        median_ratio(fast, exact),
        AIM_EXACT,
    )
    what = "exact engine, bars a second"
    aim = f"{AIM_EXACT_BARS_S:,}"
    figures.note(what, f"{bars_s:,.0f}", aim, bars_s >= AIM_EXACT_BARS_S)
