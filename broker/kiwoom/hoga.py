"""Order kinds as SendOrder's sHogaGb code, and the names they have in order events."""

from __future__ import annotations

from dataclasses import dataclass

from config.text import Text
from core.domain.errors import BrokerError
from core.domain.order import OrderIntent, OrderKind, TimeInForce


@dataclass(frozen=True, slots=True)
class Hoga:
    """One row of Kiwoom's table of order kinds (거래구분)."""

    code: str
    kind: OrderKind
    time_in_force: TimeInForce
    title: Text
    is_on_mock: bool = False  # whether the server of 모의투자 takes it


_DAY, _IOC, _FOK = TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK

# Codes 28 to 31 (stop limit, mid price) are of the REST interface of 2025: that the control takes
# them is confirmed nowhere, and the core has no such kinds.
HOGAS = (
    Hoga("00", OrderKind.LIMIT, _DAY, Text("지정가", "limit"), is_on_mock=True),
    Hoga("03", OrderKind.MARKET, _DAY, Text("시장가", "market"), is_on_mock=True),
    Hoga("05", OrderKind.CONDITIONAL, _DAY, Text("조건부지정가", "conditional limit")),
    Hoga("06", OrderKind.BEST, _DAY, Text("최유리지정가", "best limit")),
    Hoga("07", OrderKind.TOP, _DAY, Text("최우선지정가", "top limit")),
    Hoga("10", OrderKind.LIMIT, _IOC, Text("지정가IOC", "limit IOC")),
    Hoga("13", OrderKind.MARKET, _IOC, Text("시장가IOC", "market IOC")),
    Hoga("16", OrderKind.BEST, _IOC, Text("최유리IOC", "best limit IOC")),
    Hoga("20", OrderKind.LIMIT, _FOK, Text("지정가FOK", "limit FOK")),
    Hoga("23", OrderKind.MARKET, _FOK, Text("시장가FOK", "market FOK")),
    Hoga("26", OrderKind.BEST, _FOK, Text("최유리FOK", "best limit FOK")),
    Hoga("61", OrderKind.BEFORE_HOURS_CLOSE, _DAY, Text("장전시간외종가", "before-hours close")),
    Hoga("62", OrderKind.AFTER_HOURS_SINGLE, _DAY, Text("시간외단일가", "after-hours auction")),
    Hoga("81", OrderKind.AFTER_HOURS_CLOSE, _DAY, Text("장후시간외종가", "after-hours close")),
)

_NOT_KNOWN = Text(
    "키움에 없는 주문 종류입니다({}). 다른 종류를 고르십시오.",
    "Kiwoom has no such kind of order ({}); choose another.",
)
_NOT_ON_MOCK = Text(
    "모의투자는 지정가와 시장가만 받습니다({}).",
    "the mock server takes limit and market orders only (this is {}).",
)
_BY_KIND = {(hoga.kind, hoga.time_in_force): hoga for hoga in HOGAS}
_BY_NAME = {hoga.title.ko: hoga for hoga in HOGAS} | {
    "보통": HOGAS[0],  # what order events and opt10075 call 지정가
    "보통IOC": _BY_KIND[OrderKind.LIMIT, _IOC],
    "보통FOK": _BY_KIND[OrderKind.LIMIT, _FOK],
    "장전시간외": _BY_KIND[OrderKind.BEFORE_HOURS_CLOSE, _DAY],
    "장후시간외": _BY_KIND[OrderKind.AFTER_HOURS_CLOSE, _DAY],
}
_PLAIN = str.maketrans("", "", " ()")


def of_intent(intent: OrderIntent, is_mock: bool = False) -> Hoga:
    """Return the row for an order.

    Raises:
        BrokerError: Kiwoom has no such kind, or the mock server doesn't take it.
    """
    found = _BY_KIND.get((intent.kind, intent.time_in_force))
    if found is None:
        wanted = f"{intent.kind.value} {intent.time_in_force.value}"
        raise BrokerError(_NOT_KNOWN.format(wanted))
    if is_mock and not found.is_on_mock:
        raise BrokerError(_NOT_ON_MOCK.format(found.title))
    return found


def price_of(intent: OrderIntent) -> int:
    """Return SendOrder's price in won: 0 for kinds without one, which are refused with a price."""
    return int(intent.limit_price or 0) if intent.kind.has_price else 0


def named(text: str) -> Hoga | None:
    """Return the row of a name (매매구분) in an order event, None where we don't know it."""
    return _BY_NAME.get(text.translate(_PLAIN))


def of_name(text: str, price: int) -> Hoga:
    """Return the row of a name in an order event; an unknown one goes by its price."""
    kind = OrderKind.LIMIT if price else OrderKind.MARKET
    return named(text) or _BY_KIND[kind, _DAY]
