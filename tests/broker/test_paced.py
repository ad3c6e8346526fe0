"""The simulated exchange behind the order limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broker.paced import PacedVenue
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderId,
    OrderIntent,
    Reason,
    Side,
)
from core.domain.session import Session
from core.simulation.costs import CostModel, CostOptions
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue

ZONE = ZoneInfo("Asia/Seoul")
OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
NOW = OPEN + timedelta(minutes=1)


def a_session() -> Session:
    close = OPEN.replace(hour=15, minute=30)
    return Session(
        OPEN.date(), OPEN, close, close - timedelta(minutes=10), OPEN - timedelta(minutes=30)
    )


def an_order(number: int) -> Order:
    intent = OrderIntent("005930", Side.BUY, 1, Reason.SIGNAL, NOW, 71_500)
    return Order(OrderId(f"o-{number}"), intent)


def opened() -> tuple[PacedVenue, list]:
    venue = PacedVenue(
        Venue(
            SyntheticMarket(1, a_session(), ["005930"]),
            CostModel.from_options(CostOptions()),
            10**8,
        )
    )
    posts: list = []
    venue.attach(posts.append)
    run(venue, NOW)
    return venue, posts


def run(venue: PacedVenue, until: datetime) -> None:
    while (moment := venue.next_time()) is not None and moment <= until:
        venue.step()


def test_the_sixth_order_of_a_second_leaves_when_the_second_is_over():
    venue, posts = opened()
    for number in range(6):
        venue.submit(an_order(number), NOW)

    run(venue, NOW + timedelta(seconds=3))

    accepted = [post.time for post in posts if isinstance(post, OrderAccepted)]
    assert len(accepted) == 6
    assert accepted[4] - accepted[0] < timedelta(milliseconds=100)
    assert accepted[5] - accepted[0] >= timedelta(seconds=1)


def test_an_order_that_still_waits_is_cancelled_without_being_sent():
    venue, posts = opened()
    for number in range(7):
        venue.submit(an_order(number), NOW)

    venue.cancel(OrderId("o-6"), NOW)
    run(venue, NOW + timedelta(seconds=5))

    assert [post.order_id for post in posts if isinstance(post, OrderCanceled)] == ["o-6"]
    assert "o-6" not in {post.order_id for post in posts if isinstance(post, OrderAccepted)}
