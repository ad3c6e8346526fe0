"""SendOrder and what the control itself refuses before the servers see it."""

from __future__ import annotations

from collections.abc import Callable

from broker.kiwoom.emulator import packets
from broker.kiwoom.emulator.limits import Limits
from broker.kiwoom.emulator.packets import Deliver, Masters, Said, Send
from broker.kiwoom.emulator.screens import Screens
from broker.kiwoom.emulator.session import NOT_CONNECTED, Session
from core.ports import Clock

WRONG_ORDER = -300
NO_PASSWORD = -301
FOREIGN_ACCOUNT = -302
ABOVE_2_BILLION, ABOVE_5_BILLION = -303, -304
ABOVE_1_PERCENT, ABOVE_3_PERCENT = -305, -306
NO_ACCOUNT = -340
NO_CODE = -500

BILLION = 1_000_000_000

_NEW, _CANCELS, _AMENDS = (1, 2), (3, 4), (5, 6)
_KINDS = frozenset(
    (
        *("00", "03", "05", "06", "07", "10", "13", "16", "20", "23", "26"),
        *("28", "29", "30", "31", "61", "62", "81"),
    )
)
NOT_ON_MOCK = "[RC9000] 모의투자에서는 해당업무가 제공되지 않습니다"


class OrderEntry:
    """Checks an order as the control does; 0 only says that it was sent."""

    def __init__(
        self,
        masters: Masters,
        send: Send,
        deliver: Deliver,
        session: Session,
        screens: Screens,
        limits: Limits,
        clock: Clock,
    ) -> None:
        self._masters, self._send, self._deliver = masters, send, deliver
        self._session, self._screens = session, screens
        self._limits, self._clock = limits, clock

    def SendOrder(
        self,
        name: str,
        screen: str,
        account: str,
        order_type: int,
        code: str,
        quantity: int,
        price: int,
        kind: str,
        original: str,
    ) -> int:
        order = packets.SendOrder(
            name, screen, account, order_type, code, quantity, price, kind, original.strip()
        )
        refusal = self._refusal(order) or self._limits.order(self._clock.now())
        if not refusal:
            self._send(order)
        return refusal

    def SendOrderCredit(
        self,
        name: str,
        screen: str,
        account: str,
        order_type: int,
        code: str,
        quantity: int,
        price: int,
        kind: str,
        credit: str,
        loan_date: str,
        original: str,
    ) -> int:
        """Refuse: orders on credit are not offered in simulated investment, and not emulated."""
        if not self._session.is_connected:
            return NOT_CONNECTED
        self._deliver(Said(screen, name, "", NOT_ON_MOCK))
        return 0

    def _refusal(self, order: packets.SendOrder) -> int:
        return next((code for code, is_wrong in self._checks() if is_wrong(order)), 0)

    def _checks(self) -> tuple[tuple[int, Callable[[packets.SendOrder], bool]], ...]:
        return (
            (NOT_CONNECTED, lambda _: not self._session.is_connected),
            (NO_ACCOUNT, lambda order: not order.account),
            (FOREIGN_ACCOUNT, lambda order: order.account not in self._session.accounts),
            (NO_PASSWORD, lambda _: not self._session.has_password),
            (NO_CODE, lambda order: not order.code),
            (WRONG_ORDER, _is_malformed),
            (WRONG_ORDER, lambda order: not self._screens.open(order.screen)),
            (ABOVE_5_BILLION, lambda order: self._value_krw(order) > 5 * BILLION),
            (ABOVE_2_BILLION, lambda order: self._value_krw(order) > 2 * BILLION),
            (ABOVE_3_PERCENT, lambda order: self._is_above(3, order)),
            (ABOVE_1_PERCENT, lambda order: self._is_above(1, order)),
        )

    def _value_krw(self, order: packets.SendOrder) -> int:
        """Return what the order is worth at most, a market order at the base price; a cancel 0."""
        master = self._masters.get(order.code)
        price = order.price or (master.last_price if master else 0)
        return 0 if order.order_type in _CANCELS else order.quantity * price

    def _is_above(self, percent: int, order: packets.SendOrder) -> bool:
        master = self._masters.get(order.code)
        if master is None or order.order_type in _CANCELS:
            return False
        return order.quantity * 100 > master.listed_shares * percent


def _is_malformed(order: packets.SendOrder) -> bool:
    if order.kind not in _KINDS or min(order.quantity, order.price) < 0:
        return True
    if order.order_type in _NEW:
        return order.quantity == 0
    return order.order_type not in (*_CANCELS, *_AMENDS) or not order.original
