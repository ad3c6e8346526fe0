"""Which orders may go to Kiwoom now: none while offline, and buys only to an account we know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from broker.kiwoom.login import Identity
from broker.kiwoom.orders import Orders
from broker.kiwoom.parse import Read
from config.text import Text
from core.domain.messages import MarketNotice
from core.domain.order import (
    AmendRejected,
    CancelRejected,
    Order,
    OrderKind,
    OrderRejected,
    Refusal,
    Side,
)
from core.domain.price import Price
from core.ports import Clock, Post

_REAL = "real"
_AFTER_HOURS = frozenset({OrderKind.AFTER_HOURS_CLOSE, OrderKind.AFTER_HOURS_SINGLE})
_UNCONFIRMED = Text(
    "실계좌 매수는 계좌번호 뒷자리 네 자리를 입력해 확인한 뒤에 나갑니다.",
    "on a real account buys wait until its last four digits were typed.",
)
_UNREAD = Text(
    "접속 후 계좌를 아직 확인하지 못해 매수와 정정을 내지 않습니다.",
    "the account was not read since the login: buys and amendments wait for it.",
)
_OFFLINE = Text("키움에 접속되어 있지 않습니다.", "not connected to Kiwoom.")
_FEED_ONLY = Text("시세만 받는 접속입니다.", "this connection is for market data only.")


class OrderDesk:
    """Refuses what can't go, and hands the rest to `Orders`, which it keeps over reconnects."""

    def __init__(
        self,
        clock: Clock,
        post: Post,
        make_orders: Callable[[Identity], Orders] | None,
        sent: Callable[[], None],
    ) -> None:
        """`make_orders` None: no orders are taken at all. `sent` is told when one has left."""
        self._clock, self._post, self._make_orders, self._sent = clock, post, make_orders, sent
        self._is_online = self._is_open = self._is_confirmed = False
        self.identity: Identity | None = None
        self.orders: Orders | None = None

    @property
    def needs_confirmation(self) -> bool:
        """Whether buys wait for the trader to type the account's last digits."""
        is_real = self.identity is None or self.identity.server == _REAL
        return is_real and not self._is_confirmed and self._make_orders is not None

    def enter(self, identity: Identity) -> None:
        """Logged in: what gets one out is sent from now on, buys from `open` on."""
        if self.identity is not None and self.identity.account != identity.account:
            self.orders, self._is_confirmed = None, False
        self.identity = identity
        if self.orders is None and self._make_orders is not None:
            self.orders = self._make_orders(identity)
        self._is_online = True

    def open(self) -> None:
        """The account was read since the login."""
        self._is_open = True

    def hold(self) -> None:
        """The line is lost."""
        self._is_online = self._is_open = False
        if self.orders is not None:
            self.orders.on_disconnect()

    def fits(self, last_four: str) -> bool:
        """Return whether these are the account's last digits; from any thread."""
        identity = self.identity
        return identity is not None and len(last_four) == 4 and identity.account.endswith(last_four)

    def confirm(self) -> None:
        self._is_confirmed = True

    # -- what the engine asks -----------------------------------------------------------------

    def submit(self, order: Order) -> None:
        refusal = self._buy_refusal() if order.intent.side is Side.BUY else self._refusal()
        if self.orders is None or refusal:
            self._post(OrderRejected(order.id, self._clock.now(), refusal, self._code))
        else:
            self.orders.submit(order)
            self._sent()

    def cancel(self, order: Order) -> None:
        if self.orders is None or self._refusal():
            self._post(CancelRejected(order.id, self._clock.now(), self._refusal(), self._code))
        else:
            self.orders.cancel(order)
            self._sent()

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        refusal = self._refusal() or self._unread()
        if self.orders is None or refusal:
            self._post(AmendRejected(order.id, self._clock.now(), refusal, self._code))
        else:
            self.orders.amend(order, limit_price, quantity)
            self._sent()

    def _refusal(self) -> str:
        """Return why nothing at all is sent, "" if it is."""
        if self._make_orders is None:
            return _FEED_ONLY.ko
        return "" if self._is_online else _OFFLINE.ko

    @property
    def _code(self) -> Refusal:
        """What a refusal of ours means: the line, until the account is read; then the account."""
        return Refusal.ACCOUNT if self._is_open else Refusal.LINE

    def _unread(self) -> str:
        return "" if self._is_open else _UNREAD.ko

    def _buy_refusal(self) -> str:
        unconfirmed = _UNCONFIRMED.ko if self.needs_confirmation else ""
        return self._refusal() or self._unread() or unconfirmed

    # -- what the control says, and the clock -------------------------------------------------

    def on_order_number(self, screen: str, name: str, number: str) -> None:
        """Take OnReceiveTrData of an order: its number, empty where it was refused."""
        if self.orders is not None:
            self.orders.on_order_number(screen, name, number)
            self._sent()

    def on_message(self, screen: str, name: str, text: str) -> None:
        if self.orders is not None:
            self.orders.on_message(screen, name, text)

    def on_chejan(self, gubun: str, read: Read) -> None:
        if self.orders is not None:
            self.orders.on_chejan(gubun, read)

    def on_notice(self, notice: MarketNotice) -> None:
        """Kiwoom tells of no order's end with its session: so the exchange's notices have to.

        Orders of the time after the close may come before the notice of the close.
        """
        if self.orders is None:
            return
        is_over = notice is MarketNotice.DAY_ENDED
        if notice is MarketNotice.CLOSED:
            is_over = all(order.intent.kind not in _AFTER_HOURS for order in self.orders.working)
        if is_over:
            self.orders.expire(self._clock.now())

    def next_time(self) -> datetime | None:
        if self.orders is None:
            return None
        moment: datetime | None = self.orders.next_time()
        return moment

    def on_time(self, now: datetime) -> None:
        if self.orders is not None:
            self.orders.on_time(now)
