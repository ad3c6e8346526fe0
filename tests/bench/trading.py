"""An engine at work on a tape: positions held, RUNNING, nothing written to disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.schema import Settings
from core.domain.instrument import Instrument
from core.domain.market import Bar, Tick
from core.domain.messages import AccountReported, Holding, Message
from core.domain.order import Side
from core.engine import Engine
from core.engine.outside import Outside
from core.journal import NullJournal
from core.ports import Clock, Post
from core.sessions import open_calendar
from tests.bench import tape
from tests.fakes import FakeBroker

SEOUL = ZoneInfo("Asia/Seoul")
OPEN = tape.OPEN.astimezone(SEOUL)
_BUY, _SELL = Side.BUY, Side.SELL
HELD_EACH = 3  # every third symbol is held from the start
CASH = 100_000_000  # won


class HoldingBroker(FakeBroker):
    """Holds some symbols at the previous close, and fills every order at its reference price."""

    def __init__(self, clock: Clock, codes: Sequence[str]) -> None:
        super().__init__(clock, CASH)
        self.instruments = {code: Instrument(code, code, tape.PREVIOUS_CLOSE) for code in codes}
        self.history = {code: warm_bars(code) for code in codes}
        self.held = dict.fromkeys(codes[::HELD_EACH], 100)
        self.fills_at_once()

    def account(self, request_id: str = "", time: datetime | None = None) -> AccountReported:
        holdings = tuple(Holding(s, q, tape.PREVIOUS_CLOSE, q) for s, q in self.held.items() if q)
        now = time or self.clock.now()
        return AccountReported(now, self.cash, self.cash, holdings, (), request_id)


class TapeVenue:
    """What `run_stepped` needs of a venue, over a tape: one timestamp a step."""

    def __init__(self, ticks: Iterable[Tick], inbox: deque[Message]) -> None:
        self._ticks = iter(ticks)
        self._next = next(self._ticks, None)
        self._post = inbox.append

    def next_time(self) -> datetime | None:
        return None if self._next is None else self._next.time

    def step(self) -> None:
        tick, ticks, post = self._next, self._ticks, self._post
        time = None if tick is None else tick.time
        while tick is not None and tick.time == time:
            post(tick)
            tick = next(ticks, None)
        self._next = tick


class Posting:
    """Stands in for a fake broker's deque where its answers go to an inbox of several threads."""

    def __init__(self, post: Post) -> None:
        self.append = post


def local(row: tape.Row) -> tape.Row:
    """Return the row with its time in the market's zone, as our feeds give it."""
    return row._replace(time=row.time.astimezone(SEOUL))


def tick_of(row: tape.Row) -> Tick:
    """Make a tick with the side, and the best quotes round the price."""
    price = row.price
    if row.is_buy:
        return Tick(row.symbol, row.time, price, row.quantity, _BUY, price - 100, price)
    return Tick(row.symbol, row.time, price, row.quantity, _SELL, price, price + 100)


def warm_bars(code: str) -> tuple[Bar, ...]:
    first = OPEN - timedelta(minutes=tape.WARM_BARS)
    return tuple(
        Bar(
            code, first + timedelta(minutes=number), close, close, close, close, 100, close * 100, 1
        )
        for number, close in enumerate(tape.warm_closes(code))
    )


def make_engine(codes: Sequence[str], clock: Clock) -> tuple[Engine, HoldingBroker]:
    """Return an engine that is to be opened; daily limits are off, so that it trades to the end."""
    broker = HoldingBroker(clock, codes)
    settings = Settings(
        {
            "market.symbols": list(codes),
            "risk.max_positions": len(codes),
            "risk.daily_target_pct": 0,
            "risk.daily_max_loss_pct": 0,
        }
    )
    calendar = open_calendar("XKRX", SEOUL)
    outside = Outside(clock, broker, broker, NullJournal(), calendar)
    return Engine(settings, outside, codes, "bench"), broker
