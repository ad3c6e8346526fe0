"""What the account holds, as far as Kiwoom said last."""

from __future__ import annotations

from collections.abc import Mapping

from broker.kiwoom.chejan import BalanceEvent


class Holdings:
    """Shares by code: set as a whole by the account's report, moved on by balance events."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}
        self._sellable: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        return not self._held

    def held(self, code: str) -> int:
        """Return the shares held of a code."""
        return self._held.get(code, 0)

    def sellable(self, code: str) -> int:
        """Return the shares that no working sell reserves, as the last balance event says."""
        return self._sellable.get(code, self.held(code))

    def replace(self, held: Mapping[str, int]) -> None:
        """Take what the account says is held; all of it."""
        self._held = {code: quantity for code, quantity in held.items() if quantity}
        self._sellable.clear()

    def take(self, event: BalanceEvent) -> None:
        """Take what one event says of one code."""
        self._sellable[event.code] = event.sellable
        self._held[event.code] = event.held
        if not event.held:
            del self._held[event.code]
