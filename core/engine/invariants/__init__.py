"""What must hold after every message, one file each; a new file here is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.schema import Settings
from config.text import Text
from core.domain.order import Order
from core.engine.market import SymbolMarket
from core.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class Books:
    """What invariants look at, after a message was handled and before the next one is."""

    settings: Settings
    portfolio: Portfolio
    markets: Mapping[str, SymbolMarket]
    working: tuple[Order, ...]  # everybody's orders that may still be filled
    own: tuple[Order, ...]  # those this run has made
    fresh: tuple[Order, ...]  # of those, the ones that were not there at the last look
    overfilled: tuple[Order, ...]  # beyond their quantity, and nobody has seen it yet
    is_limited: bool  # a daily limit was reached before the fresh ones were sent

    def selling(self, symbol: str) -> int:
        """Return the shares in everybody's working sells of `symbol`."""
        sells = (o for o in self.working if o.intent.symbol == symbol and o.intent.side.sign < 0)
        return sum(order.remaining for order in sells)


Invariant = Callable[[Books], Text | None]
"""Returns what is wrong, with symbol and numbers; None where all is as it must be."""


@dataclass(frozen=True, slots=True)
class Known:
    """A registered invariant."""

    name: str  # stable code: its module's name
    title: Text
    broken: Invariant


_registered: dict[str, Known] = {}


def register(title: Text) -> Callable[[Invariant], Invariant]:
    """Add an invariant under its module's name."""

    def add(function: Invariant) -> Invariant:
        name = function.__module__.rpartition(".")[2]
        _registered[name] = Known(name, title, function)
        return function

    return add


def all_invariants() -> tuple[Known, ...]:
    """Return every invariant by name."""
    return tuple(_registered[name] for name in sorted(_registered))


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
