"""The window's own flatten, whatever is held and ordered: it ends flat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.messages import FlattenProgressed
from core.domain.order import OrderId, OrderKind, OrderStatus, Side
from gui.panic import DirectFlatten
from tests.builders import an_intent, an_order
from tests.gui.window_desk import Desk

# The other kinds never wait while the session is continuous.
_WAITING = [
    OrderKind.MARKET,
    OrderKind.LIMIT,
    OrderKind.CONDITIONAL,
    OrderKind.BEST,
    OrderKind.TOP,
]
_HELD = st.dictionaries(st.sampled_from(["005930", "000660", "035720"]), st.integers(1, 50))
_WORK = st.lists(
    st.tuples(
        st.sampled_from(["005930", "000660", "035720"]),
        st.sampled_from(list(Side)),
        st.integers(1, 20),
        st.sampled_from(_WAITING),
    ),
    max_size=4,
)


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(held=_HELD, work=_WORK, parts=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_it_always_ends_flat_and_never_sells_more_than_is_held(
    qapp: object, tmp_path: Path, held: dict, work: list, parts: list
) -> None:
    desk = Desk(tmp_path)
    broker = desk.broker
    broker.held = dict(held)
    for number, (symbol, side, quantity, kind) in enumerate(work):
        if side is Side.SELL:
            quantity = min(quantity, held.get(symbol, 0) - selling(broker, symbol))
        if quantity > 0:
            intent = an_intent(side, quantity, symbol=symbol, kind=kind)
            broker.submit(an_order(intent, OrderStatus.ACCEPTED, number))
    workspace = desk.workspace()
    direct = DirectFlatten(workspace, workspace)
    said: list[FlattenProgressed] = []
    direct.progressed.connect(said.append)
    direct.begin()
    for turn in range(400):
        direct.tick()
        desk.deliver()
        market(broker, parts[turn % len(parts)])
        assert all(quantity >= 0 for quantity in broker.held.values())
        assert all(selling(broker, s) <= q for s, q in broker.held.items())
        if said and said[-1].is_done:
            break
    assert said[-1].is_done
    assert not any(broker.held.values())
    assert not broker.working


def selling(broker: Any, symbol: str) -> int:
    orders = [o for o in broker.working.values() if o.intent.symbol == symbol]
    return sum(o.remaining for o in orders if o.intent.side is Side.SELL)


def market(broker: Any, shares: int) -> None:
    """Confirm cancels, and fill a little of every market order."""
    for order_id in broker.cancels:
        if order_id in broker.working:
            broker.confirm_cancel(OrderId(order_id))
    for order in list(broker.working.values()):
        if order.intent.kind is OrderKind.MARKET:
            broker.fill(order, min(shares, order.remaining))
