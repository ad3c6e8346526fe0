"""Rows of the servers' list of the day's orders (opt10075), and the orders that they make up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.kiwoom import chejan, hoga
from broker.kiwoom.chejan import Verb, plain_number, read_action
from broker.kiwoom.parse import past_time
from broker.kiwoom.tr_reading import Values
from core.domain.messages import DayOrder
from core.domain.order import BrokerOrderId, OrderId, OrderStatus, Side

CLOCK_ERROR = timedelta(minutes=1)
"""By how much the servers' clock and ours may differ."""


@dataclass(frozen=True, slots=True)
class Row:
    """One order number of the list; money in won."""

    number: str
    original: str
    code: str
    verb: Verb
    side: Side
    state: str
    kind_name: str
    ordered: int
    price: int
    remaining: int
    filled: int
    value: int
    fees: tuple[int, int]  # commission and tax
    last_price: int
    time: datetime


def row_of(values: Values, now: datetime) -> Row:
    """Return a row as a record.

    Raises:
        ValueError: A field can't be read.
    """
    verb, side = read_action(values["주문구분"])
    return Row(
        number=plain_number(values["주문번호"]),
        original=plain_number(values["원주문번호"]),
        code=values["종목코드"],
        verb=verb,
        side=side,
        state=values["주문상태"],
        kind_name=values["매매구분"],
        ordered=values["주문수량"],
        price=values["주문가격"],
        remaining=values["미체결수량"],
        filled=values["체결량"],
        value=values["체결누계금액"],
        fees=(values["당일매매수수료"], values["당일매매세금"]),
        last_price=values["현재가"] or 0,
        time=past_time(values["시간"], now) if values["시간"] else now,
    )


def day_orders(rows: Iterable[Row], id_of: Callable[[str], OrderId | None]) -> tuple[DayOrder, ...]:
    """Return the orders that these rows make up, amendments joined to what they amend.

    `id_of` returns by what id the reports of an order number go.
    """
    chains: dict[str, list[Row]] = {}
    for row in rows:
        is_amendment = row.verb is Verb.AMEND and row.original in chains
        chain = chains[row.original] if is_amendment else []
        chain.append(row)
        chains[row.number] = chain
    unique = {id(chain): chain for chain in chains.values()}
    return tuple(_day_order(chain, id_of(chain[0].number)) for chain in unique.values())


def _day_order(chain: Sequence[Row], order_id: OrderId | None) -> DayOrder:
    first, last = chain[0], chain[-1]
    filled, remaining = sum(row.filled for row in chain), sum(row.remaining for row in chain)
    quantity = filled + remaining if remaining else first.ordered
    kind = hoga.of_name(last.kind_name, last.price).kind
    return DayOrder(
        broker_id=BrokerOrderId(last.number),
        symbol=first.code,
        side=first.side,
        kind=kind,
        quantity=quantity,
        filled=filled,
        filled_value=sum(_worth(row) for row in chain),
        commission=sum(row.fees[0] for row in chain),
        tax=sum(row.fees[1] for row in chain),
        status=_status(last, filled, quantity, remaining),
        time=first.time,
        limit_price=last.price if kind.has_price else None,
        remaining=remaining,
        order_id=order_id,
        numbers=tuple(BrokerOrderId(row.number) for row in chain),
    )


def _worth(row: Row) -> int:
    """Return the value of what was filled; where no sum is told, at the best price there is."""
    is_told = row.value >= row.filled
    return row.value if is_told else row.filled * (row.price or row.last_price)


def _status(last: Row, filled: int, quantity: int, remaining: int) -> OrderStatus:
    if remaining:
        return OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.ACCEPTED
    if filled >= quantity:
        return OrderStatus.FILLED
    return OrderStatus.REJECTED if last.state == chejan.REFUSED else OrderStatus.CANCELED
