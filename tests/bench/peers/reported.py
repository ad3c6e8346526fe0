"""What the peers' scripts print: one JSON object on the last line of stdout."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter


def report(package: str, bars: int, run: Callable[[], tuple[int, float]], rounds: int) -> None:
    """Print the median time of `run`, which returns its number of trades and net won."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        trades, net = run()
        times.append(1e3 * (perf_counter() - began))
    found = {
        "peer": f"{package} {version(package)}",
        "bars": bars,
        "median_ms": statistics.median(times),
        "trades": trades,
        "net_pnl": net,
    }
    print(json.dumps(found))
