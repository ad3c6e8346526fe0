"""Cash, positions and realised profit, from fills alone; exact where prices are whole won."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from core.domain.messages import AccountReported, Holding
from core.domain.order import Fill, Reason
from core.domain.portfolio import Position, Trade
from core.domain.price import Price


class Portfolio:
    """What the account owns as far as fills tell; owned by the engine thread.

    capital = start capital + net P&L of closed trades. equity = cash + positions at last prices.
    """

    def __init__(self, start_capital: Price) -> None:
        self.start_capital = start_capital
        self.cash: Price = start_capital
        self.realized: Price = 0  # net of costs, closed trades only
        self.commission: Price = 0
        self.tax: Price = 0
        self.opening_cash: Price = start_capital  # before the first fill we know of
        self.revision = 0  # counts changes of cash or of any position's shares or want of a stop
        self._positions: dict[str, Position] = {}
        self.claims: dict[str, Position] = {}  # what we had where the broker's word was taken

    @property
    def capital(self) -> Price:
        return self.start_capital + self.realized

    def __iter__(self) -> Iterator[Position]:
        return iter(self._positions.values())

    def __len__(self) -> int:
        return len(self._positions)

    def position(self, symbol: str) -> Position | None:
        """Return the open position of `symbol`, or None while flat."""
        return self._positions.get(symbol)

    def held(self, symbol: str) -> int:
        """Return shares held, 0 while flat."""
        position = self._positions.get(symbol)
        return position.quantity if position else 0

    def apply(self, fill: Fill, reason: Reason) -> Trade | None:
        """Book one fill; return the round trip it closed, if any.

        `reason` is of its order; one that FOREIGN opens is a position of somebody else's making.
        """
        self.revision += 1
        if fill.symbol in self.claims:
            self.claims[fill.symbol] = self.claims[fill.symbol].apply(fill)
        position = self._positions.get(fill.symbol)
        if position is None:
            is_foreign = reason is Reason.FOREIGN
            position = Position(fill.symbol, fill.time, is_foreign=is_foreign)
        value = fill.price * fill.quantity
        self.cash -= fill.side.sign * value + fill.commission + fill.tax
        self.commission += fill.commission
        self.tax += fill.tax
        position = position.apply(fill)
        if position.quantity != 0 or not position.bought:
            self._positions[fill.symbol] = position
            return None
        self._positions.pop(fill.symbol, None)
        trade = position.closed(fill.time, reason)
        self.realized += trade.net_pnl
        return trade

    def set_levels(
        self, symbol: str, stop: float | None, target: float | None, peak: Price = 0
    ) -> Position:
        """Set the stop and target of an open position, and the peak they follow; return it."""
        position = self._positions[symbol]
        changed = replace(
            position, stop_level=stop, target_level=target, peak=max(peak, position.peak)
        )
        self._positions[symbol] = changed
        self.revision += (position.stop_level is None) is not (stop is None)
        return changed

    def adopt(
        self, account: AccountReported, now: datetime, is_foreign: bool = False
    ) -> tuple[Position, ...]:
        """Take over cash and holdings as the broker reports them; return the positions found.

        For the start only: the start capital becomes cash plus holdings at cost, so that P&L
        counts from here. Costs paid before are not known and count 0. `is_foreign`: none of them
        was opened by this program.
        """
        self.cash = self.opening_cash = account.cash
        self.revision += 1
        self._positions = {
            held.symbol: Position(
                held.symbol,
                opened=now,
                bought=held.quantity,
                bought_value=held.average_price * held.quantity,
                is_foreign=is_foreign,
            )
            for held in account.holdings
            if held.quantity
        }
        at_cost = sum(position.bought_value for position in self._positions.values())
        self.start_capital = account.cash + at_cost
        return tuple(self._positions.values())

    def resume(
        self, cash: Price, positions: Iterable[Position], claims: Iterable[Position] = ()
    ) -> None:
        """Go on from books that were kept before, with entries, costs and levels as they were."""
        self.cash = self.opening_cash = cash
        self.revision += 1
        self._positions = {held.symbol: held for held in positions if held.quantity}
        self.claims = {held.symbol: held for held in claims}
        self._count_capital()

    def correct_cash(self, cash: Price) -> None:
        """Believe in this cash; the difference counts neither as profit nor as loss."""
        self.opening_cash += cash - self.cash
        self.cash = cash
        self.revision += 1
        self._count_capital()

    # Where the broker says other shares than we do

    def take_over(self, symbol: str, held: Holding | None, now: datetime) -> None:
        """Believe in the broker's shares of `symbol` and what was paid for them; keep our claim.

        Cash and profit stay as they are.
        """
        ours = self._positions.pop(symbol, None)
        if ours is not None:
            self.claims.setdefault(symbol, ours)
        if held is not None and held.quantity:
            claim = ours or self.claims.get(symbol)
            opened, is_foreign = (claim.opened, claim.is_foreign) if claim else (now, True)
            value = held.average_price * held.quantity
            self._positions[symbol] = Position(
                symbol, opened, held.quantity, value, is_foreign=is_foreign
            )
        self.revision += 1
        self._count_capital()

    def reinstate(self, symbol: str) -> None:
        """The broker agrees with our claim after all: go on from it."""
        claim = self.claims.pop(symbol)
        self._positions.pop(symbol, None)
        if claim.quantity:
            self._positions[symbol] = claim
        self.revision += 1
        self._count_capital()

    def _count_capital(self) -> None:
        """Set the start capital to what the books are worth at cost, so that they add up."""
        open_flow = sum(p.bought_value - p.sold_value + p.commission + p.tax for p in self)
        self.start_capital = self.cash + open_flow - self.realized

    def add_foreign(self, holdings: Iterable[Holding], now: datetime) -> tuple[Position, ...]:
        """Take over holdings in symbols where our books have nothing; return what was added.

        They count at the broker's average price and add to the start capital, so that they change
        neither cash nor profit.
        """
        added = []
        for held in holdings:
            if held.quantity and held.symbol not in self._positions:
                value = held.average_price * held.quantity
                position = Position(held.symbol, now, held.quantity, value, is_foreign=True)
                self._positions[held.symbol] = position
                self.start_capital += value
                self.revision += 1
                added.append(position)
        return tuple(added)

    def market_value(self, prices: Mapping[str, Price]) -> Price:
        """Return the positions at `prices`; one without a price counts at its entry price."""
        total: Price = 0
        for position in self._positions.values():
            price = prices.get(position.symbol)
            total += position.quantity * (position.entry_price if price is None else price)
        return total

    def equity(self, prices: Mapping[str, Price]) -> Price:
        return self.cash + self.market_value(prices)

    def is_consistent(self) -> bool:
        """Whether cash, positions and costs still add up to the start capital and realised P&L."""
        open_flow = sum(p.bought_value - p.sold_value + p.commission + p.tax for p in self)
        return self.cash == self.start_capital + self.realized - open_flow
