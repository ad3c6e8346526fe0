"""The six steps of a flatten as the dialog shows them, made from its progress reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from config.text import Text
from core.domain.messages import FlattenProgressed, FlattenRow, FlattenStep

ORDERS = Text("{}건", "{} orders")
SHARES = Text("{:,} / {:,}주", "{:,} of {:,} shares")
SYMBOLS = Text("{}종목 남음", "{} symbols left")
FINISHED = Text("보유 0, 미체결 0", "none held, none working")
EMPTY = Text("잔고 0", "nothing left")


class StepState(Enum):
    WAITING = "waiting"
    ACTIVE = "active"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step with the time it was first reached and how much of it is done."""

    step: FlattenStep
    state: StepState = StepState.WAITING
    time: datetime | None = None
    count: Text | None = None


class FlattenSteps:
    """Follows one flatten; a report that began at another time starts anew."""

    def __init__(self) -> None:
        self.rows: tuple[StepRow, ...] = tuple(StepRow(step) for step in FlattenStep)
        self._started: datetime | None = None
        self._seen: dict[str, FlattenRow] = {}  # every symbol so far, as it was last reported
        self._orders = 0  # most orders that had to be cancelled at once
        self._shares = 0  # most shares held

    @property
    def symbols(self) -> tuple[FlattenRow, ...]:
        """Return every symbol that had anything to flatten, finished ones too."""
        return tuple(self._seen.values())

    def take(self, progress: FlattenProgressed) -> None:
        """Take the newest report."""
        if progress.started != self._started:
            self.__init__()  # type: ignore[misc]
            self._started = progress.started
        for symbol in self._seen:
            self._seen[symbol] = FlattenRow(symbol, 0, 0, 0, FINISHED)
        self._seen |= {row.symbol: row for row in progress.rows}
        left = sum(row.held for row in progress.rows)
        canceling = sum(row.canceling for row in progress.rows)
        self._orders = max(self._orders, canceling)
        self._shares = max(self._shares, left)
        present = list(FlattenStep).index(progress.step)
        self.rows = tuple(
            replace(
                row,
                state=_state(position, present, progress.is_done),
                time=row.time or (progress.now if position <= present else None),
                count=self._count(row.step, progress) if position <= present else row.count,
            )
            for position, row in enumerate(self.rows)
        )

    def _count(self, step: FlattenStep, progress: FlattenProgressed) -> Text | None:
        left = sum(row.held for row in progress.rows)
        selling = sum(row.working for row in progress.rows)
        canceling = sum(row.canceling for row in progress.rows)
        match step:
            case FlattenStep.CANCEL:
                return ORDERS.format(self._orders)
            case FlattenStep.CONFIRM_CANCELS:
                done = self._orders - canceling
                return ORDERS.format(f"{done} / {self._orders}" if self._orders else 0)
            case FlattenStep.SELL:
                return SHARES.format(self._shares - left + min(selling, left), self._shares)
            case FlattenStep.CONFIRM_FILLS:
                return SHARES.format(self._shares - left, self._shares)
            case FlattenStep.RECONCILE:
                return SYMBOLS.format(len(progress.rows)) if progress.rows else EMPTY
        return None


def _state(position: int, present: int, is_done: bool) -> StepState:
    if is_done or position < present:
        return StepState.DONE
    return StepState.ACTIVE if position == present else StepState.WAITING
