"""Why the simulated broker does not take an order, in a broker's words; "" where it does."""

from __future__ import annotations

from core.domain.instrument import Instrument
from core.domain.order import Order, Refusal, Side
from core.domain.own_words import own
from core.domain.price import Price
from core.simulation.account import Account

Why = tuple[str, Refusal]
"""A broker's words and what they mean; no words: nothing was refused."""

NOTHING_TO_CANCEL = own(
    "정정/취소할 수량이 없습니다.",
    "nothing is left to amend or cancel.",
)
UNKNOWN_ORDER = own(
    "주문번호를 확인하세요.",
    "no such order number.",
)
NO_PRICE_TO_AMEND = own(
    "단가를 정정할 수 없는 호가입니다.",
    "an order of this kind has no price to amend.",
)
TOO_MUCH_TO_CANCEL = own(
    "취소수량이 취소가능수량을 초과합니다.",
    "more shares than can be cancelled.",
)
TOO_MUCH_TO_AMEND = own(
    "정정수량이 정정가능수량을 초과합니다.",
    "more shares than can be amended.",
)


def of_terms(bad: Why, order: Order, instrument: Instrument, not_now: str) -> Why:
    """Return the first that refuses of `bad`, the floor's words `not_now`, and the price."""
    checks = bad, (not_now, Refusal.NOT_NOW), (bad_price(order, instrument), Refusal.PRICE)
    return next((why for why in checks if why[0]), ("", Refusal.OTHER))


def unknown_symbol(symbol: str) -> str:
    return f"종목코드를 확인하세요. ({symbol})"


def bad_quantity(order: Order) -> str:
    quantity = order.intent.quantity
    return f"주문수량을 확인하세요. ({quantity}주)" if quantity < 1 else ""


def bad_price(order: Order, instrument: Instrument) -> str:
    """Check a limit price against the daily limits and the grid."""
    price = order.intent.limit_price
    if not order.intent.kind.has_price:
        return "" if price is None else "단가를 입력하지 않는 호가입니다."
    if price is None or price <= 0:
        return "주문단가를 확인하세요."
    limits = instrument.price_limits()
    if limits is not None and not limits[0] <= price <= limits[1]:
        return f"상/하한가 오류입니다. ({price:,}원, {limits[0]:,}~{limits[1]:,}원)"
    if not instrument.grid.is_valid(price):
        return f"호가단위 오류입니다. ({price:,}원, 호가단위 {instrument.grid.tick(price):,}원)"
    return ""


def bad_amendment(order: Order, quantity: int) -> str:
    """Check what an amendment makes of a working order; `quantity` is of the whole order."""
    if not order.intent.kind.has_price:
        return NO_PRICE_TO_AMEND
    if quantity <= order.filled:
        return NOTHING_TO_CANCEL
    return TOO_MUCH_TO_AMEND if quantity > order.intent.quantity else ""


def lacking_funds(order: Order, account: Account, needed: Price) -> str:
    """Check a sell against the free shares, a buy against the free cash; `needed` in won.

    What a working order has reserved for itself is free to it.
    """
    intent = order.intent
    if intent.side is Side.BUY:
        available = account.spendable(order.id)
        if needed <= available:
            return ""
        return f"매수증거금이 부족합니다. (필요 {needed:,}원, 가능 {available:,}원)"
    sellable = account.sellable(intent.symbol)
    if intent.quantity <= sellable:
        return ""
    return f"매도가능수량이 부족합니다. (주문 {intent.quantity}주, 가능 {sellable}주)"
