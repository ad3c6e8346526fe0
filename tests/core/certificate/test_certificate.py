"""Our ledger against the broker's word: agreement to the won, and every way to miss it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from core.certificate.certificate import Certificate, Verdict
from core.certificate.issue import issue, keep
from core.certificate.page import page
from core.certificate.plain import plain
from core.domain.errors import JournalError
from core.domain.messages import DayOrder
from core.domain.order import BrokerOrderId, OrderKind, OrderStatus, Side
from core.journal.records import order_record
from tests.core.certificate.ledgers import LATER, CertifiedDay
from tests.core.journal.days import OPEN


@pytest.fixture
def day(tmp_path: Path) -> CertifiedDay:
    """One round trip in Samsung, and five shares of another that are kept."""
    made = CertifiedDay(tmp_path / "journal.sqlite")
    made.round_trip()
    made.fill(made.order(Side.BUY, 5, "000660", 100_000))
    return made


def differing(made: Certificate) -> list[str]:
    amounts = (*made.money, *made.shares, *made.realized)
    orders = (*made.orders, *made.foreign)
    return [line.name for line in amounts if line.verdict is Verdict.DIFFERS] + [
        str(line.order_id) for line in orders if line.verdict is Verdict.DIFFERS
    ]


def by_hand(filled: int = 4, value: int = 280_000, costs: int = 10) -> DayOrder:
    """An order of the HTS, as the broker lists it."""
    return DayOrder(
        BrokerOrderId("hts"),
        "005930",
        Side.BUY,
        OrderKind.MARKET,
        4,
        filled,
        value,
        commission=costs,
        tax=0,
        status=OrderStatus.FILLED,
        time=OPEN,
    )


def test_a_day_that_agrees_says_so_with_both_sides_of_every_line(day: CertifiedDay) -> None:
    day.word()
    made = day.certified()
    assert (made.verdict, differing(made)) == (Verdict.AGREES, [])
    assert [line.verdict for line in made.orders] == [Verdict.AGREES] * 3
    cash, bought, sold, commission, tax = made.money
    assert cash.ours == cash.theirs == day.cash
    assert (bought.theirs, sold.theirs) == (1_200_000, 705_000)
    assert (commission.theirs, tax.theirs) == (45, 30)
    assert [(line.name, line.ours, line.theirs) for line in made.shares] == [("000660", 5, 5)]
    assert made.cash_difference == 0


def test_realized_is_compared_where_all_was_bought_and_sold_on_the_day(day: CertifiedDay) -> None:
    day.word()
    kept, whole = day.certified().realized
    assert (kept.name, kept.verdict) == ("000660", Verdict.NOT_COMPARED)
    assert (whole.name, whole.ours, whole.theirs) == ("005930", 4_940, 4_940)
    assert whole.verdict is Verdict.AGREES


def test_it_names_what_it_stands_on(day: CertifiedDay) -> None:
    day.word()
    made = day.certified()
    assert made.records.first == 1 and made.records.last > 10 and made.records.is_chain_good
    assert len(made.records.last_hash) == 64
    assert (made.account, made.mode, made.fills) == ("emulated:80******11", "demo", 3)


@pytest.mark.parametrize(
    ("name", "value", "lines", "off"),
    [
        ("commission", 25, ["commission", "005930", "o1"], -10),
        ("tax", 1, ["tax", "005930", "o1"], -1),
        ("filled_value", 700_001, ["bought", "005930", "o1"], -1),
        ("filled", 9, ["o1"], 0),
        ("remaining", 3, ["o1"], 0),
    ],
)
def test_a_won_or_a_share_of_difference_in_an_order_is_found(
    day: CertifiedDay, name: str, value: int, lines: list[str], off: int
) -> None:
    first, *others = day.listed.values()
    day.word([replace(first, **{name: value}), *others])
    made = day.certified()
    assert (made.verdict, made.differing) == (Verdict.DIFFERS, len(lines))
    assert differing(made) == lines
    assert next(line for line in made.orders if line.order_id == "o1").difference == off


def test_a_won_of_cash_is_found_and_told(day: CertifiedDay) -> None:
    day.word(cash=day.cash - 1)
    made = day.certified()
    assert (made.verdict, differing(made), made.cash_difference) == (Verdict.DIFFERS, ["cash"], -1)
    assert "-1 won" in made.note.en and "-1원" in made.note.ko


def test_a_share_of_difference_is_found(day: CertifiedDay) -> None:
    day.word(held={"000660": 4, "035720": 1})
    assert differing(day.certified()) == ["000660", "035720"]


def test_an_order_of_ours_that_the_broker_does_not_list_differs_if_it_was_filled(
    day: CertifiedDay,
) -> None:
    day.word([*day.listed.values()][1:])
    made = day.certified()
    assert "o1" in differing(made)
    assert made.orders[0].note.en == "the broker does not list it"
    assert made.orders[0].difference == 700_015  # what the broker's cash is better off


def test_an_order_that_was_never_filled_need_not_be_listed(day: CertifiedDay) -> None:
    order = day.order(Side.BUY, 1)
    del day.listed[order.id]
    day.word()
    made = day.certified()
    assert differing(made) == ["o4"], "it works as far as we know"
    assert [line.order_id for line in made.working] == ["o4"]


def test_an_order_of_others_that_we_never_heard_of_is_apart_and_differs(day: CertifiedDay) -> None:
    day.word([*day.listed.values(), by_hand()])
    made = day.certified()
    (line,) = made.foreign
    assert (line.verdict, line.ours, line.numbers) == (Verdict.DIFFERS, None, ("hts",))
    assert (made.verdict, line.difference) == (Verdict.DIFFERS, -280_010)


def test_an_order_of_others_without_a_fill_changes_nothing(day: CertifiedDay) -> None:
    day.word([*day.listed.values(), by_hand(0, 0, 0)])
    made = day.certified()
    assert (made.verdict, made.foreign[0].difference) == (Verdict.AGREES, 0)


def test_without_the_brokers_list_nothing_is_said_to_agree(day: CertifiedDay) -> None:
    day.word(None)
    made = day.certified()
    assert (made.verdict, made.differing) == (Verdict.NOT_COMPARED, 0)
    assert "did not list" in made.note.en
    assert {line.verdict for line in made.orders} == {Verdict.NOT_COMPARED}
    assert made.money[0].verdict is Verdict.AGREES  # cash it has told
    assert {line.verdict for line in made.money[1:]} == {Verdict.NOT_COMPARED}


def test_fills_after_the_brokers_word_keep_it_from_agreeing(day: CertifiedDay) -> None:
    day.word()
    day.fill(day.order(Side.BUY, 1))
    made = day.certified()
    assert (made.verdict, made.differing) == (Verdict.NOT_COMPARED, 0)
    assert "1 fills after" in made.note.en


def test_a_word_of_long_ago_is_not_of_the_day(day: CertifiedDay) -> None:
    day.word()
    day.now += timedelta(minutes=6)
    day.write(*order_record(day.order(Side.BUY, 1)))
    assert "last list is of 09:0" in day.certified().note.en


def test_a_broker_that_does_not_answer_now_is_said(day: CertifiedDay) -> None:
    day.word()
    made = day.certified(is_answered=False)
    assert made.verdict is Verdict.NOT_COMPARED
    assert "does not answer now" in made.note.en


def test_a_day_without_a_report_of_the_broker_is_not_compared(tmp_path: Path) -> None:
    day = CertifiedDay(tmp_path / "journal.sqlite")
    day.now += timedelta(days=1)
    day.write(*order_record(day.order(Side.BUY, 1)))
    made = day.certified()
    assert made.verdict is Verdict.NOT_COMPARED
    assert "never reported" in made.note.en
    assert made.money[0].theirs is None


def test_a_changed_record_is_worse_than_any_difference(day: CertifiedDay) -> None:
    day.word()
    with day.journal.engine.begin() as db:  # type: ignore[attr-defined]
        db.exec_driver_sql("UPDATE records SET body = replace(body, '70500', '70600')")
    made = day.certified()
    assert (made.verdict, made.records.is_chain_good) == (Verdict.DIFFERS, False)
    assert "journal verify" in made.note.en


def test_a_day_that_was_not_traded_is_refused(day: CertifiedDay) -> None:
    with pytest.raises(JournalError, match="no session of 2026-01-02"):
        day.certified(date(2026, 1, 2))


def test_the_files_hold_the_same_and_the_fact_names_them(day: CertifiedDay, tmp_path: Path) -> None:
    day.word()
    day.journal.close()
    issued = issue(day.path, tmp_path, "ko", LATER)
    text = (tmp_path / "certificates" / "2026-09-11.json").read_text("utf-8")
    assert issued.fact.sha256 == sha256(text.encode()).hexdigest()
    told = json.loads(text)
    assert (told["verdict"], told["money"][0]["ours"]) == ("AGREES", day.cash)
    html = issued.page.read_text("utf-8")
    assert issued.fact.sha256 in html and "일치" in html and "마감 확인서" in html
    assert "http" not in html and "<script" not in html


def test_an_earlier_certificate_of_the_day_is_kept(day: CertifiedDay, tmp_path: Path) -> None:
    day.word()
    first = keep(day.certified(), tmp_path, "ko")
    again = keep(replace(first.certificate, fills=4), tmp_path, "ko")
    kept = (tmp_path / "certificates" / "2026-09-11-1.json").read_text("utf-8")
    assert sha256(kept.encode()).hexdigest() == first.fact.sha256 != again.fact.sha256
    assert keep(again.certificate, tmp_path, "ko").fact == again.fact
    assert len(list((tmp_path / "certificates").iterdir())) == 4


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_marks_what_differs_and_shows_what_it_is_told_as_text(
    day: CertifiedDay, language: str
) -> None:
    day.word(cash=day.cash - 1)
    made = replace(day.certified(), mode="<b>demo</b>")
    html = page(made, language, "x.json", "0" * 64)
    assert '<tr class="DIFFERS">' in html and "&lt;b&gt;demo" in html
    assert f'lang="{language}"' in html


def test_the_terminal_is_spared_orders_that_agree(day: CertifiedDay) -> None:
    first, *others = day.listed.values()
    day.word([replace(first, tax=1), *others])
    lines = list(plain(day.certified(), "en"))
    assert "Orders: 3 (2 agrees)" in lines
    assert sum("b1" in line for line in lines) == 1 and not any("b2" in line for line in lines)


def test_an_account_number_never_gets_in(tmp_path: Path) -> None:
    day = CertifiedDay(tmp_path / "journal.sqlite", identity="real:8012345611")
    assert day.certified().account == "real:80******11"
