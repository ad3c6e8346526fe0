"""Recorded true messages through parser and orders: the domain messages they give, one by one.

The OCX log is of the mock server (2022-01-18), the websocket log of the REST interface
(2026-09-11), whose fields have the same numbers. Both are beside the checkout, not in it.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from broker.kiwoom import chejan, fids, parse
from broker.kiwoom.orders import Orders
from broker.kiwoom.rate_limit import RollingWindows
from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import ForeignOrderSeen
from core.domain.order import (
    Fill,
    Order,
    OrderAccepted,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderStatus,
    Reason,
    Side,
)
from tests.broker.kiwoom.order_rig import SendingControl, reader
from tests.builders import SEOUL

RAW = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw"
OCX = RAW / "kiwoom_openapi_plus_events_20220118.jsonl"
WEBSOCKET = RAW / "kiwoom_rest_ws_20260911.jsonl"
pytestmark = pytest.mark.skipif(not RAW.is_dir(), reason=f"needs the recorded messages: {RAW}")

SAMSUNG = "005930"
DAY = datetime(2022, 1, 18, tzinfo=SEOUL)


def on_day(hour: int, minute: int, second: int, microsecond: int = 0) -> datetime:
    return DAY.replace(hour=hour, minute=minute, second=second, microsecond=microsecond)


def ocx(name: str) -> list[dict[str, Any]]:
    lines = map(json.loads, OCX.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["name"] == name]


def words(line: dict[str, Any]) -> list[Any]:
    """The arguments of the event."""
    return [next(iter(argument.values())) for argument in line["arguments"]]


# The log names fields, in the order in which the control lists their numbers.
_TRADE_FIDS = (fids.TRADE_TIME, fids.PRICE, None, None, fids.BEST_ASK, fids.BEST_BID, fids.VOLUME)


def trades() -> list[dict[int, str]]:
    found = []
    for line in ocx("OnReceiveRealData"):
        if words(line)[1] == fids.TRADE:
            values = line["single_data"]["values"]
            found.append({f: v for f, v in zip(_TRADE_FIDS, values, strict=False) if f})
    return found


def chejans() -> list[tuple[str, dict[int, str]]]:
    found = []
    for line in ocx("OnReceiveChejanData"):
        gubun, count, listed = words(line)
        values = line["single_data"]["values"]
        assert len(values) == int(count)
        found.append((gubun, dict(zip(map(int, listed.split(";")), values, strict=True))))
    return found


def frames() -> list[tuple[datetime, dict[str, Any]]]:
    """Data frames of the websocket log with the moment each arrived."""
    lines = map(json.loads, WEBSOCKET.read_text(encoding="utf-8").splitlines())
    return [
        (datetime.fromisoformat(line["recv"]).astimezone(SEOUL), data)
        for line in lines
        for data in json.loads(line["raw"]).get("data", [])
    ]


def by_fid(data: dict[str, Any]) -> dict[int, str]:
    return {int(fid): text for fid, text in data["values"].items()}


# -- the OCX log -------------------------------------------------------------------------------


def test_the_recorded_trades_of_the_control():
    now = on_day(14, 29, 45, 500_000)
    assert [parse.tick(SAMSUNG, reader(values), now) for values in trades()] == [
        Tick(SAMSUNG, on_day(14, 29, 42, 999_999), 77_100, 3, Side.BUY, 76_900, 77_100),
        Tick(SAMSUNG, on_day(14, 29, 43, 999_999), 77_000, 20, Side.BUY, 77_000, 77_100),
        Tick(SAMSUNG, now, 77_000, 262, Side.SELL, 77_000, 77_100),
    ]


def test_the_raw_text_has_the_fields_in_the_recorded_order():
    for line in ocx("OnReceiveRealData"):
        assert words(line)[2].split("\t") == line["single_data"]["values"]


@pytest.fixture
def market_buy() -> Order:
    """One share at the market, sent from the first order screen."""
    time = on_day(14, 29, 40)
    intent = OrderIntent(SAMSUNG, Side.BUY, 1, Reason.SIGNAL, time, 77_000)
    return Order(OrderId("t-0001"), intent, OrderStatus.SUBMITTED)


def replay(order: Order | None, posted: list[Any], account: str = "8000000011") -> Orders:
    """Play the recorded answers to an order into `posted`; the log's screen becomes ours."""
    control, clock = SendingControl(), SimClock(on_day(14, 29, 41, 250_000))
    asked: list[str] = []
    windows = RollingWindows([(5, parse.VI_LENGTH)])
    orders = Orders(control, account, posted.append, clock, windows, asked.append)
    screen = "0001"
    if order is not None:
        orders.submit(order)
        name, screen = control.sent[0][:2]
        said = words(ocx("OnReceiveMsg")[0])
        orders.on_message(screen, name, said[3])
        answer = ocx("OnReceiveTrData")[1]
        orders.on_order_number(screen, name, answer["single_data"]["values"][0])
    for gubun, values in chejans():
        if fids.SCREEN in values:
            values[fids.SCREEN] = screen
        orders.on_chejan(gubun, reader(values))
    assert asked == []
    return orders


BOUGHT = Fill(
    id="0163911-1234931",
    order_id=OrderId("t-0001"),
    symbol=SAMSUNG,
    side=Side.BUY,
    price=77_000,
    quantity=1,
    commission=260,
    tax=0,
    time=on_day(14, 29, 41, 250_000),
)


def test_the_recorded_market_buy_is_accepted_filled_and_held(market_buy):
    posted: list[Any] = []
    orders = replay(market_buy, posted)
    now = on_day(14, 29, 41, 250_000)
    assert posted == [
        OrderAccepted(market_buy.id, "0163911", now),
        OrderFilled(market_buy.id, BOUGHT, now),
    ]
    assert orders.working == ()
    assert (orders.holdings.held(SAMSUNG), orders.holdings.sellable(SAMSUNG)) == (2, 2)


def test_the_same_order_made_by_hand_is_a_foreign_one():
    posted: list[Any] = []
    replay(None, posted)
    seen, filled = posted
    assert isinstance(seen, ForeignOrderSeen)
    assert seen.order.id == "K220118-0163911"
    assert (seen.order.intent.side, seen.order.intent.quantity) == (Side.BUY, 1)
    assert seen.order.intent.limit_price is None
    assert (filled.fill.price, filled.fill.quantity, filled.fill.commission) == (77_000, 1, 260)


def test_another_accounts_events_are_not_ours():
    posted: list[Any] = []
    orders = replay(None, posted, account="8000000022")
    assert posted == []
    assert orders.holdings.held(SAMSUNG) == 0


# -- the websocket log -------------------------------------------------------------------------


def test_every_recorded_frame_is_a_trade_with_price_time_and_side():
    ticks = [
        (parse.tick(data["item"], reader(by_fid(data)), now), now, by_fid(data))
        for now, data in frames()
        if data["name"] == fids.TRADE
    ]
    assert len(ticks) == 44
    for tick, now, values in ticks:
        assert tick.price == int(values[fids.PRICE].lstrip("+-"))
        assert tick.side is (Side.SELL if values[fids.VOLUME].startswith("-") else Side.BUY)
        assert f"{tick.time:%H%M%S}" == values[fids.TRADE_TIME]
        assert parse.clock_skew(tick.time, now).total_seconds() < 1.2
    times = [tick.time for tick, _, _ in ticks]
    assert times == sorted(times)


def test_the_first_recorded_trades_one_by_one():
    first = [parse.tick(data["item"], reader(by_fid(data)), now) for now, data in frames()[:8]]
    assert [(t.price, t.quantity, t.side, t.bid, t.ask) for t in first] == [
        (257_750, 19, Side.SELL, 257_500, 258_000),  # between two ticks
        (257_750, 20, Side.SELL, 257_500, 258_000),
        (257_750, 3, Side.SELL, 257_500, 258_000),
        (257_750, 3, Side.SELL, 257_500, 258_000),  # two in one frame
        (257_750, 1, Side.SELL, 257_500, 258_000),
        (257_750, 1, Side.SELL, 257_500, 258_000),
        (257_750, 296, Side.SELL, 257_500, 258_000),
        (258_000, 1, Side.BUY, 257_500, 258_000),
    ]


def test_shares_between_frames_are_those_of_the_day_volume():
    """One frame may stand for several executions: its shares count, not its being one."""
    volumes = [
        (int(values[fids.DAY_VOLUME]), abs(int(values[fids.VOLUME])))
        for values in (by_fid(data) for _, data in frames() if data["name"] == fids.TRADE)
    ]
    grown = [after[0] - before[0] for before, after in pairwise(volumes)]
    assert sum(own == after[1] for own, after in zip(grown, volumes[1:], strict=True)) > 25


def test_the_recorded_order_of_the_websocket_log():
    events = [
        chejan.read_order_event(reader(by_fid(data)), now)
        for now, data in frames()
        if data["name"] == "주문체결"
    ]
    assert [(e.number, e.state, e.code, e.side) for e in events] == [
        ("0119433", chejan.ACCEPTED, SAMSUNG, Side.BUY),
        ("0119433", chejan.FILLED, SAMSUNG, Side.BUY),
    ]
    accepted, filled = events
    assert (accepted.filled, accepted.remaining, accepted.original) == (None, 1, "")
    assert (filled.unit_price, filled.unit_filled, filled.filled) == (258_000, 1, 1)
    assert (filled.filled_value, filled.commission, filled.screen) == (258_000, 900, "")
