"""The register of answered TRs, and how their fields are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from broker.kiwoom.emulator.accounts import Valuation, value_account
from broker.kiwoom.emulator.daily import DailyBars
from broker.kiwoom.emulator.quotes import Quotes
from broker.kiwoom.emulator.texts import TrTable, padded, tr_table, zeros
from broker.kiwoom.emulator.tickets import Tickets
from broker.kiwoom.emulator.universe import Universe
from core.domain.messages import Interrupted
from core.simulation.costs import CostModel
from core.simulation.venue import Venue

Value = str | int
"""Of a field: text as it is, or a number that is padded as its TR pads numbers."""

# Fields of opw TRs that are blank, not zero, where nothing is known.
_TEXTS = frozenset(
    {"계좌명", "지점명", "대출일", "신용구분", "신용구분명", "통화코드", "반대여부", "확인시간"}
)


@dataclass(slots=True)
class Facts:
    """All that TRs may know of: market, account and orders, at one moment."""

    venue: Venue
    quotes: Quotes
    universe: Universe
    tickets: Tickets
    costs: CostModel
    daily: DailyBars
    account: str
    now: datetime  # of the request that is answered
    interruptions: list[tuple[Interrupted, datetime | None]] = field(default_factory=list)

    def valuation(self) -> Valuation:
        return value_account(
            self.venue.exchange, self.costs, self.quotes.tape, self.venue.now.date()
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in full; the server cuts its rows into pages."""

    single: Mapping[str, Value] = field(default_factory=dict)
    rows: Iterable[Mapping[str, Value]] = ()
    watches: tuple[str, ...] = ()  # codes that the TR registers for real time


Inputs = Mapping[str, str]
Answering = Callable[[Facts, Inputs], Reply]

_answers: dict[str, Answering] = {}


def answers(code: str) -> Callable[[Answering], Answering]:
    """Register a function as the answer to a TR."""

    def register(function: Answering) -> Answering:
        _answers[code] = function
        return function

    return register


def answer_to(code: str) -> Answering | None:
    """Return what answers a TR; None where the emulator doesn't."""
    return _answers.get(code)


def lay_out(table: TrTable, names: Iterable[str], values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the fields `names` in their order, padded, those without a value blank."""
    if not table.widths:
        return tuple([_plain(values.get(name, "")) for name in names])
    return tuple(_fixed(name, table.widths[name], values.get(name)) for name in names)


def table_of(code: str) -> TrTable:
    table = tr_table(code)
    assert table is not None, code
    return table


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else str(value)


def _fixed(name: str, width: int, value: Value | None) -> str:
    if value is None:
        value = "" if name in _TEXTS else 0
    return padded(value, width) if isinstance(value, str) else zeros(value, width)
