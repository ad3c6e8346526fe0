"""What of a trading day must survive a restart: where it began, and a daily limit reached."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.files import write_atomically
from core.domain.price import Price
from core.risk.daily_limits import DailyLimit

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DayStart:
    """A trading day of one account; `value` in won is what its daily limits are measured from."""

    day: date
    value: Price
    limit: DailyLimit | None = None  # reached on this day


class DayMemory:
    """One small file for one account; without a path (an account that ends with us) it forgets.

    Attributes:
        account: By which the journal knows the account; empty: its books end with the run.
    """

    def __init__(self, path: Path | None = None, account: str = "") -> None:
        self._path, self.account = path, account

    def recall(self, day: date) -> DayStart | None:
        """Return what was kept of `day`; None if nothing was, or it can't be read."""
        if self._path is None or not self._path.exists():
            return None
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            limit = DailyLimit(kept["limit"]) if kept["limit"] else None
            found = DayStart(date.fromisoformat(kept["day"]), kept["value"], limit)
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.error("%s can't be read, the day begins anew: %s", self._path, error)
            return None
        return found if found.day == day else None

    def keep(self, start: DayStart) -> None:
        """Keep `start` in place of what was kept; a failure is logged, as trading goes on."""
        if self._path is None:
            return
        limit = start.limit.value if start.limit else None
        kept = {"day": start.day.isoformat(), "value": start.value, "limit": limit}
        try:
            write_atomically(self._path, json.dumps(kept))
        except OSError as error:
            logger.error(
                "%s can't be written; a restart would forget the day: %s", self._path, error
            )
