"""Flatten against an exchange that does as it likes, and a trader who orders meanwhile."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.messages import (
    Flatten,
    FlattenProgressed,
    ForeignOrderSeen,
    Interrupted,
    Interruption,
    Resumed,
    StateChanged,
)
from core.domain.order import (
    CancelRejected,
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.risk import TradingState
from core.ports import Clock
from core.sessions.calendar import TradingCalendar
from tests.builders import OPEN
from tests.core.engine.conftest import Desk
from tests.fakes import FakeBroker

SYMBOLS = ["005930", "000660", "035420"]

holdings = st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 40), min_size=1)
resting = st.lists(
    st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(Side), st.integers(1, 20)), max_size=4
)
actions = st.lists(
    st.tuples(
        st.sampled_from(
            ["fill", "reject", "confirm", "refuse_cancel", "by_hand", "halt", "resume"]
        ),
        st.integers(0, 99),
    ),
    max_size=30,
)


def opened(calendar: TradingCalendar, held: dict[str, int], orders: list) -> Desk:
    """Return a desk that finds holdings and resting orders at the broker when it starts."""
    desk = Desk(calendar, SYMBOLS, {}, broker=Exchange)
    desk.broker.held.update(held)
    for number, (symbol, side, quantity) in enumerate(orders):
        shares = min(quantity, desk.broker.free(symbol)) if side is Side.SELL else quantity
        if not shares:
            continue
        intent = OrderIntent(
            symbol, side, shares, Reason.FOREIGN, OPEN, 70_000, OrderKind.LIMIT, 70_000
        )
        order = Order(OrderId(f"hts-{number}"), intent, OrderStatus.ACCEPTED)
        desk.broker.working[order.id] = order
    desk.open()
    for symbol in SYMBOLS:
        desk.tick(70_000, 1, symbol=symbol)
    return desk


def act(desk: Desk, action: str, number: int) -> None:
    """Let the exchange do something to one of the orders it works on."""
    broker = desk.broker
    if action in ("halt", "resume"):
        stop(desk, SYMBOLS[number % len(SYMBOLS)], is_halt=action == "halt")
        return
    if action == "by_hand":
        order_by_hand(desk, number)
        return
    if not broker.working:
        return
    order = list(broker.working.values())[number % len(broker.working)]
    is_cancel_asked = order.id in broker.cancels
    if action == "fill":
        broker.fill(order, 1 + number % order.remaining, 70_000)
    elif action == "reject" and order.status is OrderStatus.CREATED:
        broker.reject(order, "no")
    elif action == "confirm" and is_cancel_asked:
        broker.confirm_cancel(order.id)
    elif action == "refuse_cancel" and is_cancel_asked:
        broker.cancels.remove(order.id)
        broker.inbox.append(CancelRejected(order.id, desk.clock.now(), "too late"))
    desk.drain()


def stop(desk: Desk, symbol: str, *, is_halt: bool) -> None:
    """Halt trading in a symbol, where an order is an error of ours, or let it go on."""
    now = desk.clock.now()
    if is_halt:
        desk.broker.halted.add(symbol)
        desk.tell(Interrupted(symbol, now, Interruption.HALT))
    else:
        desk.broker.halted.discard(symbol)
        desk.tell(Resumed(symbol, now))


def order_by_hand(desk: Desk, number: int) -> None:
    """Let the trader order something in the HTS while the flatten runs."""
    broker, symbol = desk.broker, SYMBOLS[number % len(SYMBOLS)]
    side = Side.SELL if number % 2 else Side.BUY
    shares = min(1 + number % 7, broker.free(symbol)) if side is Side.SELL else 1 + number % 7
    order_id = OrderId(f"K{len(desk.events)}-{number}")
    is_late = desk.said(FlattenProgressed)[-1].is_done
    if is_late or not shares or symbol in broker.halted:
        return
    intent = OrderIntent(
        symbol, side, shares, Reason.FOREIGN, OPEN, 70_000, OrderKind.LIMIT, 70_000
    )
    order = Order(order_id, intent, OrderStatus.ACCEPTED)
    broker.working[order.id] = order
    broker.inbox.append(ForeignOrderSeen(order))
    desk.drain()


class Exchange(FakeBroker):
    """Takes no order in a symbol that is halted."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.halted: set[str] = set()

    def submit(self, order: Order) -> None:
        assert order.intent.symbol not in self.halted, "an order in a halted symbol"
        super().submit(order)


def check_never_wrong(desk: Desk) -> None:
    """No share sold that is not held, no exit of ours cancelled."""
    for symbol in SYMBOLS:
        selling = sum(
            order.remaining
            for order in desk.broker.working.values()
            if order.intent.symbol == symbol and order.intent.side is Side.SELL
        )
        assert selling <= desk.broker.held.get(symbol, 0)
    exits = {order.id for order in desk.broker.submitted if order.intent.side is Side.SELL}
    assert not exits & set(desk.broker.cancels)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(held=holdings, orders=resting, steps=actions)
def test_it_always_ends_flat_or_says_what_is_left(
    calendar: TradingCalendar, held: dict[str, int], orders: list, steps: list[tuple[str, int]]
) -> None:
    desk = opened(calendar, held, orders)
    desk.tell(Flatten("test"))
    check_never_wrong(desk)
    for action, number in steps:
        act(desk, action, number)
        desk.pass_to(desk.clock.now() + timedelta(seconds=1))
        check_never_wrong(desk)
        _is_honest(desk)
    # From here on the exchange does what it is asked to.
    for symbol in SYMBOLS:
        stop(desk, symbol, is_halt=False)
    for _ in range(200):
        if desk.said(FlattenProgressed)[-1].is_done:
            break
        for order in list(desk.broker.working.values()):
            act(desk, "confirm" if order.id in desk.broker.cancels else "fill", 0)
        desk.pass_to(desk.clock.now() + timedelta(seconds=1))
        check_never_wrong(desk)
    assert desk.said(FlattenProgressed)[-1].is_done
    assert not any(desk.broker.held.values())
    assert not desk.broker.working
    assert desk.said(StateChanged)[-1].state is TradingState.HALTED


def _is_honest(desk: Desk) -> None:
    """What the trader is shown as left is what the broker holds."""
    progress = desk.said(FlattenProgressed)[-1]
    shown = {row.symbol: row.held for row in progress.rows if row.held}
    assert shown == {s: q for s, q in desk.broker.held.items() if q}
