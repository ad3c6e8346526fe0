"""Order kinds as Kiwoom's codes, both ways, and the table of errors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from broker.kiwoom import errors, hoga
from core.domain.errors import BrokerError
from core.domain.order import OrderKind, TimeInForce
from tests.builders import an_intent

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "kiwoom-tables.json"
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason=f"needs {REFERENCE}")


@pytest.mark.parametrize("row", hoga.HOGAS, ids=lambda row: row.code)
def test_every_row_is_found_by_its_kind_and_by_its_name(row):
    price = 70_000 if row.kind.has_price else None
    intent = replace(an_intent(), kind=row.kind, time_in_force=row.time_in_force, limit_price=price)
    assert hoga.of_intent(intent) is row
    assert hoga.price_of(intent) == (price or 0)
    assert hoga.named(row.title.ko) is row


@needs_reference
@pytest.mark.parametrize("row", hoga.HOGAS, ids=lambda row: row.code)
def test_rows_are_the_references(row):
    told = json.loads(REFERENCE.read_text(encoding="utf-8"))["hoga"][row.code]
    assert told["name"] == row.title.ko
    assert told["mock_server"] is row.is_on_mock
    assert (told["price"] == "required") is row.kind.has_price


def test_the_mock_server_takes_limit_and_market_only():
    assert hoga.of_intent(an_intent(), is_mock=True).code == "03"
    with pytest.raises(BrokerError, match="the mock server"):
        hoga.of_intent(replace(an_intent(), kind=OrderKind.BEST), is_mock=True)


def test_a_kind_that_kiwoom_has_not_is_refused():
    with pytest.raises(BrokerError):
        hoga.of_intent(replace(an_intent(), kind=OrderKind.TOP, time_in_force=TimeInForce.FOK))


@pytest.mark.parametrize(
    ("name", "price", "code"),
    [("보통", 70_000, "00"), ("시장가 ", 0, "03"), ("시장가(IOC)", 0, "13"), ("??", 5, "00"),
     ("", 0, "03")],
)  # fmt: skip
def test_names_in_order_events(name, price, code):
    assert hoga.of_name(name, price).code == code


def test_an_error_says_what_it_means_and_what_to_do():
    error = errors.of(errors.NO_PASSWORD)
    assert "계좌비밀번호" in error.text.ko
    assert "(-301)" in error.text.en
    assert "Register the password" in error.text.en


@pytest.mark.parametrize("code", [-999, -1, None])
def test_an_unlisted_code_is_a_failure_too(code):
    assert errors.of(code).text.ko
    assert errors.of(code).text.en


@needs_reference
def test_the_references_errors_are_all_there():
    told = json.loads(REFERENCE.read_text(encoding="utf-8"))["errors"]
    unknown = errors.of(-999).meaning
    assert [
        code for code in told if int(code) < 0 and errors.of(int(code)).meaning == unknown
    ] == []
