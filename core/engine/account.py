"""Money as the engine sees it: the portfolio marked at last prices, the day's start, drawdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from core.domain.messages import AccountUpdated, PositionView
from core.domain.order import Side
from core.domain.price import Price
from core.engine.counts import Drawdown
from core.execution.order_manager import OrderManager
from core.portfolio import Portfolio
from core.risk.daily_limits import DailyLimit, DailyLimitOptions, reached
from core.simulation.costs import CostModel

Taxed = Callable[[str], bool]
"""Whether a sale of this symbol pays the securities tax."""


class Account:
    """The portfolio with prices; owned by the engine thread. Money in won."""

    def __init__(
        self, portfolio: Portfolio, orders: OrderManager, costs: CostModel, is_taxed: Taxed
    ) -> None:
        self.portfolio = portfolio
        self.prices: dict[str, Price] = {}  # last trade of every symbol
        self.day_start: Price = portfolio.start_capital
        self.drawdown = Drawdown(portfolio.start_capital)
        self._orders = orders
        self.costs = costs
        self.correction: Price = 0  # what the broker lets us order for beyond our own cash
        self._is_taxed = is_taxed
        self.is_changed = False  # since it was shown last

    @property
    def equity(self) -> Price:
        return self.portfolio.equity(self.prices)

    @property
    def available(self) -> Price:
        """Cash less what working buys reserve, as the broker sees it."""
        return self.portfolio.cash + self.correction - self._orders.reserved_cash()

    def price(self, symbol: str) -> Price:
        """Return the last price; before the first trade what was paid, 0 if nothing is held."""
        position = self.portfolio.position(symbol)
        return self.prices.get(symbol) or (position.entry_price if position else 0)

    def start_day(self, options: DailyLimitOptions) -> None:
        """Measure the daily limits from now on."""
        self.day_start = self._basis(self.equity, options)

    def restart_drawdown(self) -> None:
        """Measure the drawdown from what the account owns now."""
        self.drawdown = Drawdown(self.equity)

    def mark(self, options: DailyLimitOptions) -> DailyLimit | None:
        """Note the equity of this moment for the drawdown; return the daily limit it reaches."""
        equity = self.equity
        self.drawdown.add(equity)
        return reached(self.day_start, self._basis(equity, options), options)

    def _basis(self, equity: Price, options: DailyLimitOptions) -> Price:
        return equity if options.daily_basis == "equity" else self.portfolio.capital

    def view(self, now: datetime, options: DailyLimitOptions) -> AccountUpdated:
        """Return everything about money as one event."""
        book, equity = self.portfolio, self.equity
        return AccountUpdated(
            time=now,
            cash=book.cash,
            available=self.available,
            equity=equity,
            capital=book.capital,
            day_start=self.day_start,
            day_pnl=self._basis(equity, options) - self.day_start,
            realized=book.realized,
            commission=book.commission,
            tax=book.tax,
            positions=tuple(self._position_views(now.date())),
        )

    def _position_views(self, day: date) -> list[PositionView]:
        views = []
        for position in self.portfolio:
            price = self.prices.get(position.symbol, position.entry_price)
            value = price * position.quantity
            is_taxed = self._is_taxed(position.symbol)
            commission, tax = self.costs.of_fill(Side.SELL, value, is_taxed, day)
            sellable = position.quantity - self._orders.selling(position.symbol)
            views.append(PositionView(position, price, sellable, commission + tax))
        return views

    def holdings(self) -> Mapping[str, int]:
        """Return shares held by symbol."""
        return {position.symbol: position.quantity for position in self.portfolio}
