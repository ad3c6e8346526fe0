"""The account of an exact backtest: live sizing, checks and books, filled by section 5's rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from config.schema import Settings
from core.backtest.outcome import Refusals
from core.domain.market import Bar
from core.domain.order import Fill, OrderId, OrderIntent, Reason, Side
from core.domain.portfolio import Trade
from core.domain.price import FREE, KRX_STOCK, Price
from core.domain.session import Phase
from core.portfolio import Portfolio
from core.risk import sizing
from core.risk.checks.cash import cash
from core.risk.checks.entries_allowed import entries_allowed
from core.risk.checks.max_positions import max_positions
from core.risk.checks.position_value import position_value
from core.risk.context import RiskContext
from core.simulation.costs import CostModel, CostOptions, execution_price

CHECKS = (entries_allowed, cash, position_value, max_positions)
"""The live checks that a backtest applies besides quantity >= 1 (strategy.md, section 5)."""

_REFUSALS = tuple(asdict(Refusals()))  # codes, in the order in which they count


@dataclass(frozen=True, slots=True)
class Waiting:
    """A market order that fills at its symbol's next open."""

    side: Side
    reason: Reason
    quantity: int
    reserve: Price = 0  # of a BUY, won


class Books:
    """Owned by one run; prices and money in won."""

    def __init__(self, settings: Settings) -> None:
        options = settings[CostOptions]
        self._settings = settings
        self._sizing = settings[sizing.SizingOptions]
        self.costs = CostModel.from_options(options)
        self.grid = KRX_STOCK if options.tick_rule == "krx" else FREE
        self._slippage = options.slippage_ticks
        self.portfolio = Portfolio(self._sizing.start_capital)
        self.waiting: dict[str, Waiting] = {}
        self.trades: list[Trade] = []
        self.orders = self.fills = self.canceled = 0
        self._refused: Counter[str] = Counter()  # BUYs by the code of the check that refused

    @property
    def refusals(self) -> Refusals:
        return Refusals(**self._refused)

    # Orders

    def buy(self, bar: Bar, block: str) -> bool:
        """Order at the close of `bar` what sizing allows; return whether the checks let it pass.

        `block` is the code of what forbids entries, empty where nothing does.
        """
        quantity = sizing.quantity(self.portfolio.capital, bar.close, self._sizing.max_position_pct)
        commission = self.costs.commission(bar.close * quantity)
        intent = OrderIntent(bar.symbol, Side.BUY, quantity, Reason.SIGNAL, bar.start, bar.close)
        context = self._context(bar, block, commission)
        failed = {check.name for check in (c(intent, context) for c in CHECKS) if not check.passed}
        if quantity < 1:
            failed.add("order_size")
        if failed:
            self._refused[next(code for code in _REFUSALS if code in failed)] += 1
            return False
        reserve = bar.close * quantity + commission
        self.waiting[bar.symbol] = Waiting(Side.BUY, Reason.SIGNAL, quantity, reserve)
        self.orders += 1
        return True

    def _context(self, bar: Bar, block: str, commission: Price) -> RiskContext:
        buys = [order for order in self.waiting.values() if order.side is Side.BUY]
        return RiskContext(
            settings=self._settings,
            now=bar.start,
            phase=Phase.CONTINUOUS,
            entry_block=block,
            capital=self.portfolio.capital,
            available_cash=self.portfolio.cash - sum(order.reserve for order in buys),
            commission=commission,
            open_positions=len(self.portfolio),
            working_buys=len(buys),
            orders_last_minute=0,
            last_price=bar.close,
            last_tick_time=bar.start,
            price_limits=None,
        )

    def sell(self, symbol: str, reason: Reason) -> None:
        """Order that all of `symbol` be sold at its next open; takes the place of another SELL."""
        self.orders += symbol not in self.waiting
        held = self.portfolio.held(symbol)
        self.waiting[symbol] = Waiting(Side.SELL, reason, held)

    def cancel_buys(self) -> None:
        for symbol in [s for s, order in self.waiting.items() if order.side is Side.BUY]:
            self.canceled += 1
            del self.waiting[symbol]

    # Fills

    def fill_buy(self, bar: Bar, order: Waiting) -> Price | None:
        """Buy at the open of `bar`; return the price, None where the cash suffices for no share."""
        price = execution_price(bar.open, Side.BUY, self.grid, self._slippage)
        quantity, cash_now = order.quantity, self.portfolio.cash
        if price * quantity + self.costs.commission(price * quantity) > cash_now:
            quantity = min(quantity, self.costs.affordable(cash_now, price))
        if not quantity:
            self.canceled += 1
            return None
        self._apply(bar.symbol, Side.BUY, price, quantity, bar.start, Reason.SIGNAL)
        return price

    def fill_sell(self, bar: Bar, reference: Price, reason: Reason, entry_price: Price) -> None:
        """Sell all of the symbol at `reference`, where the market prints it during `bar`."""
        price = execution_price(reference, Side.SELL, self.grid, self._slippage)
        quantity = self.portfolio.held(bar.symbol)
        trade = self._apply(bar.symbol, Side.SELL, price, quantity, bar.start, reason)
        assert trade is not None
        # The books divide totals, which makes floats of them; a trade here has one fill a side.
        self.trades.append(replace(trade, entry_price=entry_price, exit_price=price))

    def _apply(
        self, symbol: str, side: Side, price: Price, quantity: int, time: datetime, reason: Reason
    ) -> Trade | None:
        self.fills += 1
        value = price * quantity
        commission, tax = self.costs.of_fill(side, value, True, time.date())
        number = str(self.fills)
        fill = Fill(number, OrderId(number), symbol, side, price, quantity, commission, tax, time)
        return self.portfolio.apply(fill, reason)
