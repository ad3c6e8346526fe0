"""Whatever a broker does: no intent has two orders, and every exit that was begun ends flat."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.sessions.calendar import TradingCalendar
from tests.core.engine.conftest import SAMSUNG
from tests.core.engine.orders_world import World

ACTIONS = st.tuples(
    st.sampled_from(
        ["buy", "buy", "sell", "fill", "fill", "cancel", "amend", "late", "quote", "wait", "mood"]
    ),
    st.integers(0, 999),
)
STYLES = st.sampled_from(["market", "best", "limit_first"])


@given(
    entry=STYLES,
    leave=STYLES,
    rest=st.sampled_from(["market", "cancel"]),
    actions=st.lists(ACTIONS, min_size=5, max_size=60),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_intent_has_two_orders_and_every_exit_ends_flat(
    calendar: TradingCalendar,
    entry: str,
    leave: str,
    rest: str,
    actions: list[tuple[str, int]],
) -> None:
    values: dict[str, Any] = {
        "orders.entry": entry,
        "orders.exit": leave,
        "orders.entry_rest": rest,
        "risk.max_refusals": 0,
    }
    world = World(calendar, values)
    for action, number in actions:
        world.do(action, number)
    world.settle()
    assert world.unresolved() == []
    book = world.desk.engine.account.portfolio
    assert book.held(SAMSUNG) == world.broker.held.get(SAMSUNG, 0), "our books are the broker's"
    if world.is_leaving:
        assert world.broker.held[SAMSUNG] == 0
