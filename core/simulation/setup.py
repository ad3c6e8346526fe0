"""Venues made from settings: a demo day, or a recording."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from config.errors import ConfigError
from config.schema import Settings
from config.sections import MarketOptions
from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.messages import Holding, Message
from core.domain.price import FREE, KRX_STOCK, Price
from core.domain.session import Session
from core.sessions import CalendarOptions, TradingCalendar, day_plan
from core.sessions.hours import MARKETS
from core.simulation.account import Lot
from core.simulation.costs import CostModel, CostOptions
from core.simulation.incidents import Shock, shocks
from core.simulation.listings import listings
from core.simulation.market import SyntheticMarket
from core.simulation.options import SimulatedBrokerOptions
from core.simulation.recorded import RecordedMarket
from core.simulation.recorded_session import SessionMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Market, Venue

_LEAD_S, _LONGEST_LEAD_S = 30.0, 1_500.0  # market seconds; within the opening auction
_LOADING_S = 4.0  # real seconds that a login and the histories may take


@dataclass(frozen=True, slots=True)
class DemoDay:
    """Which synthetic day is traded; the same one gives the same market."""

    session: Session
    seed: int
    start: datetime | None = None  # when the market begins; None: half a minute before the open
    shocks: tuple[Shock, ...] = ()  # besides those of the settings


def watched_lead(speed: float) -> timedelta:
    """Return how long before its open a day begins that a person watches at `speed`.

    In a fast market a login and the histories take minutes of it; trades should not wait.
    """
    return timedelta(seconds=max(_LEAD_S, min(_LOADING_S * speed, _LONGEST_LEAD_S)))


def demo_session(settings: Settings, calendar: TradingCalendar, now: datetime) -> Session:
    """Return the session that the settings name; today's, or the last one, where they name none.

    Raises:
        ConfigError: There was no trading on the day they name.
    """
    named = settings[SimulatedBrokerOptions].simulated_day
    if named:
        session = calendar.session(date.fromisoformat(named))
        if session is None:
            raise ConfigError(
                Text(
                    f"broker.simulated_day: {named}은(는) 거래일이 아닙니다",
                    f"broker.simulated_day: {named} is no trading day; name another, or none",
                )
            )
        return session
    today = calendar.day_of(now)
    return calendar.session(today) or calendar.previous_session(today)


def demo_venue(
    day: DemoDay,
    settings: Settings,
    calendar: TradingCalendar,
    cash: Price,
    state_file: Path | None = None,
    publishes_books: bool = False,
    lots: Iterable[Lot] = (),
) -> Venue:
    """Return a synthetic market round the watchlist, with warm history before its day.

    With `state_file` the exchange keeps its books there, and goes on with the day it finds in it;
    `cash` and `lots`, what the account begins with, count for a new one only.

    Raises:
        BrokerError: The state file can't be used.
    """
    state = None
    if state_file is not None:
        state, day = _open_state(state_file, day, calendar)
    options = settings[MarketOptions]
    history = calendar.sessions_before(day.session.day, options.historical_lookback_days)
    broker = settings[SimulatedBrokerOptions]
    market = SyntheticMarket(
        day.seed,
        day.session,
        options.symbols,
        history,
        publishes_books=publishes_books,
        plan=day_plan(day.session, calendar.name if calendar.name in MARKETS else "XKRX"),
        start=day.start,
        has_after_hours=broker.simulated_after_hours,
        shocks=(
            *day.shocks,
            *shocks(day.seed, day.session, options.symbols, broker.simulated_shocks),
        ),
    )
    return _venue(market, settings, cash, state, lots)


def recorded_venue(
    ticks: Iterable[Tick], symbols: Sequence[str], settings: Settings, cash: Price
) -> Venue:
    """Return a recording as a market; `ticks` come in the order in which they became known.

    Raises:
        DataError: There is not a single row.
    """
    costs = settings[CostOptions]
    is_krx = settings[CalendarOptions].calendar == "XKRX" and costs.tick_rule == "krx"
    grid = KRX_STOCK if is_krx else FREE
    known = listings()
    instruments = {}
    for symbol in symbols:
        listed = known.get(symbol)
        # The close before the recorded day is not known, so the day has no price limits.
        instruments[symbol] = Instrument(
            symbol,
            listed.name if listed else symbol,
            None,
            grid,
            is_taxed=not (listed and listed.is_etf),
        )
    market = RecordedMarket(_known_at(ticks), instruments, costs.slippage_ticks)
    return _venue(market, settings, cash, None)


def session_venue(
    rows: Iterable[tuple[datetime, Message]],
    start: datetime,
    histories: Mapping[str, int],
    settings: Settings,
    cash: Price,
    holdings: Iterable[Holding] = (),
) -> Venue:
    """Return a recorded session as a market, from `start` on; see `SessionMarket`.

    The account begins with `cash` in won and what it held then.

    Raises:
        DataError: There is not a single row.
    """
    market = SessionMarket(rows, settings[CostOptions].slippage_ticks, start, histories)
    lots = [
        Lot(held.symbol, held.quantity, held.average_price * held.quantity) for held in holdings
    ]
    return _venue(market, settings, cash, None, lots)


def _venue(
    market: Market,
    settings: Settings,
    cash: Price,
    state: ExchangeState | None,
    lots: Iterable[Lot] = (),
) -> Venue:
    latency = timedelta(milliseconds=settings[SimulatedBrokerOptions].simulated_latency_ms)
    return Venue(market, CostModel.from_options(settings[CostOptions]), cash, latency, state, lots)


def _open_state(
    path: Path, day: DemoDay, calendar: TradingCalendar
) -> tuple[ExchangeState, DemoDay]:
    state = ExchangeState(path, calendar.zone)
    if not state.market:
        kept = {"day": day.session.day.isoformat(), "seed": day.seed}
        state.note_market(json.dumps(kept))
        return state, day
    kept = json.loads(state.market)
    session = calendar.session(date.fromisoformat(str(kept["day"])))
    return state, replace(day, session=session or day.session, seed=int(kept["seed"]))


def _known_at(ticks: Iterable[Tick]) -> Iterator[tuple[datetime, Tick]]:
    """Yield each tick with the time it became known: a late one came with the newest before it."""
    newest: datetime | None = None
    for tick in ticks:
        if newest is None or tick.time > newest:
            newest = tick.time
        yield newest, tick
