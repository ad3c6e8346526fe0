"""The customer's saved searches at the emulated servers."""

from __future__ import annotations

from datetime import timedelta

from broker.kiwoom.emulator.conditions import SAVED
from broker.kiwoom.emulator.packets import (
    ConditionFound,
    ConditionMoved,
    ConditionsLoaded,
    LoadConditions,
    RunCondition,
    StopCondition,
)
from core.simulation.listings import listings
from tests.broker.kiwoom.server_rig import Servers, rows, servers
from tests.core.simulation.sim_builders import a_session

RISERS = 1


def awake() -> Servers:
    """Servers whose market is wide awake, three minutes after the open."""
    rig = servers(at=timedelta(minutes=1))
    rig.ask("opt10032", 시장구분="000")
    rig.run_for(minutes=2)
    return rig


def run(rig: Servers, index: int, is_real_time: bool = False) -> ConditionFound:
    request = RunCondition("0150", SAVED[index].name, index, is_real_time)
    came = rig.after(lambda: rig.send(request))
    (found,) = (packet for packet in came if isinstance(packet, ConditionFound))
    return found


def test_the_list_has_names_by_index() -> None:
    rig = servers()
    (loaded,) = rig.after(lambda: rig.send(LoadConditions()))
    assert isinstance(loaded, ConditionsLoaded)
    assert loaded.is_loaded
    assert loaded.names == {0: "거래대금 상위", 1: "등락률 상위", 2: "거래량 급증"}


def test_a_search_finds_what_the_ranking_says() -> None:
    rig = awake()
    rig.send(RunCondition("0150", SAVED[RISERS].name, RISERS, False))
    ranked = rows(rig.ask("opt10027", 시장구분="000", 정렬구분="1"))  # at the same moment
    (found,) = rig.got(ConditionFound)
    assert found.codes == tuple(row["종목코드"] for row in ranked[:10])
    assert len(found.codes) == len(found.prices) > 0


def test_the_market_wakes_up_bit_by_bit() -> None:
    rig = servers(at=timedelta(minutes=1))
    found = [len(rows(rig.ask("opt10032", 시장구분="000")))]
    for _ in range(2):
        rig.run_for(seconds=40)
        found.append(len(rows(rig.ask("opt10032", 시장구분="000"))))
    assert found[0] == 5
    assert found[0] < found[1] < found[2] == len(listings())


def test_a_name_of_another_index_finds_nothing() -> None:
    rig = servers()
    request = RunCondition("0150", "거래대금 상위", RISERS, True)
    (found,) = rig.after(lambda: rig.send(request))
    assert isinstance(found, ConditionFound)
    assert found.codes == ()


def test_codes_that_enter_and_leave_are_told_once_a_minute() -> None:
    rig = awake()
    members = set(run(rig, RISERS, is_real_time=True).codes)
    rig.run_for(minutes=15)
    moves = rig.got(ConditionMoved)
    assert moves
    for move in moves:
        assert (move.name, move.index) == ("등락률 상위", RISERS)
        assert (move.code in members) is not move.has_entered
        members ^= {move.code}
    assert members == set(run(rig, RISERS).codes)


def test_a_stopped_search_is_silent() -> None:
    rig = servers()
    run(rig, RISERS, is_real_time=True)
    rig.send(StopCondition("등락률 상위", RISERS))
    rig.run_for(minutes=3)
    assert not rig.got(ConditionMoved)


def test_a_lost_line_ends_all_searches() -> None:
    rig = servers()
    run(rig, RISERS, is_real_time=True)
    rig.server.disconnect()
    rig.run_for(minutes=5)
    assert not rig.got(ConditionMoved)


def test_a_running_search_does_not_keep_the_day_from_ending() -> None:
    rig = servers(session=a_session(minutes=10))
    run(rig, 0, is_real_time=True)
    rig.run_out()
    assert rig.server.next_time() is None
