"""Paper mode on the adapter of production and emulated Kiwoom servers: their account rests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from broker.kiwoom.options import KiwoomOptions
from broker.paper import LiveFeed, PaperBroker, PaperTerms
from core.clock import SimClock
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    BrokerIdentified,
    ConnectionChanged,
    HistoryLoaded,
    Message,
)
from core.domain.order import Order, OrderCanceled, OrderFilled, Side
from core.ports import Post
from core.sessions import open_calendar
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.broker.kiwoom.adapter_rig import Crank
from tests.core.simulation.sim_builders import CASH, COSTS, SEOUL, a_session, an_order

SYMBOL = "005930"
LATENCY = timedelta(milliseconds=30)

M = TypeVar("M")


class PaperTerminal:
    """A paper broker over Kiwoom's servers over a synthetic market, in one thread."""

    def __init__(self) -> None:
        self.session = a_session()
        market = SyntheticMarket(1, self.session, [SYMBOL], publishes_books=True)
        self.venue = Venue(market, COSTS, CASH)
        self.clock = SimClock(self.venue.start)
        self.posts: list[Message] = []
        self.broker = PaperBroker(
            self._make_feed,
            self.posts.append,
            self.clock,
            lambda action: action(),
            open_calendar("XKRX", SEOUL),
            PaperTerms(COSTS, 5_000_000, 1, LATENCY),
        )

    def _make_feed(self, post: Post) -> LiveFeed:
        options = KiwoomOptions(kiwoom_books=True)
        self.crank = Crank(self.venue, post, self.clock, options, is_feed_only=True)
        return self.crank.api

    def run_to(self, moment: datetime) -> None:
        while True:
            dues = [self.crank.next_time(), self.broker.next_time()]
            due = min((each for each in dues if each is not None), default=None)
            if due is None or due > moment:
                break
            self.clock.move_to(due)
            self.crank.step()
            self.broker.on_time(due)
        self.clock.move_to(moment)

    def run_for(self, **span: float) -> None:
        self.run_to(self.clock.now() + timedelta(**span))

    def got(self, kind: type[M]) -> list[M]:
        return [message for message in self.posts if isinstance(message, kind)]


@pytest.fixture
def terminal() -> PaperTerminal:
    terminal = PaperTerminal()
    terminal.broker.connect()
    terminal.run_for(seconds=5)
    terminal.broker.request_history([SYMBOL], 1)
    terminal.broker.subscribe([SYMBOL])
    terminal.run_to(terminal.session.open + timedelta(minutes=2))
    return terminal


def trade(terminal: PaperTerminal) -> Order:
    """Buy, sell a part, and let a limit order wait; return the last one."""
    terminal.broker.submit(an_order(Side.BUY, 20))
    terminal.run_for(seconds=30)
    terminal.broker.submit(an_order(Side.SELL, 5))
    waiting = an_order(Side.BUY, 3, limit=60_000)
    terminal.broker.submit(waiting)
    terminal.run_for(seconds=30)
    return waiting


def test_the_line_the_masters_and_the_market_come_from_kiwoom(terminal: PaperTerminal) -> None:
    assert terminal.got(ConnectionChanged) == [ConnectionChanged(True)]
    assert terminal.got(BrokerIdentified) == [BrokerIdentified("paper", "PAPER")]
    assert terminal.got(HistoryLoaded)[0].instrument.name == "삼성전자"
    assert terminal.got(Tick)
    assert terminal.got(OrderBook)


def test_orders_fill_from_kiwooms_trades_and_the_account_adds_up(terminal: PaperTerminal) -> None:
    waiting = trade(terminal)

    terminal.broker.request_account("end")
    terminal.run_for(seconds=1)

    fills = [report.fill for report in terminal.got(OrderFilled)]
    assert sum(fill.side.sign * fill.quantity for fill in fills) == 15
    printed = {tick.price for tick in terminal.got(Tick)}
    lowest, highest = min(printed), max(printed)
    assert all(lowest - 200 <= fill.price <= highest + 200 for fill in fills)
    (report,) = terminal.got(AccountReported)
    paid = sum(
        fill.side.sign * fill.price * fill.quantity + fill.commission + fill.tax for fill in fills
    )
    assert report.cash == 5_000_000 - paid
    assert [(each.symbol, each.quantity) for each in report.holdings] == [(SYMBOL, 15)]
    assert [order.id for order in report.orders] == [waiting.id]


def test_kiwooms_own_account_does_not_move(terminal: PaperTerminal) -> None:
    terminal.broker.cancel(trade(terminal))
    terminal.run_for(seconds=5)

    theirs = terminal.venue.exchange
    assert terminal.got(OrderCanceled)
    assert theirs.account.cash == CASH
    assert theirs.working == ()
    assert theirs.report(terminal.clock.now()).holdings == ()
