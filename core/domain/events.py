"""What the engine publishes of its own, past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.order import Fill, Order, OrderIntent, Reason
from core.domain.past import Mismatch
from core.domain.portfolio import Position, Trade
from core.domain.price import Price
from core.domain.risk import Check, TradingState
from core.domain.session import Phase
from core.domain.signal import Decision, Score, Snapshot, Values

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class QuoteUpdated:
    """Newest state of one symbol; conflated, so ticks in between are not seen."""

    symbol: str
    time: datetime
    price: Price
    change: Price | None  # against the previous close, won
    change_pct: float | None
    volume: int  # shares traded today as far as we saw
    strength: (
        float | None
    )  # 체결강도: 100 x bought / sold by aggressor; None where sides are not known
    bid: Price | None
    ask: Price | None
    forming: Bar | None  # the bar not yet closed
    last_quantity: int = 0


@dataclass(frozen=True, slots=True)
class HistoryReady:
    """A symbol's bars are loaded and its indicators warm; `bars` oldest first."""

    instrument: Instrument
    bars: tuple[Bar, ...]
    note: Text | str = ""  # why there are fewer bars than asked for


@dataclass(frozen=True, slots=True)
class BarClosed:
    """One closed bar with all indicator values; `score` None where no rule was asked."""

    snapshot: Snapshot
    score: Score | None

    @property
    def bar(self) -> Bar:
        return self.snapshot.bar

    @property
    def values(self) -> Values:
        return self.snapshot.values


@dataclass(frozen=True, slots=True)
class Decided:
    """Every decision of a closed bar (HOLD too) and every stop or target hit."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class IntentDenied:
    """The risk gate refused; `checks` holds every check, passed ones too."""

    intent: OrderIntent
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class OrderUpdated:
    order: Order


@dataclass(frozen=True, slots=True)
class FillRecorded:
    fill: Fill
    reason: Reason
    slippage: Price | None = None  # won per share, above 0: worse than decided; None: not known


@dataclass(frozen=True, slots=True)
class TradeClosed:
    trade: Trade


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position marked at the last price, as the positions panel shows it; money in won."""

    position: Position
    last_price: Price
    sellable: int  # less working sells
    exit_costs: Price  # commission and tax if sold now


@dataclass(frozen=True, slots=True)
class AccountUpdated:
    """Money and positions after a fill, a closed bar, or a broker's report."""

    time: datetime
    cash: Price
    available: Price  # cash less reserves of working buys
    equity: Price  # cash plus positions at last prices
    capital: Price  # start capital plus realised net P&L
    day_start: Price  # value the daily limits measure from
    day_pnl: Price  # equity (or capital, by risk.daily_basis) less day_start
    realized: Price  # net of costs, closed trades
    commission: Price
    tax: Price
    positions: tuple[PositionView, ...]


@dataclass(frozen=True, slots=True)
class StateChanged:
    state: TradingState
    note: Text


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    phase: Phase
    now: datetime
    until: datetime | None  # when the next phase begins; None on a closed day


@dataclass(frozen=True, slots=True)
class MismatchesChanged:
    """All symbols that are frozen because the broker's word and our books differ; may be none."""

    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class GaugesUpdated:
    """How much of every limit is used right now."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class PredictorReported:
    """What became of the last AI request of a symbol."""

    symbol: str
    value: float | None  # predicted return; None: it counts 0, `error` says why
    latency_ms: float
    error: str  # stable code, e.g. "timeout"; "breaker_open" while requests are paused


@dataclass(frozen=True, slots=True)
class DayReported:
    """The broker's word on its whole day is in the journal, or nobody answered in time."""

    time: datetime
    day: date
    is_answered: bool
    is_asked: bool  # by a person; else the session has closed


class FlattenStep(Enum):
    """The six steps of window.md, in order."""

    BLOCK_ENTRIES = "BLOCK_ENTRIES"
    CANCEL = "CANCEL"
    CONFIRM_CANCELS = "CONFIRM_CANCELS"
    SELL = "SELL"
    CONFIRM_FILLS = "CONFIRM_FILLS"
    RECONCILE = "RECONCILE"


@dataclass(frozen=True, slots=True)
class FlattenRow:
    """One symbol on its way to zero."""

    symbol: str
    held: int  # shares still held
    working: int  # shares in working sells
    canceling: int  # orders whose cancel is not confirmed
    note: Text


@dataclass(frozen=True, slots=True)
class FlattenProgressed:
    """Where the flatten stands; `is_done` only after the broker's own report says zero."""

    step: FlattenStep
    started: datetime
    now: datetime
    rows: tuple[FlattenRow, ...]
    is_done: bool
    note: Text  # what is left, why, and what is tried next
    reason: Reason = Reason.FLATTEN  # EOD, LIMIT or FLATTEN


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The engine is alive; sent with every batch, at least once a second."""

    now: datetime
    counts: Mapping[
        str, int
    ]  # ticks, late_ticks, refused_ticks, off_grid_ticks, bars, signals, ...
    is_connected: bool
