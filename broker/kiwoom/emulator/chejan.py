"""OnReceiveChejanData in the fields and formats that were recorded: orders, fills, balances."""

from __future__ import annotations

from broker.kiwoom.emulator.packets import ChejanData
from broker.kiwoom.emulator.tape import Tape
from broker.kiwoom.emulator.texts import (
    change_mark,
    clock,
    plus,
    plus_pct,
    security_name,
    signed,
    tables,
)
from broker.kiwoom.emulator.tickets import EXECUTED, Ticket
from core.domain.order import Fill, Side
from core.simulation.account import Lot

ORDER, BALANCE = "0", "1"
SIDES = {Side.SELL: "1", Side.BUY: "2"}

_CASH = ("00", "00000000")  # 신용구분, 대출일
_ORDER_FIDS: tuple[int, ...] = tuple(tables()["chejan"][ORDER])
_BALANCE_FIDS: tuple[int, ...] = tuple(tables()["chejan"][BALANCE])


def order_event(account: str, ticket: Ticket, tape: Tape, fill: Fill | None = None) -> ChejanData:
    """Return what happened to an order: accepted, confirmed, or (with `fill`) executed."""
    base = tape.base
    values = (
        account,
        ticket.number,
        "",
        f"A{ticket.symbol}",
        "JJ",
        EXECUTED if fill else ticket.state,
        security_name(tape.instrument.name),
        str(ticket.quantity),
        str(ticket.price),
        str(ticket.remaining),
        str(ticket.filled_value),
        ticket.original,
        ticket.action,
        ticket.kind_name,
        SIDES[ticket.side],
        clock(ticket.time),
        *((fill.id, str(int(fill.price)), str(ticket.filled)) if fill else ("", "", "")),
        signed(tape.price, base),
        signed(tape.ask, base),
        signed(tape.bid, base),
        *((str(int(fill.price)), str(fill.quantity)) if fill else ("", "")),
        str(ticket.commission),
        str(ticket.tax),
        "0",
        ticket.screen,
        *("", "00", "00000000", "3"),
        signed(base, base),
        *("0", "0"),
    )
    return ChejanData(ORDER, dict(zip(_ORDER_FIDS, values, strict=True)))


def balance_event(
    account: str, lot: Lot, tape: Tape, side: Side, sellable: int, bought_net: int, realized: int
) -> ChejanData:
    """Return what is held of one security after an event.

    `side` is of the order that caused it; `bought_net` are today's shares, `realized` today's
    profit of sales in won, both of this security.
    """
    base, price = tape.base, tape.price
    low, high = tape.limits or (0, 0)
    change = price - base
    values = (
        account,
        f"A{tape.instrument.symbol}",
        *_CASH,
        security_name(tape.instrument.name),
        signed(price, base),
        str(lot.quantity),
        str(round(lot.average_price) if lot.quantity else 0),
        str(int(lot.cost)),
        str(sellable),
        str(bought_net),
        SIDES[side],
        str(realized),
        "0",
        signed(tape.ask, base),
        signed(tape.bid, base),
        str(base),
        *("0.00", "0", "0", "00000000"),
        str(realized),
        *("0.00", "0", "0.00", "0", "0"),
        signed(base, base),
        change_mark(price, base, tape.limits),
        plus(change),
        plus_pct(100 * change / base) if base else "0.00",
        signed(low, base),
        signed(high, base),
        "10",
    )
    return ChejanData(BALANCE, dict(zip(_BALANCE_FIDS, values, strict=True)))
