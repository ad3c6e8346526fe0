"""The terminal's journal against the exchange's own books: every order, fill, share and won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta, timezone
from pathlib import Path

from core.domain.errors import BrokerError
from core.domain.order import Fill, Reason, Side
from core.domain.price import Price
from core.drills.told import Line, Money, Told, told_by
from core.simulation.state import ExchangeState, Restored

_SEOUL = timezone(timedelta(hours=9))
_UNSENT = frozenset({"REJECTED", "DENIED"})


def books_of(state: Path) -> Restored:
    """Return the exchange's books; whoever still runs on them loses them.

    Raises:
        BrokerError: There are none in that file.
    """
    opened = ExchangeState(state, _SEOUL)
    try:
        books = opened.load()
    finally:
        opened.close()
    if books is None:
        raise BrokerError(f"{state}: no exchange has kept its books in this file")
    return books


def disagreements(journal: Path, state: Path, is_strict: bool = False) -> list[str]:
    """Return everything in which the two differ; empty: they agree to the won.

    What a terminal that was killed and never started again had on its way, it can't tell order by
    order; `is_strict` forgives nothing: for journals whose last session came to its end.
    """
    return list(_disagreements(told_by(journal), books_of(state), is_strict))


def _disagreements(told: Told, books: Restored, is_strict: bool) -> Iterator[str]:
    yield from _of_orders(told, books, is_strict)
    yield from _of_fills(told.fills, [fill for fill, _ in books.fills])
    yield from _of_account(told, books)


def _of_orders(told: Told, books: Restored, is_strict: bool) -> Iterator[str]:
    theirs = _lines(books)
    met: set[str] = set()
    for number, line in theirs.items():
        ours_id = told.numbers.get(number)
        if ours_id is None and told.was_killed() and not is_strict:
            continue  # its number was never heard: filled while nobody was there
        if ours_id is None:
            yield f"{number} {line}: unknown to the terminal"
            continue
        if ours_id in met:
            yield f"{ours_id}: is a second order at the exchange, {number}"
        met.add(ours_id)
        ours = told.by_id[ours_id]
        if ours != line and (is_strict or not told.died_with(ours_id)):
            yield f"{number} {ours_id}:\n  terminal {ours}\n  exchange {line}"
    for order_id, ours in told.by_id.items():
        is_excused = told.died_with(order_id) and not is_strict
        if order_id not in met and ours.status not in _UNSENT and not is_excused:
            yield f"{order_id} {ours}: unknown to the exchange"


def _lines(books: Restored) -> dict[str, Line]:
    money: defaultdict[str, Money] = defaultdict(Money)
    for fill, _ in books.fills:
        money[fill.order_id].add(fill)
    return {
        str(order.broker_id): Line(
            order.intent.symbol,
            order.intent.side.value,
            order.intent.quantity,
            order.status.value,
            money[order.id],
            order.intent.reason is Reason.FOREIGN,
        )
        for order in books.orders
        if order.broker_id is not None
    }


def _of_fills(ours: Iterable[Fill], theirs: Iterable[Fill]) -> Iterator[str]:
    """Fills that were told carry the exchange's execution number; made up ones none."""
    known = {fill.id: fill for fill in theirs}
    seen: set[str] = set()
    for fill in ours:
        execution = fill.id.partition("-")[2]
        match = known.get(execution)
        if match is None or "@" in fill.id:
            continue
        if execution in seen:
            yield f"fill {fill.id} is booked twice"
        seen.add(execution)
        if (fill.price, fill.quantity) != (match.price, match.quantity):
            yield f"fill {fill.id}: {fill.quantity} at {fill.price}, was {match}"


def _of_account(told: Told, books: Restored) -> Iterator[str]:
    held = {symbol: lot.quantity for symbol, lot in books.account.lots.items() if lot.quantity}
    if told.end is None:
        yield "the journal has no end"
        return
    if told.end["cash"] != books.account.cash:
        yield f"cash: terminal {told.end['cash']:,}, exchange {books.account.cash:,}"
    if told.end["holdings"] != held:
        yield f"holdings: terminal {told.end['holdings']}, exchange {held}"
    if not held and len(told.starts) == 1:
        profit = sum(each["net_pnl"] for each in told.trades)
        gained = books.account.cash - told.starts[0]
        if profit != gained:
            yield f"realized: terminal {profit:,}, exchange {gained:,}"
    yield from _of_flow(books)


def _of_flow(books: Restored) -> Iterator[str]:
    """The exchange itself conserves shares."""
    flow: defaultdict[str, int] = defaultdict(int)
    for fill, _ in books.fills:
        flow[fill.symbol] += fill.quantity if fill.side is Side.BUY else -fill.quantity
    for symbol, lot in books.account.lots.items():
        if lot.quantity < flow[symbol]:
            yield f"{symbol}: {lot.quantity} held, {flow[symbol]} bought and not sold"


def restarts_that_differ(journal: Path, state: Path) -> list[str]:
    """Return every start that never came to the exchange's books as they were then, or later.

    The exchange keeps all its fills, so its books after each of them can be made again. A run that
    was killed before the broker had answered can't have come to anything.
    """
    books = books_of(state)
    after = list(_books_after(books))
    found = []
    for sitting in told_by(journal).sittings:
        known = sum(fill.time <= sitting.began for fill, _ in books.fills)
        agreed = any(each in after[known:] for each in sitting.books)
        if sitting.answered is not None and not agreed:
            found.append(f"session {sitting.session}: never agreed, at last {sitting.books[-1:]}")
    return found


def _books_after(books: Restored) -> list[tuple[Price, dict[str, int]]]:
    """Return cash and holdings before the first fill, and after each one."""
    cash = books.account.cash
    held = {symbol: lot.quantity for symbol, lot in books.account.lots.items()}
    found = [(cash, _without_zeros(held))]
    for fill, _ in reversed(books.fills):
        sign = fill.side.sign
        cash += sign * fill.price * fill.quantity + fill.commission + fill.tax
        held[fill.symbol] = held.get(fill.symbol, 0) - sign * fill.quantity
        found.append((cash, _without_zeros(held)))
    return found[::-1]


def _without_zeros(held: dict[str, int]) -> dict[str, int]:
    return {symbol: shares for symbol, shares in held.items() if shares}


def entries_sent_twice(state: Path) -> list[str]:
    """Return every buy that came while its symbol was held or being bought already.

    The strategy buys a symbol only when it has none, so a second buy is the first one sent again.
    """
    books, found = books_of(state), []
    buys = [each for each in books.booked if each.order.intent.side is Side.BUY]
    for booked in buys:
        symbol, at = booked.order.intent.symbol, booked.arrived
        fills = (fill for fill, _ in books.fills if fill.symbol == symbol and fill.time < at)
        held = sum(fill.side.sign * fill.quantity for fill in fills)
        rivals = [
            other.order.id
            for other in buys
            if other is not booked
            and other.order.intent.symbol == symbol
            and other.arrived <= at < (other.order.changed or other.arrived)
        ]
        if held or rivals:
            found.append(f"{booked.order.broker_id} {symbol}: {held} held, buying {rivals}")
    return found
