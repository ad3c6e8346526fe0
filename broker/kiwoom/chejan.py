"""OnReceiveChejanData as records: what happened to an order, and what is held since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NoReturn

from broker.kiwoom import fids
from broker.kiwoom.parse import Read, market_time, number, plain_code
from config.text import Text
from core.domain.errors import DataError
from core.domain.order import Side

ACCEPTED, FILLED, CONFIRMED, REFUSED = "접수", "체결", "확인", "거부"
"""States (913). Of an amendment and a cancel too: what it is about is in `Verb`."""


class Verb(Enum):
    """What an order number stands for: amendments and cancels are orders with their own."""

    NEW = "NEW"
    AMEND = "AMEND"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One notice about one order number (gubun 0); money in won, quantities in shares.

    Commission and tax are cumulative. `filled` is cumulative too, None where it isn't told;
    `unit_filled` and `unit_price` are of this fill alone.
    """

    account: str
    number: str
    original: str  # the number it amends or cancels; "" for a new order
    code: str
    state: str
    verb: Verb
    side: Side
    kind_name: str  # 매매구분
    ordered: int
    price: int  # 0 without one
    remaining: int
    filled: int | None
    filled_value: int
    execution: str
    unit_price: int
    unit_filled: int
    commission: int
    tax: int
    refusal: str
    screen: str
    last_price: int
    time: datetime


@dataclass(frozen=True, slots=True)
class BalanceEvent:
    """What is held of one security after an event (gubun 1)."""

    account: str
    code: str
    held: int
    sellable: int  # less what working sells reserve
    average_price: int  # won, rounded


def read_action(text: str, side_code: str = "") -> tuple[Verb, Side]:
    """Return what an 주문구분 says: "+매수", "-매도정정", "매수취소", ...

    Raises:
        ValueError: Neither it nor the side's code (1 sell, 2 buy) names a side.
    """
    verb = Verb.CANCEL if "취소" in text else Verb.AMEND if "정정" in text else Verb.NEW
    if "매도" in text or ("매수" not in text and side_code.strip() == "1"):
        return verb, Side.SELL
    if "매수" in text or side_code.strip() == "2":
        return verb, Side.BUY
    raise ValueError(f"{text!r} names no side")


def plain_number(text: str) -> str:
    """Return an order number without blanks; "" for none, which is written as zeros too."""
    stripped = text.strip()
    return stripped if stripped.strip("0") else ""


def read_order_event(read: Read, now: datetime) -> OrderEvent:
    """Return the order event being delivered.

    Raises:
        DataError: A field can't be read; the text names code, field and value.
    """
    fields = _Fields(read)
    order_number = plain_number(read(fids.ORDER_NUMBER))
    if not order_number:
        fields.refuse(fids.ORDER_NUMBER)
    verb, side = fields.action()
    return OrderEvent(
        account=read(fids.ACCOUNT).strip(),
        number=order_number,
        original=plain_number(read(fids.ORIGINAL_NUMBER)),
        code=fields.code,
        state=read(fids.STATE).strip(),
        verb=verb,
        side=side,
        kind_name=read(fids.KIND_NAME).strip(),
        ordered=fields.size(fids.ORDERED),
        price=fields.size(fids.ORDER_PRICE),
        remaining=fields.size(fids.REMAINING),
        filled=fields.known(fids.FILLED),
        filled_value=fields.size(fids.FILLED_VALUE),
        execution=read(fids.EXECUTION_NUMBER).strip(),
        unit_price=fields.size(fids.UNIT_PRICE) or fields.size(fids.FILL_PRICE),
        unit_filled=fields.size(fids.UNIT_FILLED),
        commission=fields.size(fids.COMMISSION),
        tax=fields.size(fids.TAX),
        refusal=_words(read(fids.REFUSAL)),
        screen=read(fids.SCREEN).strip(),
        last_price=fields.size(fids.PRICE),
        time=fields.time(now),
    )


def read_balance_event(read: Read) -> BalanceEvent:
    """Return the balance event being delivered.

    Raises:
        DataError: A field can't be read.
    """
    fields = _Fields(read)
    return BalanceEvent(
        account=read(fids.ACCOUNT).strip(),
        code=fields.code,
        held=fields.size(fids.HELD),
        sellable=fields.size(fids.SELLABLE),
        average_price=fields.size(fids.AVERAGE_PRICE),
    )


class _Fields:
    """Reads the fields of one event, and says which one can't be."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.code = plain_code(read(fids.CODE))

    def known(self, fid: int) -> int | None:
        try:
            value = number(self._read(fid))
        except ValueError:
            self.refuse(fid)
        return None if value is None else abs(value)

    def size(self, fid: int) -> int:
        return self.known(fid) or 0

    def action(self) -> tuple[Verb, Side]:
        try:
            return read_action(self._read(fids.ACTION), self._read(fids.SIDE))
        except ValueError:
            self.refuse(fids.ACTION)

    def time(self, now: datetime) -> datetime:
        text = self._read(fids.ORDER_TIME)
        if not text.strip():
            return now
        try:
            return market_time(text, now)
        except ValueError:
            self.refuse(fids.ORDER_TIME)

    def refuse(self, fid: int) -> NoReturn:
        text = self._read(fid)
        raise DataError(
            Text(
                f"{self.code}: 체결잔고 통보의 {fids.name(fid)}을(를) 읽을 수 없습니다: {text!r}",
                f"{self.code}: {fids.name(fid)} of a chejan event can't be read: {text!r}",
            )
        )


def _words(text: str) -> str:
    """A refusal's words; 0 says that there is none."""
    return text.strip() if text.strip(" 0") else ""
