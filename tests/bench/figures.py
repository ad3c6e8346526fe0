"""What a run of the benchmarks found, as one table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One measured number beside its peer's, or beside a limit of ours."""

    what: str
    value: str
    against: str = ""  # the peer with its number
    ratio: float | None = None  # how many times as fast as the peer
    aim: str = ""
    is_met: bool | None = None  # None: no aim


class Figures:
    """Collects figures; the terminal summary prints them."""

    def __init__(self) -> None:
        self.all: list[Figure] = []

    def note(self, what: str, value: str, aim: str = "", is_met: bool | None = None) -> None:
        """Keep a number that stands for itself."""
        self.all.append(Figure(what, value, aim=aim, is_met=is_met))

    def compare(
        self, what: str, value: str, peer: str, ratio: float, aim: float | None = None
    ) -> None:
        """Keep a number beside a peer's; `ratio` and `aim` say how many times as fast we are."""
        aim_text = "" if aim is None else f"{aim:g}x"
        is_met = None if aim is None else ratio >= aim
        self.all.append(Figure(what, value, peer, ratio, aim_text, is_met))

    def lines(self) -> list[str]:
        """Return the table, one line a figure."""
        rows = [("", "ours", "peer", "ratio", "aim", ""), *map(_cells, self.all)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        return [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:,.2f}x"
    verdict = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    return figure.what, figure.value, figure.against, ratio, figure.aim, verdict


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    began = perf_counter()
    work()
    return perf_counter() - began


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of their time over ours, pair by pair: both saw the same busy machine."""
    return statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
