"""How values are written, and that the control's encoding knows every character of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.emulator import texts
from broker.kiwoom.emulator.masters import KOSDAQ, masters
from broker.kiwoom.emulator.packets import (
    Answer,
    ChejanData,
    ConditionFound,
    ConditionsLoaded,
    LoadConditions,
    Packet,
    RealData,
    RunCondition,
    Said,
)
from core.simulation.listings import listings
from tests.broker.kiwoom.server_rig import BUY, SELL, servers


@pytest.mark.parametrize(
    ("price", "text"),
    [(71_600, "+71600"), (71_400, "-71400"), (71_500, "71500"), (None, "0"), (0, "0")],
)
def test_a_price_is_signed_by_its_distance_from_the_base(price: int | None, text: str) -> None:
    assert texts.signed(price, 71_500) == text


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_signed_price_gives_the_price_back(price: int, base: int) -> None:
    assert abs(int(texts.signed(price, base))) == price


@given(st.integers(-(10**10), 10**10))
def test_zeros_keep_the_width_and_the_value(value: int) -> None:
    text = texts.zeros(value, 15)
    assert (len(text), int(text)) == (15, value)


@given(st.sampled_from([of.name for of in listings().values()]), st.integers(1, 60))
def test_padded_texts_have_their_width_in_bytes(name: str, width: int) -> None:
    padded = texts.padded(name, width)
    # A Korean letter has two bytes: one that would be cut in half is left out.
    assert width - 1 <= len(padded.encode("cp949")) <= width
    assert name.startswith(padded.strip()) or padded.strip() == name


def test_shares_below_the_whole_have_a_minus() -> None:
    assert texts.share_of(1, 4) == "-25.00"
    assert texts.share_of(5, 4) == "+125.00"
    assert texts.share_of(0, 4) == texts.share_of(1, 0) == "0.00"


def test_a_countdown_is_hours_minutes_seconds() -> None:
    assert texts.countdown(timedelta(minutes=20)) == "002000"
    assert texts.countdown(timedelta(seconds=-3)) == "000000"


def test_millions_are_rounded() -> None:
    assert [texts.millions(won) for won in (499_999, 500_000, 1_499_999)] == ["0", "1", "1"]


def test_masters_are_the_listings() -> None:
    assert masters().keys() == listings().keys()
    samsung = masters()["005930"]
    assert (samsung.market, samsung.last_price, samsung.construction) == ("0", 71_500, "정상")
    assert samsung.listed_shares > 2**31
    assert masters()["247540"].market == KOSDAQ
    assert masters()["069500"].market == "8"


def test_every_text_of_the_servers_has_cp949() -> None:
    rig = servers(*masters())
    rig.watch(*((code, kind) for code in masters() for kind in ("주식체결", "주식우선호가")))
    rig.order(BUY, 10)
    rig.order(SELL, 3, 80_000)
    rig.order(SELL, 100)
    rig.order(BUY, 1, 1)
    for tr in ("opt10001", "opt10075", "opt10076", "opw00001", "opw00004", "opw00007", "opw00018"):
        rig.ask(tr, 종목코드="005930")
    rig.ask("opt10032", 시장구분="000")
    rig.send(LoadConditions())
    rig.send(RunCondition("0150", "거래대금 상위", 0, True))
    rig.run_for(seconds=1)
    kinds = {type(packet) for packet in rig.packets}
    assert {Answer, ChejanData, ConditionFound, ConditionsLoaded, RealData, Said} <= kinds
    for text in texts_of(rig.packets):
        assert text.encode("cp949").decode("cp949") == text


def test_every_text_of_the_masters_has_cp949() -> None:
    for master in masters().values():
        for text in (master.name, master.state, master.construction, master.info):
            assert text.encode("cp949").decode("cp949") == text


def texts_of(packets: Iterable[Packet]) -> Iterator[str]:
    for packet in packets:
        match packet:
            case Said():
                yield packet.text
            case RealData() | ChejanData():
                yield from packet.values.values()
            case ConditionsLoaded():
                yield from (packet.message, *packet.names.values())
            case Answer():
                yield from (*packet.single.values(), *packet.fields)
                for row in packet.rows:
                    yield from row
