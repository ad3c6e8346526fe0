"""Screen numbers (화면번호): separate ranges for each use, 200 in all as Kiwoom allows.

Beyond 200 different numbers Kiwoom mixes up the data of screens; a number that is used again is
counted once.
"""

from __future__ import annotations

LIMIT = 200
ORDERS = range(1001, 1041)  # one for each order in flight
ACCOUNT_TRS = range(2001, 2002)
MARKET_TRS = range(2011, 2014)
REAL_TIME = range(3001, 3101)
SESSION = range(3901, 3902)  # 장시작시간
INDICES = range(3902, 3903)  # 업종지수
CONDITIONS = range(4001, 4012)  # ten in real time, and one that is only looked at

ALL = (ORDERS, ACCOUNT_TRS, MARKET_TRS, REAL_TIME, SESSION, INDICES, CONDITIONS)


class ScreenPool:
    """Numbers of one range, lent and given back; the lowest free one first."""

    def __init__(self, numbers: range) -> None:
        self._free = [f"{number:04}" for number in reversed(numbers)]

    def take(self) -> str | None:
        """Return a free screen number, None where all are in use."""
        return self._free.pop() if self._free else None

    def give_back(self, screen: str) -> None:
        if screen not in self._free:
            self._free.append(screen)
            self._free.sort(reverse=True)
