"""Sections 2 and 3 of the strategy read once more, without a line of the program.

Slow on purpose: indicators by `ta`, pandas and numpy on whole columns, rules word by word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import ta

Row = Mapping[str, float]


def with_scores(bars: pd.DataFrame, options: Mapping[str, Any]) -> pd.DataFrame:
    """Return `bars` (time, open, high, low, close, volume, turnover) with `buy` and `sell` scores.

    Both are NaN before enough bars have closed.
    """
    found = _with_indicators(bars.reset_index(drop=True), options)
    rows = found.to_dict("records")
    needed = max(options[f"strategy.{name}"] for name in ("ema_long", "rsi_period", "bb_period"))
    scores = [
        (np.nan, np.nan) if at + 1 < needed else _score(rows[at - 1], rows[at], options)
        for at in range(len(rows))
    ]
    found["buy"] = [buy for buy, _ in scores]
    found["sell"] = [sell for _, sell in scores]
    return found


def _with_indicators(bars: pd.DataFrame, options: Mapping[str, Any]) -> pd.DataFrame:
    found, close = bars.copy(), bars["close"].astype(float)
    for name in ("ema_short", "ema_long"):
        period = options[f"strategy.{name}"]
        found[name] = ta.trend.EMAIndicator(close, period).ema_indicator()
    found["rsi"] = ta.momentum.RSIIndicator(close, options["strategy.rsi_period"]).rsi()
    # Each window by itself: the running deviation of pandas drifts.
    windows = close.rolling(options["strategy.bb_period"])
    middle, reach = windows.apply(np.mean, raw=True), windows.apply(np.std, raw=True)
    found["bb_low"] = middle - options["strategy.bb_width"] * reach
    found["bb_high"] = middle + options["strategy.bb_width"] * reach
    typical = (bars["high"] + bars["low"] + close) / 3 * bars["volume"]
    turnover = bars["turnover"].fillna(typical)
    day = bars["time"].map(lambda time: time.date())
    volume = bars["volume"].groupby(day).cumsum()
    found["vwap"] = turnover.groupby(day).cumsum() / volume.where(volume > 0)
    return found


def _score(prev: Row, latest: Row, options: Mapping[str, Any]) -> tuple[float, float]:
    verdicts = _verdicts(prev, latest, options)
    weight = {name: options[f"strategy.weight_{name}"] for name in verdicts}
    return (
        sum(weight[name] for name, (buys, _) in verdicts.items() if buys),
        sum(weight[name] for name, (_, sells) in verdicts.items() if sells),
    )


def _verdicts(prev: Row, latest: Row, options: Mapping[str, Any]) -> dict[str, tuple[bool, bool]]:
    return {
        "ema_cross": (
            _less(prev["ema_short"], prev["ema_long"])
            and _more(latest["ema_short"], latest["ema_long"]),
            _more(prev["ema_short"], prev["ema_long"])
            and _less(latest["ema_short"], latest["ema_long"]),
        ),
        "rsi": (
            _less(latest["rsi"], options["strategy.rsi_oversold"]),
            _more(latest["rsi"], options["strategy.rsi_overbought"]),
        ),
        "bb_break": (
            _not_more(prev["close"], prev["bb_high"]) and _more(latest["close"], latest["bb_high"]),
            _not_less(prev["close"], prev["bb_low"]) and _less(latest["close"], latest["bb_low"]),
        ),
        "vwap_break": (
            _not_more(prev["close"], prev["vwap"]) and _more(latest["close"], latest["vwap"]),
            _not_less(prev["close"], prev["vwap"]) and _less(latest["close"], latest["vwap"]),
        ),
    }


def _more(a: float, b: float) -> bool:
    return a - b > 1e-9 * max(1, abs(a), abs(b))  # false where one is NaN


def _less(a: float, b: float) -> bool:
    return _more(b, a)


def _not_more(a: float, b: float) -> bool:
    return not (np.isnan(a) or np.isnan(b) or _more(a, b))


def _not_less(a: float, b: float) -> bool:
    return _not_more(b, a)
