"""The columns of each kind, as analysts see them: in SQL views and in exported CSV files alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """One kind as a flat table; `columns` maps a column's name to its path in the body."""

    name: str
    kind: str
    columns: Mapping[str, str]

    def values(self, body: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the columns' values; None where the body lacks one."""
        for path in self.columns.values():
            yield _at(body, path)


def _at(body: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _under(parent: str, *names: str) -> dict[str, str]:
    return {name: f"{parent}.{name}" for name in names}


_INTENT = {
    **_under("intent", "symbol", "side", "quantity", "reason"),
    "order_kind": "intent.kind",
    **_under("intent", "time_in_force", "limit_price", "reference_price"),
    "decided_at": "intent.time",
}
_FILL = _under("fill", "order_id", "symbol", "side", "price", "quantity", "commission", "tax")
_TRADE = _under(
    "trade",
    *("symbol", "quantity", "entry_time", "entry_price", "exit_time", "exit_price", "exit_reason"),
    *("gross_pnl", "commission", "tax"),
)
_SCORE = {
    "bar_start": "decision.score.time",
    "buy_score": "decision.score.buy",
    "sell_score": "decision.score.sell",
    "buy_threshold": "decision.score.buy_threshold",
    "sell_threshold": "decision.score.sell_threshold",
    "rules": "decision.score.results",
}
_PREDICTION = _under("prediction", "symbol", "bar_start", "value", "model", "latency_ms", "error")
_FLATTEN = {**_under("progress", "step", "is_done", "rows"), "note": "progress.note.en"}
_MISMATCH = {
    **_under("mismatch", "symbol", "theirs", "ours", "is_investigated"),
    "why": "mismatch.why.en",
    **_same("step", "who"),
}
_CERTIFICATE = _under("certificate", "day", "verdict", "differing", "sha256", "file")
_ACCOUNT = ("source", "cash", "available", "equity", "capital", "realized", "commission", "tax")

VIEWS = (
    View(
        "sessions",
        "session",
        _same("mode", "version", "seed", "start_capital", "cash", "settings_hash", "settings"),
    ),
    View("orders", "order", {"order_id": "order_id", **_INTENT}),
    View(
        "reports",
        "report",
        {
            **_same("order_id", "event", "status", "filled", "broker_id", "note", "code"),
            "reported_at": "time",
            **_same("limit_price", "quantity"),
        },
    ),
    View(
        "fills",
        "fill",
        {
            "fill_id": "fill.id",
            **_FILL,
            "filled_at": "fill.time",
            **_same("reason", "cash_after", "position_after", "slippage"),
        },
    ),
    View("trades", "trade", {**_TRADE, "net_pnl": "net_pnl"}),
    View("levels", "level", _same("symbol", "stop_level", "target_level", "peak")),
    View(
        "decisions",
        "decision",
        {
            **_under("decision", "symbol", "action", "price", "level", "note"),
            **_SCORE,
            "indicators": "values",
        },
    ),
    View("denials", "denied", {"order_id": "order_id", **_INTENT, "checks": "checks"}),
    View("states", "state", {"state": "state", "note": "note.en", "note_ko": "note.ko"}),
    View("accounts", "account", _same(*_ACCOUNT, "holdings")),
    View("predictions", "prediction", _PREDICTION),
    View("flattens", "flatten", _FLATTEN),
    View("mismatches", "mismatch", _MISMATCH),
    View("certificates", "certificate", _CERTIFICATE),
    View(
        "notes",
        "note",
        {**_same("severity", "symbol"), "text": "text.en", "text_ko": "text.ko"},
    ),
    View("ends", "end", _same("cash", "equity", "holdings", "counts")),
)
"""One view for every kind."""


def create_views() -> Iterator[str]:
    """Yield the SQLite statements that make the views."""
    for view in VIEWS:
        columns = "".join(
            f", json_extract(body, '$.{path}') AS \"{name}\"" for name, path in view.columns.items()
        )
        yield (
            f'CREATE VIEW "{view.name}" AS SELECT seq, session, time{columns}'
            f" FROM records WHERE kind = '{view.kind}'"
        )


def drop_views() -> Iterator[str]:
    """Yield the statements that remove them again."""
    for view in VIEWS:
        yield f'DROP VIEW IF EXISTS "{view.name}"'
