"""Orders by the trader's own hand: cancel, amend, sell one position."""

from __future__ import annotations

from config.text import Text
from core.domain.errors import JournalError, OrderError
from core.domain.instrument import Instrument
from core.domain.messages import AmendOrder, CancelOrder, ClosePosition, Severity
from core.domain.order import Order, Reason, Side
from core.engine.line import BrokerLine
from core.engine.order_care import OrderCare
from core.engine.parts import Parts
from core.execution.amendments import refusal
from core.risk.checks.entries_allowed import BLOCKS


class ByHand:
    """Owned by the engine thread."""

    def __init__(self, parts: Parts, line: BrokerLine, care: OrderCare) -> None:
        self._markets, self._account, self._orders = parts.markets, parts.account, parts.orders
        self._desk, self._outbox, self._clock = parts.desk, parts.outbox, parts.clock
        self._line, self._care = line, care

    def on_cancel(self, command: CancelOrder) -> None:
        try:
            self._care.release(self._orders[command.order_id])
            self._desk.cancel(command.order_id, self._clock.now())
        except OrderError as error:
            self._refuse(Text("취소할 수 없습니다: {}", "can't cancel: {}").format(error.text))

    def on_amend(self, command: AmendOrder) -> None:
        try:
            order = self._orders[command.order_id]
            why = self._against(order, command)
            if why is None:
                self._care.release(order)
                price, quantity = command.limit_price, command.quantity
                self._desk.amend(order.id, price, quantity, self._clock.now())
        except (OrderError, JournalError) as error:
            why = error.text
        if why is not None:
            self._refuse(Text(f"정정할 수 없습니다: {why.ko}", f"can't amend: {why.en}"))

    def on_close(self, command: ClosePosition) -> None:
        market = self._markets.get(command.symbol)
        if market is not None:
            price = self._account.price(command.symbol)
            self._desk.sell(market, price, Reason.MANUAL, self._clock.now())

    def _against(self, order: Order, command: AmendOrder) -> Text | None:
        """Return what speaks against it: a buy on other terms is an entry of its own."""
        symbol = order.intent.symbol
        market = self._markets.get(symbol)
        instrument = market.instrument if market else Instrument(symbol, symbol)
        why = refusal(
            order, command.limit_price, command.quantity, instrument, self._account.available
        )
        block = self._line.entry_block if order.intent.side is Side.BUY else ""
        return why or (BLOCKS[block] if block else None)

    def _refuse(self, text: Text) -> None:
        self._outbox.note(self._clock.now(), Severity.ERROR, text)
