"""Every way a window is wired to a broker; not a word of Qt.

Kiwoom's control, real or emulated, lives on the window's thread and its adapter with it. The
servers behind the emulated one run in a thread of their own, as Kiwoom's do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from broker.kiwoom.control import Control
from broker.kiwoom.emulator.faults import FaultDesk
from broker.kiwoom.emulator.threaded import ThreadedControl
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from broker.paced import PacedVenue
from broker.paper import PaperBroker, PaperTerms
from broker.replay_thread import ReplayThread
from broker.simulated import VenueThread
from config.schema import Settings
from config.text import Text
from core.clock import ScaledClock, SimClock
from core.commands.transport import Transport
from core.commands.wire import Calls, Wire
from core.drivers import Inbox, PacedClock
from core.ports import Post
from core.risk.sizing import SizingOptions
from core.sessions import TradingCalendar
from core.simulation.costs import CostModel, CostOptions
from core.simulation.options import SimulatedBrokerOptions
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue

SIMULATED = Text(
    "데모: 가상 거래소에 바로 연결했습니다. 키움 어댑터는 쓰지 않습니다.",
    "Demo: wired straight to the simulated exchange, without the Kiwoom adapter.",
)
RECORDED = Text(
    "재생: 녹화된 체결이 시세이고, 주문은 그 체결로 맞춥니다.",
    "Replay: recorded trades are the market, and orders are filled from them.",
)
EMULATED = Text(
    "데모: 실전용 키움 OpenAPI+ 어댑터가 가상 키움 컨트롤과 가상 거래소 위에서 돌고 있습니다.",
    "Demo: the production adapter for Kiwoom OpenAPI+ runs on an emulated Kiwoom control and a "
    "simulated exchange.",
)
PAPER = Text(
    "페이퍼: 키움 실시간 시세에, 주문은 이 프로그램 안의 가상 거래소로만 갑니다.",
    "Paper: Kiwoom's live feed; orders go to a simulated exchange inside this program only.",
)
LIVE = Text(
    "키움 OpenAPI+에 연결했습니다. 주문은 키움 계좌로 나갑니다.",
    "Connected to Kiwoom OpenAPI+; orders go to your Kiwoom account.",
)


def simulated(
    venue: Venue | PacedVenue,
    inbox: Inbox,
    clock: ScaledClock | SimClock,
    wiring: Text = SIMULATED,
) -> Wire:
    """Wire the venue's own thread to the engine."""
    thread = VenueThread(venue, inbox.put, clock, inbox.wait_drained)
    return Wire(thread, wiring, thread.close, tells_time=True)


def replayed(venue: Venue, inbox: Inbox, transport: Transport) -> Wire:
    """Wire a recording to the engine, moved by a person."""
    thread = ReplayThread(venue, inbox.put, transport, inbox.wait_drained)
    return Wire(thread, RECORDED, thread.close, tells_time=True)


def emulated(
    venue: Venue,
    inbox: Inbox,
    clock: ScaledClock | SimClock,
    settings: Settings,
    calls: Calls,
    calendar: TradingCalendar,
) -> Wire:
    """Wire the adapter of production to the emulated control; call it on the window's thread."""
    kiwoom = ThreadedControl(venue, inbox, clock, settings, calls, calendar)
    adapter = KiwoomOpenApi(
        kiwoom.control,
        inbox.put,
        clock,
        calls.call,
        settings[KiwoomOptions],
        server_name="emulated",
        speed=clock.speed,
    )
    kiwoom.start()
    return _kiwoom(adapter, EMULATED, (adapter.close, kiwoom.close), True, kiwoom.faults)


def live(
    control: Control, inbox: Inbox, clock: PacedClock, settings: Settings, calls: Calls
) -> Wire:
    """Wire the adapter to the real control; call it on the control's thread."""
    adapter = KiwoomOpenApi(control, inbox.put, clock, calls.call, settings[KiwoomOptions])
    return _kiwoom(adapter, LIVE, (adapter.close,))


def paper(
    control: Control,
    inbox: Inbox,
    clock: PacedClock,
    settings: Settings,
    calls: Calls,
    calendar: TradingCalendar,
    state_file: Path | None = None,
) -> Wire:
    """Wire Kiwoom's feed, and an exchange of our own in the place of its orders.

    Raises:
        BrokerError: The state file can't be used.
    """

    def feed(post: Post) -> KiwoomOpenApi:
        options = settings[KiwoomOptions]
        return KiwoomOpenApi(control, post, clock, calls.call, options, is_feed_only=True)

    latency = settings[SimulatedBrokerOptions].simulated_latency_ms
    terms = PaperTerms(
        CostModel.from_options(settings[CostOptions]),
        settings[SizingOptions].start_capital,
        settings[CostOptions].slippage_ticks,
        timedelta(milliseconds=latency),
        None if state_file is None else ExchangeState(state_file, calendar.zone),
    )
    broker = PaperBroker(feed, inbox.put, clock, calls.call, calendar, terms)
    return Wire(
        broker,
        PAPER,
        broker.close,
        next_time=broker.next_time,
        on_time=broker.on_time,
        conditions=broker,
    )


def _kiwoom(
    adapter: KiwoomOpenApi,
    wiring: Text,
    closes: Sequence[Callable[[], Any]],
    tells_time: bool = False,
    faults: FaultDesk | None = None,
) -> Wire:
    def close() -> None:
        for one in closes:
            one()

    return Wire(
        adapter,
        wiring,
        close,
        tells_time,
        adapter.next_time,
        adapter.on_time,
        adapter.confirm_account,
        adapter,
        faults,
        adapter.show_account_window,
    )
