"""Watches the engine itself: what must hold, faults, signs of life, every symbol's data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from config.text import Text
from core.domain.market import Tick
from core.domain.messages import ApplySettings, InvariantsChecked
from core.domain.order import OrderReport
from core.engine.analyst import Analyst
from core.engine.evidence import Evidence, EvidenceKeeper
from core.engine.fault_watch import FaultWatch
from core.engine.invariant_watch import InvariantWatch
from core.engine.line import BrokerLine
from core.engine.market import SymbolMarket
from core.engine.parts import Listener, Parts, Timed
from core.engine.sentinel import Sentinel
from core.engine.vitals import Vitals
from core.journal.masking import masked
from core.risk.daily_limits import DailyLimitOptions

_REPORTS = get_args(OrderReport)


class Watch:
    """Owned by the engine thread.

    Attributes:
        timed, listeners: Its parts that the engine has to call.
        faults: What handlers have raised so far.
    """

    def __init__(
        self,
        parts: Parts,
        line: BrokerLine,
        analyst: Analyst,
        keeper: EvidenceKeeper | None,
    ) -> None:
        self._parts, self._analyst, self._keeper = parts, analyst, keeper
        self._invariants = InvariantWatch(parts, self._keep_evidence)
        self.faults = FaultWatch(parts)
        sentinel = Sentinel(parts, lambda: analyst.is_silent)
        vitals = Vitals(parts, line, sentinel, analyst)
        self._blocks = (self.faults, self._invariants, vitals, sentinel)
        self._checked: datetime | None = None  # since the last batch of events
        self.timed: tuple[Timed, ...] = (sentinel,)
        self.listeners: tuple[Listener, ...] = (vitals, sentinel)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        """Return the code of the first of its parts that forbids entries."""
        for part in self._blocks:
            if block := part.entry_block(market, now):
                return block
        return ""

    def look(self, now: datetime) -> None:
        """Orders or positions have changed: look whether all that must hold does."""
        was_broken = self._invariants.is_broken
        self._invariants.look(now)
        self._checked = now
        if self._invariants.is_broken and not was_broken:
            self._parts.day.stop(now)

    def fault(self, error: Exception, message: object, now: datetime) -> None:
        """A handler raised: say it, stop what may harm, and see to it that exits go on."""
        if self.faults.take(error, message, now):
            self._parts.day.stop(now)
            self._keep_evidence("fault", self.faults.first or Text.of(repr(error)), now)
        if isinstance(message, Tick):
            try:
                self._analyst.exit_on(message)
            except Exception as second:
                self.faults.take(second, message, now)
        elif isinstance(message, _REPORTS):
            self._parts.broker.request_account("fault")  # our books may have missed it
        self.look(now)

    def acknowledge(self, now: datetime) -> bool:
        """A person wants to trade: return whether nothing that must hold is broken any more."""
        self.faults.acknowledge()
        return self._invariants.acknowledge(now)

    def flush(self) -> None:
        """Publish the lamps where something was looked at since the last time."""
        if self._checked is not None:
            lamps = (*self._invariants.lamps(), self.faults.lamp())
            self._parts.outbox.publish(InvariantsChecked(self._checked, lamps))
            self._checked = None

    def _keep_evidence(self, code: str, text: Text, now: datetime) -> None:
        if self._keeper is None:
            return
        parts = self._parts
        messages = tuple(m for m in parts.recent if not isinstance(m, ApplySettings))
        settings = masked(parts.settings.as_json())
        self._keeper.keep(Evidence(code, text, now, messages, self._state(now), settings))

    def _state(self, now: datetime) -> Mapping[str, object]:
        parts = self._parts
        money = parts.account.view(now, parts.settings[DailyLimitOptions])
        return {
            "orders": tuple(parts.orders.working()),
            "positions": tuple(parts.account.portfolio),
            "account": money,
            "counts": parts.counts.as_dict(),
            "lamps": (*self._invariants.lamps(), self.faults.lamp()),
            "state": parts.day.state(now),
            "phase": parts.day.phase,
        }
