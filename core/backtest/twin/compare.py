"""Pairs what was really traded with what the backtest trades on the same bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from config.text import Text
from core.backtest.twin.real_day import RealDay, RealTrade
from core.domain.portfolio import Trade
from core.domain.price import PriceGrid
from core.domain.risk import TradingState

NEAR = timedelta(minutes=2)
"""How far apart the entries of one signal may lie: an order is filled in the minute behind it."""

_DENIED = Text("진입이 거부되었습니다: {}", "the entry was refused: {}")
_NOT_RUNNING = Text("그때 자동매매 중이 아니었습니다({})", "trading did not run then ({})")
_NOT_UP = Text("그때 프로그램이 꺼져 있었습니다", "the program was not running then")
_HELD = Text("그때 이미 보유하고 있었습니다", "the symbol was held already then")
_UNKNOWN = Text("이유를 알 수 없습니다", "the reason is not known")
_TWIN_HELD = Text(
    "백테스트는 그때 이미 보유하고 있었습니다", "the backtest held the symbol already then"
)
_NO_TWIN = Text(
    "백테스트에는 그때 진입이 없습니다(현금·한도 또는 봉의 차이)",
    "the backtest has no such entry (cash, limits, or other bars)",
)
_OPEN = Text("장중에 끝나 아직 보유 중입니다", "the session ended while it was held")


@dataclass(frozen=True, slots=True)
class Pair:
    """One trade on either side; money in won, slippage above 0 where the real one was worse.

    Attributes:
        note: Why one side is missing, or what else there is to say.
    """

    symbol: str
    real: RealTrade | None
    twin: Trade | None
    note: Text | None = None
    tick: float = 1.0  # won, at the entry

    @property
    def is_missed(self) -> bool:
        return self.real is None or self.twin is None

    @property
    def entry_slippage(self) -> float | None:
        """Won a share that the entry was dearer than the backtest's."""
        if self.real is None or self.twin is None:
            return None
        return self.real.entry.price - self.twin.entry_price

    @property
    def exit_slippage(self) -> float | None:
        """Won a share that the exit brought less."""
        if self.real is None or self.twin is None or self.real.exit is None:
            return None
        return self.twin.exit_price - self.real.exit.price

    @property
    def cost_difference(self) -> float | None:
        """Costs paid beyond the backtest's."""
        if self.real is None or self.twin is None or self.real.exit is None:
            return None
        return self.real.costs - (self.twin.commission + self.twin.tax)

    @property
    def is_held(self) -> bool:
        """Whether the real shares were still held when the session ended."""
        return self.real is not None and self.real.exit is None

    @property
    def net_difference(self) -> float | None:
        """What was really made, less what the backtest made; what is missing made nothing.

        None of what is still held.
        """
        if self.is_held:
            return None
        real = None if self.real is None else self.real.net_pnl
        return (real or 0.0) - (0.0 if self.twin is None else self.twin.net_pnl)

    def in_ticks(self, won: float | None) -> float | None:
        return None if won is None else won / self.tick


@dataclass(frozen=True, slots=True)
class Sums:
    """A day in numbers; slippage and costs in won over all pairs that have both sides.

    Net P&L is of everything but what was really still held at the session's end.
    """

    paired: int
    only_real: int
    only_twin: int
    entry_slippage: float
    exit_slippage: float
    cost_difference: float
    real_net: float
    twin_net: float
    decide_ms: float | None  # medians; None where nothing is known
    fill_ms: float | None

    @property
    def net_difference(self) -> float:
        return self.real_net - self.twin_net


@dataclass(frozen=True, slots=True)
class Twin:
    """The comparison of one day, of all sessions in which its account was traded on.

    Attributes:
        is_final: The exchange had closed when it was made.
        notes: What else a reader must know.
    """

    sessions: tuple[int, ...]
    mode: str
    day: date
    pairs: tuple[Pair, ...]
    is_final: bool = False
    notes: tuple[Text, ...] = ()

    @property
    def sums(self) -> Sums:
        both = [pair for pair in self.pairs if not pair.is_missed]
        legs = [pair.real.entry for pair in self.pairs if pair.real is not None]
        legs += [
            pair.real.exit
            for pair in self.pairs
            if pair.real is not None and pair.real.exit is not None
        ]
        ended = [pair for pair in self.pairs if not pair.is_held]
        reals = [pair.real.net_pnl for pair in ended if pair.real is not None]
        twins = [pair.twin.net_pnl for pair in ended if pair.twin is not None]
        return Sums(
            len(both),
            sum(pair.twin is None for pair in self.pairs),
            sum(pair.real is None for pair in self.pairs),
            sum(_in_won(pair, pair.entry_slippage) for pair in both),
            sum(_in_won(pair, pair.exit_slippage) for pair in both),
            sum(pair.cost_difference or 0.0 for pair in both),
            float(sum(net or 0.0 for net in reals)),
            float(sum(twins)),
            _median([leg.decide_ms for leg in legs]),
            _median([leg.fill_ms for leg in legs]),
        )


def compare(real: RealDay, twin: Sequence[Trade], grid: PriceGrid) -> tuple[Pair, ...]:
    """Pair trades of one symbol whose entries lie at most two minutes apart, nearest first.

    Pairs come in the order of their entries.
    """
    found: list[Pair] = []
    left_real, left_twin = list(real.trades), list(twin)
    for one, other in _nearest(left_real, left_twin):
        left_real.remove(one)
        left_twin.remove(other)
        note = _OPEN if one.exit is None else None
        found.append(Pair(one.symbol, one, other, note, _tick(grid, one.entry.price)))
    for one in left_real:
        note = _why_only_real(one, twin)
        found.append(Pair(one.symbol, one, None, note, _tick(grid, one.entry.price)))
    for other in left_twin:
        note = _why_only_twin(other, real)
        found.append(Pair(other.symbol, None, other, note, _tick(grid, other.entry_price)))
    return tuple(sorted(found, key=_entry_time))


def _nearest(reals: Sequence[RealTrade], twins: Sequence[Trade]) -> list[tuple[RealTrade, Trade]]:
    near = [
        (abs(real.entry.time - twin.entry_time), at, place)
        for at, real in enumerate(reals)
        for place, twin in enumerate(twins)
        if real.symbol == twin.symbol and abs(real.entry.time - twin.entry_time) <= NEAR
    ]
    pairs, used_real, used_twin = [], set[int](), set[int]()
    for _, at, place in sorted(near):
        if at not in used_real and place not in used_twin:
            used_real.add(at)
            used_twin.add(place)
            pairs.append((reals[at], twins[place]))
    return pairs


def _why_only_twin(trade: Trade, real: RealDay) -> Text:
    denied = [
        denial
        for denial in real.denials
        if denial.symbol == trade.symbol and abs(denial.time - trade.entry_time) <= NEAR
    ]
    if denied:
        titles = denied[0].checks
        ko, en = " · ".join(t.ko for t in titles), " · ".join(t.en for t in titles)
        return Text(_DENIED.ko.format(ko), _DENIED.en.format(en))
    if not real.is_up(trade.entry_time):
        return _NOT_UP
    state = real.state_at(trade.entry_time + NEAR / 2)
    if state is not TradingState.RUNNING:
        return _NOT_RUNNING.format(state.value)
    held = any(
        own.symbol == trade.symbol
        and own.entry.time <= trade.entry_time
        and (own.exit is None or own.exit.time >= trade.entry_time)
        for own in real.trades
    )
    return _HELD if held else _UNKNOWN


def _why_only_real(trade: RealTrade, twin: Sequence[Trade]) -> Text:
    held = any(
        own.symbol == trade.symbol and own.entry_time <= trade.entry.time <= own.exit_time
        for own in twin
    )
    return _TWIN_HELD if held else _NO_TWIN


def _tick(grid: PriceGrid, price: float) -> float:
    return float(grid.tick(price) or 1)


def _entry_time(pair: Pair) -> tuple[str, str]:
    time = pair.real.entry.time if pair.real else pair.twin.entry_time if pair.twin else None
    return (time.isoformat() if time else "", pair.symbol)


def _in_won(pair: Pair, per_share: float | None) -> float:
    assert pair.real is not None
    return (per_share or 0.0) * pair.real.entry.quantity


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
