"""TR answers of the emulated servers: layout, pages, and what they say of the market."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.kiwoom.emulator.answers import answer_to
from broker.kiwoom.emulator.packets import Answer, Query, Said
from broker.kiwoom.emulator.texts import tr_table
from core.simulation.costs import CostModel, CostOptions
from tests.broker.kiwoom.server_rig import BUY, SELL, rows, servers, single
from tests.core.simulation.sim_builders import DAY, a_session, sessions_before

CODE = "005930"
ANSWERED = (
    *("opt10001", "opt10003", "opt10004", "opt10027", "opt10030", "opt10032", "opt10054"),
    *("opt10075", "opt10076", "opt10077", "opt10079", "opt10080", "opt10081", "opt10082"),
    *("opt10083", "opt10085", "OPTKWFID", "opw00001", "opw00004", "opw00007", "opw00018"),
)


@pytest.mark.parametrize("tr", ANSWERED)
def test_every_field_of_the_table_is_there(tr: str) -> None:
    rig = servers(history=sessions_before(DAY, 2))
    rig.order(BUY, 10)
    rig.order(SELL, 3)
    answer, table = rig.ask(tr, 종목코드=CODE, 틱범위="1"), tr_table(tr)
    assert table is not None
    assert answer_to(tr) is not None
    assert tuple(answer.single) == table.single
    assert answer.fields == table.multi
    assert all(len(row) == len(table.multi) for row in answer.rows)


def test_account_numbers_are_padded_with_zeros_to_their_width() -> None:
    rig = servers()
    rig.order(BUY, 10)
    answer, table = rig.ask("opw00018"), tr_table("opw00018")
    assert table is not None
    for name, value in answer.single.items():
        assert len(value.encode("cp949")) == table.widths[name]
    for name, value in zip(answer.fields, answer.rows[0], strict=True):
        assert len(value.encode("cp949")) == table.widths[name]
    assert answer.single["총매입금액"].startswith("00000")
    assert answer.single["총평가손익금액"].startswith("-0000")
    assert answer.rows[0][0] == "A005930     "


def test_rates_leave_the_decimal_point_out_as_the_mock_server_does() -> None:
    rig = servers()
    rig.order(BUY, 10)
    (row,) = rows(rig.ask("opw00018"))
    exact = 100 * int(row["평가손익"]) / int(row["매입금액"])
    assert int(row["수익률(%)"]) == round(100 * exact)


def test_account_requests_are_answered_with_a_message_before() -> None:
    rig = servers()
    query = Query("0101", "deposit", "opw00001", {}, False, ticket=7)
    came = rig.after(lambda: rig.send(query))
    assert isinstance(came[0], Said)
    assert isinstance(came[1], Answer)
    assert came[1].ticket == 7


def test_an_answer_takes_fifty_milliseconds_of_market_time() -> None:
    rig = servers()
    sent = rig.now
    rig.server.receive(Query("0101", "quote", "opt10001", {"종목코드": CODE}, False), sent)
    rig.run_to(sent + timedelta(milliseconds=50))
    assert not rig.got(Answer)
    rig.run_to(sent + timedelta(milliseconds=51))
    assert len(rig.got(Answer)) == 1


def test_minutes_come_in_pages_of_900_newest_first_and_end() -> None:
    rig = servers(history=sessions_before(DAY, 5), at=timedelta(seconds=90))
    pages = [rig.ask("opt10080", 종목코드=CODE, 틱범위="1")]
    while pages[-1].prev_next == "2":
        pages.append(rig.ask("opt10080", is_next=True, 종목코드=CODE, 틱범위="1"))
    assert [len(page.rows) for page in pages] == [900, 900, 5 * 381 + 2 - 1800]
    times = [row["체결시간"] for page in pages for row in rows(page)]
    assert times == sorted(set(times), reverse=True)
    assert len(times[0]) == len("YYYYMMDDHHMMSS")


def test_a_first_page_starts_again_from_the_newest_row() -> None:
    rig = servers(history=sessions_before(DAY, 5), at=timedelta(seconds=90))
    first = rig.ask("opt10080", 종목코드=CODE, 틱범위="1")
    again = rig.ask("opt10080", 종목코드=CODE, 틱범위="1")
    assert first.rows[1:] == again.rows[1:]


def test_a_next_page_that_nobody_knows_is_empty() -> None:
    answer = servers().ask("opt10080", is_next=True, 종목코드=CODE, 틱범위="1")
    assert (answer.rows, answer.prev_next) == ((), "0")


def test_minutes_are_those_of_the_market() -> None:
    rig = servers(history=sessions_before(DAY, 1), at=timedelta(minutes=7))
    listed = rows(rig.ask("opt10080", 종목코드=CODE, 틱범위="1"))[::-1]
    bars = [*rig.server.quotes.past(CODE), *rig.server.quotes.today(CODE)]
    assert len(listed) == len(bars)
    for row, bar in zip(listed, bars, strict=True):
        prices = (row["시가"], row["고가"], row["저가"], row["현재가"])
        assert [abs(int(price)) for price in prices] == [bar.open, bar.high, bar.low, bar.close]
        assert row["거래량"] == str(bar.volume)
        assert row["체결시간"] == f"{bar.start:%Y%m%d%H%M%S}"


def test_prices_of_minutes_are_signed_against_the_base_price() -> None:
    for row in rows(servers().ask("opt10080", 종목코드=CODE, 틱범위="1")):
        price = row["현재가"]
        sign = "+" if abs(int(price)) > 71_500 else "-" if abs(int(price)) < 71_500 else ""
        assert price == f"{sign}{abs(int(price))}"


@pytest.mark.parametrize("length", [3, 5, 60])
def test_longer_minutes_hold_the_same_shares(length: int) -> None:
    rig = servers(history=sessions_before(DAY, 1), at=timedelta(minutes=-1))
    ones = rows(rig.ask("opt10080", 종목코드=CODE, 틱범위="1"))
    longer = rows(rig.ask("opt10080", 종목코드=CODE, 틱범위=str(length)))
    times = [row["체결시간"] for row in ones]
    since_open = [int(time[8:10]) * 60 + int(time[10:12]) - 9 * 60 for time in times]
    assert max(since_open) == 390  # the closing auction
    assert len(longer) == len({minute // length for minute in since_open})
    assert sum(int(row["거래량"]) for row in longer) == sum(int(row["거래량"]) for row in ones)


def test_days_agree_with_the_minutes_where_both_are_known() -> None:
    rig = servers(history=sessions_before(DAY, 3), at=timedelta(minutes=5))
    days = rows(rig.ask("opt10081", 종목코드=CODE, 기준일자=f"{DAY:%Y%m%d}"))
    minutes = rows(rig.ask("opt10080", 종목코드=CODE, 틱범위="1"))
    minutes += rows(rig.ask("opt10080", is_next=True, 종목코드=CODE, 틱범위="1"))
    for day in days[1:4]:
        own = [row for row in minutes if row["체결시간"].startswith(day["일자"])]
        assert int(day["현재가"]) == abs(int(own[0]["현재가"]))
        assert int(day["시가"]) == abs(int(own[-1]["시가"]))
        assert int(day["고가"]) == max(abs(int(row["고가"])) for row in own)
        assert int(day["저가"]) == min(abs(int(row["저가"])) for row in own)
        assert int(day["거래량"]) == sum(int(row["거래량"]) for row in own)


def test_days_are_unsigned_newest_first_and_only_the_first_names_the_code() -> None:
    rig = servers(history=sessions_before(DAY, 3))
    answer = rig.ask("opt10081", 종목코드=CODE)
    listed = rows(answer)
    assert (len(listed), answer.prev_next) == (600, "2")
    assert listed[0]["종목코드"] == CODE
    assert {row["종목코드"] for row in listed[1:]} == {""}
    assert [row["일자"] for row in listed] == sorted({r["일자"] for r in listed}, reverse=True)
    for row in listed:
        low, high = int(row["저가"]), int(row["고가"])
        assert 0 < low <= min(int(row["시가"]), int(row["현재가"]))
        assert high >= max(int(row["시가"]), int(row["현재가"]))


def test_days_before_a_date_are_the_same_rows() -> None:
    rig = servers(history=sessions_before(DAY, 3))
    all_days = rows(rig.ask("opt10081", 종목코드=CODE))
    until = all_days[10]["일자"]
    assert rows(rig.ask("opt10081", 종목코드=CODE, 기준일자=until))[1:500] == all_days[11:510]


@pytest.mark.parametrize("tr", ["opt10082", "opt10083"])
def test_weeks_and_months_hold_the_shares_of_their_days(tr: str) -> None:
    rig = servers(history=sessions_before(DAY, 3), at=timedelta(seconds=-20))
    days = rows(rig.ask("opt10081", 종목코드=CODE))
    days += rows(rig.ask("opt10081", is_next=True, 종목코드=CODE))
    longer = rows(rig.ask(tr, 종목코드=CODE))
    assert sum(int(row["거래량"]) for row in longer) == sum(int(row["거래량"]) for row in days)
    assert max(int(row["고가"]) for row in longer) == max(int(row["고가"]) for row in days)


def test_ticks_are_the_trades_of_the_tape() -> None:
    rig = servers(at=timedelta(0))
    rig.watch((CODE, "주식체결"))
    rig.run_for(minutes=2)
    listed = rows(rig.ask("opt10079", 종목코드=CODE, 틱범위="1"))
    trades = list(rig.server.quotes.tape(CODE).trades)
    assert [int(row["거래량"]) for row in listed[::-1]] == [trade.quantity for trade in trades]
    tens = rows(rig.ask("opt10079", 종목코드=CODE, 틱범위="10"))
    assert sum(int(row["거래량"]) for row in tens) == sum(int(row["거래량"]) for row in listed)


def test_quotes_of_many_codes_come_in_the_order_asked_for() -> None:
    rig = servers("005930", "000660")
    answer = rig.ask("OPTKWFID", 종목코드="000660;005930;")
    assert [row["종목코드"] for row in rows(answer)] == ["000660", "005930"]
    assert answer.watches == ("000660", "005930")


def test_a_quote_registers_its_code_for_real_time() -> None:
    assert servers().ask("opt10001", 종목코드=CODE).watches == (CODE,)


def test_an_unknown_code_has_an_empty_quote() -> None:
    assert set(servers().ask("opt10001", 종목코드="999999").single.values()) <= {""}


def test_rankings_go_down() -> None:
    rig = servers()
    rig.ask("opt10032", 시장구분="000")
    rig.run_for(minutes=2)
    turnover = [int(row["거래대금"]) for row in rows(rig.ask("opt10032", 시장구분="000"))]
    volume = [int(row["거래량"]) for row in rows(rig.ask("opt10030", 시장구분="101"))]
    up, down = (rig.ask("opt10027", 시장구분="000", 정렬구분=order) for order in "13")
    rises, falls = ([float(row["등락률"]) for row in rows(answer)] for answer in (up, down))
    for going_down in (turnover, volume, rises, [-rate for rate in falls]):
        assert going_down == sorted(going_down, reverse=True)
        assert going_down
    assert min(rises) > 0 > max(falls)


def test_a_tr_that_is_not_emulated_is_said_not_to_be_offered() -> None:
    rig = servers()
    query = Query("0101", "brokers", "opt10002", {"종목코드": CODE}, False)
    (said,) = rig.after(lambda: rig.send(query))
    assert isinstance(said, Said)
    assert "제공되지 않습니다" in said.text


def test_a_tr_that_nobody_has_is_not_answered() -> None:
    rig = servers()
    query = Query("0101", "nonsense", "opt99999", {}, False)
    assert rig.after(lambda: rig.send(query)) == []


def test_cash_settles_two_days_after_the_trade() -> None:
    rig = servers(cash=10_000_000)
    rig.order(BUY, 10)
    rig.order(SELL, 4)
    money = {name: int(value) for name, value in single(rig.ask("opw00001")).items()}
    assert money["예수금"] == money["d+1추정예수금"] == 10_000_000
    assert money["d+2추정예수금"] == rig.venue.exchange.account.cash
    assert money["d+2매수정산금"] - money["d+2매도정산금"] == 10_000_000 - money["d+2추정예수금"]
    assert money["주문가능금액"] == rig.venue.exchange.account.available


def test_profit_has_both_commissions_and_the_tax_of_the_mock_server() -> None:
    costs = CostModel.from_options(CostOptions(profile="kiwoom_mock"))
    rig = servers(costs=costs)
    rig.order(BUY, 10)
    (row,) = rows(rig.ask("opw00018"))
    cost, value = int(row["매입금액"]), int(row["평가금액"])
    fees = cost * 35 // 10_000 // 10 * 10 + value * 35 // 10_000 // 10 * 10
    assert int(row["수수료합"]) == fees
    assert int(row["평가손익"]) == value - cost - fees - int(row["세금"])


def test_realized_profit_is_what_the_sales_brought() -> None:
    rig = servers()
    rig.order(BUY, 10)
    rig.order(SELL, 10)
    (row,) = rows(rig.ask("opt10077", 종목코드=CODE))
    bought, sold = rig.venue.exchange.day.fills
    profit = (sold.price - bought.price) * 10 - sold.commission - sold.tax
    assert int(row["당일매도손익"]) == profit
    assert single(rig.ask("opt10077"))["당일실현손익"] == str(profit)


def test_the_auction_of_the_close_makes_a_minute_of_its_own() -> None:
    rig = servers(session=a_session(minutes=3), at=timedelta(0))
    rig.run_out()
    times = [row["체결시간"] for row in rows(rig.ask("opt10080", 종목코드=CODE, 틱범위="3"))]
    assert times[0] == f"{date(2026, 11, 20):%Y%m%d}091300"
