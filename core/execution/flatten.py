"""The way out: cancel every order, sell everything held, and prove it by the broker's own report.

`plan` is pure, so that the engine, the window without its engine (`gui/panic.py`) and
`app.py flatten` all do the same. `FlattenJob` keeps what must persist between two plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.text import Text
from core.domain.messages import (
    AccountReported,
    FlattenProgressed,
    FlattenRow,
    FlattenStep,
)
from core.domain.order import Order, OrderIntent, OrderKind, OrderStatus, Reason, Side
from core.domain.price import Price
from core.domain.session import Phase
from core.execution import flatten_texts as texts
from core.execution.interruptions import Stop


@dataclass(frozen=True, slots=True)
class Sale:
    """Shares of one symbol to sell now, at market or at the day's close."""

    symbol: str
    quantity: int
    kind: OrderKind = OrderKind.MARKET


@dataclass(frozen=True, slots=True)
class FlattenPlan:
    """What to do next; `rows` has one line for each symbol that is not at zero yet."""

    cancels: tuple[Order, ...]
    sells: tuple[Sale, ...]
    rows: tuple[FlattenRow, ...]

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held and no order works, as far as we know."""
        return not self.rows


@dataclass(frozen=True, slots=True)
class Trading:
    """What the exchange takes at one moment."""

    phase: Phase
    takes_closing_price: bool = False  # orders at the day's close (장후 시간외종가, 15:40 to 16:00)
    stops: Mapping[str, Stop] = field(default_factory=dict)  # by symbol
    refusals: Mapping[str, str] = field(default_factory=dict)  # of the last sell of a symbol

    @property
    def exit_kind(self) -> OrderKind | None:
        """The kind of order that gets one out now; None where none is taken."""
        if self.takes_closing_price:
            return OrderKind.AFTER_HOURS_CLOSE
        return OrderKind.MARKET if self.phase in _TAKES_MARKET_ORDERS else None

    def exit_of(self, symbol: str) -> OrderKind | None:
        """Return the kind of order that gets one out of `symbol` now; a halt takes none."""
        stop = self.stops.get(symbol)
        return self.exit_kind if stop is None or stop.takes_orders else None


_TAKES_MARKET_ORDERS = frozenset({Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION})
_EXITS = frozenset({OrderKind.MARKET, OrderKind.AFTER_HOURS_CLOSE})
_MOST_KRW = 1_500_000_000
"""Of one sale at the last price. Kiwoom takes no order above 2 billion won (-303), and may count
one without a price at the upper limit, 30 % above the previous close."""


def plan(
    orders: Iterable[Order],
    holdings: Mapping[str, int],
    prices: Mapping[str, Price],
    trading: Trading,
) -> FlattenPlan:
    """Return what to cancel and what to sell, largest value first.

    Args:
        orders: Every order that may still be filled.
        holdings: Shares held by symbol.
        prices: Last prices in won, for the order of sales only; a missing one counts as 0.
        trading: Nothing is sold where the exchange would not take it; it is planned again.

    A working sell at market (or at the close) is an exit already and is never cancelled, whoever
    made it: any other kind may wait for ever. An order nobody knows the fate of can't be cancelled
    yet. What is sold is at most what is held less all working sells, those being cancelled and the
    unknown ones too: they may still be filled.
    """
    working = [order for order in orders if order.is_working]
    cancels = tuple(order for order in working if _to_cancel(order, trading))
    sells: list[Sale] = []
    rows: list[FlattenRow] = []
    symbols = {s for s, held in holdings.items() if held} | {o.intent.symbol for o in working}
    for symbol in sorted(symbols, key=lambda s: (-holdings.get(s, 0) * prices.get(s, 0), s)):
        held = holdings.get(symbol, 0)
        own = [order for order in working if order.intent.symbol == symbol]
        selling = sum(order.remaining for order in own if order.intent.side is Side.SELL)
        kind = trading.exit_of(symbol)
        if held > selling and kind is not None:
            sells += _parts(Sale(symbol, held - selling, kind), prices.get(symbol, 0))
        canceling = sum(_is_leaving(order) or _to_cancel(order, trading) for order in own)
        note = _note(symbol, held, selling, own, trading)
        rows.append(FlattenRow(symbol, held, selling, canceling, note))
    return FlattenPlan(cancels, tuple(sells), tuple(rows))


def most_shares(price: Price) -> int:
    """Return how many shares at that price one sale may have; 0 where there is no price."""
    return max(int(_MOST_KRW // price), 1) if price else 0


def _parts(sale: Sale, price: Price) -> Iterator[Sale]:
    """Yield what the sale has to be cut into so that the broker takes every part."""
    left, most = sale.quantity, most_shares(price) or sale.quantity
    while left > 0:
        yield replace(sale, quantity=min(left, most))
        left -= most


def sale_intent(sale: Sale, price: Price, reason: Reason, now: datetime) -> OrderIntent:
    """Return the order that carries out `sale`."""
    return OrderIntent(sale.symbol, Side.SELL, sale.quantity, reason, now, price, sale.kind)


def _to_cancel(order: Order, trading: Trading) -> bool:
    if _is_leaving(order):
        return False
    kind = order.intent.kind
    if order.intent.side is Side.BUY or kind not in _EXITS:
        return True
    # After the close a market order is as good as dead, and holds shares back.
    return trading.takes_closing_price and kind is OrderKind.MARKET


def _is_leaving(order: Order) -> bool:
    """Whether its cancel was asked for, or has to wait until its fate is known."""
    if order.status is OrderStatus.PENDING_CANCEL:
        return True
    is_exit = order.intent.side is Side.SELL and order.intent.kind in _EXITS
    return order.status is OrderStatus.UNKNOWN and not is_exit


def _note(symbol: str, held: int, selling: int, own: Iterable[Order], trading: Trading) -> Text:
    """Say what is waited for in the one line of this symbol; the gravest comes first."""
    own, stop = tuple(own), trading.stops.get(symbol)
    if any(order.status is OrderStatus.UNKNOWN for order in own):
        return texts.UNKNOWN
    if held > selling and trading.exit_of(symbol) is None:
        return texts.CLOSED[trading.phase] if stop is None else texts.STOPPED[stop.kind]
    if any(_is_leaving(order) or _to_cancel(order, trading) for order in own):
        return texts.CANCELING
    if selling:
        return texts.selling(trading.phase, stop)
    if held and symbol in trading.refusals:
        return texts.REFUSED.format(trading.refusals[symbol])
    if held:
        return texts.CLOSING_PRICE if trading.takes_closing_price else texts.SENDING
    return texts.WAITING


class FlattenJob:
    """One flatten from its beginning to the proof; its owner plans and sends."""

    def __init__(self, reason: Reason, started: datetime) -> None:
        self.reason = reason
        self.started = started
        self.is_done = False

    def take(self, account: AccountReported) -> None:
        """Take the broker's word: nothing held and no order working is the proof, else go on."""
        is_all_known = not account.unreadable
        is_empty = not account.orders and not any(h.quantity for h in account.holdings)
        self.is_done = is_all_known and is_empty

    def progress(self, planned: FlattenPlan, now: datetime) -> FlattenProgressed:
        """Return where it stands, as the flatten dialog shows it."""
        return FlattenProgressed(
            step=self._step(planned),
            started=self.started,
            now=now,
            rows=planned.rows,
            is_done=self.is_done,
            note=self._note(planned),
            reason=self.reason,
        )

    def _step(self, planned: FlattenPlan) -> FlattenStep:
        if planned.is_flat:
            return FlattenStep.RECONCILE
        if planned.cancels:
            return FlattenStep.CANCEL
        if any(row.canceling for row in planned.rows):
            return FlattenStep.CONFIRM_CANCELS
        is_unsold = any(row.held > row.working for row in planned.rows)
        return FlattenStep.SELL if is_unsold else FlattenStep.CONFIRM_FILLS

    def _note(self, planned: FlattenPlan) -> Text:
        if self.is_done:
            return Text(
                "증권사 잔고 0, 미체결 0을 확인했습니다",
                "the broker reports no shares and no orders",
            )
        if planned.is_flat:
            return Text("증권사 잔고를 확인합니다", "asking the broker for its own account report")
        left, why = sum(row.held for row in planned.rows), planned.rows[0].note
        return Text(
            f"{len(planned.rows)}종목 {left:,}주가 남았습니다: {why.ko}",
            f"{len(planned.rows)} symbols with {left:,} shares are left: {why.en}",
        )
