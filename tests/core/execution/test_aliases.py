"""Orders made before the adapter was started have its id outside, and ours inside."""

from __future__ import annotations

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import (
    BrokerOrderId,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderKind,
    OrderStatus,
    Side,
)
from core.execution.aliases import Aliases
from tests.builders import OPEN, a_fill, an_order

OURS, THEIRS = OrderId("t-0001"), OrderId("K-77")


def joined() -> Aliases:
    aliases = Aliases()
    aliases.join(OURS, THEIRS)
    return aliases


def test_what_goes_out_has_their_id_and_what_comes_in_ours():
    aliases = joined()
    assert aliases.for_broker(an_order()).id == THEIRS
    assert aliases.of_report(OrderCanceled(THEIRS, OPEN)).order_id == OURS
    report = aliases.of_report(OrderFilled(THEIRS, a_fill(order_id=THEIRS), OPEN))
    assert (report.order_id, report.fill.order_id) == (OURS, OURS)


def test_an_account_has_our_ids_in_both_of_its_lists():
    number = BrokerOrderId("77")
    listed = DayOrder(
        number, "005930", Side.BUY, OrderKind.MARKET, 10, 0, 0, 0, 0, OrderStatus.ACCEPTED, OPEN,
        order_id=THEIRS,
    )  # fmt: skip
    working = joined().for_broker(an_order())
    account = joined().of_account(AccountReported(OPEN, 0, 0, (), (working,), "", (listed,)))
    assert account.orders[0].id == OURS
    assert account.day_orders is not None and account.day_orders[0].order_id == OURS


def test_other_orders_keep_their_ids():
    aliases = joined()
    order = an_order(number=2)
    assert aliases.for_broker(order) is order
    report = OrderCanceled(order.id, OPEN)
    assert aliases.of_report(report) is report
    account = AccountReported(OPEN, 0, 0, (), (order,))
    assert aliases.of_account(account).orders == (order,)
    assert Aliases().of_account(account) is account
