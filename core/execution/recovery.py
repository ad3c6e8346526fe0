"""The rules by which a restart joins the journal's orders to the broker's; pure, and no fill more.

An order of ours is found in the broker's list by its id, by a number it had, or, where it was sent
and no number was heard, by its terms, if only one order can be meant. What the broker says was
filled beyond what is booked is booked, at the broker's own value and costs. Nothing is ever sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderKind,
    Reason,
    Side,
)
from core.domain.past import PastOrder
from core.domain.price import Price

_CLOCK_ERROR = timedelta(seconds=5)  # between the broker's clock, which tells seconds, and ours

_Terms = tuple[str, Side, int, OrderKind, Price | None]


@dataclass(frozen=True, slots=True)
class Matches:
    """Every order of the day on the side that knows it."""

    pairs: tuple[tuple[PastOrder, DayOrder], ...] = ()
    missing: tuple[PastOrder, ...] = ()  # ours, not known to have ended, and in no list
    unclear: tuple[PastOrder, ...] = ()  # ours, of which several of the broker's may be one
    strangers: tuple[DayOrder, ...] = ()  # not ours, and never seen before
    suspects: frozenset[BrokerOrderId] = field(default=frozenset())  # strangers that may be ours


def listed_orders(report: AccountReported) -> tuple[DayOrder, ...]:
    """Return the broker's list; where it does not say, what it says of working orders."""
    if report.day_orders is not None:
        return report.day_orders
    return tuple(_as_listed(order) for order in report.orders if order.broker_id is not None)


def match(past: Sequence[PastOrder], listed: Sequence[DayOrder]) -> Matches:
    """Join today's orders of the journal to the broker's list of them."""
    by_id = {each.order_id: each for each in listed if each.order_id is not None}
    by_number = {number: each for each in listed for number in _numbers(each)}
    pairs: dict[OrderId, tuple[PastOrder, DayOrder]] = {}
    for ours in past:
        theirs = by_id.get(ours.order.id) or _by_number(ours, by_number)
        if theirs is not None:
            pairs[ours.order.id] = (ours, theirs)
    taken = {theirs.broker_id for _, theirs in pairs.values()}
    free = [each for each in listed if each.broker_id not in taken]
    lost = [each for each in past if each.order.id not in pairs and _is_open(each)]
    found, unclear, suspects = _by_terms(lost, free)
    pairs |= {ours.order.id: (ours, theirs) for ours, theirs in found}
    met = {theirs.broker_id for _, theirs in found}
    return Matches(
        pairs=tuple(pairs.values()),
        missing=tuple(each for each in lost if each.order.id not in pairs and each not in unclear),
        unclear=tuple(unclear),
        strangers=tuple(each for each in free if each.broker_id not in met),
        suspects=frozenset(suspects),
    )


def unbooked(ours: PastOrder, theirs: DayOrder, now: datetime) -> tuple[OrderFilled, ...]:
    """Return reports of what the broker has filled beyond what is booked, worth it to the won.

    One price rarely gives the sum, so there may be two, a won apart; the first bears the costs.
    """
    shares = theirs.filled - ours.order.filled
    if shares <= 0:
        return ()
    value = theirs.filled_value - ours.order.filled_value
    commission = max(theirs.commission - ours.commission, 0)
    tax = max(theirs.tax - ours.tax, 0)
    reports = []
    for price, quantity in split(shares, value):
        fill = Fill(
            id=f"{theirs.broker_id}-{theirs.filled}@{price}",
            order_id=ours.order.id,
            symbol=theirs.symbol,
            side=theirs.side,
            price=price,
            quantity=quantity,
            commission=commission,
            tax=tax,
            time=now,
        )
        reports.append(OrderFilled(ours.order.id, fill, now))
        commission = tax = 0
    return tuple(reports)


def split(shares: int, value: Price) -> Iterator[tuple[Price, int]]:
    """Yield price and shares of one or two fills that are worth `value` won together."""
    if value != int(value):
        yield value / shares, shares
        return
    price, rest = divmod(int(value), shares)
    if shares - rest:
        yield price, shares - rest
    if rest:
        yield price + 1, rest


def foreign_order(listed: DayOrder) -> PastOrder:
    """Return an order of the broker's list that is nobody's of ours, before any of its fills."""
    intent = OrderIntent(
        symbol=listed.symbol,
        side=listed.side,
        quantity=listed.quantity,
        reason=Reason.FOREIGN,
        time=listed.time,
        reference_price=listed.limit_price or _average(listed),
        kind=listed.kind,
        limit_price=listed.limit_price,
    )
    order_id = listed.order_id or OrderId(f"F{listed.time:%y%m%d}-{listed.broker_id}")
    order = Order(order_id, intent, broker_id=listed.broker_id, changed=listed.time)
    return PastOrder(order, listed.time, listed.numbers or (listed.broker_id,))


def differences(theirs: Mapping[str, int], ours: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return the symbols in which shares differ: theirs and ours."""
    pairs = {s: (theirs.get(s, 0), ours.get(s, 0)) for s in sorted({*theirs, *ours})}
    return {symbol: pair for symbol, pair in pairs.items() if pair[0] != pair[1]}


def _by_number(ours: PastOrder, by_number: Mapping[BrokerOrderId, DayOrder]) -> DayOrder | None:
    """Return the order of one of our numbers, if it is of our symbol and side too."""
    intent = ours.order.intent
    for number in reversed(ours.numbers):
        theirs = by_number.get(number)
        if theirs is not None and (theirs.symbol, theirs.side) == (intent.symbol, intent.side):
            return theirs
    return None


def _by_terms(
    lost: Iterable[PastOrder], free: Iterable[DayOrder]
) -> tuple[list[tuple[PastOrder, DayOrder]], list[PastOrder], list[BrokerOrderId]]:
    """Join orders whose number was never heard, one to one; name those that can't be told apart."""
    waiting = [each for each in lost if not each.numbers]
    candidates = {
        each.order.id: [theirs for theirs in free if _may_be(each, theirs)] for each in waiting
    }
    twins = Counter(_terms_of(each.order) for each in waiting)
    found, unclear, suspects = [], [], []
    for each in waiting:
        meant = candidates[each.order.id]
        if len(meant) == 1 and twins[_terms_of(each.order)] == 1:
            found.append((each, meant[0]))
        elif meant:
            unclear.append(each)
            suspects += [theirs.broker_id for theirs in meant]
    return found, unclear, suspects


def _may_be(ours: PastOrder, theirs: DayOrder) -> bool:
    is_like = _terms_of(ours.order) == (
        theirs.symbol,
        theirs.side,
        theirs.quantity,
        theirs.kind,
        theirs.limit_price,
    )
    return is_like and theirs.time >= ours.sent - _CLOCK_ERROR


def _terms_of(order: Order) -> _Terms:
    intent = order.intent
    return intent.symbol, intent.side, intent.quantity, intent.kind, intent.limit_price


def _is_open(each: PastOrder) -> bool:
    return each.order.is_working


def _numbers(listed: DayOrder) -> tuple[BrokerOrderId, ...]:
    return (*listed.numbers, listed.broker_id)


def _average(listed: DayOrder) -> Price:
    return listed.filled_value // listed.filled if listed.filled else 0


def _as_listed(order: Order) -> DayOrder:
    intent, number = order.intent, order.broker_id
    assert number is not None
    return DayOrder(
        broker_id=number,
        symbol=intent.symbol,
        side=intent.side,
        kind=intent.kind,
        quantity=intent.quantity,
        filled=order.filled,
        filled_value=order.filled_value,
        commission=0,
        tax=0,
        status=order.status,
        time=intent.time,
        limit_price=intent.limit_price,
        remaining=order.remaining,
        order_id=order.id,
        numbers=(number,),
    )
