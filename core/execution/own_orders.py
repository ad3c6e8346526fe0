"""Own orders that a broker's account report may not show yet, though they may still be filled."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from core.domain.errors import OrderError
from core.domain.messages import AccountReported
from core.domain.order import Order, OrderId, OrderReport
from core.execution.silence import Silence

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sent:
    order: Order
    silence: Silence


@dataclass(frozen=True, slots=True)
class _Request:
    asked_s: float
    # Own orders as they were known when it was asked; what was sent later is added as it was sent.
    known: dict[OrderId, _Sent] = field(default_factory=dict)


class OwnOrders:
    """Remembers what we knew of our orders when each account report was asked for.

    A report shows some moment after its request and before its arrival. What we heard after asking
    may be in it or not, so it is not counted in our favour: else shares that were sold meanwhile
    would be sold again. All times are seconds of any one clock that does not go back.
    """

    def __init__(self) -> None:
        self._sent: dict[OrderId, _Sent] = {}
        self._requests: dict[str, _Request] = {}  # not answered yet, oldest first

    def ask(self, request_id: str, asked_s: float) -> None:
        """An account report is asked for now."""
        self._requests[request_id] = _Request(asked_s, dict(self._sent))

    def forget(self, request_id: str) -> None:
        """That request was never sent."""
        self._requests.pop(request_id, None)

    def is_awaited(self, request_id: str) -> bool:
        """Whether that report was asked for and would tell something newer than the last one."""
        return request_id in self._requests

    def send(self, order: Order, sent_s: float) -> None:
        """An order goes out now; no request made before can be trusted to show it."""
        self._sent[order.id] = _Sent(order, Silence(sent_s))
        for request in self._requests.values():
            request.known[order.id] = self._sent[order.id]

    def take_back(self, order_id: OrderId) -> None:
        """That order was never sent."""
        self._sent.pop(order_id, None)
        for request in self._requests.values():
            request.known.pop(order_id, None)

    def hear(self, report: OrderReport) -> str | None:
        """Take a report of any order; return the symbol of an own one, None for others."""
        sent = self._sent.get(report.order_id)
        if sent is None:
            return None
        try:
            # Whatever is said of it, it has arrived: the silence before was none.
            self._sent[report.order_id] = _Sent(sent.order.apply(report), sent.silence.broken())
        except OrderError as error:
            # The next account report decides; what was believed of the order does not.
            logger.warning("flatten without the engine: %s", error)
        return sent.order.intent.symbol

    def unlisted(self, account: AccountReported) -> list[Order]:
        """Return own orders that may be filled beside those of `account`, which was asked for.

        Requests made before this one are old from now on.
        """
        request = self._requests[account.request_id]
        for request_id in list(self._requests):
            del self._requests[request_id]
            if request_id == account.request_id:
                break
        found = list(self._unlisted(account, request))
        self._drop_ended(request)
        return found

    def _unlisted(self, account: AccountReported, request: _Request) -> Iterator[Order]:
        ids = {order.id for order in account.orders}
        numbers = {order.broker_id for order in account.orders if order.broker_id}
        for order_id, known in request.known.items():
            sent, asked_s = self._sent[order_id], request.asked_s
            if order_id in ids or sent.order.broker_id in numbers:
                self._sent[order_id] = replace(sent, silence=sent.silence.broken())
                continue
            silence = sent.silence.after(asked_s)
            self._sent[order_id] = replace(sent, silence=silence)
            if known.order.is_working and not silence.is_lost(asked_s):
                yield known.order

    def _drop_ended(self, request: _Request) -> None:
        """Forget what had ended before a request that is answered: it is in every later report."""
        for order_id, known in request.known.items():
            if not known.order.is_working:
                self._sent.pop(order_id, None)
        for other in self._requests.values():
            for order_id in other.known.keys() - self._sent.keys():
                del other.known[order_id]
