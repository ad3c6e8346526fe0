"""Login and master data of the emulated control."""

from __future__ import annotations

import pytest

from broker.kiwoom.emulator.packets import Connected, LogIn
from tests.broker.kiwoom.emulated_rig import Rig, a_master

KOA = "KOA_Functions(QString,QString)"
INFO = "GetLoginInfo(QString)"

ETF = a_master("069500", name="KODEX 200", market="8", last_price=35_000, listed_shares=170_000_000)
KOSDAQ = a_master("035900", name="JYP Ent.", market="10", last_price=980, warning="5")


def test_the_login_answers_later() -> None:
    rig = Rig(is_logged_in=False)
    assert rig.call("CommConnect()") == 0
    assert rig.sent == [LogIn()]
    assert rig.call("GetConnectState()") == 0
    rig.say(Connected(0, {"ACCNO": "8012345611;8012345631"}))
    assert rig.events == [("OnEventConnect", 0)]
    assert rig.call("GetConnectState()") == 1


def test_a_failed_login_leaves_it_unconnected() -> None:
    rig = Rig(is_logged_in=False)
    rig.call("CommConnect()")
    rig.say(Connected(-100))
    assert rig.events == [("OnEventConnect", -100)]
    assert rig.call("GetConnectState()") == 0
    rig.call("CommConnect()")
    assert rig.sent == [LogIn(), LogIn()]


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("ACCNO", "8012345611;8012345631;"),
        ("ACCLIST", "8012345611;8012345631;"),
        ("ACCOUNT_CNT", "2"),
        ("USER_ID", "kim"),
        ("USER_NAME", "김철수"),
        ("KEY_BSECGB", "1"),
        ("FIREW_SECGB", "0"),
        ("GetServerGubun", "1"),
        ("NO_SUCH_TAG", ""),
    ],
)
def test_what_is_known_after_the_login(tag: str, value: str) -> None:
    rig = Rig(is_logged_in=False)
    assert rig.call(INFO, tag) == ""
    info = {"ACCNO": "8012345611;8012345631;", "USER_ID": "kim", "USER_NAME": "김철수"}
    rig.say(Connected(0, info))
    assert rig.call(INFO, tag) == value


@pytest.mark.parametrize(("is_mock", "server"), [(True, "1"), (False, "")])
def test_only_the_mock_server_says_its_kind(is_mock: bool, server: str) -> None:
    rig = Rig(is_mock=is_mock)
    assert rig.call(INFO, "GetServerGubun") == server
    assert rig.call(KOA, "GetServerGubun", "") == server


def test_commterminate_does_nothing_any_more(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    assert rig.call("CommTerminate()") is None
    assert "no longer supported" in caplog.text
    assert rig.call("GetConnectState()") == 1


@pytest.mark.parametrize(
    ("signature", "values", "result"),
    [
        ("GetCodeListByMarket(QString)", ["0"], "005930;069500;"),
        ("GetCodeListByMarket(QString)", ["8"], "069500;"),
        ("GetCodeListByMarket(QString)", ["10"], "035900;"),
        ("GetCodeListByMarket(QString)", [""], "005930;035900;069500;"),
        ("GetCodeListByMarket(QString)", ["NXT"], ""),
        ("GetMasterCodeName(QString)", ["005930"], "삼성전자"),
        ("GetMasterCodeName(QString)", ["999999"], ""),
        ("GetMasterLastPrice(QString)", ["005930"], "00071500"),
        ("GetMasterStockState(QString)", ["005930"], "증거금20%|담보대출|신용가능"),
        ("GetMasterConstruction(QString)", ["005930"], "정상"),
        ("GetMasterListedStockDate(QString)", ["005930"], "19750611"),
        ("GetMasterListedStockCnt(QString)", ["069500"], 170_000_000),
        ("GetMasterListedStockCnt(QString)", ["005930"], 5_969_782_550 - 2**32),
        ("GetMasterListedStockCnt(QString)", ["999999"], 0),
        ("GetMarketType(QString)", ["035900"], 10),
        (KOA, ["GetMasterListedStockCntEx", "005930"], "5969782550"),
        (KOA, ["GetStockMarketKind", "069500"], "8"),
        (KOA, ["IsOrderWarningStock", "035900"], "5"),
        (KOA, ["IsOrderWarningStock", "005930"], "0"),
        (KOA, ["NoSuchFunction", "005930"], ""),
    ],
)
def test_lookups(signature: str, values: list[str], result: object) -> None:
    assert Rig(a_master(), ETF, KOSDAQ).call(signature, *values) == result


def test_listed_shares_overflow_exactly_above_31_bits() -> None:
    rig = Rig(a_master("000001", listed_shares=2**31 - 1), a_master("000002", listed_shares=2**31))
    counts = [rig.call("GetMasterListedStockCnt(QString)", code) for code in ("000001", "000002")]
    assert counts == [2**31 - 1, -(2**31)]


def test_masters_come_with_the_login_and_outlive_the_line() -> None:
    rig = Rig(is_logged_in=False)
    assert rig.call("GetMasterCodeName(QString)", "005930") == ""
    rig.log_in()
    rig.say(Connected(-106))
    assert rig.call("GetMasterCodeName(QString)", "005930") == "삼성전자"
