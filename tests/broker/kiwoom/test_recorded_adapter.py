"""The recorded messages through the whole adapter, as its control's events: what it posts."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.kiwoom import fids
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import ConnectionChanged, ForeignOrderSeen, Message, Noted
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderFilled,
    OrderId,
    OrderIntent,
    Reason,
    Side,
)
from tests.broker.kiwoom.fake_control import FakeControl
from tests.builders import SEOUL

RAW = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw"
OCX = RAW / "kiwoom_openapi_plus_events_20220118.jsonl"
WEBSOCKET = RAW / "kiwoom_rest_ws_20260911.jsonl"
pytestmark = pytest.mark.skipif(not RAW.is_dir(), reason=f"needs the recorded messages: {RAW}")

SAMSUNG = "005930"
_TRADE_FIDS = {0: fids.TRADE_TIME, 1: fids.PRICE, 4: fids.BEST_ASK, 5: fids.BEST_BID, 6: 15}
DEPOSIT = {"d+2추정예수금": "000010000000", "주문가능금액": "000010000000"}


class Player:
    """A logged-in adapter whose control plays a log."""

    def __init__(self, account: str, begin: datetime) -> None:
        self.posted: list[Message] = []
        self.control = FakeControl(clock=SimClock(begin))
        self.control.results["GetLoginInfo"] = lambda tag: {
            "ACCNO": f"{account};",
            "GetServerGubun": "1",
        }.get(tag, "0")
        options = KiwoomOptions(kiwoom_books=False)
        self.api = KiwoomOpenApi(
            self.control, self.posted.append, self.control.clock, lambda action: action(), options
        )
        self.api.subscribe([SAMSUNG])
        self.api.connect()
        self.control.log_in()
        self._answer()
        assert ConnectionChanged(True) in self.posted
        self.posted.clear()

    def _answer(self) -> None:
        """Answer what the adapter asks after its login: a deposit, nothing held, no orders."""
        answered = 0
        for _ in range(20):
            self.pass_time(0.3)
            for asked in self.control.asked[answered:]:
                answered += 1
                self.control.reply(asked, single=DEPOSIT if asked.tr == "opw00001" else {})

    def pass_time(self, seconds: float) -> None:
        clock = self.control.clock
        until = clock.now() + timedelta(seconds=seconds)
        while (due := self.api.next_time()) is not None and due <= until:
            clock.move_to(due)
            self.api.on_time(due)
        clock.move_to(until)

    def said(self) -> list[Message]:
        """What was posted of the market and of orders."""
        kinds = (Tick, ForeignOrderSeen, OrderAccepted, OrderFilled, Noted)
        return [message for message in self.posted if isinstance(message, kinds)]

    def chejan(self, gubun: str, values: dict[int, str]) -> None:
        control, before = self.control, self.control._present
        control._present = values
        listed = ";".join(map(str, values))
        control.OnReceiveChejanData.emit(gubun, len(values), listed)
        control._present = before


def arguments(line: dict[str, Any]) -> list[Any]:
    return [next(iter(argument.values())) for argument in line["arguments"]]


def play_ocx(player: Player, name: str = "", screen: str = "") -> None:
    """Play the log's events in its own order; answers to the order go to `name`."""
    control = player.control
    for line in map(json.loads, OCX.read_text(encoding="utf-8").splitlines()):
        words = arguments(line)
        values = line.get("single_data", {}).get("values", [])
        if line["name"] == "OnReceiveMsg" and name:
            control.OnReceiveMsg.emit(screen, name, words[2], words[3])
        elif line["name"] == "OnReceiveTrData" and name and words[2].startswith("KOA_"):
            before, control._present = control._present, ({"주문번호": values[0]}, [])
            control.OnReceiveTrData.emit(screen, name, words[2], "", "", 0, "", "", "")
            control._present = before
        elif line["name"] == "OnReceiveChejanData":
            named = dict(zip(map(int, words[2].split(";")), values, strict=True))
            player.chejan(words[0], named | ({fids.SCREEN: screen} if screen else {}))
        elif line["name"] == "OnReceiveRealData" and words[1] == fids.TRADE:
            named = {fid: values[place] for place, fid in _TRADE_FIDS.items()}
            control.real(words[0], words[1], named)


def test_a_recorded_market_buy_and_the_trades_beside_it():
    begin = datetime(2022, 1, 18, 14, 29, 40, 250_000, tzinfo=SEOUL)
    player = Player("8000000011", begin - timedelta(seconds=10))
    player.pass_time((begin - player.control.clock.now()).total_seconds())
    now = player.control.clock.now()
    intent = OrderIntent(SAMSUNG, Side.BUY, 1, Reason.SIGNAL, now, 77_000)
    player.api.submit(Order(OrderId("t-0001"), intent))
    name, screen = player.control.last("SendOrder")[:2]
    player.control.clock.move_to(now + timedelta(seconds=2.5))
    play_ocx(player, name, screen)
    accepted, filled, *ticks = player.said()
    assert (accepted.order_id, accepted.broker_id) == ("t-0001", "0163911")
    fill = filled.fill
    assert (fill.price, fill.quantity, fill.commission, fill.tax) == (77_000, 1, 260, 0)
    assert f"{fill.time:%H%M%S}" == "142941"
    assert [(t.price, t.quantity, t.side, f"{t.time:%H%M%S}") for t in ticks] == [
        (77_100, 3, Side.BUY, "142942"),
        (77_000, 20, Side.BUY, "142943"),
        (77_000, 262, Side.SELL, "142945"),
    ]


def test_the_same_log_without_an_order_of_ours_is_somebody_elses_buy():
    player = Player("8000000011", datetime(2022, 1, 18, 14, 29, 36, tzinfo=SEOUL))
    play_ocx(player)
    kinds = [type(message).__name__ for message in player.said()]
    assert kinds == ["ForeignOrderSeen", "OrderFilled", "Tick", "Tick", "Tick"]


def test_the_websocket_log_gives_its_trades_and_the_order_made_by_hand():
    lines = list(map(json.loads, WEBSOCKET.read_text(encoding="utf-8").splitlines()))
    first = datetime.fromisoformat(lines[0]["recv"]).astimezone(SEOUL)
    player = Player("8100000011", first - timedelta(seconds=10))
    prices, shares = [], 0
    for line in lines:
        arrived = datetime.fromisoformat(line["recv"]).astimezone(SEOUL)
        player.pass_time((arrived - player.control.clock.now()).total_seconds())
        for data in json.loads(line["raw"]).get("data", []):
            values = {int(fid): text for fid, text in data["values"].items()}
            if data["name"] == fids.TRADE:
                player.control.real(data["item"], fids.TRADE, values)
                prices.append(int(values[fids.PRICE].lstrip("+-")))
                shares += abs(int(values[fids.VOLUME]))
            else:
                player.chejan("0", values)
    ticks = [message for message in player.posted if isinstance(message, Tick)]
    assert [tick.price for tick in ticks] == prices
    assert sum(tick.quantity for tick in ticks) == shares
    *_, seen, filled = player.said()
    assert (seen.order.id, seen.order.broker_id) == ("K260911-0119433", "0119433")
    assert (filled.fill.price, filled.fill.quantity, filled.fill.commission) == (258_000, 1, 900)
