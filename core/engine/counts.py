"""What a run counted, and the result object that the commands print."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counts:
    """Running totals of one engine; every field is a number of events since the start."""

    ticks: int = 0  # rows seen, refused and late ones included
    late_ticks: int = 0  # their bar had closed already
    refused_ticks: int = 0  # price or quantity impossible
    off_grid_ticks: int = 0  # accepted; mid-point trades are real
    off_session_ticks: int = 0  # outside the regular session: no bar
    unknown_ticks: int = 0  # of a symbol nobody asked for
    bars: int = 0
    signals: int = 0  # decisions other than HOLD
    orders: int = 0  # sent
    fills: int = 0
    trades: int = 0
    denied: int = 0
    errors: int = 0  # handlers that raised

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Drawdown:
    """Deepest fall of equity from an earlier high, in percent of that high."""

    __slots__ = ("_high", "deepest_pct")

    def __init__(self, start: float) -> None:
        self._high = start
        self.deepest_pct = 0.0

    def add(self, equity: float) -> None:
        if equity >= self._high:
            self._high = equity
            return
        self.deepest_pct = max(self.deepest_pct, (self._high - equity) / self._high * 100)
