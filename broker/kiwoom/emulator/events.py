"""An event of the emulated control: plain callbacks where the real one has Qt signals."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


class EmulatedEvent:
    """Calls its slots in the order they were connected, each with as many arguments as it takes."""

    def __init__(self) -> None:
        self._slots: list[tuple[Callable[..., None], int | None]] = []

    def connect(self, slot: Callable[..., None]) -> None:
        """Have `slot` called from now on; it may take fewer arguments than the event has."""
        self._slots.append((slot, _most_arguments(slot)))

    def emit(self, *arguments: object) -> None:
        """Call every slot. What a slot raises goes up, and the slots after it are not called."""
        for slot, most in tuple(self._slots):
            slot(*arguments[:most])


def _most_arguments(slot: Callable[..., None]) -> int | None:
    """Return how many positional arguments `slot` takes; None if any number, or not known."""
    try:
        parameters: Any = inspect.signature(slot).parameters.values()
    except (TypeError, ValueError):  # a built-in does not say
        return None
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return None
    return sum(
        each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in parameters
    )
