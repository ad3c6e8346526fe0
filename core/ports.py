"""What the core needs from outside, as contracts; none of these ever blocks.

Answers come back as messages through the `post` function an adapter was made with. `post` may be
called from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.domain.messages import Condition, Message
from core.domain.order import Order
from core.domain.price import Price
from core.domain.signal import Values

Post = Callable[[Message], None]


class Clock(Protocol):
    """The only source of time in the core: exchange time, aware."""

    def now(self) -> datetime:
        """Return the present moment in the market's time zone; never goes back."""
        ...


class MarketFeed(Protocol):
    """Where market data come from: `HistoryLoaded`, `Tick`, `OrderBook`, `ConnectionChanged`."""

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        """Ask for 1-minute bars of the last `days` sessions and what is known of each symbol.

        Each symbol is answered by one `HistoryLoaded`; an unknown one with its `error` set.
        """
        ...

    def subscribe(self, symbols: Sequence[str]) -> None:
        """Post ticks and order books of these symbols too from now on."""
        ...

    def unsubscribe(self, symbols: Sequence[str]) -> None: ...


class SymbolSource(Protocol):
    """Where the trader's own symbol searches are run: `ConditionsListed`, `ConditionMatched`."""

    def request_conditions(self) -> None: ...

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        """Ask for the symbols that match, and for changes too where `is_real_time`."""
        ...

    def stop_condition(self, condition: Condition) -> None: ...


class Broker(Protocol):
    """Where orders go; reports, `AccountReported`, `ConnectionChanged` come back.

    Reports of one order may come in any order, late, or twice. No call waits for an answer.
    """

    def connect(self) -> None:
        """Log in; posts `ConnectionChanged`."""
        ...

    def submit(self, order: Order) -> None:
        """Send a new order; the order was journaled before. Answered by order reports."""
        ...

    def cancel(self, order: Order) -> None:
        """Ask to cancel the rest of `order`; a cancel, a fill or a rejection follows."""
        ...

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        """Ask to move what is left of a limit order to `limit_price`, or to make it smaller.

        `quantity` is of the whole order, filled shares included. `OrderAmended` or `AmendRejected`
        follows.
        """
        ...

    def request_account(self, request_id: str) -> None:
        """Ask for cash, holdings and working orders: one `AccountReported` with this id follows.

        The first one after a login, and one whose id begins with `DAY_REQUEST`, also has all
        orders of the day, as far as the broker tells them; whatever was filled by that list of an
        order that this adapter has told of was reported before.
        """
        ...

    def close(self) -> None:
        """Log out and free everything; nothing is posted afterwards."""
        ...


class Predictor(Protocol):
    """Asks an AI for the next move; posts one `PredictionArrived` for each request."""

    def use(self, options: Any) -> None:
        """Take changed options of the predictor's own kind, for the requests to come."""
        ...

    def request(self, symbol: str, bar_start: datetime, features: Values) -> None: ...

    def close(self) -> None: ...


class Journal(Protocol):
    """The record of everything that has to do with money; `commit` before anything leaves."""

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        """Add one record to the open batch; `fields` are JSON values, datetimes and enums.

        `kind` is one of core.journal.KINDS ("order", "report", "fill", "trade", "decision", ...).
        """
        ...

    def commit(self) -> None:
        """Make the open batch durable; returns once it is on disk.

        Raises:
            JournalError: The disk is full, the file is locked or gone; the batch is kept.
        """
        ...

    def close(self) -> None: ...
