"""What every kind of record holds: the one place where the journal's fields are agreed.

The engine makes each record with a builder of this module and hands it on:

    kind, fields = fill_record(fill, reason, cash_after=cash, position_after=held)
    journal.record(kind, fill.time, fields)

Builders keep the frozen domain objects as they are; `core.journal.encoding.to_json` turns them
into JSON when the batch is committed, field by field under the names the dataclasses have. Nothing
secret is ever given to a builder; settings go through `masked` all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from config.text import Text
from core.domain.messages import (
    AccountReported,
    AccountUpdated,
    CertificateIssued,
    FlattenProgressed,
    Noted,
    PredictionArrived,
)
from core.domain.order import (
    AmendRequested,
    Fill,
    Order,
    OrderAmended,
    OrderId,
    OrderIntent,
    OrderReport,
    Reason,
)
from core.domain.past import Mismatch
from core.domain.portfolio import Position, Trade
from core.domain.price import Price
from core.domain.risk import Check, TradingState
from core.domain.signal import Decision, Values
from core.journal.encoding import digest
from core.journal.masking import masked

Record = tuple[str, dict[str, Any]]
"""A kind and its fields."""

KINDS = (
    "session",  # one run begins: mode, seed, version, settings, money and positions it starts with
    "order",  # an order, before it is sent; or one of somebody else, when it is first seen
    "report",  # what became of an order, all but its fills
    "fill",  # one execution, with cash and position after it
    "trade",  # a closed round trip
    "level",  # a stop moved: it follows a high, or protects the entry
    "decision",  # BUY, SELL, SELL_SL, SELL_TP with the full breakdown; HOLD if wanted
    "denied",  # an intent the risk gate refused, with every check
    "state",  # trading state changed
    "account",  # our own or the broker's word on cash and positions
    "prediction",  # an answer of the AI, or why there was none
    "flatten",  # progress of an emergency flatten
    "mismatch",  # the broker's word and our books differ in a symbol; or what became of that
    "certificate",  # our ledger of a day was compared with the broker's: verdict, hash of the text
    "note",  # something a person should know
    "end",  # the run ended in good order: money and positions it leaves
)
"""Stable ASCII codes; a new kind is added here, with a builder below and its columns in `views`."""

_KINDS = frozenset(KINDS)


def checked(
    kind: str, time: datetime, fields: Mapping[str, Any]
) -> tuple[str, datetime, Mapping[str, Any]]:
    """Return the three as they are; an unknown kind or a time without zone raises ValueError."""
    if kind not in _KINDS:
        raise ValueError(f"{kind!r} is no kind of record; there are {', '.join(KINDS)}")
    if time.tzinfo is None:
        raise ValueError(f"a {kind} record needs a time with a zone, was {time}")
    return kind, time, fields


class AccountSource(Enum):
    """Whose word an `account` record is."""

    ENGINE = "ENGINE"  # our books; must agree with the fills
    BROKER = "BROKER"  # the broker's report, for comparison
    ADOPTED = "ADOPTED"  # the broker's report, taken over: our books go on from it
    RESTORED = "RESTORED"  # our books as an earlier session left them, gone on with


def session_record(
    *,
    mode: str,
    version: str,
    start_capital: Price,
    settings: Mapping[str, Any],
    seed: int | None = None,
    cash: Price | None = None,
    positions: Iterable[Position] = (),
    account: str = "",
) -> Record:
    """The first record of a run.

    `settings` is `Settings.flat()`; `cash` (won) defaults to the start capital; `positions` are
    those held already, with their cost. `account` is the key by which a later run finds what this
    one leaves; empty: nothing outlives the run.
    """
    shown = masked(settings)
    return "session", {
        "mode": mode,
        "account": account,
        "version": version,
        "seed": seed,
        "start_capital": start_capital,
        "cash": start_capital if cash is None else cash,
        "positions": tuple(positions),
        "settings_hash": digest(shown),
        "settings": shown,
    }


def order_record(order: Order) -> Record:
    """An order about to be sent (commit before sending), or a foreign one first seen now.

    Of a foreign one `filled` shares may have been filled already, which no `fill` record tells.
    """
    seen = {"broker_id": order.broker_id, "filled": order.filled} if order.broker_id else {}
    return "order", {"order_id": order.id, "intent": order.intent, **seen}


def report_record(report: OrderReport, order: Order) -> Record:
    """What the broker (or we) said of `order`, which is its state after the report.

    An amendment tells the price and the quantity asked for or in force. Not for `OrderFilled`: that
    is `fill_record`.
    """
    terms: dict[str, Any] = {}
    if isinstance(report, AmendRequested | OrderAmended):
        terms = {"limit_price": report.limit_price, "quantity": report.quantity}
    return "report", {
        "order_id": report.order_id,
        "event": type(report).__name__,
        "status": order.status,
        "filled": order.filled,
        "broker_id": order.broker_id,
        "time": report.time,
        "note": getattr(report, "note", ""),
        "code": getattr(report, "code", None),
        **terms,
    }


def fill_record(
    fill: Fill,
    reason: Reason,
    cash_after: Price,
    position_after: int,
    slippage: Price | None = None,
) -> Record:
    """One execution; `cash_after` in won and `position_after` in shares are our books after it.

    `reason` FOREIGN says the order was not ours, so that it need not have been written. `slippage`
    is won per share against the price decided at, above 0 where it was worse; None: not known.
    """
    return "fill", {
        "fill": fill,
        "reason": reason,
        "cash_after": cash_after,
        "position_after": position_after,
        "slippage": slippage,
    }


def trade_record(trade: Trade) -> Record:
    """A closed round trip; recorded after the fill that closed it."""
    return "trade", {"trade": trade, "net_pnl": trade.net_pnl}


def level_record(position: Position) -> Record:
    """Where stop and target of a position are from now on, and the high that they follow."""
    return "level", {
        "symbol": position.symbol,
        "stop_level": position.stop_level,
        "target_level": position.target_level,
        "peak": position.peak,
    }


def decision_record(decision: Decision, values: Values | None = None) -> Record:
    """A decision with its score and, if given, every indicator value it looked at."""
    return "decision", {"decision": decision, "values": values}


def denied_record(
    intent: OrderIntent, checks: Sequence[Check], order_id: OrderId | None = None
) -> Record:
    """An intent the gate refused, with all checks, passed ones too."""
    return "denied", {"order_id": order_id, "intent": intent, "checks": tuple(checks)}


def state_record(state: TradingState, note: Text) -> Record:
    """The trading state from now on, and why."""
    return "state", {"state": state, "note": note}


def account_record(account: AccountUpdated) -> Record:
    """Our own books: at the start and end of a day, and whenever the engine likes."""
    return "account", {
        "source": AccountSource.ENGINE,
        "cash": account.cash,
        "available": account.available,
        "equity": account.equity,
        "capital": account.capital,
        "realized": account.realized,
        "commission": account.commission,
        "tax": account.tax,
        "holdings": {view.position.symbol: view.position.quantity for view in account.positions},
    }


def broker_account_record(
    account: AccountReported,
    adopted: Sequence[Position] | None = None,
    cash: Price | None = None,
    identity: str = "",
) -> Record:
    """The broker's report; with `adopted` our books go on from these positions and from its cash.

    Where our books keep their own, that is `cash`. The report's working orders count as written
    before, and what is filled of its orders as booked. `identity` is the account's, masked.
    """
    fields: dict[str, Any] = {
        "source": AccountSource.BROKER if adopted is None else AccountSource.ADOPTED,
        "cash": account.cash if cash is None or adopted is None else cash,
        "available": account.available,
        "holdings": {held.symbol: held.quantity for held in account.holdings},
        "orders": account.orders,
        "request_id": account.request_id,
        "positions": None if adopted is None else tuple(adopted),
    }
    if adopted is not None or account.day_orders is not None:
        fields["day_orders"] = account.day_orders
    if adopted is not None:
        fields["identity"] = identity
        fields["reported_cash"] = account.cash
    return "account", fields


def restored_record(
    cash: Price, positions: Sequence[Position], orders: Sequence[Order], identity: str
) -> Record:
    """Our books as earlier sessions left them; `orders` are those not known to have ended."""
    return "account", {
        "source": AccountSource.RESTORED,
        "cash": cash,
        "holdings": {held.symbol: held.quantity for held in positions},
        "orders": tuple(orders),
        "positions": tuple(positions),
        "identity": identity,
    }


class MismatchStep(Enum):
    """What a `mismatch` record says."""

    FROZEN = "FROZEN"
    TOOK_THEIRS = "TOOK_THEIRS"  # by a person
    TOOK_OURS = "TOOK_OURS"  # by a person, who investigates
    AGREED = "AGREED"  # by itself: both sides say the same


def mismatch_record(
    mismatch: Mismatch, step: MismatchStep, claim: Position | None = None, who: str = ""
) -> Record:
    """A symbol in which both sides differ; `claim` is our position, `who` a person's command."""
    return "mismatch", {"mismatch": mismatch, "step": step, "claim": claim, "who": who}


def prediction_record(prediction: PredictionArrived) -> Record:
    """The AI's answer for one bar; value null with an error where it counts 0."""
    return "prediction", {"prediction": prediction}


def flatten_record(progress: FlattenProgressed, reason: Reason = Reason.FLATTEN) -> Record:
    """Where a flatten stands, and why it was begun."""
    return "flatten", {"progress": progress, "reason": reason}


def certificate_record(issued: CertificateIssued) -> Record:
    """A closing certificate; `sha256` is of the JSON file of that name."""
    return "certificate", {"certificate": issued}


def note_record(note: Noted) -> Record:
    """Something a person should know."""
    return "note", {"severity": note.severity, "symbol": note.symbol, "text": note.text}


def end_record(
    *, cash: Price, equity: Price, holdings: Mapping[str, int], counts: Mapping[str, int]
) -> Record:
    """The last record of a run that ended in good order.

    `holdings` are shares by symbol (zeros may be left out); `counts` is what the run counted
    ("ticks", "orders", "fills", "trades" ...).
    """
    return "end", {
        "cash": cash,
        "equity": equity,
        "holdings": dict(holdings),
        "counts": dict(counts),
    }
