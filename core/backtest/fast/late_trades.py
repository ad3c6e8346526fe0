"""Trades that are kept as columns until somebody looks at one.

Records of thousands of trades take longer to make than the trades took to find, and whoever wants
figures alone never looks at them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from itertools import repeat
from typing import Any, overload

from core.backtest.fast.closed import Closed
from core.backtest.fast.flows import Ints
from core.backtest.fast.plans import REASONS, Plans, money
from core.domain.portfolio import Trade


class LateTrades(Sequence[Trade]):
    """Equal to the tuple of its trades, and pickled as that."""

    def __init__(self, names: Sequence[str], zone: tzinfo, trades: Plans, closed: Closed) -> None:
        """Keep the columns.

        Args:
            names: Of the symbols, by their places.
            zone: In which times are told.
            trades: The plan of each trade, in the order of `closed`.
        """
        self._names, self._zone, self._trades, self._closed = names, zone, trades, closed

    def __len__(self) -> int:
        return len(self._trades)

    @overload
    def __getitem__(self, index: int) -> Trade: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Trade, ...]: ...
    def __getitem__(self, index: int | slice) -> Trade | tuple[Trade, ...]:
        return self._made[index]

    def __iter__(self) -> Iterator[Trade]:
        return iter(self._made)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | LateTrades):
            return NotImplemented
        return self._made == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made)

    def __repr__(self) -> str:
        return repr(self._made)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return tuple, (self._made,)

    @cached_property
    def _made(self) -> tuple[Trade, ...]:
        trades, closed, names = self._trades, self._closed, self._names
        return made(
            symbol=[names[place] for place in trades["symbol"].tolist()],
            entry_time=self._moments(trades["entry_time"]),
            entry_price=money(trades["entry_price"], trades["is_whole_entry"]),
            quantity=closed.shares.tolist(),
            exit_time=self._moments(trades["exit_time"]),
            exit_price=money(trades["exit_price"], trades["is_whole_exit"]),
            exit_reason=[REASONS[code] for code in trades["reason"].tolist()],
            gross_pnl=closed.gross_pnl.tolist(),
            commission=closed.commission.tolist(),
            tax=closed.tax.tolist(),
        )

    def _moments(self, times: Ints) -> Iterator[datetime]:
        """Return what `MarketData.moment` says of each of `times`."""
        return map(datetime.fromtimestamp, times.tolist(), repeat(self._zone))


def made(**columns: Iterable[Any]) -> tuple[Trade, ...]:
    """Return trades out of whole columns, each a field.

    A frozen record sets field by field through a call; filling its slots column by column takes a
    third of the time.
    """
    columns["symbol"] = symbols = list(columns["symbol"])
    trades = tuple(map(object.__new__, repeat(Trade, len(symbols))))
    for name, values in columns.items():
        deque(map(getattr(Trade, name).__set__, trades, values), maxlen=0)
    return trades
