"""Run by the Python of the peers' environment: a backtest through backtrader, as JSON on stdout.

    backtrader_bars.py BARS COUNT ROUNDS

The signals come from pandas as two more lines of the data; backtrader's own indicators, computed
line by line, take longer.
"""

from __future__ import annotations

import sys
from typing import Any

import backtrader as bt
import pandas as pd
import raw_bars as raw
from pandas_signals import signals
from reported import report


class Feed(bt.feeds.PandasData):
    """Bars with what the rules say at their closes, and whether the next one flattens."""

    lines = ("buys", "sells", "flatten")
    params = (
        ("openinterest", None), ("buys", "buys"), ("sells", "sells"), ("flatten", "flatten"),
    )  # fmt: skip


class Costs(bt.CommInfoBase):
    """Commission on both sides, tax on sells."""

    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_PERC))

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        return abs(size) * price * (raw.COMMISSION + (raw.TAX if size < 0 else 0.0))


class Terminal(bt.Strategy):
    """Our strategy."""

    def __init__(self) -> None:
        self.closed, self._levels, self._is_ordered = 0, [], False

    def notify_order(self, order: Any) -> None:
        if order.status != order.Completed:
            return
        self._is_ordered = False
        if order.isbuy():
            price, shares = order.executed.price, order.executed.size
            stop = self.sell(exectype=bt.Order.Stop, price=price * (1 - raw.STOP), size=shares)
            target = self.sell(
                exectype=bt.Order.Limit, price=price * (1 + raw.TARGET), size=shares, oco=stop
            )
            self._levels = [stop, target]
        else:
            self.closed += 1

    def next(self) -> None:
        data = self.data
        if self._is_ordered:
            return
        if self.position:
            if data.sells[0] or data.flatten[0]:
                for order in self._levels:
                    self.cancel(order)
                self.close()
                self._is_ordered = True
        elif data.buys[0]:
            shares = int(self.broker.getvalue() * raw.SHARE / data.close[0])
            if shares:
                self.buy(size=shares)
                self._is_ordered = True


def table(bars: raw.Bars) -> pd.DataFrame:
    """Return the bars and signals as backtrader's feed reads them."""
    buys, sells = signals(bars)
    flatten = [*((bars.marks[1:] & raw.FLATTEN) != 0).tolist(), True]
    return pd.DataFrame(
        {
            "open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close,
            "volume": bars.volume, "buys": buys, "sells": sells, "flatten": flatten,
        },
        index=raw.times(len(bars)),
    )  # fmt: skip


def main() -> None:
    path, count, rounds = sys.argv[1:]
    bars = raw.read(path).head(int(count))

    def run() -> tuple[int, float]:
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(Feed(dataname=table(bars)))
        cerebro.addstrategy(Terminal)
        cerebro.broker.setcash(raw.CAPITAL)
        cerebro.broker.addcommissioninfo(Costs())
        cerebro.broker.set_slippage_fixed(raw.TICK, slip_open=True, slip_limit=False, slip_out=True)
        strategy = cerebro.run()[0]
        return strategy.closed, cerebro.broker.getvalue() - raw.CAPITAL

    report("backtrader", len(bars), run, int(rounds))


if __name__ == "__main__":
    main()
