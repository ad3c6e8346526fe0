"""Run by the Python of the peers' environment: a backtest through vnpy_ctastrategy, as JSON.

    vnpy_bars.py BARS COUNT ROUNDS

Written as its own examples are: an ArrayManager of 100 bars, indicators by TA-Lib at each bar.
The bar objects are made before the watch starts.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import NamedTuple

import raw_bars as raw
from reported import report
from vnpy.trader.constant import Direction, Exchange, Interval
from vnpy.trader.object import BarData, TradeData
from vnpy.trader.utility import ArrayManager
from vnpy_ctastrategy import CtaTemplate
from vnpy_ctastrategy.backtesting import BacktestingEngine

MARKS: list[int] = []


class Values(NamedTuple):
    """What the rules look at, of one closed bar."""

    close: float
    short: float
    long: float
    rsi: float
    high: float
    low: float
    vwap: float


class Terminal(CtaTemplate):
    """Our strategy; MARKS are its bars' marks."""

    def on_init(self) -> None:
        self._arrays = ArrayManager()
        self._bar, self._turnover, self._volume = -1, 0.0, 0.0
        self._capital, self._entry = float(raw.CAPITAL), 0.0
        self._before = Values(*[math.nan] * 7)

    def on_bar(self, bar: BarData) -> None:
        self._bar += 1
        now, before = self._values(bar), self._before
        self._before = now
        marks = MARKS[self._bar]
        is_flat_next = MARKS[self._bar + 1] & raw.FLATTEN if self._bar + 1 < len(MARKS) else True
        if marks & raw.LAST or now.close != now.close:
            return
        if self.pos:
            if is_flat_next or self._score(now, before, -1) >= 1.5:
                self.cancel_all()
                self.sell(bar.close_price * 0.5, self.pos)
        elif not marks & raw.CUTOFF and self._score(now, before, 1) >= 1.5:
            shares = int(self._capital * raw.SHARE / bar.close_price)
            if shares:
                self.buy(bar.close_price * 1.5, shares)

    def on_trade(self, trade: TradeData) -> None:
        if trade.direction is Direction.LONG:
            self._entry = trade.price + raw.TICK
            self.sell(self._entry * (1 - raw.STOP), trade.volume, stop=True)
            self.sell(self._entry * (1 + raw.TARGET), trade.volume)
            return
        self.cancel_all()
        price = trade.price - raw.TICK
        costs = raw.COMMISSION * (self._entry + price) + raw.TAX * price
        self._capital += (price - self._entry - costs) * trade.volume

    def _values(self, bar: BarData) -> Values:
        if MARKS[self._bar] & raw.FIRST:
            self._turnover = self._volume = 0.0
        typical = (bar.high_price + bar.low_price + bar.close_price) / 3
        self._turnover += typical * bar.volume
        self._volume += bar.volume
        arrays = self._arrays
        arrays.update_bar(bar)
        if not arrays.inited:
            return self._before
        vwap = self._turnover / self._volume
        high, low = arrays.boll(20, 2)
        return Values(
            bar.close_price, arrays.ema(9), arrays.ema(21), arrays.rsi(14), high, low, vwap
        )

    @staticmethod
    def _score(now: Values, before: Values, side: int) -> float:
        """Return the score of BUY (`side` 1) or SELL (-1)."""
        up: Callable[[float, float], bool] = (
            float.__gt__ if side == 1 else float.__lt__
        )  # in the direction of the trade
        band = (now.high, before.high) if side == 1 else (now.low, before.low)
        score = 0.0
        if up(now.short, now.long) and up(before.long, before.short):
            score += 1.0
        if now.rsi < 30 if side == 1 else now.rsi > 70:
            score += 0.5
        if up(now.close, band[0]) and not up(before.close, band[1]):
            score += 0.7
        if up(now.close, now.vwap) and not up(before.close, before.vwap):
            score += 0.5
        return score


def records(bars: raw.Bars) -> list[BarData]:
    """Return the bars as vnpy's objects."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    rows = zip(raw.times(len(bars)).to_pydatetime(), *(c.tolist() for c in columns), strict=True)
    return [
        BarData(
            symbol="A", exchange=Exchange.SSE, datetime=time, gateway_name="bench",
            interval=Interval.MINUTE, open_price=open_, high_price=high, low_price=low,
            close_price=close, volume=volume,
        )
        for time, open_, high, low, close, volume in rows
    ]  # fmt: skip


def main() -> None:
    path, count, rounds = sys.argv[1:]
    bars = raw.read(path).head(int(count))
    MARKS[:] = bars.marks.tolist()
    history = records(bars)

    def run() -> tuple[int, float]:
        engine = BacktestingEngine()
        engine.output = lambda message: None
        engine.set_parameters(
            vt_symbol="A.SSE", interval=Interval.MINUTE, start=history[0].datetime,
            end=history[-1].datetime, rate=raw.COMMISSION + raw.TAX / 2, slippage=raw.TICK,
            size=1, pricetick=1, capital=raw.CAPITAL,
        )  # fmt: skip
        engine.add_strategy(Terminal, {})
        engine.history_data = history
        engine.run_backtesting()
        return len(engine.trades) // 2, float(engine.calculate_result()["net_pnl"].sum())

    report("vnpy_ctastrategy", len(bars), run, int(rounds))


if __name__ == "__main__":
    main()
