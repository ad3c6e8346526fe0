"""What a trade costs: commission, sell tax and slippage, exact to the won."""

from __future__ import annotations

import bisect
import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import Side
from core.domain.price import Price, PriceGrid

_TABLES = Path(__file__).with_name("cost_tables.json")


@section("costs")
class CostOptions(Options):
    """What the simulated broker and the backtest take, and how prices are rounded there."""

    commission_bps: float = option(
        1.5,
        ge=0,
        le=1000,
        unit="bp",
        title=Text("매매수수료", "Commission"),
        help=Text(
            "체결금액에 대한 수수료. 1bp는 0.01%이며 매수와 매도 양쪽에 붙습니다.",
            "Share of the traded value on both sides; 1 bp is 0.01 %.",
        ),
    )
    tax_bps: float = option(
        20,
        ge=0,
        le=1000,
        unit="bp",
        title=Text("매도세금", "Sell tax"),
        help=Text(
            "매도 체결금액에 대한 증권거래세와 농어촌특별세의 합. ETF와 ETN에는 붙지 않습니다.",
            "Securities tax on the value sold; ETF and ETN pay none.",
        ),
    )
    slippage_ticks: int = option(
        1,
        ge=0,
        le=100,
        unit=Text("호가", "ticks"),
        title=Text("슬리피지", "Slippage"),
        help=Text(
            "백테스트와 재생에서 시장가 체결을 불리한 쪽으로 옮기는 호가 수.",
            "Ticks a market order's price is moved against the trader in backtest and replay.",
        ),
    )
    tick_rule: Literal["krx", "none"] = option(
        "krx",
        title=Text("호가단위", "Price ticks"),
        help=Text(
            "krx: 거래소 호가단위에 맞춥니다. none: 가격을 그대로 쓰고 슬리피지도 없습니다.",
            "krx: prices on the exchange's grid. none: prices as they are, without slippage.",
        ),
        choices={
            "krx": Text("거래소 (krx)", "Exchange (krx)"),
            "none": Text("없음 (none)", "None (none)"),
        },
    )
    round_costs: bool = option(
        True,
        title=Text("원 미만 절사", "Whole won"),
        help=Text(
            "수수료와 세금의 원 미만을 버립니다. 실제 계좌와 같습니다.",
            "Cut commission and tax to the won, as real accounts do.",
        ),
    )
    profile: Literal["settings", "kiwoom", "kiwoom_mock"] = option(
        "settings",
        title=Text("수수료 체계", "Fee table"),
        help=Text(
            "settings: 위의 값. kiwoom, kiwoom_mock: 키움 실거래와 모의투자의 수수료, "
            "세금은 매매일에 맞는 세율.",
            "settings: the values above. kiwoom, kiwoom_mock: the broker's real and mock fees, "
            "with the tax rate of the trading day.",
        ),
        choices={
            "settings": Text("위의 값 (settings)", "As above (settings)"),
            "kiwoom": Text("키움 실거래 (kiwoom)", "Kiwoom, real (kiwoom)"),
            "kiwoom_mock": Text("키움 모의투자 (kiwoom_mock)", "Kiwoom, mock (kiwoom_mock)"),
        },
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of an amount, kept as an exact ratio."""

    numerator: int
    denominator: int
    cut_to_won: int = 1  # a rounded cost is a multiple of this

    @classmethod
    def of(cls, ratio: Fraction, cut_to_won: int = 1) -> Rate:
        return cls(ratio.numerator, ratio.denominator, cut_to_won)

    @classmethod
    def from_bps(cls, bps: float) -> Rate:
        # Through the text: 1.5 is meant as three halves, 0.1 as a tenth, not as its nearest double.
        return cls.of(Fraction(str(bps)) / 10_000)

    @classmethod
    def from_pct(cls, pct: str, cut_to_won: int = 1) -> Rate:
        return cls.of(Fraction(pct) / 100, cut_to_won)

    def floored(self, value: Price) -> int:
        """Return the share of `value` cut to the won (or to `cut_to_won`), exactly."""
        amount = value if isinstance(value, int) else Fraction(value)
        units = amount * self.numerator // (self.denominator * self.cut_to_won)
        return int(units) * self.cut_to_won

    def exact(self, value: Price) -> float:
        return value * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class CostModel:
    """Commission on both sides and tax on sells, per fill.

    With `rounds` every cost is a whole number of won, cut down: the sum of the costs of partial
    fills is never above the cost of the whole, so a reserve made for the whole always suffices.
    """

    commission_rate: Rate
    tax_rates: tuple[tuple[date, Rate], ...]  # first trading day of each rate, ascending
    rounds: bool = True

    @classmethod
    def from_options(cls, options: CostOptions) -> CostModel:
        if options.profile == "settings":
            always = ((date.min, Rate.from_bps(options.tax_bps)),)
            return cls(Rate.from_bps(options.commission_bps), always, options.round_costs)
        tables = _tables()
        fee = tables["commission"][options.profile]
        taxes = tuple(
            (date.fromisoformat(r["from"]), Rate.from_pct(r["pct"])) for r in tables["sell_tax"]
        )
        return cls(Rate.from_pct(fee["pct"], fee["cut_to_won"]), taxes, options.round_costs)

    def commission(self, value: Price) -> Price:
        """Return the commission in won for `value` won bought or sold."""
        rate = self.commission_rate
        return rate.floored(value) if self.rounds else rate.exact(value)

    def tax(self, value: Price, day: date) -> Price:
        """Return the tax in won for `value` won sold on trading day `day`."""
        rate = self._tax_rate(day)
        return rate.floored(value) if self.rounds else rate.exact(value)

    def of_fill(self, side: Side, value: Price, is_taxed: bool, day: date) -> tuple[Price, Price]:
        """Return (commission, tax) of one fill worth `value` won."""
        pays_tax = side is Side.SELL and is_taxed
        return self.commission(value), self.tax(value, day) if pays_tax else 0

    def break_even_ratio(self, is_taxed: bool, day: date) -> float:
        """Return the price, as a multiple of the entry price, at which a sale pays both costs."""
        fee = self.commission_rate.exact(1.0)
        tax = self._tax_rate(day).exact(1.0) if is_taxed else 0.0
        return (1 + fee) / (1 - fee - tax)

    def affordable(self, cash: Price, price: Price) -> int:
        """Return how many shares `cash` pays at `price`, commission included."""
        if price <= 0 or cash < price:
            return 0
        rate = self.commission_rate
        shares = int(cash * rate.denominator // (price * (rate.numerator + rate.denominator)))
        # Cut costs are a little lower than the ratio says, so one or two more may fit.
        while self._cost(shares + 1, price) <= cash:
            shares += 1
        while shares and self._cost(shares, price) > cash:
            shares -= 1
        return shares

    def _cost(self, shares: int, price: Price) -> Price:
        return shares * price + self.commission(shares * price)

    def _tax_rate(self, day: date) -> Rate:
        index = bisect.bisect_right(self.tax_rates, day, key=lambda row: row[0])
        return self.tax_rates[max(index - 1, 0)][1]


def execution_price(reference: Price, side: Side, grid: PriceGrid, slippage_ticks: int) -> Price:
    """Return what a taker pays or gets where the market prints `reference`.

    The reference is first put on the grid (up for buys, down for sells), then moved against the
    trader by ticks of the size valid at the reference; nothing is sold below the smallest tick.
    Without a grid it stays as it is.

    Source: strategy.md, section 5.
    """
    if not grid.bands:
        return reference
    slip = slippage_ticks * grid.tick(reference)
    if side is Side.BUY:
        return grid.ceil(reference) + slip
    return max(grid.floor(reference) - slip, grid.bands[0][1])


@cache
def _tables() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_TABLES.read_text(encoding="utf-8"))
    return loaded
