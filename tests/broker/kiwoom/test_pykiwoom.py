"""The unmodified PyPI package pykiwoom drives the emulated control and its servers.

Somebody else's program, written for the real control, is the best judge of an emulation.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtWidgets import QApplication

from tests.broker.kiwoom.pykiwoom_desk import SYMBOL, PykiwoomDesk, forget_pykiwoom
from tests.core.simulation.sim_builders import CASH

ACCOUNT = "8000000011"


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication, tmp_path: Path
) -> Iterator[PykiwoomDesk]:
    yield PykiwoomDesk(monkeypatch, tmp_path)
    forget_pykiwoom()


@pytest.fixture
def kiwoom(desk: PykiwoomDesk) -> Any:
    """pykiwoom, logged in."""
    kiwoom = desk.program()
    kiwoom.CommConnect(block=True)
    return kiwoom


def minutes(kiwoom: Any, following: int) -> Any:
    return kiwoom.block_request(
        "opt10080",
        종목코드=SYMBOL,
        틱범위="1",
        수정주가구분="1",
        output="주식분봉차트조회",
        next=following,
    )


def test_it_is_the_package_that_everybody_has(desk: PykiwoomDesk) -> None:
    assert version("pykiwoom") == "0.1.6"
    assert "site-packages" in str(desk.module.__file__)


def test_login_and_account_list(desk: PykiwoomDesk, qapp: QApplication) -> None:
    kiwoom = desk.program()
    assert kiwoom.GetConnectState() == 0
    kiwoom.CommConnect(block=True)
    assert kiwoom.GetConnectState() == 1
    assert kiwoom.GetLoginInfo("ACCNO")[0] == ACCOUNT
    assert kiwoom.GetLoginInfo("GetServerGubun") == "1"
    assert QApplication.instance() is qapp


def test_master_data(kiwoom: Any) -> None:
    codes = kiwoom.GetCodeListByMarket("0")
    assert SYMBOL in codes
    assert "" not in codes
    assert kiwoom.GetMasterCodeName(SYMBOL) == "삼성전자"
    assert kiwoom.GetMasterLastPrice(SYMBOL) > 0
    assert kiwoom.GetMasterListedStockDate(SYMBOL).year >= 1956
    assert "증거금20%" in kiwoom.GetMasterStockState(SYMBOL)


def test_opt10001(kiwoom: Any) -> None:
    frame = kiwoom.block_request("opt10001", 종목코드=SYMBOL, output="주식기본정보", next=0)
    assert len(frame) == 1
    row = frame.iloc[0]
    assert (row["종목코드"], row["종목명"]) == (SYMBOL, "삼성전자")
    assert abs(int(row["기준가"])) == kiwoom.GetMasterLastPrice(SYMBOL)
    assert abs(int(row["하한가"])) < abs(int(row["현재가"])) < abs(int(row["상한가"]))
    assert not kiwoom.tr_remained


def test_opt10080_in_two_pages(kiwoom: Any) -> None:
    first = minutes(kiwoom, 0)
    assert kiwoom.tr_remained
    second = minutes(kiwoom, 2)
    assert not kiwoom.tr_remained
    assert len(first) == 900
    assert 0 < len(second) < 900
    times = [*first["체결시간"], *second["체결시간"]]
    assert times == sorted(set(times), reverse=True)
    assert all(len(time) == 14 for time in times)
    for _, bar in first.iterrows():
        low, high = abs(int(bar["저가"])), abs(int(bar["고가"]))
        assert low <= abs(int(bar["시가"])) <= high
        assert low <= abs(int(bar["현재가"])) <= high


def test_opt10081(kiwoom: Any, desk: PykiwoomDesk) -> None:
    frame = kiwoom.block_request(
        "opt10081",
        종목코드=SYMBOL,
        기준일자=desk.clock.now().strftime("%Y%m%d"),
        수정주가구분="1",
        output="주식일봉차트조회",
        next=0,
    )
    days = list(frame["일자"])
    assert len(days) == 600
    assert days == sorted(set(days), reverse=True)
    assert days[0] == desk.clock.now().strftime("%Y%m%d")
    assert list(frame["종목코드"])[:2] == [SYMBOL, ""]
    assert abs(int(frame["현재가"][1])) == kiwoom.GetMasterLastPrice(SYMBOL)


def test_a_buy_and_its_chejan(desk: PykiwoomDesk) -> None:
    chejan: queue.Queue[dict[str, str]] = queue.Queue()
    kiwoom = desk.program(chejan_dqueue=chejan)
    kiwoom.CommConnect(block=True)
    assert kiwoom.SendOrder("매수", "0102", ACCOUNT, 1, SYMBOL, 10, 0, "03", "") == 0
    told: list[dict[str, str]] = []

    def held() -> bool:
        while not chejan.empty():
            told.append(chejan.get())
        return bool(told) and told[-1].get("930", "").strip() == "10"

    desk.pump_until(held)
    states = [each["913"].strip() if each["gubun"] == "0" else "잔고" for each in told]
    assert states[0] == "접수"
    assert states[1:] == ["체결", "잔고"] * ((len(states) - 1) // 2)
    accepted, filled, balance = told[0], told[-2], told[-1]
    assert accepted["9001"] == filled["9001"] == balance["9001"] == f"A{SYMBOL}"
    assert accepted["9203"] == filled["9203"]
    assert (accepted["902"].strip(), accepted["911"].strip()) == ("10", "")
    assert (filled["902"].strip(), filled["911"].strip()) == ("0", "10")
    assert accepted["920"] == "0102"
    paid = int(filled["903"])
    assert 0 < paid < CASH
    assert int(balance["932"]) == paid


def test_real_time(desk: PykiwoomDesk) -> None:
    told: queue.Queue[dict[Any, str]] = queue.Queue()
    kiwoom = desk.program(real_dqueues=told)
    kiwoom.CommConnect(block=True)
    kiwoom.real_fid[SYMBOL] = [20, 10, 15]
    assert kiwoom.SetRealReg("0201", SYMBOL, "20;10;15", "0") == 0
    desk.pump_until(lambda: told.qsize() >= 20)
    kiwoom.SetRealRemove("0201", SYMBOL)
    before = told.qsize()
    for _ in range(20):
        desk.pump()
    assert told.qsize() == before
    ticks = [told.get() for _ in range(20)]
    assert {tick["code"] for tick in ticks} == {SYMBOL}
    assert all(abs(int(tick[10])) > 0 and len(tick[20].strip()) == 6 for tick in ticks)


def test_condition_search(kiwoom: Any) -> None:
    kiwoom.GetConditionLoad(block=True)
    conditions = kiwoom.GetConditionNameList()
    assert conditions
    number, name = conditions[0]
    codes = kiwoom.SendCondition("0301", name, int(number), 0)
    assert codes
    assert all(len(code) == 6 for code in codes)
