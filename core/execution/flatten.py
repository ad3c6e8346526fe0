"""The way out: cancel every order, sell everything held, and prove it by the broker's own report.

`plan` is pure, so that the engine, the window without its engine (`gui/panic.py`) and
`app.py flatten` all do the same. `FlattenJob` keeps what must persist between two plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.text import Text
from core.domain.messages import AccountReported, FlattenProgressed, FlattenRow, FlattenStep
from core.domain.order import Order, OrderIntent, OrderKind, OrderStatus, Reason, Side
from core.domain.price import Price
from core.domain.session import Phase

_TRADING = Phase.CONTINUOUS


@dataclass(frozen=True, slots=True)
class Sale:
    """Shares of one symbol to sell at market now."""

    symbol: str
    quantity: int


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


def plan(
    orders: Iterable[Order],
    holdings: Mapping[str, int],
    prices: Mapping[str, Price],
    phase: Phase,
) -> FlattenPlan:
    """Return what to cancel and what to sell, largest value first.

    Args:
        orders: Every order that may still be filled.
        holdings: Shares held by symbol.
        prices: Last prices in won, for the order of sales only; a missing one counts as 0.
        phase: Nothing is sold where the market does not trade continuously; it is planned again.

    A working market sell is an exit already and is never cancelled. What is sold is at most what
    is held less all working sells, those being cancelled too: they may still be filled.
    """
    working = [order for order in orders if order.is_working]
    cancels = tuple(order for order in working if _to_cancel(order))
    sells, rows = [], []
    symbols = {s for s, held in holdings.items() if held} | {o.intent.symbol for o in working}
    for symbol in sorted(symbols, key=lambda s: (-holdings.get(s, 0) * prices.get(s, 0), s)):
        held = holdings.get(symbol, 0)
        own = [order for order in working if order.intent.symbol == symbol]
        selling = sum(order.remaining for order in own if order.intent.side is Side.SELL)
        free = held - selling
        if free > 0 and phase is _TRADING:
            sells.append(Sale(symbol, free))
        canceling = sum(o.status is OrderStatus.PENDING_CANCEL or _to_cancel(o) for o in own)
        rows.append(
            FlattenRow(symbol, held, selling, canceling, _note(held, selling, canceling, phase))
        )
    return FlattenPlan(cancels, tuple(sells), tuple(rows))


def sale_intent(sale: Sale, price: Price, reason: Reason, now: datetime) -> OrderIntent:
    """Return the market order that carries out `sale`."""
    return OrderIntent(sale.symbol, Side.SELL, sale.quantity, reason, now, price, OrderKind.MARKET)


def _to_cancel(order: Order) -> bool:
    is_exit = order.intent.side is Side.SELL and order.intent.kind is OrderKind.MARKET
    return not is_exit and order.status is not OrderStatus.PENDING_CANCEL


def _note(held: int, selling: int, canceling: int, phase: Phase) -> Text:
    if phase is not _TRADING and held > selling:
        return _CLOSED[phase]
    if canceling:
        return Text("취소 확인을 기다립니다", "waiting for the cancel to be confirmed")
    if selling:
        return Text("시장가 매도 체결을 기다립니다", "waiting for the market sell to be filled")
    return Text("시장가 매도를 보냅니다", "a market sell is being sent")


_LATER = Text(
    "지금은 매도할 수 없습니다. 정규장이 열리면 다시 시도합니다",
    "can't be sold now; tried again when continuous trading begins",
)
_OVER = Text(
    "정규장이 끝났습니다. 영웅문 [4989] 키움주문의 시간외 주문을 쓰세요",
    "the regular session is over; use the after-hours orders of HTS screen [4989]",
)
_CLOSED = {
    Phase.CLOSED_DAY: _LATER,
    Phase.BEFORE_OPEN: _LATER,
    Phase.OPENING_AUCTION: _LATER,
    Phase.CLOSING_AUCTION: _OVER,
    Phase.AFTER_CLOSE: _OVER,
}


class FlattenJob:
    """One flatten from its beginning to the proof; its owner plans and sends."""

    def __init__(self, reason: Reason, started: datetime) -> None:
        self.reason = reason
        self.started = started
        self.is_done = False
        self.is_asking = False  # an account report was asked for and has not come

    def take(self, account: AccountReported) -> None:
        """Take the broker's word: nothing held and no order working is the proof, else go on."""
        self.is_asking = False
        self.is_done = not account.orders and not any(h.quantity for h in account.holdings)

    def progress(self, planned: FlattenPlan, now: datetime) -> FlattenProgressed:
        """Return where it stands, as the flatten dialog shows it."""
        return FlattenProgressed(
            step=self._step(planned),
            started=self.started,
            now=now,
            rows=planned.rows,
            is_done=self.is_done,
            note=self._note(planned),
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
