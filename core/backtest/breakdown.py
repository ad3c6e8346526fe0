"""Where the profit comes from: closed trades by month, reason, time of day, symbol and weekday."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from core.backtest.trading_days import TradingDays
from core.domain.portfolio import Trade
from core.domain.price import Price

_HALF_HOUR_MIN = 30


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the closed trades; money in won.

    Attributes:
        key: "SL", "09:30", "005930", "0" (Monday) ...
        gained: Sum of net profits.
        lost: Sum of net losses, 0 or above.
    """

    key: str
    trades: int = 0
    wins: int = 0
    gained: Price = 0
    lost: Price = 0
    costs: Price = 0

    @property
    def net(self) -> Price:
        return self.gained - self.lost

    @property
    def win_rate_pct(self) -> float:
        return self.wins / self.trades * 100

    def plus(self, trade: Trade) -> Group:
        net = trade.net_pnl
        return replace(
            self,
            trades=self.trades + 1,
            wins=self.wins + (net > 0),
            gained=self.gained + max(net, 0),
            lost=self.lost + max(-net, 0),
            costs=self.costs + trade.commission + trade.tax,
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "net": self.net}


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month on the exchange; `pnl` as equity saw it, open positions included."""

    year: int
    month: int
    pnl: float
    return_pct: float  # of the equity at the end of the month before
    days: int
    trades: int  # closed in it


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Each part holds only groups with a trade, ordered by key; symbols as they first come up.

    `half_hours` are of the entries and `weekdays` of the exits, both in the run's time zone.
    """

    months: tuple[Month, ...]
    reasons: tuple[Group, ...]
    half_hours: tuple[Group, ...]
    symbols: tuple[Group, ...]
    weekdays: tuple[Group, ...]

    def as_json(self) -> dict[str, Any]:
        groups = {
            name[:-1]: [group.as_json() for group in getattr(self, name)]
            for name in ("reasons", "half_hours", "symbols", "weekdays")
        }
        return {"month": [asdict(month) for month in self.months], **groups}


def breakdown(trades: Sequence[Trade], days: TradingDays) -> Breakdown:
    """Group `trades`, which are in the order of their exits."""
    return Breakdown(
        months=_months(trades, days),
        reasons=_sorted(_grouped(trades, lambda trade: trade.exit_reason.value)),
        half_hours=_sorted(_grouped(trades, lambda trade: _half_hour(trade.entry_time))),
        symbols=tuple(_grouped(trades, lambda trade: trade.symbol)),
        weekdays=_sorted(_grouped(trades, lambda trade: str(trade.exit_time.weekday()))),
    )


def _grouped(trades: Iterable[Trade], key_of: Callable[[Trade], str]) -> Iterable[Group]:
    groups: dict[str, Group] = {}
    for trade in trades:
        key = key_of(trade)
        groups[key] = groups.get(key, Group(key)).plus(trade)
    return groups.values()


def _sorted(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: group.key))


def _half_hour(time: datetime) -> str:
    return f"{time.hour:02}:{time.minute // _HALF_HOUR_MIN * _HALF_HOUR_MIN:02}"


def _months(trades: Iterable[Trade], days: TradingDays) -> tuple[Month, ...]:
    closed: dict[tuple[int, int], int] = {}
    for trade in trades:
        month = trade.exit_time.year, trade.exit_time.month
        closed[month] = closed.get(month, 0) + 1
    rows: dict[tuple[int, int], list[int]] = {}
    for at in range(len(days)):
        day = days.date(at)
        rows.setdefault((day.year, day.month), []).append(at)
    return tuple(_month(key, of, days, closed.get(key, 0)) for key, of in rows.items())


def _month(key: tuple[int, int], rows: Sequence[int], days: TradingDays, trades: int) -> Month:
    before, after = float(days.before[rows[0]]), float(days.after[rows[-1]])
    return Month(*key, after - before, (after / before - 1) * 100, len(rows), trades)
