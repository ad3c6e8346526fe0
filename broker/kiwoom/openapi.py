"""The MarketFeed, Broker and SymbolSource ports over a Kiwoom OpenAPI+ control."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from broker.kiwoom.accounts import Accounts
from broker.kiwoom.audit import Audit
from broker.kiwoom.budget import Budget
from broker.kiwoom.conditions import Conditions
from broker.kiwoom.control import Control
from broker.kiwoom.history import History
from broker.kiwoom.listening import Guard, Listening
from broker.kiwoom.login import Identity, Login
from broker.kiwoom.masters import Masters
from broker.kiwoom.notes import Notes
from broker.kiwoom.options import ANSWER_S, KiwoomOptions
from broker.kiwoom.order_desk import OrderDesk
from broker.kiwoom.orders import ANSWER_TIMEOUT, Orders
from broker.kiwoom.rate_limit import ORDER_WINDOWS, RollingWindows
from broker.kiwoom.realtime import RealTime
from broker.kiwoom.supervision import Supervision
from broker.kiwoom.tr_queue import TrQueue
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.messages import (
    BrokerIdentified,
    Condition,
    ConnectionChanged,
    HistoryLoaded,
    MarketNoticed,
    Message,
)
from core.domain.order import Order
from core.domain.price import Price
from core.ports import Clock, Post

logger = logging.getLogger(__name__)

_CONFIRMED = Text("실계좌 확인: 매수 주문을 냅니다.", "real account confirmed: buys are sent.")


class KiwoomOpenApi:
    """All three ports. Owned by the control's thread; the ports' methods may be called from any.

    Driven from outside: at `next_time()` on the market's clock somebody calls `on_time`.

    `ConnectionChanged(True)` comes once the account was read and everything is registered: from
    then on buys are sent; sells and cancels from the login on.
    """

    def __init__(
        self,
        control: Control,
        post: Post,
        clock: Clock,
        call: Callable[[Callable[[], None]], None],
        options: KiwoomOptions,
        server_name: str = "",
        is_feed_only: bool = False,
        speed: float = 1.0,
    ) -> None:
        """Connects to the control's events; nothing is sent before `connect`.

        Args:
            call: Runs an action on the control's thread, later or at once.
            server_name: What to call the server in place of what the control says ("emulated").
            is_feed_only: No account is read and no order taken, as in paper mode.
            speed: Market seconds in a real second, of an emulated market.
        """
        options = options.at_speed(speed)
        self._control, self._clock, self._call = control, clock, call
        self._target = post
        self._listeners: tuple[Post, ...] = ()
        self._is_feed_only = is_feed_only
        self._order_timeout = max(ANSWER_TIMEOUT, timedelta(seconds=ANSWER_S * speed))
        self._is_told = False  # that we are connected
        self._alarms = Alarms()
        self._notes = Notes(self._post, clock)
        self._guard = Guard(self._notes)
        self._make_requests(options, server_name)
        self._make_data(options)
        self._make_orders()
        Listening(
            control,
            self._login,
            self._queue,
            self._desk,
            self._realtime,
            self._conditions,
            self._accounts.note_change,
        ).begin(self._guard)

    def _make_requests(self, options: KiwoomOptions, server_name: str) -> None:
        """Make what gets us in, and what asks."""
        control, clock, alarms, notes = self._control, self._clock, self._alarms, self._notes
        self._login = Login(
            control, clock, alarms, notes, options, server_name, self._on_entered, self._on_lost
        )
        self._queue = TrQueue(
            control,
            clock,
            alarms,
            notes,
            options.kiwoom_pacing,
            options.kiwoom_request_timeout_s,
            self._on_sent,
        )
        self._masters = Masters(control)
        self._history = History(self._queue, self._masters, clock, self._post, notes, alarms)
        windows = self._queue.windows
        self._conditions = Conditions(control, clock, alarms, windows, self._post, notes)

    def _make_data(self, options: KiwoomOptions) -> None:
        """Make what hears the market."""
        self._supervision = Supervision(
            self._clock,
            self._alarms,
            self._notes,
            options,
            self._login.watch_line,
            self._on_silence,
            self._on_revived,
            self._login.reconnect,
        )
        self._realtime = RealTime(
            self._control,
            self._clock,
            self._post_data,
            self._notes,
            self._supervision.heard,
            self._on_noticed,
            options.kiwoom_books,
        )

    def _make_orders(self) -> None:
        """Make what has to do with the account."""
        alarms, clock, post = self._alarms, self._clock, self._post
        self._order_windows = RollingWindows(ORDER_WINDOWS)
        self._budget = Budget(self._queue, self._order_windows, alarms, clock, post)
        makes = None if self._is_feed_only else self._orders_of
        self._desk = OrderDesk(clock, post, makes, self._on_sent)
        self._accounts = Accounts(self._queue, alarms, clock, post, self._notes, self._on_reported)
        self._audit = Audit(alarms, self._reconcile)

    def _orders_of(self, identity: Identity) -> Orders:
        return Orders(
            self._control,
            identity.account,
            self._post,
            self._clock,
            self._order_windows,
            self._reconcile,
            is_mock=identity.server == "mock",
            answer_timeout=self._order_timeout,
        )

    # -- the ports, from any thread -----------------------------------------------------------

    def connect(self) -> None:
        self._do(self._login.connect)

    def submit(self, order: Order) -> None:
        self._do(lambda: self._desk.submit(order))

    def cancel(self, order: Order) -> None:
        self._do(lambda: self._desk.cancel(order))

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        self._do(lambda: self._desk.amend(order, limit_price, quantity))

    def request_account(self, request_id: str) -> None:
        self._do(lambda: self._accounts.request(request_id))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self._do(lambda: self._history.request(symbols, days))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self._do(lambda: self._realtime.subscribe(symbols))

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self._do(lambda: self._realtime.unsubscribe(symbols))

    def request_conditions(self) -> None:
        self._do(self._conditions.request_list)

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        self._do(lambda: self._conditions.run(condition, is_real_time))

    def stop_condition(self, condition: Condition) -> None:
        self._do(lambda: self._conditions.stop(condition))

    def close(self) -> None:
        """Stop all data and forget all that waits; nothing is posted afterwards.

        Kiwoom has no logout: the line ends with the process.
        """
        closing = self._guard(self._close)
        self._target = _nobody
        self._listeners = ()
        self._call(closing)

    # -- besides ------------------------------------------------------------------------------

    def confirm_account(self, last_four: str) -> bool:
        """Allow buys on the real server until the program ends; return whether the digits fit."""
        if not self._desk.fits(last_four):
            return False
        self._do(self._confirm)
        return True

    def show_account_window(self) -> None:
        """Open Kiwoom's own window for account passwords; no password ever comes our way.

        On the control's thread only: there the real one does not return before the window is
        closed, and what came by `call` would keep every order waiting for that. Events go on.
        """
        signature = "KOA_Functions(QString, QString)"
        self._guard(self._control.dynamicCall)(signature, "ShowAccountWindow", "")

    def add_listener(self, post: Post) -> None:
        """Also send everything but market data to `post`, e.g. for a flatten without the engine."""
        self._listeners = (*self._listeners, post)

    def remove_listener(self, post: Post) -> None:
        self._listeners = tuple(other for other in self._listeners if other != post)

    def next_time(self) -> datetime | None:
        """Return when `on_time` is to be called, on the market's clock; owner thread."""
        alarm, order = self._alarms.next_time(), self._desk.next_time()
        if alarm is None or order is None:
            return alarm or order
        return min(alarm, order)

    def on_time(self, now: datetime) -> None:
        """Do what is due at `now`; owner thread."""
        self._guard(self._alarms.on_time)(now)
        self._guard(self._desk.on_time)(now)

    # -- the line -----------------------------------------------------------------------------

    def _on_entered(self, identity: Identity) -> None:
        self._desk.enter(identity)
        self._identify()
        self._masters.load()
        self._queue.open()
        self._realtime.open()
        self._supervision.open(self._realtime)
        if self._desk.orders is None:
            self._on_reported()
        else:
            self._accounts.open(identity.account, self._desk.orders)
            self._audit.open(self._desk.orders, self._clock.now())
        self._history.open()
        self._conditions.open()

    def _on_reported(self) -> None:
        """The account is known and everything is registered."""
        self._desk.open()
        if not self._is_told and not self._supervision.is_silent:
            self._is_told = True
            self._post(ConnectionChanged(True))

    def _on_lost(self, why: Text) -> bool:
        """Return whether it comes as news: the engine tells it of a connection it knew of."""
        was_told, self._is_told = self._is_told, False
        for part in (
            self._supervision,
            self._queue,
            self._realtime,
            self._accounts,
            self._audit,
        ):
            part.hold()
        self._history.hold()
        self._conditions.hold()
        self._desk.hold()
        self._post(ConnectionChanged(False, why))
        return was_told

    def _on_silence(self, why: Text) -> None:
        """The feed is dead although the line seems to live: no entries until data come again.

        Orders are taken all the same: exits matter most when something is wrong.
        """
        if not self._is_told:
            self._notes.error(why)  # else the engine says so, of the connection that it loses
        self._is_told = False
        self._post(ConnectionChanged(False, why))

    def _on_revived(self) -> None:
        """Data come again: go on after a look at the account."""
        if self._is_feed_only:
            self._on_reported()
        else:
            self._accounts.request("")

    def _reconcile(self, why: str) -> None:
        logger.info("asking for the account: %s", why)
        self._accounts.request("")

    def _on_noticed(self, noticed: MarketNoticed) -> None:
        self._supervision.noticed(noticed.time)
        self._desk.on_notice(noticed.notice)
        self._audit.noticed(noticed.notice, self._clock.now())

    def _on_sent(self) -> None:
        self._budget.touch()

    # -- inside -------------------------------------------------------------------------------

    def _identify(self) -> None:
        identity, needs = self._desk.identity, self._desk.needs_confirmation
        if identity is not None:
            self._post(BrokerIdentified(identity.server, identity.masked, needs))

    def _confirm(self) -> None:
        self._desk.confirm()
        self._notes.info(_CONFIRMED)
        self._identify()

    def _do(self, action: Callable[[], object]) -> None:
        self._call(self._guard(action))

    def _close(self) -> None:
        self._realtime.close()
        self._conditions.close()
        self._queue.close()
        self._login.close()
        self._alarms.clear()
        self._guard.is_closed = True

    def _post_data(self, message: Message) -> None:
        """Market data go straight to the engine: they are many, and no listener wants them."""
        self._target(message)

    def _post(self, message: Message) -> None:
        self._target(message)
        if not isinstance(message, HistoryLoaded):
            for post in self._listeners:
                post(message)


def _nobody(_: Message) -> None:
    """Take what comes after the end."""
