"""To whom buys go: only to the account that the trader has confirmed."""

from broker.kiwoom.login import Identity
from broker.kiwoom.order_desk import OrderDesk
from core.clock import SimClock
from core.domain.order import OrderRejected
from tests.broker.kiwoom.order_rig import NOON
from tests.core.simulation.sim_builders import an_order


class Books:
    """Stands in for the orders of an account, and remembers what was sent."""

    working = ()

    def __init__(self, identity):
        self.account, self.sent = identity.account, []

    def submit(self, order):
        self.sent.append(order)

    def on_disconnect(self):
        """Nothing is under way."""


def test_a_confirmation_is_for_one_account_only():
    posted = []
    desk = OrderDesk(SimClock(NOON), posted.append, Books, lambda: None)
    desk.enter(Identity("real", "8012345611"))
    desk.open()
    desk.confirm()
    desk.submit(an_order())
    desk.hold()
    desk.enter(Identity("real", "8099990011"))
    desk.open()
    assert desk.needs_confirmation
    desk.submit(an_order())
    assert desk.orders.sent == []
    assert [type(message) for message in posted] == [OrderRejected]
