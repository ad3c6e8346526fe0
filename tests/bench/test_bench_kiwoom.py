"""Trades a second from the control's text fields to a `Tick`, against pykiwoom's way.

Both read the same five fields through GetCommRealData, field by field. Theirs is pykiwoom's own
handler, which puts a dict of texts on a queue, and what its users do next: take it off and make
whole numbers of it, and where they need it a time. Ours makes a `Tick` with time, side and best
quotes. What COM costs between Python and the real control can't be measured here; it is the same
for both, five calls a trade. The last figure is what the tab-separated text would save: one split
in place of five calls.
"""

from __future__ import annotations

import importlib
import importlib.util
import queue
import statistics
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import pytest

from broker.kiwoom import fids, parse
from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.packets import Connected, RealData
from broker.kiwoom.realtime import RealTime
from core.clock import SimClock
from core.domain.market import Tick
from core.domain.order import Side
from tests.bench import tape
from tests.bench.figures import median_ratio, seconds
from tests.broker.kiwoom import qax_shim
from tests.broker.kiwoom.emulated_rig import a_master

pytestmark = pytest.mark.bench

COUNT = 20_000
ROUNDS = 5
AIM_TICKS = 10_000  # a second, in bursts
CODE = "005930"
READ = "GetCommRealData(QString, int)"
FIELDS = (fids.TRADE_TIME, fids.PRICE, fids.BEST_ASK, fids.BEST_BID, fids.VOLUME)
_REST = "\t".join(["7884712", "608869", *["+77600"] * 34])  # of the 42 fields of a recorded text


class BareControl:
    """Answers from a dict: what is left of the time is the reader's own."""

    def __init__(self) -> None:
        self.values: dict[int, str] = {}

    def dynamicCall(self, signature: str, code: str, fid: int) -> str:
        return self.values[fid]


def rows() -> list[tape.Row]:
    """Trades at 200 ms from each other: most times are the clock's second, as they are in life."""
    return list(islice(tape.rows(1, 400, 300, whole_seconds=False), COUNT))


def trades() -> list[dict[int, str]]:
    """The benchmark tape's trades as Kiwoom writes them."""
    return [
        {
            fids.TRADE_TIME: f"{row.time:%H%M%S}",
            fids.PRICE: f"+{row.price}",
            fids.BEST_ASK: f"+{row.price + 100}",
            fids.BEST_BID: f"+{row.price}",
            fids.VOLUME: f"{'+-'[row.quantity % 2]}{row.quantity}",
        }
        for row in rows()
    ]


@pytest.fixture
def pykiwoom(monkeypatch) -> Callable[[Any], Any]:
    """Make pykiwoom's client in front of any control."""

    def make(control: Any) -> Any:
        qax_shim.install(monkeypatch, None)  # its QAxWidget is replaced by `control` below
        qax_shim.put(monkeypatch, "pykiwoom.manager", KiwoomManager=None)
        module = importlib.import_module("pykiwoom.kiwoom")
        client = module.Kiwoom(real_dqueues=queue.SimpleQueue())
        client.real_fid = {CODE: FIELDS}
        client.ocx = control
        return client

    if importlib.util.find_spec("pykiwoom") is None:
        pytest.skip("pykiwoom is not installed")
    return make


def timed_row_of(texts: dict[Any, str]) -> dict[str, Any]:
    """The same with its time as a time."""
    row = row_of(texts)
    row["time"] = datetime.strptime(f"20261123{row['time']}+0900", "%Y%m%d%H%M%S%z")
    return row


def row_of(texts: dict[Any, str]) -> dict[str, Any]:
    """What a user of pykiwoom makes of a trade."""
    return {
        "code": texts["code"],
        "time": texts[fids.TRADE_TIME],
        "price": abs(int(texts[fids.PRICE])),
        "ask": abs(int(texts[fids.BEST_ASK])),
        "bid": abs(int(texts[fids.BEST_BID])),
        "volume": int(texts[fids.VOLUME]),
    }


@pytest.mark.parametrize(
    ("make_row", "what"),
    [(row_of, "their time stays text"), (timed_row_of, "their time made a datetime")],
    ids=["text", "datetime"],
)
def test_text_fields_to_a_tick(figures, pykiwoom, make_row, what):
    control = BareControl()
    client, events = pykiwoom(control), trades()
    moments = [row.time for row in rows()]

    def ours() -> None:
        read = partial(control.dynamicCall, READ, CODE)
        for control.values, now in zip(events, moments, strict=True):
            assert parse.tick(CODE, read, now) is not None

    def theirs() -> None:
        for control.values in events:
            client.OnReceiveRealData(CODE, fids.TRADE, "")
            make_row(client.real_dqueues.get_nowait())

    _compare(figures, f"text fields to Tick, {what}", ours, theirs, len(events))


def test_packets_to_posted_ticks_through_the_emulated_control(figures, pykiwoom):
    events = [RealData(CODE, fids.TRADE, values) for values in trades()]
    moments = [row.time for row in rows()]
    posted: list[Tick] = []

    def ours() -> None:
        control, run, clock = logged_in()
        real_time = RealTime(
            control, clock, posted.append, None, lambda *_: None, lambda _: None, False
        )
        real_time.open()
        real_time.subscribe([CODE])
        control.OnReceiveRealData.connect(lambda code, kind, _: real_time.on_event(code, kind))
        play(control, run, clock, events, moments)

    def theirs() -> None:
        control, run, clock = logged_in()
        control.dynamicCall(
            "SetRealReg(QString, QString, QString, QString)", "3001", CODE, "10", "0"
        )
        client = pykiwoom(control)
        control.OnReceiveRealData.connect(client.OnReceiveRealData)
        play(control, run, clock, events, moments)
        made = [timed_row_of(client.real_dqueues.get_nowait()) for _ in events]
        assert len(made) == len(events)

    _compare(figures, "the same through the emulated control", ours, theirs, len(events))
    assert len(posted) == len(events) * (ROUNDS + 1)


def test_what_the_tab_separated_text_would_save(figures):
    moments = [row.time for row in rows()]
    events = [
        "\t".join((v[20], v[10], "-400", "-0.52", v[27], v[28], v[15], _REST)) for v in trades()
    ]

    def split() -> None:
        for text, now in zip(events, moments, strict=True):
            time, price, _, _, ask, bid, volume, _ = text.split("\t", 7)
            Tick(
                CODE,
                parse.market_time(time, now),
                abs(int(price)),
                abs(int(volume)),
                Side.SELL if volume[0] == "-" else Side.BUY,
                abs(int(bid)),
                abs(int(ask)),
            )

    spent = statistics.median(seconds(split) for _ in range(ROUNDS))
    figures.note("tab-separated text to Tick (not used)", f"{len(events) / spent:,.0f}/s")


Posted = list[Callable[[], None]]


def logged_in() -> tuple[EmulatedControl, Posted, SimClock]:
    posted: Posted = []
    clock = SimClock(tape.OPEN)
    control = EmulatedControl({CODE: a_master()}, lambda request: None, posted.append, clock)
    control.dynamicCall("CommConnect()")
    control.deliver(Connected(0, {"ACCNO": "8012345611"}))
    run_all(posted)
    return control, posted, clock


def play(
    control: EmulatedControl,
    posted: Posted,
    clock: SimClock,
    events: Iterable[RealData],
    moments: Iterable[datetime],
) -> None:
    for event, moment in zip(events, moments, strict=True):
        clock.move_to(moment)
        control.deliver(event)
        run_all(posted)


def run_all(posted: Posted) -> None:
    while posted:
        posted.pop(0)()


def _compare(
    figures: Any, what: str, ours: Callable[[], None], theirs: Callable[[], None], count: int
) -> None:
    ours()
    theirs()
    mine, other = [], []
    for _ in range(ROUNDS):
        other.append(seconds(theirs))
        mine.append(seconds(ours))
    rate, peer = (count / statistics.median(spent) for spent in (mine, other))
    ratio = median_ratio(mine, other)
    figures.compare(what, f"{rate:,.0f}/s", f"pykiwoom 0.1.6 {peer:,.0f}/s", ratio)
    assert rate > AIM_TICKS
