"""Pre-trade checks, one file each; a new file here is found, run, shown and explained by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.context import RiskContext

CheckFunction = Callable[[OrderIntent, RiskContext], Check]
_registered: dict[str, CheckFunction] = {}


def register(function: CheckFunction) -> CheckFunction:
    """Add a check; its module's name is its stable code and its place in the order."""
    _registered[function.__module__.rpartition(".")[2]] = function
    return function


def all_checks() -> tuple[CheckFunction, ...]:
    """Return every check, in the order of strategy.md and then by name."""
    names = sorted(_registered, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    return tuple(_registered[name] for name in names)


_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "entries_allowed",
            "order_size",
            "cash",
            "position_value",
            "max_positions",
            "order_rate",
            "price_limits",
            "price_collar",
            "fresh_data",
            "session_phase",
            "instrument_state",
        )
    )
}

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
