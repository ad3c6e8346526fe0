"""Looks after orders from the moment they leave until nothing of what was wanted is left to do."""

from __future__ import annotations

from datetime import datetime

from core.domain.order import Order, Side
from core.engine.entry_blocks import EntryBlocks
from core.engine.order_log import log_order
from core.engine.parts import Parts, Timed, advance_due
from core.engine.pursuit import Pursuit
from core.engine.refused_symbols import RefusedSymbols
from core.engine.unanswered import Unanswered
from core.engine.working import Working


class OrderCare:
    """Owned by the engine thread; works orders, pursues exits, minds silence and refusals."""

    def __init__(self, parts: Parts, blocks: EntryBlocks) -> None:
        self.unanswered = Unanswered(parts)
        blocks.add(self.unanswered)
        blocks.add(RefusedSymbols(parts))
        self._pursuit = Pursuit(parts)
        self._working = Working(parts, blocks, self._pursuit.__contains__)
        self._timed: tuple[Timed, ...] = (self.unanswered, self._working, self._pursuit)
        # A second try at a fixed price comes before the exit is pursued at market.
        parts.desk.watchers += [log_order, self._working.on_order, self._pursuit.on_order]

    def release(self, order: Order) -> None:
        """A person cancels or amends it: what they want counts from now on."""
        self._working.release(order.id)
        if order.intent.side is Side.SELL:
            self._pursuit.drop(order.intent.symbol)

    @property
    def wakeup(self) -> datetime | None:
        if self._working.is_idle and self._pursuit.is_idle:  # asked for at every step of a replay
            return self.unanswered.wakeup
        dues = (part.wakeup for part in self._timed)
        return min((due for due in dues if due is not None), default=None)

    def advance(self, now: datetime) -> None:
        for part in self._timed:
            advance_due(part, now)
