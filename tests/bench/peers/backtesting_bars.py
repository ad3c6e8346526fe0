"""Run by the Python of the peers' environment: a backtest through backtesting.py, as JSON.

    backtesting_bars.py self.bars COUNT ROUNDS

The signals come from pandas in `init`, so that nothing but the account is left for `next`. Costs of
both sides and a tick of slippage a share stand in the commission.
"""

from __future__ import annotations

import sys
import warnings

import pandas as pd
import raw_bars as raw
from backtesting import Backtest, Strategy
from pandas_signals import signals
from reported import report


class Terminal(Strategy):
    """Our strategy."""

    bars: raw.Bars  # the same as its `data`

    def init(self) -> None:
        self._buys, self._sells = signals(self.bars)
        # Sold at the open of the first bar past the flatten time: ordered on the one before.
        self._flatten = [*((self.bars.marks[1:] & raw.FLATTEN) != 0).tolist(), True]
        self._levels_of = None

    def next(self) -> None:
        i = len(self.data) - 1
        if self.trades:
            trade = self.trades[0]
            if self._sells[i] or self._flatten[i]:
                trade.close()
            elif trade is not self._levels_of:
                # Known only now: the order's own levels were reckoned from the close before.
                trade.sl, trade.tp = _levels(trade.entry_price + raw.TICK)
                self._levels_of = trade
        elif self._buys[i]:
            close = self.bars.close[i]
            shares = int(self.equity * raw.SHARE / close)
            stop, target = _levels(close)
            if shares:
                self.buy(size=shares, sl=stop, tp=target)


def _levels(price: float) -> tuple[float, float]:
    return price * (1 - raw.STOP), price * (1 + raw.TARGET)


def _cost(shares: float, price: float) -> float:
    return abs(shares) * (price * (raw.COMMISSION + raw.TAX / 2) + raw.TICK)


def main() -> None:
    path, count, rounds = sys.argv[1:]
    bars = Terminal.bars = raw.read(path).head(int(count))
    table = pd.DataFrame(
        {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close},
        index=raw.times(len(bars)),
    )
    warnings.simplefilter("ignore")  # it warns of progress bars and of the trade still open

    def run() -> tuple[int, float]:
        found = Backtest(
            table, Terminal, cash=raw.CAPITAL, commission=_cost, finalize_trades=True
        ).run()
        return int(found["# Trades"]), float(found["Equity Final [$]"]) - raw.CAPITAL

    report("backtesting", len(bars), run, int(rounds))


if __name__ == "__main__":
    main()
