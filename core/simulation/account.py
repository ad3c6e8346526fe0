"""One customer's cash and shares at the simulated broker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.domain.errors import BrokerError
from core.domain.messages import Holding
from core.domain.order import Fill, OrderId, Side
from core.domain.price import Price


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares of one symbol and what they cost; a sale leaves the average as it was (이동평균)."""

    symbol: str
    quantity: int = 0
    cost: Price = 0  # won paid for the shares still held, without commissions (매입금액)

    @property
    def average_price(self) -> Price:
        """Average price of the shares held, won."""
        return self.cost / self.quantity if self.quantity else 0


@dataclass(slots=True)
class Account:
    """Cash, holdings, and what working orders have reserved of both.

    Cash from a sale can be spent at once (reuse of unsettled cash, as brokers allow); the T+2
    settlement itself is not shown.
    """

    cash: Price
    lots: dict[str, Lot] = field(default_factory=dict)
    _cash_reserves: dict[OrderId, Price] = field(default_factory=dict)
    _share_reserves: dict[OrderId, tuple[str, int]] = field(default_factory=dict)

    @property
    def available(self) -> Price:
        """Cash that no working buy has reserved, won."""
        return self.cash - sum(self._cash_reserves.values())

    def spendable(self, order_id: OrderId) -> Price:
        """Return the cash a fill of this order may cost: what is free, and its own reserve."""
        return self.available + self._cash_reserves.get(order_id, 0)

    def sellable(self, symbol: str) -> int:
        """Return the shares that no working sell has reserved."""
        held = self.lots[symbol].quantity if symbol in self.lots else 0
        return held - sum(n for s, n in self._share_reserves.values() if s == symbol)

    def cost_of(self, symbol: str, quantity: int) -> Price:
        """Return what `quantity` of the shares held cost by their average price, in whole won."""
        lot = self.lots.get(symbol)
        if lot is None:
            return 0
        return lot.cost if quantity == lot.quantity else round(lot.average_price * quantity)

    def reserve_cash(self, order_id: OrderId, amount: Price) -> None:
        """Hold back `amount` won for a working buy, in place of what it held before."""
        self._cash_reserves[order_id] = amount

    def reserve_shares(self, order_id: OrderId, symbol: str, quantity: int) -> None:
        """Hold back shares for a working sell, in place of what it held before."""
        self._share_reserves[order_id] = (symbol, quantity)

    def release(self, order_id: OrderId) -> None:
        """Free everything the order held back."""
        self._cash_reserves.pop(order_id, None)
        self._share_reserves.pop(order_id, None)

    def apply(self, fill: Fill) -> None:
        """Move cash and shares of one execution; its order's reserve is the caller's.

        Raises:
            BrokerError: The fill would overdraw cash or shares: a fault of the simulator.
        """
        value = fill.price * fill.quantity
        costs = fill.commission + fill.tax
        lot = self.lots.get(fill.symbol, Lot(fill.symbol))
        if fill.side is Side.BUY:
            cash, quantity = self.cash - value - costs, lot.quantity + fill.quantity
            cost = lot.cost + value
        else:
            cash, quantity = self.cash + value - costs, lot.quantity - fill.quantity
            cost = lot.cost - self.cost_of(fill.symbol, fill.quantity)
        if cash < 0 or quantity < 0:
            raise BrokerError(f"fill {fill.id} would leave {cash} won and {quantity} {fill.symbol}")
        self.cash = cash
        self.lots[fill.symbol] = replace(lot, quantity=quantity, cost=cost)
        if not quantity:
            del self.lots[fill.symbol]

    def holdings(self) -> Iterable[Holding]:
        """Yield what is held, in order of symbol."""
        for symbol, lot in sorted(self.lots.items()):
            yield Holding(symbol, lot.quantity, lot.average_price, self.sellable(symbol))
