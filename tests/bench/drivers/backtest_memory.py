"""Runs the fast engine on made bars in a process of its own; time and memory as JSON on stdout.

Arguments: how many symbols, and bars of each.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from config.schema import Settings
from core.backtest.fast import run_fast
from tests.bench.backtests import market, net
from tests.bench.memory import forget_peak, peak_mb


def main() -> None:
    symbols, bars = map(int, sys.argv[1:3])
    run_fast(market(2_000), Settings())
    began_mb = peak_mb()
    data = market(bars, symbols)
    forget_peak()
    data_mb = peak_mb()
    began = perf_counter()
    outcome = run_fast(data, Settings())
    found = {
        "seconds": perf_counter() - began,
        "bars": data.bars,
        "trades": len(outcome.trades),
        "net_pnl": net(outcome),
        "began_mb": began_mb,
        "data_mb": data_mb,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
