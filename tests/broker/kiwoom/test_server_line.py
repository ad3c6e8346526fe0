"""Log-in, registration and connection of the emulated servers, and a restart of the exchange."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from broker.kiwoom.emulator.packets import Answer, Connected, LogIn, Query, RealData, Watch
from broker.kiwoom.emulator.server import KiwoomServer
from core.domain.order import Side
from core.simulation.market import SyntheticMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue
from tests.broker.kiwoom.server_rig import AMEND_BUY, BUY, Servers, number, rows, servers, single
from tests.core.simulation.sim_builders import CASH, COSTS, SEOUL, a_session, synthetic

CODE = "005930"


def test_a_log_in_takes_three_hundred_milliseconds() -> None:
    rig = Servers(synthetic().venue, logs_in=False)
    rig.send(LogIn())
    start = rig.now
    rig.run_to(start + timedelta(milliseconds=300))
    assert not rig.packets
    rig.run_to(start + timedelta(milliseconds=301))
    (connected,) = rig.got(Connected)
    assert connected.code == 0
    assert connected.info["ACCNO"] == "8000000011;8100000031;"
    assert connected.info["GetServerGubun"] == "1"


def test_nothing_is_answered_before_the_log_in() -> None:
    rig = Servers(synthetic().venue, logs_in=False)
    rig.send(Watch(frozenset({(CODE, "주식체결")})))
    rig.send(Query("0101", "a", "opt10001", {"종목코드": CODE}, False))
    rig.run_for(minutes=2)
    assert not rig.packets


def test_a_second_log_in_is_confirmed_and_changes_nothing() -> None:
    rig = servers()
    rig.watch((CODE, "주식체결"))
    rig.send(Query("0101", "a", "opt10001", {"종목코드": CODE}, False))
    rig.send(LogIn())
    rig.run_for(seconds=20)
    assert [packet.code for packet in rig.got(Connected)] == [0, 0]
    assert len(rig.got(Answer)) == 1
    assert rig.got(RealData)


def test_only_registered_codes_and_types_are_told() -> None:
    rig = servers("005930", "000660")
    rig.ask("opt10001", 종목코드="000660")
    rig.watch((CODE, "주식체결"))
    rig.run_for(seconds=20)
    assert {(packet.code, packet.type) for packet in rig.got(RealData)} == {(CODE, "주식체결")}


def test_nothing_is_told_once_nobody_is_registered() -> None:
    rig = servers()
    rig.watch((CODE, "주식체결"))
    rig.run_for(seconds=20)
    rig.watch()
    before = len(rig.packets)
    rig.run_for(seconds=20)
    assert before > 0
    assert len(rig.packets) == before


def test_trades_are_delivered_in_the_step_they_happen_in() -> None:
    """Headless runs with and without Kiwoom trade alike only if nothing is late."""
    direct, rig = synthetic(), servers(at=timedelta(seconds=-29))
    rig.watch((CODE, "주식체결"))
    until = a_session().open + timedelta(minutes=2)
    times = []
    while (due := rig.server.next_time()) is not None and due < until:
        before = len(rig.packets)
        rig.server.step()
        times += [due] * (len(rig.packets) - before)
    direct.run_to(until)
    assert times == [post.time for post in direct.posts if type(post).__name__ == "Tick"]


def test_a_lost_line_forgets_registrations_pages_and_answers_under_way() -> None:
    rig = servers()
    rig.watch((CODE, "주식체결"))
    rig.send(Query("0101", "a", "opt10001", {"종목코드": CODE}, False))
    rig.server.disconnect()
    rig.run_for(seconds=20)
    assert [packet.code for packet in rig.got(Connected)] == [0, -106]
    assert rig.packets[-1] == Connected(-106)


def test_after_a_lost_line_one_logs_in_again_and_finds_what_happened() -> None:
    rig = servers()
    rig.order(BUY, 10)
    rig.server.disconnect()
    rig.run_for(seconds=10)
    rig.send(LogIn())
    rig.run_for(seconds=1)
    assert [packet.code for packet in rig.got(Connected)] == [0, -106, 0]
    assert [row["보유수량"] for row in rows(rig.ask("opw00018"))] == ["000000000000010"]


def test_a_closed_server_says_nothing() -> None:
    rig = servers()
    rig.watch((CODE, "주식체결"))
    rig.server.close()
    before = len(rig.packets)
    rig.run_for(seconds=20)
    assert len(rig.packets) == before


def test_a_server_without_orders_ends_with_its_market() -> None:
    rig = servers(at=timedelta(0))
    rig.run_out()
    assert rig.server.next_time() is None
    assert rig.server.now >= rig.server.end


def venue_with(state: Path) -> Venue:
    market = SyntheticMarket(1, a_session(), [CODE], (), False)
    return Venue(market, COSTS, CASH, state=ExchangeState(state, SEOUL))


def test_a_restarted_server_knows_the_day_s_orders_and_goes_on(tmp_path: Path) -> None:
    first = Servers(venue_with(tmp_path / "exchange"))
    first.run_to(a_session().open + timedelta(minutes=1))
    first.order(BUY, 10)
    waiting = number(first.order(BUY, 20, 60_000))
    first.after(lambda: first.server.faults.hand_order(CODE, Side.BUY, 3))
    first.server.close()

    second = Servers(venue_with(tmp_path / "exchange"))
    listed = {row["주문번호"]: row for row in rows(second.ask("opt10075", 체결구분="0"))}
    assert len(listed) == 3
    assert second.server.orders.held_by_hand(CODE) == 3
    assert listed[waiting]["미체결수량"] == "20"
    amended = number(second.order(AMEND_BUY, 20, 61_000, original=waiting))
    assert amended > waiting
    money = single(second.ask("opw00001"))
    assert int(money["d+2추정예수금"]) == second.venue.exchange.account.cash < CASH
    assert int(money["예수금"]) == CASH


def test_two_servers_of_the_same_day_deliver_the_same() -> None:
    packets = []
    for _ in range(2):
        rig = servers()
        rig.watch((CODE, "주식체결"), ("", "장시작시간"))
        rig.order(BUY, 10)
        rig.ask("opt10080", 종목코드=CODE, 틱범위="1")
        rig.run_for(minutes=2)
        packets.append(rig.packets)
    assert packets[0] == packets[1]


def test_a_server_can_be_made_without_saying_anything_of_costs_or_days() -> None:
    server = KiwoomServer(synthetic().venue, lambda packet: None)
    assert server.start == server.now < server.end
