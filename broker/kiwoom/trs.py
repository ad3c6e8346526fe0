"""The requests (TR) we make: what goes in, what comes out, and how each value is read.

Adding one is adding one row to the table. Field lists of rows are Kiwoom's, whole and in Kiwoom's
order, because GetCommDataEx gives columns without names; only fields with a kind are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from broker.kiwoom.parse import number, plain_code
from config.text import Text

SEOUL = ZoneInfo("Asia/Seoul")
Kind = Callable[[str], Any]
"""Makes a value of a padded text; raises ValueError where it can't."""


def _price(text: str) -> int | None:
    """A sign tells the direction against the base price; 0 is no price."""
    return abs(number(text) or 0) or None


def _size(text: str) -> int:
    return abs(number(text) or 0)


def _amount(text: str) -> int:
    """Here the sign counts, as in a negative deposit."""
    return number(text) or 0


def _money(text: str) -> int:
    """One that must be there: an account whose cash is blank was not answered."""
    value = number(text)
    if value is None:
        raise ValueError("is blank")
    return value


def _day(text: str) -> date | None:
    digits = text.strip()
    return _moment(digits + "000000").date() if digits.strip("0") else None


def _stamp(text: str) -> datetime | None:
    digits = text.strip()
    return _moment(digits) if digits.strip("0") else None


def _moment(digits: str) -> datetime:
    if len(digits) != 14:
        raise ValueError(f"{digits!r} is no YYYYMMDDHHMMSS")
    parts = [int(digits[:4]), *(int(digits[place : place + 2]) for place in range(4, 14, 2))]
    return datetime(*parts, tzinfo=SEOUL)  # type: ignore[arg-type, misc]  # six ints


KINDS: Mapping[str, Kind] = {
    "price": _price,  # won, None where there is none
    "size": _size,  # shares or won, without sign
    "amount": _amount,  # shares or won, with sign
    "money": _money,  # won, with sign; never blank
    "code": plain_code,
    "text": str.strip,
    "day": _day,  # YYYYMMDD, None where blank
    "stamp": _stamp,  # YYYYMMDDHHMMSS, aware; None where blank
}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind | None  # None: not needed


@dataclass(frozen=True, slots=True)
class Tr:
    """One TR: inputs with what they are unless told otherwise, fields of the single and the multi
    record in Kiwoom's order."""

    code: str
    title: Text
    inputs: Mapping[str, str]
    single: tuple[Field, ...] = ()
    rows: tuple[Field, ...] = ()
    columns: tuple[tuple[int, Field], ...] = field(init=False)  # of the rows, those to be read

    def __post_init__(self) -> None:
        read = tuple(place for place in enumerate(self.rows) if place[1].kind is not None)
        object.__setattr__(self, "columns", read)


def fields(text: str) -> tuple[Field, ...]:
    """Return the fields of a list "name:kind, name, ..."; a name without kind is not read."""
    found = []
    for part in text.split(","):
        name, _, kind = part.strip().partition(":")
        found.append(Field(name, KINDS[kind] if kind else None))
    return tuple(found)


_CHART = "수정주가구분, 수정비율, 대업종구분, 소업종구분, 종목정보, 수정주가이벤트, 전일종가"
# Blank: the control puts in what was stored in its account window.
_PASSWORD = {"비밀번호": "", "비밀번호입력매체구분": "00"}

_TABLE = (
    Tr(
        "opt10001",
        Text("주식기본정보", "stock information"),
        {"종목코드": ""},
        single=fields(
            "종목코드:code, 종목명:text, 상장주식:size, 시가:price, 고가:price, 저가:price, "
            "상한가:price, 하한가:price, 기준가:price, 현재가:price, 거래량:size"
        ),
    ),
    Tr(
        "opt10075",
        Text("미체결", "orders of the day"),
        {"계좌번호": "", "전체종목구분": "0", "매매구분": "0", "종목코드": "", "체결구분": "0"},
        rows=fields(
            "계좌번호, 주문번호:text, 관리사번, 종목코드:code, 업무구분, 주문상태:text, "
            "종목명:text, 주문수량:size, 주문가격:size, 미체결수량:size, 체결누계금액:size, "
            "원주문번호:text, 주문구분:text, 매매구분:text, 시간:text, 체결번호:text, "
            "체결가:size, 체결량:size, 현재가:price, 매도호가, 매수호가, 단위체결가:size, "
            "단위체결량:size, 당일매매수수료:size, 당일매매세금:size, 개인투자자"
        ),
    ),
    Tr(
        "opt10076",
        Text("체결", "fills of the day"),
        {
            "종목코드": "",
            "조회구분": "0",
            "매도수구분": "0",
            "계좌번호": "",
            "비밀번호": "",
            "주문번호": "",
            "체결구분": "2",
        },
        rows=fields(
            "주문번호:text, 종목명:text, 주문구분:text, 주문가격:size, 주문수량:size, 체결가:size, "
            "체결량:size, 미체결수량:size, 당일매매수수료:size, 당일매매세금:size, 주문상태:text, "
            "매매구분:text, 원주문번호:text, 주문시간:text, 종목코드:code"
        ),
    ),
    Tr(
        "opt10080",
        Text("주식분봉차트", "minute bars"),
        {"종목코드": "", "틱범위": "1", "수정주가구분": "1"},
        single=fields("종목코드:code"),
        rows=fields(
            "현재가:price, 거래량:size, 체결시간:stamp, 시가:price, 고가:price, 저가:price, "
            + _CHART
        ),
    ),
    Tr(
        "opt10081",
        Text("주식일봉차트", "daily bars"),
        {"종목코드": "", "기준일자": "", "수정주가구분": "1"},
        single=fields("종목코드:code"),
        rows=fields(
            "종목코드, 현재가:price, 거래량:size, 거래대금:size, 일자:day, 시가:price, 고가:price, "
            "저가:price, " + _CHART
        ),
    ),
    Tr(
        "opw00001",
        Text("예수금상세현황", "deposit"),
        {"계좌번호": "", **_PASSWORD, "조회구분": "3"},
        single=fields(
            "예수금:amount, 출금가능금액:amount, 주문가능금액:money, d+1추정예수금:amount, "
            "d+2추정예수금:money"
        ),
    ),
    Tr(
        "opw00018",
        Text("계좌평가잔고내역", "holdings"),
        {"계좌번호": "", **_PASSWORD, "조회구분": "1"},
        single=fields("총매입금액:amount, 총평가금액:amount, 추정예탁자산:amount, 조회건수:size"),
        rows=fields(
            "종목번호:code, 종목명:text, 평가손익:amount, 수익률(%), 매입가:size, 전일종가:price, "
            "보유수량:size, 매매가능수량:size, 현재가:price, 전일매수수량, 전일매도수량, "
            "금일매수수량, 금일매도수량, 매입금액:size, 매입수수료:size, 평가금액:amount, "
            "평가수수료:size, 세금:size, 수수료합:size, 보유비중(%), 신용구분:text, 신용구분명, "
            "대출일"
        ),
    ),
)

TRS: Mapping[str, Tr] = {tr.code: tr for tr in _TABLE}
"""By code."""
