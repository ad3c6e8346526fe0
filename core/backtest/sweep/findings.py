"""What a finished sweep has found, as numbers for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.text import Text
from core.backtest.currency import currency_of
from core.backtest.sweep.ranking import Ranked
from core.backtest.sweep.search import Place, Search
from core.backtest.sweep.signs import Sign
from core.backtest.sweep.walk_forward import Step, WalkForward

MODE = "sweep"


@dataclass(frozen=True, slots=True)
class Findings:
    """One finished sweep.

    Attributes:
        about: What was asked for: the body under which the journal keeps it.
        by: The metric of the ranking.
        ran: How many runs were done now; the others were in the journal.
        processes: How many worked at a time.
    """

    about: dict[str, Any]
    search: Search
    rows: Sequence[Ranked]
    by: str
    min_trades: int
    signs: Sequence[Sign]
    walk: WalkForward | None
    number: int
    ran: int
    processes: int
    wall_s: float
    journal: str

    @property
    def currency(self) -> Text:
        """The name of the money that everything is counted in."""
        days, settings = self.about["days"], self.about["settings"]
        return currency_of(days["calendar"], days["timezone"], settings["costs.tick_rule"])

    def changes(self) -> dict[Place, dict[str, Any]]:
        """Return the varied settings of every set."""
        return {one.place: dict(one.changes) for one in self.search.sets}

    def as_json(self, out: Path | None) -> dict[str, Any]:
        """Return it in kinds of values that JSON has; texts in English."""
        changes = self.changes()
        return {
            "mode": MODE,
            "symbols": [one["symbol"] for one in self.about["data"]],
            "sets": len(self.search.sets),
            "refused": self.search.refused,
            "grid": self.search.size,
            "axes": {axis.key: list(axis.values) for axis in self.search.axes},
            "rank": self.by,
            "min_trades": self.min_trades,
            "ran": self.ran,
            "processes": self.processes,
            "wall_s": round(self.wall_s, 3),
            "warnings": [sign.code for sign in self.signs if sign.is_warning],
            "signs": {
                sign.code: {**sign.values, "is_warning": sign.is_warning, "text": sign.text.en}
                for sign in self.signs
            },
            "walk_forward": None if self.walk is None else _walk(self.walk),
            "table": [
                {
                    "rank": row.rank,
                    "parameters": changes[row.place],
                    "few_trades": row.has_few_trades,
                    **row.metrics,
                }
                for row in self.rows
            ],
            "journal": self.journal,
            "sweep": self.number,
            "out": None if out is None else str(out),
        }


def _walk(walk: WalkForward) -> dict[str, Any]:
    return {
        "net_pnl": walk.net_pnl,
        "trades": walk.trades,
        "sharpe": walk.sharpe,
        "efficiency": walk.efficiency,
        "winning": walk.winning,
        "stability": walk.stability(),
        "windows": [_step(step) for step in walk.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    train, test = step.window.train, step.window.test
    return {
        "train_from": train.first and train.first.isoformat(),
        "train_to": train.last and train.last.isoformat(),
        "test_from": test.trade_from and test.trade_from.isoformat(),
        "test_to": test.last and test.last.isoformat(),
        "parameters": dict(step.chosen.changes),
        "train": dict(step.train),
        "test": dict(step.test),
    }
