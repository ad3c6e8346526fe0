"""Run by the Python of the peers' environment: a backtest through vectorbt, as JSON on stdout.

    vectorbt_bars.py BARS ENGINE WHAT

ENGINE is rust or numba: who runs vectorbt's indicators, its simulation and its trades. Written as
an expert would: indicators on bare arrays by vectorbt's own functions, rules in compiled loops of
our own, `Portfolio.from_signals` with everything it can do for this strategy. What it can't do
stands in resources/docs/benchmarks.md. WHAT is `one` (the default settings, with the equity curve),
`trades` (the same without the curve), `together` (the sets of tests/bench/grid.py as columns of one
simulation) or `apart` (one simulation after another, indicators and signals shared). A round on a
few bars, which compiles, goes before. Then each line on stdin asks for a round and is answered by
its milliseconds; the end of stdin is answered by a report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import raw_bars as raw
import vectorbt as vbt
from grid import CAPITAL, EMAS, EXITS
from memory import forget_peak, peak_mb
from numba import njit
from vectorbt.generic import dispatch
from vectorbt.portfolio.enums import SizeType, StopEntryPrice, StopExitPrice

DEFAULT_EMAS, DEFAULT_EXIT = (9, 21), (100 * raw.STOP, 100 * raw.TARGET)
RSI, BAND, WIDTH = 14, 20, 2.0
_FEW = 2_000
_ORDERS_SHARE = 20  # no more than one order in so many bars: saves vectorbt memory for the others


@njit(cache=True)
def above(a: float, b: float) -> bool:
    """Compare as section 3 of strategy.md does; false beside a NaN."""
    return a - b > 1e-9 * max(1.0, abs(a), abs(b))


@njit(cache=True)
def moves(close):
    """Return each bar's rise and fall."""
    rise, fall = np.zeros_like(close), np.zeros_like(close)
    for i in range(1, len(close)):
        change = close[i] - close[i - 1]
        if change > 0:
            rise[i] = change
        else:
            fall[i] = -change
    return rise, fall


@njit(cache=True)
def day_vwap(high, low, close, volume, marks):
    """Return the volume-weighted price since each day's first bar."""
    out = np.empty_like(close)
    turnover = shares = 0.0
    for i in range(len(close)):
        if marks[i] & raw.FIRST:
            turnover = shares = 0.0
        turnover += (high[i] + low[i] + close[i]) / 3 * volume[i]
        shares += volume[i]
        out[i] = turnover / shares if shares > 0 else np.nan
    return out


@njit(cache=True)
def others(close, up, down, mid, deviation, vwap):
    """Return the scores of RSI, Bollinger and VWAP for BUY and SELL, which no EMA changes."""
    buys, sells = np.zeros_like(close), np.zeros_like(close)
    for i in range(1, len(close)):
        rsi = up[i] / (up[i] + down[i]) * 100 if down[i] != 0 else 100.0
        reach, before = WIDTH * deviation[i], WIDTH * deviation[i - 1]
        high, low, value, last = mid[i] + reach, mid[i] - reach, close[i], close[i - 1]
        if above(30, rsi):
            buys[i] += 0.5
        elif above(rsi, 70):
            sells[i] += 0.5
        if above(value, high) and not above(last, mid[i - 1] + before):
            buys[i] += 0.7
        elif above(low, value) and not above(mid[i - 1] - before, last):
            sells[i] += 0.7
        if above(value, vwap[i]) and not above(last, vwap[i - 1]):
            buys[i] += 0.5
        elif above(vwap[i], value) and not above(vwap[i - 1], last):
            sells[i] += 0.5
    return buys, sells


@njit(cache=True)
def mark_fills(buys, sells, short, long, marks, entries, exits):
    """Mark the bars at whose open a BUY or a SELL would fill; the account is vectorbt's part."""
    for i in range(BAND + 1, len(buys)):
        exits[i] = marks[i] & raw.FLATTEN
        if marks[i] & raw.FIRST or np.isnan(long[i - 1]):
            continue
        buy, sell = buys[i - 1], sells[i - 1]
        if above(short[i - 1], long[i - 1]) and above(long[i - 2], short[i - 2]):
            buy += 1.0
        elif above(long[i - 1], short[i - 1]) and above(short[i - 2], long[i - 2]):
            sell += 1.0
        entries[i] = buy >= 1.5 - 1e-9 and not marks[i - 1] & raw.CUTOFF
        exits[i] |= sell >= 1.5 - 1e-9


@dataclass(frozen=True)
class Found:
    """What one simulation brought: the trades of each column, and their net won."""

    trades: Sequence[int]
    net: Sequence[float]


class Backtest:
    """The strategy on one symbol's bars; nothing is kept from run to run."""

    def __init__(self, bars: raw.Bars, engine: str) -> None:
        self._bars, self._engine = bars, engine

    def trades(self) -> Found:
        """Run the default settings."""
        return self._found(self._default(), 1)

    def one(self) -> Found:
        """Run the default settings, and work out the equity curve as every run of ours does."""
        portfolio = self._default()
        portfolio.value()
        return self._found(portfolio, 1)

    def together(self) -> Found:
        """Run all sets as columns of one simulation."""
        entries, exits = self._fills(self._scores(), EMAS, len(EXITS))
        portfolio = self._simulated(entries, exits, list(EXITS) * len(EMAS), CAPITAL)
        return self._found(portfolio, len(EMAS) * len(EXITS))

    def apart(self) -> Found:
        """Run one set after the other."""
        scores = self._scores()
        parts = []
        for emas in EMAS:
            entries, exits = self._fills(scores, [emas], 1)
            for pair in EXITS:
                portfolio = self._simulated(entries[:, 0], exits[:, 0], [pair], CAPITAL)
                parts.append(self._found(portfolio, 1))
        return Found(
            [count for part in parts for count in part.trades],
            [won for part in parts for won in part.net],
        )

    def _default(self) -> vbt.Portfolio:
        entries, exits = self._fills(self._scores(), [DEFAULT_EMAS], 1)
        return self._simulated(entries[:, 0], exits[:, 0], [DEFAULT_EXIT], raw.CAPITAL)

    def _scores(self) -> tuple[np.ndarray, np.ndarray]:
        bars, engine = self._bars, self._engine
        rise, fall = moves(bars.close)
        # Wilder's 1/14 is the 2/(n+1) of n = 27.
        up = dispatch.ewm_mean_1d(rise, 2 * RSI - 1, minp=RSI, engine=engine)
        down = dispatch.ewm_mean_1d(fall, 2 * RSI - 1, minp=RSI, engine=engine)
        mid = dispatch.rolling_mean_1d(bars.close, BAND, engine=engine)
        deviation = dispatch.rolling_std_1d(bars.close, BAND, ddof=0, engine=engine)
        vwap = day_vwap(bars.high, bars.low, bars.close, bars.volume, bars.marks)
        return others(bars.close, up, down, mid, deviation, vwap)

    def _fills(
        self, scores: tuple[np.ndarray, np.ndarray], emas: Sequence[tuple[int, int]], times: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return entries and exits, each pair's column so many times."""
        bars, engine = self._bars, self._engine
        spans = {span for pair in emas for span in pair}
        ema = {
            span: dispatch.ewm_mean_1d(bars.close, span, minp=span, engine=engine) for span in spans
        }
        # A column's bars lie together: the simulation goes down one column after the other.
        shape = (len(bars), len(emas) * times)
        entries, exits = np.zeros(shape, bool, order="F"), np.zeros(shape, bool, order="F")
        for place, (short, long) in enumerate(emas):
            first = place * times
            columns = entries[:, first], exits[:, first]
            mark_fills(*scores, ema[short], ema[long], bars.marks, *columns)
            for other in range(first + 1, first + times):
                entries[:, other], exits[:, other] = columns
        return entries, exits

    def _simulated(
        self,
        entries: np.ndarray,
        exits: np.ndarray,
        exit_pct: Sequence[tuple[float, float]],
        cash: int,
    ) -> vbt.Portfolio:
        bars = self._bars
        stop, target = np.array(exit_pct).T / 100
        flat = entries.ndim == 1
        column = (lambda values: values) if flat else (lambda values: values[:, None])
        return vbt.Portfolio.from_signals(
            column(bars.close),
            entries,
            exits,
            open=column(bars.open),
            high=column(bars.high),
            low=column(bars.low),
            price=column(bars.open),
            slippage=column(raw.TICK / bars.open),
            size=raw.SHARE,
            size_type=SizeType.Percent,
            size_granularity=1,
            sl_stop=stop[0] if flat else stop[None],
            tp_stop=target[0] if flat else target[None],
            stop_entry_price=StopEntryPrice.FillPrice,
            stop_exit_price=StopExitPrice.StopMarket,
            fees=raw.COMMISSION + raw.TAX / 2,
            init_cash=cash,
            max_orders=len(bars) * len(exit_pct) // _ORDERS_SHARE,
            engine=self._engine,
        )

    def _found(self, portfolio: vbt.Portfolio, columns: int) -> Found:
        records = portfolio.exit_trades.values
        count = np.bincount(records["col"], minlength=columns)
        net = np.bincount(records["col"], records["pnl"], minlength=columns)
        return Found(count.tolist(), net.tolist())


def main() -> None:
    path, engine, what = sys.argv[1:]
    bars = raw.read(path)
    getattr(Backtest(bars.head(_FEW), engine), what)()
    run: Callable[[], Found] = getattr(Backtest(bars, engine), what)
    forget_peak()
    at_rest_mb = peak_mb()
    found = Found((), ())
    for _ in sys.stdin:
        began = perf_counter()
        found = run()
        print(1e3 * (perf_counter() - began), flush=True)
    report: dict[str, Any] = {
        "peer": f"vectorbt {version('vectorbt')} ({engine})",
        "bars": len(bars),
        "trades": found.trades,
        "net_pnl": found.net,
        "at_rest_mb": at_rest_mb,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
