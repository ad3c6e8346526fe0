"""A finished backtest as one JSON object: what `--json` prints, and summary.json with all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.backtest.run import Run, parameters

MODE = "backtest"


def result(run: Run, out: Path | None) -> dict[str, Any]:
    """Return the result object of cli.md; money in won, `rate` in bars per second."""
    outcome, counts, metrics = run.outcome, run.outcome.counts, run.metrics
    return {
        "mode": MODE,
        "symbols": list(run.market.names),
        "ticks": sum(report.rows for report in run.reports),
        "late_ticks": 0,
        "refused_ticks": sum(len(report.skipped) for report in run.reports),
        "bars": counts.bars,
        "signals": counts.signals,
        "orders": counts.orders,
        "fills": counts.fills,
        "trades": len(outcome.trades),
        "denied": counts.denied,
        "open_positions": 0,
        "start_capital": outcome.start_capital,
        "net_pnl": outcome.net_pnl,
        "commission": metrics.commission,
        "tax": metrics.tax,
        "final_cash": outcome.cash,
        "final_equity": outcome.cash,
        "max_drawdown_pct": round(metrics.max_drawdown_pct, 6),
        "wall_s": round(run.wall_s, 3),
        "rate": round(run.rate, 1),
        "journal": None,
        "out": None if out is None else str(out),
    }


def summary(run: Run, files: Sequence[str]) -> dict[str, Any]:
    """Return what summary.json holds: the result object, all metrics, and what they came from."""
    own = result(run, None)
    del own["journal"], own["out"]
    return {
        **own,
        **run.metrics.as_json(),
        "wall_s": run.wall_s,
        "bars_per_second": run.rate,
        "engine": run.engine,
        "calendar": run.calendar,
        "timezone": run.market.zone.key,
        "from": run.first and run.first.isoformat(),
        "to": run.last and run.last.isoformat(),
        "trade_from": run.trade_from and run.trade_from.isoformat(),
        "refusals": asdict(run.outcome.counts.refusals),
        "canceled": run.outcome.counts.canceled,
        "limit_days": [
            {
                "day": hit.day.isoformat(),
                "limit": hit.limit.value,
                "time": run.market.moment(hit.time).isoformat(),
            }
            for hit in run.outcome.limits
        ],
        "parameters": parameters(run.settings),
        "data_files": [report.as_json() for report in run.reports],
        "files": list(files),
    }
