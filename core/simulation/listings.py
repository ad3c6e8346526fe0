"""The securities of the synthetic market: real codes and names, plausible prices."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.domain.instrument import Instrument
from core.domain.price import KRX_ETF, KRX_STOCK

_FILE = Path(__file__).with_name("listings.json")
_TRADES_A_MINUTE = (12, 30)  # of the quietest and of the busiest security, day's mean
_TURNOVER_EOK = (200, 9_000)  # daily turnover of these two, in units of 100 million won


@dataclass(frozen=True, slots=True)
class Listing:
    """One security and how it usually trades."""

    symbol: str
    name: str
    previous_close: int  # won
    turnover_eok: int  # a usual day's turnover, in units of 100 million won
    daily_volatility_pct: float  # standard deviation of a day's return
    beta: float  # share in the common market factor; below 0 for inverse ETFs
    is_etf: bool
    board: str  # "KOSPI" or "KOSDAQ"
    listed_shares: int
    is_kospi200: bool  # or a plain fund on it: the narrow band of the dynamic VI

    @property
    def instrument(self) -> Instrument:
        return Instrument(
            symbol=self.symbol,
            name=self.name,
            previous_close=self.previous_close,
            grid=KRX_ETF if self.is_etf else KRX_STOCK,
            is_taxed=not self.is_etf,
            board=self.board,
            listed_shares=self.listed_shares,
        )

    @property
    def trades_a_minute(self) -> float:
        """Mean number of market orders a minute; executions are about 1.5 times as many."""
        (low, high), (few, many) = _TRADES_A_MINUTE, _TURNOVER_EOK
        share = (self.turnover_eok - few) / (many - few)
        return float(low + (high - low) * min(max(share, 0.0), 1.0) ** 0.5)

    def shares_a_trade(self, minutes: int) -> float:
        """Return the mean size of an execution in a day of so many minutes."""
        won = self.turnover_eok * 1e8 / (self.trades_a_minute * minutes)
        return max(won / self.previous_close, 1.0)


@cache
def listings() -> dict[str, Listing]:
    """Return every security by its code."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {row["symbol"]: Listing(**row) for row in rows}
