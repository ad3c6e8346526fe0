"""Backtests of many symbols and sweeps of many sets: time, and memory of a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bench.backtests import FEW, MANY, SYMBOLS
from tests.bench.bars import walk, write_csv, write_raw
from tests.bench.figures import Figures
from tests.bench.scripts import AskedPeer, run_driver

pytestmark = pytest.mark.bench

AIM_MB = 1024  # half of what a 32-bit process has
AIM_SWEEP, AIM_SWEEP_MEMORY = 8.0, 15.0


def test_many_symbols(figures: Figures) -> None:
    found = run_driver("backtest_memory.py", SYMBOLS, FEW)
    what = f"backtest, {SYMBOLS} symbols x {FEW:,} bars, {found['trades']:,} trades"
    rate = found["bars"] / found["seconds"]
    figures.note(f"{what}: time", f"{found['seconds']:.2f} s, {rate:,.0f} bars a second")
    peak = found["peak_mb"]
    value = f"{peak:.0f} MB, {found['data_mb']:.0f} of them before it runs"
    figures.note(f"{what}: memory", value, f"< {AIM_MB} MB", peak < AIM_MB)


def test_the_command_on_files_of_many_symbols(tmp_path: Path, figures: Figures) -> None:
    names = [f"S{number:02}" for number in range(SYMBOLS)]
    first, *rest = (tmp_path / f"{name}_1min.csv" for name in names)
    write_csv(walk("A", FEW, 1), first)
    for path in rest:
        shutil.copyfile(first, path)
    found = run_driver("command_memory.py", tmp_path, tmp_path / "home", ",".join(names))
    assert found["bars"] == SYMBOLS * FEW
    peak = found["peak_mb"]
    what = f"the command on {SYMBOLS} CSV files of {FEW:,} bars: memory"
    figures.note(what, f"{peak:.0f} MB", f"< {AIM_MB} MB", peak < AIM_MB)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bars") / "raw"
    write_raw(walk("A", MANY, 1), path)
    return path


def test_sweep_of_a_hundred_sets(raw: Path, figures: Figures) -> None:
    found = run_driver("sweep.py", raw)
    ratio = found["ratio"]
    what = f"sweep, {found['sets']} sets x {MANY:,} bars, {sum(found['trades']):,} trades"
    value = f"{found['sweep_s']:.2f} s, {ratio:.1f} runs of {1e3 * found['one_s']:.0f} ms"
    figures.note(what, value, f"<= {AIM_SWEEP:g} runs", ratio <= AIM_SWEEP)


@pytest.mark.parametrize("what", ["together", "apart"])
def test_sweep_beside_vectorbt(peers: Path, raw: Path, what: str, figures: Figures) -> None:
    with AskedPeer(peers, "vectorbt_bars.py", raw, "rust", what) as asked:
        theirs_s = asked.round_ms() / 1e3
        found = asked.report()
    ours = run_driver("sweep.py", raw)
    assert ours["trades"] == found["trades"]
    how = {"together": "all sets in one simulation", "apart": "set after set"}[what]
    name = f"sweep, {ours['sets']} sets x {MANY:,} bars"
    peer = f"{found['peer']}, {how}"
    figures.compare(
        name, f"{ours['sweep_s']:.2f} s", f"{peer}: {theirs_s:.1f} s", theirs_s / ours["sweep_s"]
    )
    figures.compare(
        f"{name}: memory",
        f"{ours['peak_mb']:.0f} MB",
        f"{peer}: {found['peak_mb']:,.0f} MB",
        found["peak_mb"] / ours["peak_mb"],
        AIM_SWEEP_MEMORY if what == "together" else None,
    )
