"""The record of everything that has to do with money.

Its names are loaded when first asked for: SQLAlchemy takes a fifth of a second to load, and the
builders in `core.journal.records` do without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "KINDS": "records",
    "MemoryJournal": "memory",
    "NullJournal": "memory",
    "SqlJournal": "writer",
    "StoredRecord": "reader",
    "Verification": "verification",
    "export_csv": "export",
    "last_session": "reader",
    "open_or_set_aside": "writer",
    "read": "reader",
    "verify": "verification",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
