"""The strategy's BUY and SELL at each close, worked out by pandas over whole columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import raw_bars as raw

_RSI, _BAND, _WIDTH = 14, 20, 2.0


def signals(bars: raw.Bars, short: int = 9, long: int = 21) -> tuple[np.ndarray, np.ndarray]:
    """Return at which bars' closes the rules say BUY and SELL, whatever the account holds.

    Without the dead band of section 3: a user of these packages would not write one.
    """
    close = pd.Series(bars.close)
    fast, slow = _ema(close, short), _ema(close, long)
    high, low = _bands(close)
    vwap = _vwap(bars)
    rsi = _rsi(close)
    up, down = _crossed(fast, slow), _crossed(slow, fast)
    buys = up * 1.0 + (rsi < 30) * 0.5 + _crossed(close, high) * 0.7 + _crossed(close, vwap) * 0.5
    sells = down * 1.0 + (rsi > 70) * 0.5 + _crossed(low, close) * 0.7 + _crossed(vwap, close) * 0.5
    may_trade = (bars.marks & raw.LAST) == 0
    may_trade[: max(long, _RSI, _BAND) - 1] = False
    may_buy = may_trade & ((bars.marks & raw.CUTOFF) == 0)
    return (buys.to_numpy() >= 1.5) & may_buy, (sells.to_numpy() >= 1.5) & may_trade


def _ema(close: pd.Series, span: int) -> pd.Series:
    return close.ewm(span=span, adjust=False, min_periods=span).mean()


def _bands(close: pd.Series) -> tuple[pd.Series, pd.Series]:
    window = close.rolling(_BAND)
    mid, reach = window.mean(), _WIDTH * window.std(ddof=0)
    return mid + reach, mid - reach


def _rsi(close: pd.Series) -> pd.Series:
    change = close.diff().fillna(0)
    up, down = (
        part.ewm(alpha=1 / _RSI, adjust=False, min_periods=_RSI).mean()
        for part in (change.clip(lower=0), -change.clip(upper=0))
    )
    return 100 - 100 / (1 + up / down)


def _vwap(bars: raw.Bars) -> pd.Series:
    day = np.cumsum((bars.marks & raw.FIRST) != 0)
    turnover = pd.Series((bars.high + bars.low + bars.close) / 3 * bars.volume)
    return turnover.groupby(day).cumsum() / pd.Series(bars.volume).groupby(day).cumsum()


def _crossed(a: pd.Series, b: pd.Series) -> pd.Series:
    """Return where `a` rose above `b`; of the EMAs the spec asks for < before, of others for <=.

    On a walk of whole ticks no two EMAs are equal, so one of them does for both.
    """
    return (a.shift() <= b.shift()) & (a > b)
