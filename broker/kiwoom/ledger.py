"""What is known of the fills of one order number, whatever order its events come in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Shares `start` to `end` of an order number, counted from its first filled share."""

    start: int
    end: int
    value: int  # won


class Ledger:
    """Fills as pieces of the cumulative quantity (911): each share of a number is filled once.

    So a repeated event, one that comes late, and one that was made up for meanwhile are all told
    from a new fill by arithmetic alone.
    """

    def __init__(self, ordered: int) -> None:
        self.ordered = ordered  # shares of this number, less what was cancelled of it
        self._pieces: list[Piece] = []  # ascending
        self._fees = (0, 0)  # commission and tax, cumulative

    @property
    def filled(self) -> int:
        """Shares known to be filled."""
        return sum(piece.end - piece.start for piece in self._pieces)

    @property
    def has_gap(self) -> bool:
        """Whether a later fill is known and an earlier one is not."""
        return bool(self._pieces) and self._pieces[-1].end != self.filled

    def take(self, piece: Piece) -> bool:
        """Book a fill; return False where its shares are known, wholly or in part."""
        if any(known.start < piece.end and piece.start < known.end for known in self._pieces):
            return False
        self._pieces.append(piece)
        self._pieces.sort(key=lambda known: known.start)
        return True

    def knows(self, piece: Piece) -> bool:
        """Whether all shares of it are booked."""
        return not self._missing(piece.start, piece.end)

    def catch_up(self, filled: int, value: int) -> tuple[int, int]:
        """Book all of the first `filled` shares, worth `value` won; return shares and won added."""
        missing = self._missing(0, filled)
        shares = sum(end - start for start, end in missing)
        if not shares:
            return 0, 0
        owed = value - sum(piece.value for piece in self._pieces if piece.end <= filled)
        for place, (start, end) in enumerate(missing):
            self.take(Piece(start, end, owed if place == 0 else 0))
        return shares, owed

    def fees_since(self, commission: int, tax: int) -> tuple[int, int]:
        """Return what cumulative commission and tax have grown by; never less than nothing.

        Out of order, the later event's fill bears the fees of both: the sum is right.
        """
        known = self._fees
        self._fees = (max(known[0], commission), max(known[1], tax))
        return self._fees[0] - known[0], self._fees[1] - known[1]

    def _missing(self, start: int, end: int) -> list[tuple[int, int]]:
        found, at = [], start
        for piece in self._pieces:
            if at < piece.start and at < end:
                found.append((at, min(piece.start, end)))
            at = max(at, piece.end)
        if at < end:
            found.append((at, end))
        return found


def split_exactly(quantity: int, value: int) -> list[tuple[int, int]]:
    """Return (price, shares) of one or two fills that are worth `value` won to the won."""
    price, rest = divmod(value, quantity)
    parts = [(price, quantity - rest), (price + 1, rest)]
    return [part for part in parts if part[1]]
