"""Prices that can't be on KRX's grid while fills are put there: another market's, or adjusted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from config.text import Text
from core.backtest.market import MarketData
from core.simulation.costs import CostOptions

_SHARE = 0.1  # of opens: a few of them may be slips of the source


def off_grid(market: MarketData, settings: Settings) -> Text | None:
    """Return a warning where opens are no whole won and fills are moved to whole ones.

    At 170.30 dollars a tick of the Korean table is 0.6 % of the price, on both sides.
    """
    if settings[CostOptions].tick_rule != "krx":
        return None
    found = [bars.symbol for bars in market.symbols if len(bars) and _is_off(bars.columns.open)]
    if not found:
        return None
    names = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
    return Text(
        f"{names}: 가격에 원 미만이 있는데 체결가는 한국 호가단위로 반올림하고 그 호가만큼 "
        "불리하게 옮깁니다. 다른 나라 종목이나 수정주가라면 costs.tick_rule=none으로 다시 해 "
        "보세요",
        f"{names}: prices are no whole won, but fills are rounded to Korean ticks and slip by "
        "them; for another market or adjusted prices try again with costs.tick_rule=none",
    )


def _is_off(opens: NDArray[np.float64]) -> bool:
    return bool(np.mean(opens != np.rint(opens)) > _SHARE)
