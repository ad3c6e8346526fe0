"""What goes wrong by itself at the emulated servers, and the desk at which a person makes it so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.order_entry import NOT_ON_MOCK
from broker.kiwoom.emulator.packets import SendOrder
from config.schema import Settings
from config.text import Text
from core.domain.messages import Interruption
from core.domain.order import OrderIntent, OrderKind, Reason, Side
from core.domain.price import Price
from core.simulation.account import Lot
from core.simulation.incidents import Incident
from core.simulation.listings import listings

if TYPE_CHECKING:
    from broker.kiwoom.emulator.server import KiwoomServer

# Nobody has recorded the codes of these two.
REJECTED = "[RC4999] 모의투자 주문이 거부되었습니다"
PASSWORD_MISSING = "[RC4900] 모의투자 계좌비밀번호를 입력하십시오"
_NEW, _MOCK_KINDS = (1, 2), ("00", "03")
_HAND_SHARES = 5
_WAITING_TICKS = 20  # below the last price
_FOREIGN_VALUE_KRW = 500_000  # about what each position from elsewhere cost


class Faults:
    """Chance at the servers: seeded, in market time, and nothing at all while it is off."""

    def __init__(self, server: KiwoomServer, options: EmulatorOptions) -> None:
        self._server = server
        self._plan = 0  # counts uses; what an older one had planned does not happen
        self.use(options)

    def use(self, options: EmulatorOptions) -> None:
        """Behave by these options from now on."""
        self.options = options
        self._random = Random(options.fault_seed)
        self._plan += 1
        self._server.line.use(options, self._random)
        self._every(options.disconnects_per_hour, self._server.disconnect)
        self._every(options.silences_per_hour, self.silence)
        self._every(options.hand_orders_per_hour, self._order_by_hand)
        moment = options.outage_begins(self._server.now)
        if moment is not None:
            self._at(moment, self._server.disconnect)

    def register_password(self) -> None:
        """Have the account password known again, whatever the options said."""
        self.options = self.options.model_copy(update={"is_password_missing": False})

    @property
    def outage(self) -> timedelta:
        return timedelta(seconds=self.options.outage_s)

    def refuses(self, request: SendOrder) -> str:
        """Return the message with which an order is refused, "" if it isn't."""
        if self.options.is_password_missing:
            return PASSWORD_MISSING
        is_new = request.order_type in _NEW
        if self.options.has_mock_kinds_only and is_new and request.kind not in _MOCK_KINDS:
            return NOT_ON_MOCK
        return REJECTED if self._happens(self.options.reject_pct) else ""

    def ignores_query(self) -> bool:
        return self._happens(self.options.tr_timeout_pct)

    def silence(self) -> None:
        self._server.line.be_silent(timedelta(seconds=self.options.silence_s))

    def hand_order(self, symbol: str, side: Side, quantity: int = _HAND_SHARES) -> None:
        """Order at the market in the HTS."""
        self._place_by_hand(symbol, side, quantity, OrderKind.MARKET, None)

    def hand_bid(self, symbol: str) -> None:
        """Bid in the HTS, so far below the market that it waits."""
        tape = self._server.quotes.tape(symbol)
        bid = tape.instrument.grid.moved(tape.price, -_WAITING_TICKS)
        limits = tape.instrument.price_limits()
        price = bid if limits is None else max(bid, limits[0])
        self._place_by_hand(symbol, Side.BUY, _HAND_SHARES, OrderKind.LIMIT, price)

    def _place_by_hand(
        self, symbol: str, side: Side, quantity: int, kind: OrderKind, limit: Price | None
    ) -> None:
        intent = OrderIntent(
            symbol=symbol,
            side=side,
            quantity=quantity,
            reason=Reason.FOREIGN,
            time=self._server.now,
            reference_price=self._server.quotes.tape(symbol).price,
            kind=kind,
            limit_price=limit,
        )
        self._server.orders.place_by_hand(intent, self._server.now)

    def _order_by_hand(self) -> None:
        """Buy a few shares of a followed security, or sell what a hand order had bought."""
        known = sorted(tape.instrument.symbol for tape in self._server.quotes)
        if not known:
            return
        symbol = self._random.choice(known)
        held = self._server.orders.held_by_hand(symbol)
        if held:
            self.hand_order(symbol, Side.SELL, held)
        else:
            self.hand_order(symbol, Side.BUY, self._random.randint(1, _HAND_SHARES))

    def _happens(self, share_pct: float) -> bool:
        return share_pct > 0 and 100 * self._random.random() < share_pct

    def _every(self, per_hour: float, action: Callable[[], None]) -> None:
        """Do `action` at random moments until the market's day is over."""
        if per_hour <= 0:
            return
        wait = timedelta(hours=self._random.expovariate(per_hour))

        def happen() -> None:
            action()
            self._every(per_hour, action)

        self._at(self._server.now + wait, happen)

    def _at(self, moment: datetime, action: Callable[[], None]) -> None:
        plan = self._plan
        if moment < self._server.end:
            self._server.agenda.at(moment, lambda: action() if plan == self._plan else None)


def foreign_lots(options: EmulatorOptions) -> tuple[Lot, ...]:
    """Return the shares a new account has from the start, for whoever opens its venue."""
    count, random = options.foreign_positions, Random(options.fault_seed)
    stocks = sorted(code for code, listing in listings().items() if not listing.is_etf)
    lots = []
    for code in sorted(random.sample(stocks, count)):
        price = listings()[code].previous_close
        quantity = max(_FOREIGN_VALUE_KRW // price, 1)
        lots.append(Lot(code, quantity, quantity * price))
    return tuple(lots)


class FaultDesk:
    """The hidden panel's way to the faults; its methods may be called from any thread."""

    section = EmulatorOptions.section

    def __init__(
        self,
        server: KiwoomServer,
        call: Callable[[Callable[[], None]], None],
        keep_password: Callable[[bool], object] = bool,
    ) -> None:
        """Make it for these servers.

        Args:
            call: Has an action done on the servers' thread, and returns at once.
            keep_password: Has the control know the account password, or forget it; any thread.
        """
        self._server, self._call, self._keep_password = server, call, keep_password
        self._acts: dict[str, tuple[Text, Callable[[str], None]]] = {
            "disconnect": (Text("접속 끊기", "Cut the line"), lambda _: server.disconnect()),
            "silence": (Text("시세 멈춤", "Silence"), lambda _: server.faults.silence()),
            "hand_buy": (Text("수동 매수", "Buy by hand"), self._buy),
            "hand_bid": (Text("수동 지정가 매수", "Bid by hand"), self._bid),
            "reject_next": (Text("다음 주문 거부", "Refuse next order"), self._reject_next),
            "vi": (Text("VI 발동", "Trigger VI"), self._interrupt(Interruption.STATIC_VI)),
            "halt": (Text("거래정지", "Halt"), self._interrupt(Interruption.HALT)),
            "circuit_breaker": (
                Text("서킷브레이커", "Circuit breaker"),
                self._interrupt(Interruption.CIRCUIT_BREAKER),
            ),
        }

    @property
    def actions(self) -> Sequence[tuple[str, Text]]:
        return [(code, title) for code, (title, _) in self._acts.items()]

    def use(self, settings: Settings) -> None:
        options = settings[EmulatorOptions]
        self._call(lambda: self._server.faults.use(options))
        self._keep_password(not options.is_password_missing)

    def register_password(self) -> None:
        """The account window was used: have the servers take the password again too."""
        self._call(self._server.faults.register_password)

    def act(self, code: str, symbol: str) -> None:
        _, action = self._acts[code]
        self._call(lambda: action(symbol))

    def _buy(self, symbol: str) -> None:
        self._server.faults.hand_order(symbol, Side.BUY)

    def _bid(self, symbol: str) -> None:
        self._server.faults.hand_bid(symbol)

    def _interrupt(self, kind: Interruption) -> Callable[[str], None]:
        """Return what stops the trade of a security, or of the whole market, at once."""

        def act(symbol: str) -> None:
            whole = kind is Interruption.CIRCUIT_BREAKER
            self._server.interrupt(Incident(kind, self._server.now, "" if whole else symbol))

        return act

    def _reject_next(self, _: str) -> None:
        self._server.orders.reject_next = REJECTED
