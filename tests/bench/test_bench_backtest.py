"""Backtests beside a compiled single pass and our own exact engine: same bars, fills and trades.

Full rules count on our side and on the compiled one: flatten, sizing by capital, costs, cut-off.
Rounds are interleaved, so that both sides of a ratio saw the same machine.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from pathlib import Path

import numpy as np
import pytest

from config.schema import Settings
from core.backtest.exact import run_exact
from core.backtest.fast import run_fast
from core.backtest.loading import load
from core.backtest.market import SymbolBars
from core.sessions import DataCalendar
from tests.bench.backtests import FEW, MANY, ZONE, market, net, timed
from tests.bench.bars import walk, write_csv, write_raw
from tests.bench.figures import Figures, median_ratio, seconds
from tests.project import ROOT

pytestmark = pytest.mark.bench

SOURCE = ROOT / "tests" / "bench" / "peers" / "single_pass.c"
ROUNDS = 7
AIM_COMPILED, AIM_EXACT, AIM_EXACT_BARS_S = 0.5, 30.0, 250_000
AIM_GROWTH = 12.0  # tenfold bars


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
    data = market(bars)
    write_raw(data.symbols[0], raw)
    ours, theirs, found = [], [], {}
    timed(run_fast, data)
    for _ in range(ROUNDS):
        ours.append(timed(run_fast, data))
        done = subprocess.run([single_pass, raw, "3"], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        theirs.append(found["median_ms"] / 1e3)
    outcome = run_fast(data, Settings())
    assert (len(outcome.trades), net(outcome)) == (found["trades"], found["net_pnl"])
    figures.compare(
        f"backtest, {bars:,} bars, {len(outcome.trades):,} trades",
        f"{1e3 * statistics.median(ours):.1f} ms",
        f"compiled single pass: {1e3 * statistics.median(theirs):.1f} ms",
        median_ratio(ours, theirs),
        AIM_COMPILED,
    )


@pytest.mark.parametrize(("bars", "rounds"), [(FEW, 7), (MANY, 3)])
def test_fast_engine_beside_the_exact_one(bars: int, rounds: int, figures: Figures) -> None:
    data = market(bars)
    timed(run_fast, data)
    pairs = [(timed(run_fast, data), timed(run_exact, data)) for _ in range(rounds)]
    fast, exact = map(list, zip(*pairs, strict=True))
    bars_s = bars / statistics.median(exact)
    figures.compare(
        f"backtest, {bars:,} bars, fast over exact",
        f"{1e3 * statistics.median(fast):.1f} ms",
        f"exact: {1e3 * statistics.median(exact):.0f} ms",
        median_ratio(fast, exact),
        AIM_EXACT,
    )
    what = f"exact engine, {bars:,} bars, bars a second"
    aim = f"{AIM_EXACT_BARS_S:,}"
    figures.note(what, f"{bars_s:,.0f}", aim, bars_s >= AIM_EXACT_BARS_S)


def test_time_grows_as_the_bars_do(figures: Figures) -> None:
    few, many = market(FEW), market(MANY)
    timed(run_fast, many)
    # Four short runs take less than half a long one: their median is what a pair is made of.
    pairs = [
        (statistics.median(timed(run_fast, few) for _ in range(4)), timed(run_fast, many))
        for _ in range(ROUNDS)
    ]
    growth = statistics.median(long / short for short, long in pairs)
    what = f"backtest, time of {MANY:,} bars over that of {FEW:,}"
    figures.note(what, f"{growth:.1f}", f"<= {AIM_GROWTH:g}", growth <= AIM_GROWTH)


def test_reading_a_file(tmp_path: Path, figures: Figures) -> None:
    made = walk("A", FEW, 1)
    write_csv(made, tmp_path / "A_1min.csv")
    megabytes = (tmp_path / "A_1min.csv").stat().st_size / 1e6
    times = [seconds(lambda: _loaded(tmp_path, made)) for _ in range(5)]
    rate = FEW / statistics.median(times)
    what = f"reading and checking a CSV file of {FEW:,} bars, bars a second"
    figures.note(what, f"{rate:,.0f} ({megabytes:.1f} MB)")


def _loaded(folder: Path, made: SymbolBars) -> None:
    found = load(folder, ["A"], DataCalendar(ZONE), ZONE, True, None, None, False, lambda _: None)
    assert np.array_equal(found.market.times, made.columns.start)
