"""Which bars are in sight: a range of bar numbers, and how zooming and panning change it."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_COUNT = 10.0
DEFAULT_COUNT = 120.0


@dataclass(frozen=True, slots=True)
class BarRange:
    """Bars [first, first + count) in sight; in fractions of a bar, and possibly beyond the data."""

    first: float
    count: float = DEFAULT_COUNT

    @property
    def end(self) -> float:
        return self.first + self.count

    def follows(self, total: int) -> bool:
        """Whether the newest of `total` bars is in sight, so that the range goes with new ones."""
        return self.end >= total - 0.5

    def moved(self, bars: float, total: int) -> BarRange:
        """Return the range `bars` further to the right (left where negative)."""
        return replace(self, first=self.first + bars).clamped(total)

    def zoomed(self, factor: float, anchor: float, total: int) -> BarRange:
        """Return a range of `factor` times as many bars; bar number `anchor` stays put."""
        count = _allowed(self.count * factor, total)
        return BarRange(anchor - (anchor - self.first) * count / self.count, count).clamped(total)

    def at_end(self, total: int) -> BarRange:
        """Return the range with the newest bar at its right, a little room behind it."""
        return replace(self, first=total + _room(self.count) - self.count)

    def clamped(self, total: int) -> BarRange:
        """Return the nearest range that shows data; fewer bars than room stand at the right."""
        count = _allowed(self.count, total)
        last = BarRange(0.0, count).at_end(total).first
        return BarRange(max(min(self.first, last), min(0.0, last)), count)


def fitted(total: int) -> BarRange:
    """Return the range that shows all of `total` bars."""
    return BarRange(0.0, widest(total)).at_end(total)


def widest(total: int) -> float:
    """Return the most bars a range over `total` bars may show."""
    return max(total / (1 - _ROOM), DEFAULT_COUNT)


_ROOM = 0.03  # of the width stays free right of the newest bar, for its price and its next moves


def _allowed(count: float, total: int) -> float:
    if not total:
        return max(count, MIN_COUNT)  # kept for the bars to come
    return min(max(count, MIN_COUNT), widest(total))


def _room(count: float) -> float:
    return count * _ROOM
