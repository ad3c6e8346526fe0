"""Sessions, orders and venues for the tests of the simulation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.messages import Message
from core.domain.order import Order, OrderId, OrderIntent, OrderKind, Reason, Side, TimeInForce
from core.domain.session import Session
from core.simulation.account import Lot
from core.simulation.costs import CostModel, CostOptions
from core.simulation.incidents import Shock
from core.simulation.market import SyntheticMarket
from core.simulation.recorded import RecordedMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 11, 20)
CASH = 10_000_000
COSTS = CostModel.from_options(CostOptions())

M = TypeVar("M")
_numbers = itertools.count(1)


def a_session(day: date = DAY, minutes: int = 380) -> Session:
    """A KRX day; with fewer `minutes` of continuous trading the close comes earlier too."""
    opens = datetime(day.year, day.month, day.day, 9, tzinfo=SEOUL)
    ends = opens + timedelta(minutes=minutes)
    return Session(
        day=day,
        open=opens,
        close=ends + timedelta(minutes=10),
        continuous_end=ends,
        auction_start=opens - timedelta(minutes=30),
    )


def sessions_before(day: date, count: int) -> list[Session]:
    """`count` weekdays before `day`, oldest first."""
    days = (day - timedelta(days=back) for back in itertools.count(1))
    weekdays = (each for each in days if each.weekday() < 5)
    return [a_session(each) for each in itertools.islice(weekdays, count)][::-1]


def an_order(
    side: Side = Side.BUY,
    quantity: int = 10,
    *,
    symbol: str = "005930",
    limit: int | None = None,
    reason: Reason = Reason.SIGNAL,
    id: str = "",
    kind: OrderKind | None = None,
    time_in_force: TimeInForce = TimeInForce.DAY,
) -> Order:
    """A new order, at market unless it has a `limit` or a `kind`."""
    intent = OrderIntent(
        symbol=symbol,
        side=side,
        quantity=quantity,
        reason=reason,
        time=a_session().open,
        reference_price=limit or 71_500,
        kind=kind or (OrderKind.MARKET if limit is None else OrderKind.LIMIT),
        limit_price=limit,
        time_in_force=time_in_force,
    )
    return Order(OrderId(id or f"T{next(_numbers)}"), intent)


class Outside:
    """A venue with everything it posted; moves through market time on demand."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.posts: list[Message] = []
        venue.attach(self.posts.append)

    def submit(self, *orders: Order) -> None:
        for order in orders:
            self.venue.submit(order, self.venue.now)

    def cancel(self, order: Order) -> None:
        self.venue.cancel(order.id, self.venue.now)

    def amend(self, order: Order, price: int, quantity: int) -> None:
        self.venue.amend(order.id, price, quantity, self.venue.now)

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.venue.step()

    def run_to(self, moment: datetime) -> None:
        """Do everything before `moment`."""
        while (due := self.venue.next_time()) is not None and due < moment:
            self.venue.step()

    def run_for(self, **duration: float) -> None:
        self.run_to(self.venue.now + timedelta(**duration))

    def run_out(self) -> None:
        while self.venue.next_time() is not None:
            self.venue.step()

    def got(self, kind: type[M]) -> list[M]:
        return [message for message in self.posts if isinstance(message, kind)]

    def about(self, order: Order) -> list[Any]:
        """Every report of one order."""
        return [m for m in self.posts if getattr(m, "order_id", None) == order.id]


def synthetic(
    *symbols: str,
    seed: int = 1,
    session: Session | None = None,
    history: Sequence[Session] = (),
    publishes_books: bool = False,
    cash: int = CASH,
    costs: CostModel = COSTS,
    state: ExchangeState | None = None,
    lots: Sequence[Lot] = (),
    start: datetime | None = None,
    has_after_hours: bool = False,
    shocks: Sequence[Shock] = (),
) -> Outside:
    """A synthetic market, subscribed to its symbols."""
    names = symbols or ("005930",)
    day = session or a_session()
    market = SyntheticMarket(
        seed,
        day,
        names,
        history,
        publishes_books,
        start=start,
        has_after_hours=has_after_hours,
        shocks=shocks,
    )
    outside = Outside(Venue(market, costs, cash, state=state, lots=lots))
    outside.venue.subscribe(names)
    return outside


def a_row(
    second: float,
    price: int,
    quantity: int = 10,
    *,
    symbol: str = "005930",
    bid: int | None = None,
    ask: int | None = None,
    day: date = DAY,
    late_s: float = 0,
) -> tuple[datetime, Tick]:
    """A recorded trade so many seconds after the open; with `late_s` it became known later."""
    time = a_session(day).open + timedelta(seconds=second)
    known = time + timedelta(seconds=late_s)
    return known, Tick(symbol, time, price, quantity, None, bid, ask)


def recorded(
    rows: Iterable[tuple[datetime, Tick]],
    *instruments: Instrument,
    slippage_ticks: int = 1,
    cash: int = CASH,
) -> Outside:
    """A recorded market, subscribed to its symbols."""
    known = instruments or (Instrument("005930", "삼성전자"),)
    by_symbol = {instrument.symbol: instrument for instrument in known}
    outside = Outside(Venue(RecordedMarket(rows, by_symbol, slippage_ticks), COSTS, cash))
    outside.venue.subscribe(list(by_symbol))
    return outside
