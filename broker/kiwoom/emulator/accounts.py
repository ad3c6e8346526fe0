"""The account as Kiwoom's account TRs see it: what is held, what it is worth, what today cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from broker.kiwoom.emulator.tape import Tape
from core.domain.order import Fill, Side
from core.simulation.costs import CostModel
from core.simulation.exchange import Exchange
from core.simulation.ledger import DayLedger, DayTrades

ACCOUNT = "8000000011"  # a stock account of the mock server
_FUTURES_ACCOUNT = "8100000031"

LOGIN_INFO = {
    "ACCOUNT_CNT": "2",
    "ACCNO": f"{ACCOUNT};{_FUTURES_ACCOUNT};",
    "ACCLIST": f"{ACCOUNT};{_FUTURES_ACCOUNT};",
    "USER_ID": "emulated",
    "USER_NAME": "모의고객",
    "KEY_BSECGB": "1",
    "FIREW_SECGB": "0",
    "GetServerGubun": "1",
}
"""What GetLoginInfo knows after a log-in."""


@dataclass(frozen=True, slots=True)
class Valued:
    """One security held, at its last price; money in won."""

    tape: Tape
    quantity: int
    sellable: int
    cost: int  # 매입금액, without commission
    buy_fee: int
    sell_fee: int  # if sold at the last price
    tax: int
    today: DayTrades

    @property
    def symbol(self) -> str:
        return self.tape.instrument.symbol

    @property
    def average(self) -> int:
        return round(self.cost / self.quantity)

    @property
    def value(self) -> int:
        return self.tape.price * self.quantity

    @property
    def profit(self) -> int:
        """평가손익: with the commission of both sides and the tax, as the mock server does."""
        return self.value - self.cost - self.buy_fee - self.sell_fee - self.tax

    @property
    def profit_pct(self) -> float:
        return 100 * self.profit / self.cost if self.cost else 0.0


@dataclass(frozen=True, slots=True)
class Valuation:
    """The whole account; money in won."""

    cash: int  # 예수금: settled by now, before today's trades
    cash_after_settlement: int  # d+2추정예수금
    orderable: int  # 주문가능금액
    bought: int  # d+2매수정산금: today's buys with their costs
    sold: int  # d+2매도정산금: today's sales less their costs
    held: tuple[Valued, ...]

    @property
    def cost(self) -> int:
        return sum(each.cost for each in self.held)

    @property
    def value(self) -> int:
        return sum(each.value for each in self.held)

    @property
    def profit(self) -> int:
        return sum(each.profit for each in self.held)

    @property
    def profit_pct(self) -> float:
        return 100 * self.profit / self.cost if self.cost else 0.0

    @property
    def assets(self) -> int:
        """추정예탁자산: cash after settlement and what the shares would bring."""
        selling = sum(each.sell_fee + each.tax for each in self.held)
        return self.cash_after_settlement + self.value - selling


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold of one security today; money in won."""

    symbol: str
    quantity: int
    value: int
    cost: int  # of the shares sold, without commission
    commission: int  # of the sales alone
    tax: int

    @property
    def profit(self) -> int:
        return self.value - self.cost - self.commission - self.tax


def sales_of(day: DayLedger) -> list[Sales]:
    """Return today's sales by security, in order of code."""
    return [
        Sales(
            symbol=symbol,
            quantity=trades.sold,
            value=int(trades.sold_value),
            cost=int(trades.sold_cost),
            commission=sum(int(fill.commission) for fill in _sells(day, symbol)),
            tax=sum(int(fill.tax) for fill in _sells(day, symbol)),
        )
        for symbol, trades in sorted(day.trades.items())
        if trades.sold
    ]


def value_account(
    exchange: Exchange, costs: CostModel, tape_of: Callable[[str], Tape], today: date
) -> Valuation:
    """Return the exchange's own books, valued; trades settle on the second day after them."""
    account, fills = exchange.account, exchange.day.fills
    bought = sum(_settlement(fill) for fill in fills if fill.side is Side.BUY)
    sold = sum(_settlement(fill) for fill in fills if fill.side is Side.SELL)
    cash = int(account.cash)
    return Valuation(
        cash=cash + bought - sold,
        cash_after_settlement=cash,
        orderable=int(account.available),
        bought=bought,
        sold=sold,
        held=tuple(_value(exchange, costs, tape_of(code), today) for code in sorted(account.lots)),
    )


def _sells(day: DayLedger, symbol: str) -> list[Fill]:
    return [fill for fill in day.fills if fill.symbol == symbol and fill.side is Side.SELL]


def _settlement(fill: Fill) -> int:
    value, costs = int(fill.price) * fill.quantity, int(fill.commission) + int(fill.tax)
    return value + costs if fill.side is Side.BUY else value - costs


def _value(exchange: Exchange, costs: CostModel, tape: Tape, today: date) -> Valued:
    account, symbol = exchange.account, tape.instrument.symbol
    lot = account.lots[symbol]
    cost, value = int(lot.cost), tape.price * lot.quantity
    tax = costs.tax(value, today) if tape.instrument.is_taxed else 0
    return Valued(
        tape=tape,
        quantity=lot.quantity,
        sellable=account.sellable(symbol),
        cost=cost,
        buy_fee=int(costs.commission(cost)),
        sell_fee=int(costs.commission(value)),
        tax=int(tax),
        today=exchange.day.trades.get(symbol, DayTrades(symbol)),
    )
