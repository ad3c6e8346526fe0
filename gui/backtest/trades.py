"""The trades of a run as a table."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime

from config.text import Text
from core.domain.portfolio import Trade
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.panels.common_columns import choice, symbol_column
from gui.wording import REASON

NET, RETURN = Text("순손익", "Net"), Text("수익률", "Return")
COSTS = Text("비용", "Costs")


def _moment(time: object) -> str:
    return f"{time:%y-%m-%d %H:%M}"


def _price(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4g}"


def trade_columns() -> list[Column]:
    """Return the columns, with what a trade came to before its details: a small window cuts."""

    def net(trade: Trade) -> float:
        return trade.net_pnl

    def share(trade: Trade) -> float:
        return trade.net_pnl / (trade.entry_price * trade.quantity) * 100

    def moment(key: str, title: Text, of: Callable[[Trade], datetime]) -> Column:
        return Column(key, title, of, _moment, Align.CENTER, sample="00-00-00 00:00")

    number, net_won = "000,000", "-0,000,000"
    return [
        symbol_column(lambda trade: trade.symbol),
        moment("entry_time", Text("매수", "Bought"), lambda t: t.entry_time),
        moment("exit_time", Text("매도", "Sold"), lambda t: t.exit_time),
        Column("net", NET, net, fmt.signed_won, tone=by_sign(net), sample=net_won),
        Column("pct", RETURN, share, fmt.percent, tone=by_sign(share), sample="+00.00%"),
        choice("reason", Text("사유", "Reason"), lambda t: t.exit_reason, REASON),
        Column(
            "entry", Text("매수가", "Bought at"), lambda t: t.entry_price, _price, sample=number
        ),
        Column("exit", Text("매도가", "Sold at"), lambda t: t.exit_price, _price, sample=number),
        Column("quantity", Text("수량", "Qty"), lambda t: t.quantity, fmt.number, sample="0,000"),
        Column("costs", COSTS, lambda t: t.commission + t.tax, fmt.won, sample="00,000"),
    ]


def trade_key(trade: Trade) -> Hashable:
    return trade.symbol, trade.entry_time
