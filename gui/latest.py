"""What the window knows of the market and the account: the newest of everything the engine said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.domain.instrument import Instrument
from core.domain.messages import (
    AccountUpdated,
    BarClosed,
    BrokerIdentified,
    ConditionsListed,
    DataEnded,
    Heartbeat,
    HistoryReady,
    MismatchesChanged,
    OrderUpdated,
    PositionView,
    PredictorReported,
    QuoteUpdated,
    RequestBudget,
    StateChanged,
    SymbolStateChanged,
    Vital,
    VitalsUpdated,
)
from core.domain.order import Order, OrderId
from core.domain.price import Price
from core.domain.risk import TradingState
from gui.market_state import MarketState


class Latest:
    """Plain state without Qt, filled from the bridge before any panel hears of an event."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """Start with the names of securities by code, as far as they are known."""
        self._names = dict(names or {})
        self.instruments: dict[str, Instrument] = {}
        self.histories: dict[str, HistoryReady] = {}
        self.bars: dict[str, list[BarClosed]] = {}  # closed since the start, by symbol
        self.quotes: dict[str, QuoteUpdated] = {}
        self.orders: dict[OrderId, Order] = {}  # working only
        self._numbers: dict[OrderId, str] = {}
        self.account: AccountUpdated | None = None
        self._held: dict[str, PositionView] = {}  # as the account was reported
        self.state = TradingState.STOPPED
        self.ended: datetime | None = None  # when a replay ran out of data
        self.broker: BrokerIdentified | None = None
        self.budget: RequestBudget | None = None
        self.market = MarketState()
        self.is_connected: bool | None = None
        self.vitals: Mapping[str, Vital] = {}  # by their codes
        self.conditions: ConditionsListed | None = None
        self.frozen: tuple[str, ...] = ()  # symbols in which the broker and our books differ
        self.prediction: PredictorReported | None = None
        self.data: dict[str, SymbolStateChanged] = {}  # what each symbol's data are worth

    def name(self, symbol: str) -> str:
        """Return a symbol's name, or the symbol itself while nobody has named it."""
        return self._names.get(symbol, symbol)

    def number(self, order_id: OrderId) -> str:
        """Return the broker's number of an order (주문번호), ours while it has none."""
        return self._numbers.get(order_id, order_id)

    @property
    def positions(self) -> tuple[PositionView, ...]:
        """Open positions at the newest prices."""
        return tuple(self.marked(view) for view in self._held.values())

    @property
    def has_exposure(self) -> bool:
        """Whether anything is held, or may still be bought or sold."""
        return bool(self.positions or self.orders)

    def position(self, symbol: str) -> PositionView | None:
        """Return the open position of `symbol` at its newest price."""
        view = self._held.get(symbol)
        return None if view is None else self.marked(view)

    def marked(self, view: PositionView) -> PositionView:
        """Return `view` at its symbol's newest price; the costs of selling grow with it."""
        quote = self.quotes.get(view.position.symbol)
        if quote is None or quote.price == view.last_price or not view.last_price:
            return view
        costs = round(view.exit_costs * quote.price / view.last_price)
        return replace(view, last_price=quote.price, exit_costs=costs)

    def day_pnl(self) -> Price | None:
        """Return the day's profit at the newest prices, in won; None before the first account."""
        account = self.account
        if account is None:
            return None
        # With `daily_basis: realized` open positions don't count, so their prices don't either.
        if account.day_pnl != account.equity - account.day_start:
            return account.day_pnl
        moved = sum(
            view.position.quantity * (self.marked(view).last_price - view.last_price)
            for view in self._held.values()
        )
        return account.day_pnl + moved

    def quote_age_s(self, now: datetime) -> float | None:
        """Return the seconds since the newest quote of any symbol; None where none is due."""
        if self.ended is not None:
            return None
        newest = max((quote.time for quote in self.quotes.values()), default=None)
        return None if newest is None else (now - newest).total_seconds()

    def take_history(self, event: HistoryReady) -> None:
        symbol = event.instrument.symbol
        self.instruments[symbol] = event.instrument
        self._names[symbol] = event.instrument.name
        self.histories[symbol] = event
        self.bars[symbol] = []

    def take_bar(self, event: BarClosed) -> None:
        self.bars.setdefault(event.bar.symbol, []).append(event)

    def take_quote(self, event: QuoteUpdated) -> None:
        self.quotes[event.symbol] = event

    def take_order(self, event: OrderUpdated) -> None:
        order = event.order
        self._numbers[order.id] = order.broker_id or order.id
        if order.is_working:
            self.orders[order.id] = order
        else:
            self.orders.pop(order.id, None)

    def take_account(self, event: AccountUpdated) -> None:
        self.account = event
        self._held = {v.position.symbol: v for v in event.positions if v.position.quantity}

    def take_state(self, event: StateChanged) -> None:
        self.state = event.state

    def take_end(self, event: DataEnded) -> None:
        self.ended = event.time

    def take_data(self, event: SymbolStateChanged) -> None:
        self.data[event.symbol] = event

    def take_broker(self, event: BrokerIdentified) -> None:
        self.broker = event

    def take_budget(self, event: RequestBudget) -> None:
        self.budget = event

    def take_beat(self, event: Heartbeat) -> None:
        self.is_connected = event.is_connected

    def take_vitals(self, event: VitalsUpdated) -> None:
        self.vitals = {vital.name: vital for vital in event.vitals}

    def take_conditions(self, event: ConditionsListed) -> None:
        self.conditions = event

    def take_mismatches(self, event: MismatchesChanged) -> None:
        self.frozen = tuple(mismatch.symbol for mismatch in event.mismatches)

    def take_prediction(self, event: PredictorReported) -> None:
        self.prediction = event
