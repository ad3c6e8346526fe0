"""What is traded."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.price import KRX_STOCK, Price, PriceGrid, daily_limits


@dataclass(frozen=True, slots=True)
class Instrument:
    """A security as the broker's master data describe it."""

    symbol: str
    name: str
    previous_close: Price | None = None  # won; None: not known, so the day has no price limits
    grid: PriceGrid = KRX_STOCK
    is_taxed: bool = True  # a sale pays the securities tax; ETF and ETN do not
    board: str = ""  # "KOSPI", "KOSDAQ"; empty: not known
    listed_shares: int | None = None
    is_halted: bool = False  # 거래정지
    warnings: tuple[str, ...] = ()  # the exchange's words: 관리종목, 투자경고, 단기과열, ...

    def price_limits(self) -> tuple[Price, Price] | None:
        """Return today's lowest and highest price, or None where they are not known."""
        if self.previous_close is None or not self.grid.bands:
            return None
        return daily_limits(int(self.previous_close), self.grid)
