"""Runs the sweep of tests/bench/grid.py in a process of its own, and one run of it beside.

Argument: a file of `write_raw`. Time and memory as JSON on stdout. What the command adds to a sweep
is left out: files, the journal, other processes.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from time import perf_counter

from config.schema import Settings
from core.backtest.fast import run_fast
from core.backtest.market import MarketData
from core.backtest.outcome import silent
from core.backtest.run import parameters
from core.backtest.sweep.periods import WHOLE
from core.backtest.sweep.running import Running
from core.backtest.sweep.search import Search, grid, read_axes
from core.backtest.sweep.worker import Job
from core.journal.sweeps import StoredResult
from tests.bench.backtests import ZONE, fresh, timed
from tests.bench.bars import read_raw
from tests.bench.grid import CAPITAL, EMA_LONG, EMA_SHORT, STOP_PCT, TARGET_PCT
from tests.bench.memory import forget_peak, peak_mb

_AXES = {
    "strategy.ema_short": EMA_SHORT,
    "strategy.ema_long": EMA_LONG,
    "risk.stop_loss_pct": STOP_PCT,
    "risk.take_profit_pct": TARGET_PCT,
}
_ROUNDS = 3


def search(settings: Settings) -> Search:
    """Return the sets in the grid's order, which is that of EMAS x EXITS."""
    texts = [f"{key}={','.join(map(str, values))}" for key, values in _AXES.items()]
    return grid(read_axes(texts, settings), settings)


def swept(data: MarketData, settings: Settings) -> tuple[float, list[StoredResult]]:
    """Return the seconds of the sweep, and what each set brought."""
    wanted = [(WHOLE, one) for one in search(settings).sets]
    job = Job(fresh(data), parameters(settings), Path(), {})
    running = Running(job, (), lambda _: None, jobs=1)
    began = perf_counter()
    found = running.find(wanted, silent)
    return perf_counter() - began, found


def main() -> None:
    data = MarketData((read_raw(Path(sys.argv[1])),), ZONE)
    settings = Settings({"risk.start_capital": CAPITAL})
    timed(run_fast, data)
    forget_peak()
    data_mb = peak_mb()
    rounds = [(timed(run_fast, data), *swept(data, settings)) for _ in range(_ROUNDS)]
    metrics = [one.body["metrics"] for one in rounds[-1][-1]]
    report = {
        "sets": len(metrics),
        "one_s": statistics.median(one for one, _, _ in rounds),
        "sweep_s": statistics.median(sweep for _, sweep, _ in rounds),
        "ratio": statistics.median(sweep / one for one, sweep, _ in rounds),
        "data_mb": data_mb,
        "peak_mb": peak_mb(),
        "trades": [one["trades"] for one in metrics],
        "net_pnl": [one["net_pnl"] for one in metrics],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
