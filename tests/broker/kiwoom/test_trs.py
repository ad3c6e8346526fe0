"""The table of TRs against the reference, and replies read through a control."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from broker.kiwoom import tr_reading, trs
from broker.kiwoom.trs import TRS
from tests.builders import SEOUL

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "kiwoom-tables.json"


class Replying:
    """A control with one reply in it; counts what it is asked."""

    def __init__(self, single=None, rows=(), columns=None, extra=()) -> None:
        self.single, self.rows, self.columns = single or {}, list(rows), columns
        self.extra = tuple(extra)
        self.calls: list[str] = []

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        name = signature.partition("(")[0]
        self.calls.append(name)
        if name == "GetRepeatCnt":
            return len(self.rows)
        if name == "GetCommDataEx":
            return self._table()
        _, _, index, field = values
        if self.rows and field in self.rows[0]:
            return f"  {self.rows[index][field]}"
        return f"{self.single.get(field, '')}   "

    def _table(self):
        if self.columns is None:
            return None
        return [[row.get(name, "") for name in self.columns] + [*self.extra] for row in self.rows]


def names(code: str) -> list[str]:
    return [field.name for field in TRS[code].rows]


BAR = {
    "현재가": "-77000", "거래량": "0000123", "체결시간": "20220118142900", "시가": "+77100",
    "고가": "+77200", "저가": "-76900",
}  # fmt: skip


def read(control, code="opt10080", more="0"):
    return tr_reading.read(control, TRS[code], "rq", more)


def test_rows_come_by_one_call_and_are_checked_once():
    control = Replying(rows=[BAR, BAR | {"현재가": "77500"}], columns=names("opt10080"))
    reply = read(control, more="2")
    assert [row["현재가"] for row in reply.rows] == [77_000, 77_500]
    assert reply.rows[0]["체결시간"] == datetime(2022, 1, 18, 14, 29, tzinfo=SEOUL)
    assert reply.rows[0]["거래량"] == 123
    assert reply.has_more
    # One for 종목코드, the rest for the first row: not one for every cell.
    assert control.calls.count("GetCommData") == 1 + len(TRS["opt10080"].columns)


def test_rows_without_a_table_are_read_cell_by_cell():
    reply = read(Replying(rows=[BAR, BAR]))
    assert [row["시가"] for row in reply.rows] == [77_100, 77_100]
    assert not reply.has_more


def test_columns_added_at_the_end_do_no_harm():
    reply = read(Replying(rows=[BAR], columns=names("opt10080"), extra=["new"]))
    assert reply.rows[0]["저가"] == 76_900


def test_columns_that_moved_are_noticed_and_read_by_name():
    control = Replying(rows=[BAR, BAR], columns=["새필드", *names("opt10080")])
    assert [row["현재가"] for row in read(control).rows] == [77_000, 77_000]


def test_a_row_that_cant_be_read_is_left_out_and_told():
    reply = read(Replying(rows=[BAR, BAR | {"고가": "?"}, BAR], columns=names("opt10080")))
    assert len(reply.rows) == 2
    assert "row 1" in reply.errors[0]
    assert "고가" in reply.errors[0]


def test_single_values_are_unpadded_with_their_signs():
    control = Replying({"주문가능금액": "000000009990000", "d+2추정예수금": "-00000000001234"})
    reply = read(control, "opw00001")
    assert reply.single["주문가능금액"] == 9_990_000
    assert reply.single["d+2추정예수금"] == -1_234
    assert reply.single["예수금"] == 0
    assert reply.rows == ()


def test_codes_of_holdings_lose_their_a():
    row = {"종목번호": "A005930", "보유수량": "000000000000002", "매입금액": "000000000154300"}
    reply = read(Replying(rows=[row], columns=names("opw00018")), "opw00018")
    assert (reply.rows[0]["종목번호"], reply.rows[0]["보유수량"]) == ("005930", 2)
    assert reply.rows[0]["매입금액"] == 154_300


def test_a_price_of_nothing_is_none():
    for text in ("-0", " 0", "", "-"):
        assert trs.KINDS["price"](text) is None


def test_days_and_blank_times():
    assert trs.KINDS["day"]("20220114") == date(2022, 1, 14)
    assert trs.KINDS["day"]("  ") is None
    assert trs.KINDS["stamp"]("") is None
    with pytest.raises(ValueError):
        trs.KINDS["stamp"]("2020060490458")  # the recorded hour without its zero


@pytest.mark.skipif(not REFERENCE.exists(), reason=f"needs the reference: {REFERENCE}")
@pytest.mark.parametrize("code", sorted(TRS))
def test_field_lists_are_kiwooms_in_kiwooms_order(code):
    told = json.loads(REFERENCE.read_text(encoding="utf-8"))["tr"][code]
    assert names(code) == told["multi"] or not names(code)
    assert {field.name for field in TRS[code].single} <= set(told["single"])
    assert set(TRS[code].inputs) == set(told["inputs"])
