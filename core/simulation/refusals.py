"""Why the simulated broker does not take an order, in a broker's words; "" where it does."""

from __future__ import annotations

from core.domain.instrument import Instrument
from core.domain.order import Order, OrderKind, Side
from core.domain.price import Price
from core.simulation.account import Account

NOTHING_TO_CANCEL = "정정/취소할 수량이 없습니다."
UNKNOWN_ORDER = "주문번호를 확인하세요."


def unknown_symbol(symbol: str) -> str:
    return f"종목코드를 확인하세요. ({symbol})"


def bad_quantity(order: Order) -> str:
    quantity = order.intent.quantity
    return f"주문수량을 확인하세요. ({quantity}주)" if quantity < 1 else ""


def bad_price(order: Order, instrument: Instrument) -> str:
    """Check a limit price against the daily limits and the grid."""
    price = order.intent.limit_price
    if order.intent.kind is OrderKind.MARKET:
        return "" if price is None else "시장가 주문에는 단가를 입력하지 않습니다."
    if price is None or price <= 0:
        return "주문단가를 확인하세요."
    limits = instrument.price_limits()
    if limits is not None and not limits[0] <= price <= limits[1]:
        return f"상/하한가 오류입니다. ({price:,}원, {limits[0]:,}~{limits[1]:,}원)"
    if not instrument.grid.is_valid(price):
        return f"호가단위 오류입니다. ({price:,}원, 호가단위 {instrument.grid.tick(price):,}원)"
    return ""


def lacking_funds(order: Order, account: Account, needed: Price) -> str:
    """Check a sell against the free shares, a buy against the free cash; `needed` in won."""
    intent = order.intent
    if intent.side is Side.BUY:
        available = account.available
        if needed <= available:
            return ""
        return f"매수증거금이 부족합니다. (필요 {needed:,}원, 가능 {available:,}원)"
    sellable = account.sellable(intent.symbol)
    if intent.quantity <= sellable:
        return ""
    return f"매도가능수량이 부족합니다. (주문 {intent.quantity}주, 가능 {sellable}주)"
