"""What goes wrong at the emulated servers: what is told is touched, the exchange's truth is not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.faults import FaultDesk, foreign_lots
from broker.kiwoom.emulator.packets import (
    Answer,
    ChejanData,
    Connected,
    LogIn,
    Packet,
    Query,
    RealData,
    Said,
)
from config.schema import Settings
from core.domain.messages import Interruption
from core.domain.order import Side
from core.simulation.listings import listings
from tests.broker.kiwoom.server_rig import (
    BUY,
    SELL,
    Servers,
    chejans,
    number,
    rows,
    said,
    servers,
    without_real,
)
from tests.core.simulation.sim_builders import CASH

CODE = "005930"


def faulty(at: timedelta = timedelta(minutes=1), **options: Any) -> Servers:
    rig = servers(at=at)
    rig.watch((CODE, "주식체결"), ("", "장시작시간"), (CODE, "VI발동/해제"))
    rig.server.faults.use(EmulatorOptions(**options))
    return rig


def healthy_day(minutes: int = 3) -> list[Packet]:
    rig = faulty()
    rig.run_for(minutes=minutes)
    return rig.packets


def test_without_faults_nothing_is_late_lost_doubled_or_swapped() -> None:
    assert EmulatorOptions().touches_messages is False
    rig = faulty()
    due = rig.server.next_time()
    assert due == rig.venue.next_time()
    rig.run_for(minutes=3)
    assert rig.server.agenda.next_time() is None
    assert rig.packets == healthy_day()


def test_a_lost_message_never_comes() -> None:
    rig = faulty(drop_pct=50)
    rig.run_for(minutes=3)
    told, whole = len(rig.packets), len(healthy_day())
    assert 0.3 * whole < told < 0.7 * whole


def test_a_doubled_message_comes_twice_in_a_row() -> None:
    rig = faulty(duplicate_pct=100)
    rig.run_for(minutes=1)
    once, twice = rig.packets[1::2], rig.packets[2::2]
    assert once == twice[: len(once)]


def test_delayed_messages_come_later_but_in_their_order() -> None:
    rig = faulty(delay_pct=20, delay_ms=700)
    start = rig.now
    late = []
    while (due := rig.server.next_time()) is not None and due < start + timedelta(minutes=3):
        rig.server.step()
        late += [
            isinstance(packet, RealData) and packet.values[20] < f"{due:%H%M%S}"
            for packet in rig.packets[len(late) :]
        ]
    rig.run_for(seconds=1)
    whole = healthy_day(minutes=4)
    assert any(late)
    assert rig.packets == whole[: len(rig.packets)]


def test_swapped_messages_all_come() -> None:
    rig = faulty(reorder_pct=20)
    rig.run_for(minutes=3)
    whole = healthy_day()
    shown, true = (
        [str(packet) for packet in packets if isinstance(packet, RealData)]
        for packets in (rig.packets, whole)
    )
    assert shown != true
    assert not Counter(shown) - Counter(true)
    assert len(true) - len(shown) <= 1  # one may still wait for its successor


def test_a_number_may_come_after_the_acceptance() -> None:
    rig = faulty(chejan_first_pct=100)
    came = without_real(rig.order(BUY, 10))
    kinds = [type(packet) for packet in came]
    assert kinds == [Said, ChejanData, Answer, ChejanData, ChejanData]
    assert number(came)


def test_a_number_may_come_after_the_first_fill() -> None:
    rig = faulty(fill_first_pct=100)
    came = without_real(rig.order(BUY, 10))
    assert [type(packet) for packet in came] == [Said, ChejanData, ChejanData, Answer, ChejanData]


def test_a_number_that_waits_for_no_fill_comes_a_little_later() -> None:
    rig = faulty(fill_first_pct=100)
    assert not [p for p in rig.order(BUY, 10, 60_000) if isinstance(p, Answer)]
    rig.run_for(seconds=1)
    assert len(rig.got(Answer)) == 1


def test_a_refused_order_has_a_message_and_no_number_and_no_effect() -> None:
    rig = faulty(reject_pct=100)
    came = rig.order(BUY, 10)
    assert said(came) == ["[RC4999] 모의투자 주문이 거부되었습니다"]
    assert number(came) == ""
    assert not rig.venue.exchange.day.orders


@pytest.mark.parametrize(("kind", "price"), [("06", 0), ("16", 0), ("10", 71_000), ("05", 71_000)])
def test_a_server_of_mock_kinds_refuses_the_others(kind: str, price: int) -> None:
    rig = faulty(has_mock_kinds_only=True)
    came = rig.order(BUY, 10, price, kind=kind)
    assert said(came) == ["[RC9000] 모의투자에서는 해당업무가 제공되지 않습니다"]
    assert number(came) == ""
    assert not rig.venue.exchange.day.orders


@pytest.mark.parametrize("price", [0, 71_000])
def test_a_server_of_mock_kinds_takes_limit_and_market_orders(price: int) -> None:
    assert number(faulty(has_mock_kinds_only=True).order(BUY, 10, price))


def test_an_unanswered_request_is_not_answered() -> None:
    rig = faulty(tr_timeout_pct=100)
    rig.send(Query("0101", "a", "opt10001", {"종목코드": CODE}, False))
    rig.run_for(seconds=30)
    assert not rig.got(Answer)


def test_the_line_is_lost_at_its_time_of_day_and_log_ins_fail_during_the_outage() -> None:
    rig = faulty(disconnect_at="09:02", outage_s=10)
    rig.run_for(minutes=2)
    rig.send(LogIn())
    assert [packet.code for packet in rig.got(Connected)] == [0, -106]
    rig = faulty(disconnect_at="09:02", outage_s=10)
    rig.run_for(seconds=62)
    rig.send(LogIn())
    rig.run_for(seconds=1)
    assert [packet.code for packet in rig.got(Connected)] == [0, -106, -101]
    rig.run_for(seconds=10)
    rig.send(LogIn())
    rig.run_for(seconds=1)
    assert [packet.code for packet in rig.got(Connected)] == [0, -106, -101, 0]


def test_lines_are_lost_about_as_often_as_said() -> None:
    rig = faulty(disconnects_per_hour=6, outage_s=0)
    for _ in range(6 * 60):
        rig.run_for(minutes=1)
        rig.send(LogIn())
    lost = [packet for packet in rig.got(Connected) if packet.code == -106]
    assert 18 <= len(lost) <= 60


def test_a_silent_feed_loses_real_time_data_and_nothing_else() -> None:
    rig = faulty(silence_s=60)
    rig.server.faults.silence()
    came = rig.order(BUY, 10)
    rig.run_for(seconds=58)
    assert chejans(came) == [("0", "접수"), ("0", "체결"), ("1", "10")]
    assert not rig.got(RealData)
    rig.run_for(seconds=30)
    assert rig.got(RealData)


def test_without_a_password_accounts_and_orders_are_refused_but_quotes_are_not() -> None:
    rig = faulty(is_password_missing=True)
    query = Query("0101", "a", "opw00001", {}, False)
    (refusal,) = without_real(rig.after(lambda: rig.send(query)))
    assert isinstance(refusal, Said)
    assert "비밀번호" in refusal.text
    assert number(rig.order(BUY, 10)) == ""
    assert rig.ask("opt10001", 종목코드=CODE).single["종목명"] == "삼성전자"


def test_orders_by_hand_are_made_and_sold_again() -> None:
    rig = faulty(hand_orders_per_hour=60)
    rig.run_for(hours=1)
    orders = list(rig.venue.exchange.day.orders.values())
    assert 30 <= len(orders) <= 100
    assert {booked.order.intent.side for booked in orders} == {Side.BUY, Side.SELL}
    assert {event.values[920] for event in rig.got(ChejanData) if event.gubun == "0"} == {"0000"}


def test_positions_from_elsewhere_are_stocks_at_their_base_price() -> None:
    lots = foreign_lots(EmulatorOptions(foreign_positions=3))
    assert len(lots) == 3
    for lot in lots:
        assert lot.cost == lot.quantity * listings()[lot.symbol].previous_close
        assert not listings()[lot.symbol].is_etf
    assert lots == foreign_lots(EmulatorOptions(foreign_positions=3))
    assert foreign_lots(EmulatorOptions()) == ()


def test_faults_touch_what_is_told_and_never_the_exchange() -> None:
    bad = {"delay_pct": 20, "drop_pct": 20, "duplicate_pct": 20, "reorder_pct": 20}
    truths = []
    for options in ({}, {**bad, "chejan_first_pct": 30, "fill_first_pct": 30, "silence_s": 9}):
        rig = faulty(**options)
        for quantity in range(1, 20):
            rig.order(BUY, quantity)
            rig.order(SELL, quantity)
        exchange = rig.venue.exchange
        truths.append((exchange.account.cash, exchange.account.lots, exchange.day.fills))
    assert truths[0][0] == truths[1][0] != CASH
    assert truths[0][1] == truths[1][1]
    assert [(f.price, f.quantity, f.time) for f in truths[0][2]] == [
        (f.price, f.quantity, f.time) for f in truths[1][2]
    ]


def test_the_same_seed_makes_the_same_faults() -> None:
    runs = []
    for seed in (1, 1, 2):
        rig = faulty(drop_pct=20, reorder_pct=20, hand_orders_per_hour=30, fault_seed=seed)
        rig.run_for(minutes=20)
        runs.append([packet for packet in rig.packets if isinstance(packet, RealData)])
    assert runs[0] == runs[1] != runs[2]


def test_faults_planned_before_do_not_happen_once_they_are_switched_off() -> None:
    rig = faulty(disconnects_per_hour=60, hand_orders_per_hour=60)
    rig.server.faults.use(EmulatorOptions())
    rig.run_for(hours=1)
    assert [packet.code for packet in rig.got(Connected)] == [0]
    assert not rig.venue.exchange.day.orders


# -- the hidden panel's desk ------------------------------------------------------------------


def a_desk(rig: Servers) -> FaultDesk:
    return FaultDesk(rig.server, lambda action: action())


def test_the_desk_hands_everything_to_the_servers_thread() -> None:
    rig, calls = faulty(), list[Any]()
    desk = FaultDesk(rig.server, calls.append)
    desk.act("disconnect", CODE)
    desk.use(Settings({"emulator.drop_pct": 100}))
    assert [packet.code for packet in rig.got(Connected)] == [0]
    for call in calls:
        call()
    assert [packet.code for packet in rig.got(Connected)] == [0, -106]
    assert rig.server.faults.options.drop_pct == 100


def test_the_desk_has_the_control_forget_the_password_and_know_it_again() -> None:
    kept = list[bool]()
    desk = FaultDesk(faulty().server, lambda action: action(), kept.append)
    for value in (True, False):
        desk.use(Settings({"emulator.is_password_missing": value}))
    assert kept == [False, True]


def test_a_password_that_was_registered_is_known_to_the_servers_too() -> None:
    rig = faulty(is_password_missing=True, delay_pct=3.0)
    assert number(rig.order(BUY, 10)) == ""
    a_desk(rig).register_password()
    assert number(rig.order(BUY, 10)) != ""
    assert rig.server.faults.options.delay_pct == 3.0


def test_the_desk_refuses_one_order() -> None:
    rig = faulty()
    a_desk(rig).act("reject_next", CODE)
    assert [number(rig.order(BUY, 10)) != "" for _ in range(2)] == [False, True]


def test_the_desk_buys_by_hand() -> None:
    rig = faulty()
    rig.after(lambda: a_desk(rig).act("hand_buy", CODE))
    assert [row["종목번호"] for row in rows(rig.ask("opw00018"))] == [f"A{CODE}"]


def test_the_desk_bids_by_hand_and_the_order_waits() -> None:
    rig = faulty()
    rig.after(lambda: a_desk(rig).act("hand_bid", CODE))
    (row,) = rows(rig.ask("opt10075"))
    assert (row["종목코드"], row["미체결수량"], row["매매구분"]) == (CODE, "5", "보통")
    assert not rows(rig.ask("opw00018"))


def test_the_desk_silences_the_feed() -> None:
    rig = faulty()
    a_desk(rig).act("silence", CODE)
    rig.run_for(seconds=20)
    assert not rig.got(RealData)


def test_the_desk_triggers_a_volatility_interruption() -> None:
    rig = faulty()
    a_desk(rig).act("vi", CODE)
    rig.run_for(minutes=4)
    told = [real.values[9068] for real in rig.got(RealData) if real.type == "VI발동/해제"]
    assert told == ["1", "2"]
    (row,) = rows(rig.ask("opt10054"))
    assert (row["종목코드"], row["VI적용구분"]) == (CODE, "정적")


@pytest.mark.parametrize("code", ["halt", "circuit_breaker"])
def test_the_desk_stops_trading(code: str) -> None:
    rig = faulty()
    a_desk(rig).act(code, CODE)
    rig.run_for(seconds=1)
    before = len(rig.got(RealData))
    rig.run_for(minutes=5)
    assert len(rig.got(RealData)) == before
    kinds = [began.kind for began, _ in rig.server.feed.interruptions]
    assert kinds == [Interruption[code.upper()]]


def test_every_action_of_the_desk_has_a_title_in_both_languages() -> None:
    actions = a_desk(faulty()).actions
    assert len(actions) == len({code for code, _ in actions}) == 8
    assert all(title.ko and title.en for _, title in actions)
