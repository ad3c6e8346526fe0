"""Printed trades as a floor: our orders fill against the trades that follow their arrival.

No liquidity is invented. An order that arrives at t looks only at trades after it, and all our
orders together get at most the volume of each trade. The rules:

- A trade fills only if it is good: price and quantity above 0, inside the known daily limits, on
  the price grid, and not older than the newest trade of its symbol.
- A taker (market order, or a limit order from its arrival until the first trade whose price it does
  not reach) pays the worse of the trade's price and its opposite quote where known, moved against
  it by the slippage; never outside the daily limits.
- A limit order that waits is filled at its limit by a trade through its price. Trades at its price
  first serve the queue ahead: what the order book showed there when the order came, or where no
  book is known, the volume of the symbol's last 100 good trades, about what stands at a best price
  on the KRX.
- IOC and FOK are judged at the first trade that they may look at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.order import Side, TimeInForce
from core.domain.own_words import own
from core.domain.price import Price
from core.simulation.costs import execution_price
from core.simulation.desk import Booked, Desk

_QUEUE_TRADES = 100

NO_FUNDS = own(
    "잔량 취소: 주문가능금액이 부족합니다.",
    "the rest was cancelled: not enough cash.",
)
_NOT_AT_ONCE = {
    TimeInForce.IOC: "IOC 잔량 취소: 즉시 체결되지 않은 수량입니다.",
    TimeInForce.FOK: "FOK 취소: 전량이 즉시 체결되지 않았습니다.",
}


@dataclass(slots=True)
class Waiting:
    """Where one of our orders stands."""

    limit: Price | None  # won; None: it takes any price
    ahead: int | None = None  # shares before it at its price; None while it is a taker
    until: datetime | None = None  # the floor's owner takes it away then


@dataclass(slots=True)
class _Tape:
    """What the trades of one symbol have shown so far today."""

    newest: datetime | None = None
    last_price: Price | None = None
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=_QUEUE_TRADES))


class TapeFloor:
    """Serves our orders from the tape of each known symbol; reads no clock."""

    def __init__(self, slippage_ticks: int, instruments: Iterable[Instrument] = ()) -> None:
        self._slippage = slippage_ticks
        self._instruments: dict[str, Instrument] = {}
        self._tapes: dict[str, _Tape] = {}
        self._working: dict[str, list[Booked]] = {}
        for instrument in instruments:
            self.learn(instrument)

    def open(self, desk: Desk) -> None:
        self._desk = desk

    def learn(self, instrument: Instrument) -> None:
        """Know a symbol, or know it better: nothing trades in an unknown one."""
        self._instruments[instrument.symbol] = instrument
        self._tapes.setdefault(instrument.symbol, _Tape())

    def instrument(self, symbol: str) -> Instrument | None:
        return self._instruments.get(symbol)

    def last_price(self, symbol: str) -> Price | None:
        """Return the price of the last real trade, on the grid or not."""
        tape = self._tapes.get(symbol)
        return None if tape is None else tape.last_price

    @property
    def working(self) -> tuple[Booked, ...]:
        """Our orders on the floor, symbol by symbol, oldest first in each."""
        return tuple(booked for queue in self._working.values() for booked in queue)

    def enter(self, booked: Booked, waiting: Waiting) -> None:
        """Let an order wait for trades, last of ours in its symbol."""
        booked.slot = waiting
        self._working.setdefault(booked.order.intent.symbol, []).append(booked)

    def withdraw(self, booked: Booked) -> None:
        queue = self._working.get(booked.order.intent.symbol, [])
        if booked in queue:
            queue.remove(booked)

    def show(self, tick: Tick, now: datetime) -> None:
        """Learn of a trade, and give its volume to our orders, oldest first."""
        tape, instrument = self._tapes.get(tick.symbol), self._instruments.get(tick.symbol)
        if tape is None or instrument is None or not _is_real(tick, instrument, tape):
            return
        tape.newest, tape.last_price = tick.time, tick.price
        if not instrument.grid.is_valid(tick.price):
            return  # a mid-point trade is real, but no order of ours can meet it
        self._serve(tick, instrument, now)
        tape.recent.append(tick.quantity)

    def _serve(self, tick: Tick, instrument: Instrument, now: datetime) -> None:
        left = tick.quantity
        for booked in tuple(self._working.get(tick.symbol, ())):
            if not left:
                return
            if tick.time > booked.arrived:
                left -= self._fill(booked, tick, left, instrument, now)

    def _fill(
        self, booked: Booked, tick: Tick, left: int, instrument: Instrument, now: datetime
    ) -> int:
        """Serve one order from what is left of a trade; return the shares it got."""
        price, offered = self._offer(booked, tick, left, instrument)
        quantity = min(offered, booked.remaining)
        payable = min(quantity, self._desk.affordable(booked, price)) if quantity else 0
        force = booked.order.intent.time_in_force
        if force is TimeInForce.FOK and payable < booked.remaining:
            payable = 0
        if payable:
            self._desk.filled(booked, price, payable, now)
        if not booked.remaining:
            self.withdraw(booked)
        elif force is not TimeInForce.DAY:
            self._give_back(booked, now, _NOT_AT_ONCE[force])
        elif payable < quantity:
            self._give_back(booked, now, NO_FUNDS)
        return payable

    def _offer(
        self, booked: Booked, tick: Tick, left: int, instrument: Instrument
    ) -> tuple[Price, int]:
        """Return the price and the shares at which a trade serves an order, at most `left`."""
        side, slot = booked.order.intent.side, booked.slot
        price = self._taker_price(tick, side, instrument)
        if slot.limit is None:
            return price, left
        limit, sign = slot.limit, side.sign
        if slot.ahead is None:
            if sign * price <= sign * limit:
                return price, left
            slot.ahead = sum(self._tapes[tick.symbol].recent)
        if sign * tick.price < sign * limit:
            return limit, left
        if tick.price != limit:
            return limit, 0
        passed = min(slot.ahead, left)
        slot.ahead -= passed
        return limit, left - passed

    def _taker_price(self, tick: Tick, side: Side, instrument: Instrument) -> Price:
        """Return the worse of the trade and the opposite quote, after slippage."""
        if side is Side.BUY:
            reference = max(tick.price, tick.ask or tick.price)
        else:
            reference = min(tick.price, tick.bid or tick.price)
        price = execution_price(reference, side, instrument.grid, self._slippage)
        limits = instrument.price_limits()
        return price if limits is None else min(max(price, limits[0]), limits[1])

    def _give_back(self, booked: Booked, now: datetime, note: str) -> None:
        self.withdraw(booked)
        self._desk.canceled(booked, now, note)


def _is_real(tick: Tick, instrument: Instrument, tape: _Tape) -> bool:
    """Return whether a print can have been a trade at this moment."""
    if tick.price <= 0 or tick.quantity <= 0:
        return False
    if tape.newest is not None and tick.time < tape.newest:
        return False
    limits = instrument.price_limits()
    return limits is None or limits[0] <= tick.price <= limits[1]
