"""What the account holds, as far as Kiwoom said last."""

from __future__ import annotations

from collections.abc import Mapping

from broker.kiwoom.chejan import BalanceEvent
from core.domain.messages import ForeignOrderSeen, Message
from core.domain.order import Order, OrderFilled


class Holdings:
    """Shares by code: set as a whole by the account's report, moved on by balance events.

    What we have told of fills since that report is counted beside it: where the two differ, a
    notice was lost.
    """

    def __init__(self) -> None:
        self._held: dict[str, int] = {}
        self._sellable: dict[str, int] = {}
        self._counted: dict[str, int] = {}  # as fills add up since the account's report
        self._is_known = False  # the account has reported

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
        self._counted = dict(self._held)
        self._sellable.clear()
        self._is_known = True

    def take(self, event: BalanceEvent) -> None:
        """Take what one event says of one code."""
        self._sellable[event.code] = event.sellable
        self._held[event.code] = event.held
        if not event.held:
            del self._held[event.code]

    def hear(self, message: Message) -> None:
        """Count the fills that are told with it."""
        if isinstance(message, OrderFilled):
            fill = message.fill
            self._count(fill.symbol, fill.side.sign * fill.quantity)
        elif isinstance(message, ForeignOrderSeen):
            order: Order = message.order
            self._count(order.intent.symbol, order.intent.side.sign * order.filled)

    def is_unexplained(self, code: str) -> bool:
        """Whether the fills that we know of do not make what is held."""
        return self._is_known and self._counted.get(code, 0) != self.held(code)

    def covers_sale(self, code: str, quantity: int) -> bool:
        """Whether so many shares were there to be sold, by all fills that we know of."""
        return not self._is_known or quantity <= self._counted.get(code, 0)

    def _count(self, code: str, shares: int) -> None:
        self._counted[code] = self._counted.get(code, 0) + shares
