"""The day's volume of each symbol (누적거래량), which can only grow."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from broker.kiwoom import fids
from broker.kiwoom.parse import Read
from config.text import Text
from core.domain.messages import DataDoubted

_EVERY = 32  # trades: each field that is read takes the control's time
_FELL = Text(
    "누적거래량이 {:,}주에서 {:,}주로 줄었습니다", "the day's volume fell from {:,} to {:,} shares"
)


class DayVolumes:
    """Looks at every 32nd trade of a symbol."""

    def __init__(self) -> None:
        self._trades: Counter[str] = Counter()
        self._seen: dict[str, tuple[date, int]] = {}  # the day's volume then

    def look(self, code: str, read: Read, now: datetime) -> DataDoubted | None:
        """Take a trade; return what is wrong with its volume, if anything."""
        self._trades[code] += 1
        if self._trades[code] % _EVERY != 1:
            return None
        told = read(fids.DAY_VOLUME).strip().lstrip("+-")
        if not told.isdecimal():
            return None
        day, before = self._seen.get(code, (now.date(), 0))
        volume = int(told)
        self._seen[code] = now.date(), volume
        if day != now.date() or volume >= before:
            return None
        return DataDoubted(code, now, _FELL.format(before, volume))
