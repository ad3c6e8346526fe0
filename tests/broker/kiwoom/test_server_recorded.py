"""The emulated servers write as the true ones did: field by field against recorded messages."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.kiwoom.emulator import realtime
from broker.kiwoom.emulator.packets import Answer, ChejanData, Said, SendOrder
from broker.kiwoom.emulator.tape import Tape
from broker.kiwoom.emulator.texts import real_fids
from core.domain.instrument import Instrument
from core.domain.market import Bar, Tick
from core.domain.order import Side
from core.domain.price import PriceGrid
from core.simulation.account import Lot
from core.simulation.costs import CostModel, CostOptions
from core.simulation.recorded import RecordedMarket
from core.simulation.venue import Venue
from tests.broker.kiwoom.server_rig import RECORDED, Servers
from tests.core.simulation.sim_builders import SEOUL

pytestmark = pytest.mark.skipif(
    not RECORDED.exists(), reason=f"needs the recorded messages beside the checkout: {RECORDED}"
)

CODE = "005930"
# The price steps of KOSPI in January 2022, when it was recorded.
OLD_GRID = PriceGrid(
    (
        *((1_000, 1), (5_000, 5), (10_000, 10), (50_000, 50), (100_000, 100), (500_000, 500)),
        (math.inf, 1_000),
    )
)
SAMSUNG = Instrument(CODE, "삼성전자", 77_500, OLD_GRID, listed_shares=5_969_782_550)
DAY = datetime(2022, 1, 18, tzinfo=SEOUL)


def at(hhmmss: str) -> datetime:
    return DAY.replace(hour=int(hhmmss[:2]), minute=int(hhmmss[2:4]), second=int(hhmmss[4:]))


def recorded(event: str) -> list[dict[str, Any]]:
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["name"] == event]


def arguments(event: dict[str, Any]) -> list[Any]:
    return [next(iter(argument.values())) for argument in event["arguments"]]


def values(event: dict[str, Any]) -> list[str]:
    kept: list[str] = event["single_data"]["values"]
    return kept


# -- real time --------------------------------------------------------------------------------


def the_tape() -> Tape:
    """What the true server knew before the first recorded trade, as its totals tell."""
    same_time, whole = 6_673_800, 7_884_712 + 900_410
    done = 608_869_300_000  # won; between what the rounded averages of the three trades allow
    turnover = done + 70_033_816_000
    before = DAY - timedelta(days=1)
    early = Bar(CODE, before.replace(hour=14, minute=29), 1, 1, 1, 1, same_time, turnover)
    late = Bar(CODE, before.replace(hour=14, minute=30), 1, 1, 1, 1, whole - same_time, 0)
    tape = Tape(SAMSUNG, [early, late])
    tape.open, tape.high, tape.low, tape.last = 77_600, 77_800, 76_600, 77_100
    tape.open_time, tape.high_time, tape.low_time = at("090003"), at("100015"), at("133453")
    tape.volume, tape.turnover = 7_884_709, done - 3 * 77_100
    tape.sold, tape.bought = 4_817_707, 2_944_631
    tape.sold_count, tape.bought_count = 30_338, 31_738
    return tape


def test_trades_are_written_as_recorded() -> None:
    tape = the_tape()
    ticks = [
        Tick(CODE, at("142942"), 77_100, 3, Side.BUY, 76_900, 77_100),
        Tick(CODE, at("142943"), 77_000, 20, Side.BUY, 77_000, 77_100),
        Tick(CODE, at("142945"), 77_000, 262, Side.SELL, 77_000, 77_100),
    ]
    written = []
    for tick in ticks:
        tape.add(tick)
        # In 2022 a round trip cost 0.23 % of sell tax and twice the commission.
        written.append(list(realtime.trade(tape, tick, round_trip=0.0026).values.values()))
    wanted = [values(e) for e in recorded("OnReceiveRealData") if arguments(e)[1] == "주식체결"]
    assert written == wanted


def test_trades_hold_every_field_in_the_recorded_order() -> None:
    tape, tick = the_tape(), Tick(CODE, at("142942"), 77_100, 3, Side.BUY, 76_900, 77_100)
    tape.add(tick)
    (raw, *_) = [arguments(e)[2] for e in recorded("OnReceiveRealData")]
    assert len(raw.split("\t")) == len(real_fids("주식체결")) == 42
    assert tuple(realtime.trade(tape, tick).values) == real_fids("주식체결")


def test_best_quotes_are_written_as_recorded() -> None:
    tape = the_tape()
    written = []
    for bid, ask in ((76_900, 77_000), (77_000, 77_100)):
        tape.bid, tape.ask = bid, ask
        written.append(list(realtime.best(tape).values.values()))
    wanted = [values(e) for e in recorded("OnReceiveRealData") if arguments(e)[1] == "주식우선호가"]
    assert written == wanted


# -- an order ---------------------------------------------------------------------------------


def the_order() -> Servers:
    """A customer with one share buys another at the market, on the mock server."""
    trades = [
        Tick(CODE, at("142930"), 77_000, 20, Side.BUY, 77_000, 77_100),
        Tick(CODE, at("142938"), 77_000, 20, Side.BUY, 77_000, 77_100),
        Tick(CODE, at("142941"), 77_000, 1, Side.BUY, 77_000, 77_000),
    ]
    market = RecordedMarket([(t.time, t) for t in trades], {CODE: SAMSUNG}, slippage_ticks=0)
    costs = CostModel.from_options(CostOptions(profile="kiwoom_mock"))
    lots = [Lot(CODE, 1, 77_300)]
    servers = Servers(Venue(market, costs, 10_000_000, lots=lots), costs)
    servers.watch((CODE, "주식체결"))
    servers.run_to(at("142940"))
    request = SendOrder(
        "삼성전자 1주 시장가 신규 매수", "0001", "8000000011", 1, CODE, 1, 0, "03", ""
    )
    servers.server.receive(request, at("142940"))
    servers.run_to(at("142942"))
    return servers


def test_the_message_is_as_recorded() -> None:
    (said,) = the_order().got(Said)
    (wanted,) = recorded("OnReceiveMsg")
    assert [said.screen, said.name, said.tr, said.text] == arguments(wanted)


def test_the_order_answer_is_as_recorded() -> None:
    (answer,) = the_order().got(Answer)
    wanted = recorded("OnReceiveTrData")[1]
    assert [answer.screen, answer.name, answer.tr, "", answer.prev_next] == arguments(wanted)
    assert list(answer.single) == wanted["single_data"]["names"]
    assert len(answer.single["주문번호"]) == len(values(wanted)[0])


def test_accepted_filled_and_balance_are_as_recorded_in_every_field() -> None:
    written = the_order().got(ChejanData)
    wanted = recorded("OnReceiveChejanData")
    assert len(written) == len(wanted) == 3
    for event, original in zip(written, wanted, strict=True):
        gubun, count, fids = arguments(original)
        assert event.gubun == gubun
        assert len(event.values) == int(count)
        assert ";".join(map(str, event.values)) == fids
        stripped = [value.strip() for value in event.values.values()]
        assert _comparable(fids, stripped) == _comparable(fids, values(original))


def test_the_order_of_events_is_as_recorded() -> None:
    kinds = [type(p).__name__ for p in the_order().packets if isinstance(p, Said | Answer)]
    chejans = [p.gubun for p in the_order().got(ChejanData)]
    assert kinds == ["Said", "Answer"]
    assert chejans == ["0", "0", "1"]


def _comparable(fids: str, texts: list[str]) -> dict[str, str]:
    """The fields but numbers that a server counts up, the price after hours of another day, and
    the ask: the true order was filled below it, which only a quote that moved meanwhile explains.
    """
    fields = dict(zip(fids.split(";"), texts, strict=True))
    for counted in ("9203", "909"):
        if fields.get(counted):
            fields[counted] = f"{len(fields[counted])} digits"
    fields.pop("10010")
    if fields.get("913") != "접수":
        fields.pop("27")
    return fields
