"""The day's executions (opt10076) beside its orders (opt10075): what only one of them knows.

opt10075 asked for all of today's orders gives filled ones too, with the exact value. Its name says
unfilled orders, and no public source shows a real server's answer for filled ones: where an order
is in opt10076 alone, its fills are taken from there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from broker.kiwoom.tr_reading import Values


def with_executions(orders: Sequence[Values], executed: Sequence[Values]) -> tuple[Values, ...]:
    """Return the rows of opt10075, and one in their form for each order that only opt10076 has.

    Several rows of one order are added up; the value of each is its price times its shares.
    """
    listed = {row["주문번호"] for row in orders}
    added: dict[str, Values] = {}
    for row in executed:
        number = row["주문번호"]
        if number not in listed and row["체결량"]:
            added[number] = _sum(added.get(number), row)
    return (*orders, *added.values())


def misses_any(orders: Sequence[Values], numbers: Collection[str]) -> bool:
    """Return whether any of these order numbers has no row in opt10075."""
    return not {row["주문번호"] for row in orders}.issuperset(numbers)


def _sum(before: Values | None, row: Values) -> Values:
    value, filled = row["체결가"] * row["체결량"], row["체결량"]
    fees = {name: row[name] for name in ("당일매매수수료", "당일매매세금")}
    if before is not None:
        value, filled = value + before["체결누계금액"], filled + before["체결량"]
        fees = {name: fee + before[name] for name, fee in fees.items()}
    told = {"체결누계금액": value, "체결량": filled, "현재가": row["체결가"]}
    return {**row, **told, **fees, "시간": row["주문시간"]}
