"""The market's indices of a day, as Kiwoom's 업종지수 (0J) tells them."""

from __future__ import annotations

from broker.kiwoom.emulator.packets import RealData
from broker.kiwoom.emulator.realtime import INDEX
from broker.kiwoom.emulator.texts import change_mark, clock, plus_pct, real_fids
from core.domain.messages import IndexMoved
from core.simulation.indices import PREVIOUS_CLOSE

CODES = {"KOSPI": "001", "KOSDAQ": "101"}
_FIDS = real_fids(INDEX)
_NOT_KNOWN = "0"  # what the whole market has traded: only symbols that are asked for live


class IndexTapes:
    """Keeps open, high and low of each index, which every event repeats."""

    def __init__(self) -> None:
        self._days: dict[str, tuple[float, float, float]] = {}  # open, high, low

    def add(self, moved: IndexMoved) -> RealData:
        """Take the newest value, and return its event; signs are those of the previous close."""
        value, close = moved.value, PREVIOUS_CLOSE[moved.index]
        first, high, low = self._days.get(moved.index, (value, value, value))
        day = self._days[moved.index] = (first, max(high, value), min(low, value))
        values = (
            clock(moved.time),
            _signed(value, close),
            plus_pct(value - close),
            plus_pct((value / close - 1) * 100),
            *(_NOT_KNOWN,) * 3,
            *(_signed(each, close) for each in day),
            change_mark(value, close, None),
            _NOT_KNOWN,
        )
        return RealData(CODES[moved.index], INDEX, dict(zip(_FIDS, values, strict=True)))


def _signed(value: float, close: float) -> str:
    sign = "+" if value > close else "-" if value < close else ""
    return f"{sign}{value:.2f}"
