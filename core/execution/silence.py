"""How long and how often a broker was silent of an order: when it may be thought lost.

Time alone would send a sale twice: a report may have been made just before the order arrived, and
a broker's rate limit may hold an order back for long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

RETRY_S = 10.0
"""How long what nobody answered is believed to be on its way, at least."""
SILENT_REPORTS = 2
"""How many account reports that could know of an order must not, before it is thought lost."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What account reports say of one order; seconds of any one clock that does not go back."""

    sent_s: float
    reports: int = 0  # asked for after it was sent, answered, and without it

    def broken(self) -> Silence:
        """A report shows it: the silence before was none."""
        return replace(self, reports=0)

    def after(self, asked_s: float) -> Silence:
        """A report that was asked for then does not show it."""
        return replace(self, reports=self.reports + 1) if self.sent_s < asked_s else self

    def is_recent(self, asked_s: float) -> bool:
        """Whether it was sent too shortly before a report to be in it for sure."""
        return asked_s - self.sent_s < RETRY_S

    def is_lost(self, asked_s: float) -> bool:
        """Whether the report asked for then, and the one before, leave no hope of it."""
        return not self.is_recent(asked_s) and self.reports >= SILENT_REPORTS
