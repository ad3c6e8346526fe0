"""Closed bars as growing numpy columns: what the chart draws and what batch indicators read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.domain.market import Bar
from core.domain.signal import Values

DAY_S = 86_400
_FIRST_CAPACITY = 512


class _Column:
    """One array of the table; reading gives a view of its filled part."""

    def __init__(self, dtype: type) -> None:
        self.dtype = dtype

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, table: BarColumns, owner: type) -> NDArray[Any]:
        return table[self._name]


class BarColumns:
    """Closed bars of one symbol, oldest first, with named columns of indicator values beside them.

    Appending is O(1) on average. A view stays valid, and as long as it was, while the table grows.
    """

    start = _Column(np.int64)  # UTC epoch seconds
    local = _Column(
        np.int64
    )  # the same moment as the exchange's wall clock shows it, in epoch seconds
    open = _Column(np.float64)
    high = _Column(np.float64)
    low = _Column(np.float64)
    close = _Column(np.float64)
    volume = _Column(np.int64)
    turnover = _Column(np.float64)  # NaN: not known
    ticks = _Column(np.int64)  # 0: not known

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Make an empty table with a value column for each of `names`."""
        self._length = 0
        self._arrays: dict[str, NDArray[Any]] = {
            name: np.empty(_FIRST_CAPACITY, dtype) for name, dtype in _DTYPES.items()
        }
        self._names: tuple[str, ...] = ()
        for name in names:
            self._add_name(name)

    @classmethod
    def from_bars(cls, bars: Iterable[Bar], names: Iterable[str] = ()) -> Self:
        """Copy closed bars, oldest first; their value columns are NaN."""
        columns = cls(names)
        for bar in bars:
            columns.append(bar)
        return columns

    @classmethod
    def from_arrays(cls, **arrays: ArrayLike) -> Self:
        """Copy whole columns given by name, all of one length.

        `local` defaults to `start` (exchange time is UTC then), `turnover` to NaN, `ticks` to 0;
        any other name becomes a value column.
        """
        length = len(np.asarray(arrays["start"]))
        given = {
            "local": arrays["start"],
            "turnover": np.full(length, np.nan),
            "ticks": np.zeros(length),
        } | arrays
        columns = cls(name for name in given if name not in _DTYPES)
        for name, own in columns._arrays.items():
            copied = np.array(given[name], dtype=own.dtype)
            if copied.shape != (length,):
                raise ValueError(f"column {name} has shape {copied.shape}, expected ({length},)")
            columns._arrays[name] = copied
        columns._length = length
        return columns

    def append(self, bar: Bar, values: Values | None = None) -> None:
        """Add one closed bar; a value that is None or not given is stored as NaN."""
        row = self._length
        if row == len(self._arrays["start"]):
            self._grow()
        arrays, start = self._arrays, bar.start
        moment = round(start.timestamp())
        offset = start.utcoffset()
        arrays["start"][row] = moment
        arrays["local"][row] = moment if offset is None else moment + offset.total_seconds()
        arrays["open"][row] = bar.open
        arrays["high"][row] = bar.high
        arrays["low"][row] = bar.low
        arrays["close"][row] = bar.close
        arrays["volume"][row] = bar.volume
        arrays["turnover"][row] = np.nan if bar.turnover is None else bar.turnover
        arrays["ticks"][row] = bar.ticks
        for name in self._names:
            value = None if values is None else values.get(name)
            arrays[name][row] = np.nan if value is None else value
        self._length = row + 1

    def set_values(self, values: Mapping[str, ArrayLike]) -> None:
        """Put whole value columns, each as long as the table; new names are added."""
        for name, array in values.items():
            if name in _DTYPES:
                raise ValueError(f"{name} is a column of the bar itself")
            if name not in self._names:
                self._add_name(name)
            self._arrays[name][: self._length] = array

    def head(self, count: int) -> BarColumns:
        """Return the first `count` rows as `part` does."""
        return self.part(0, count)

    def part(self, first: int, end: int) -> BarColumns:
        """Return rows [first, end) as a table of its own, on the same memory, read-only."""
        made, end = BarColumns(self._names), min(end, self._length)
        for name, array in self._arrays.items():
            view = array[first:end]
            view.flags.writeable = False
            made._arrays[name] = view
        made._length = max(end - first, 0)
        return made

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the value columns."""
        return self._names

    @property
    def day(self) -> NDArray[np.int64]:
        """Trading day of each bar: days since 1970-01-01 on the exchange's calendar."""
        days: NDArray[np.int64] = self.local // DAY_S
        return days

    def day_starts(self) -> NDArray[np.intp]:
        """Return the index of each trading day's first bar."""
        days = self.day
        if not len(days):
            return np.empty(0, np.intp)
        return np.concatenate(([0], np.flatnonzero(np.diff(days)) + 1))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a view of a bar or value column by its name."""
        return self._arrays[name][: self._length]

    def _add_name(self, name: str) -> None:
        if name in self._arrays:
            raise ValueError(f"column {name} is there twice")
        self._names += (name,)
        self._arrays[name] = np.full(len(self._arrays["start"]), np.nan)

    def _grow(self) -> None:
        for name, old in self._arrays.items():
            new = np.empty(max(2 * len(old), _FIRST_CAPACITY), old.dtype)
            new[: self._length] = old[: self._length]
            self._arrays[name] = new


_DTYPES = {
    name: column.dtype for name, column in vars(BarColumns).items() if isinstance(column, _Column)
}
