"""Emulated Kiwoom servers over a venue, with everything they delivered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from broker.kiwoom.emulator.packets import (
    Answer,
    ChejanData,
    LogIn,
    Packet,
    Query,
    RealData,
    Request,
    Said,
    SendOrder,
    Watch,
)
from broker.kiwoom.emulator.server import KiwoomServer
from core.domain.session import Session
from core.simulation.costs import CostModel
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import CASH, COSTS, a_session

RECORDED = Path(__file__).parents[4] / "shared/data/raw/kiwoom_openapi_plus_events_20220118.jsonl"
"""Messages of the true control, outside of the project."""

ACCOUNT = "8000000011"
BUY, SELL, CANCEL_BUY, CANCEL_SELL, AMEND_BUY, AMEND_SELL = range(1, 7)

P = TypeVar("P")


class Servers:
    """A logged-in customer; moves through market time on demand."""

    def __init__(self, venue: Venue, costs: CostModel = COSTS, logs_in: bool = True) -> None:
        self.venue, self.packets = venue, list[Packet]()
        self.server = KiwoomServer(venue, self.packets.append, costs)
        self.now = self.server.now  # the control's clock, which events alone would not move
        if logs_in:
            self.send(LogIn())
            self.run_for(seconds=0.4)

    def run_to(self, moment: datetime) -> None:
        """Do everything before `moment`."""
        while (due := self.server.next_time()) is not None and due < moment:
            self.server.step()
        self.now = max(self.now, moment)

    def run_for(self, **duration: float) -> None:
        self.run_to(self.now + timedelta(**duration))

    def send(self, request: Request) -> None:
        self.server.receive(request, self.now)

    def run_out(self) -> None:
        while self.server.next_time() is not None:
            self.server.step()
        self.now = max(self.now, self.server.now)

    def watch(self, *wanted: tuple[str, str]) -> None:
        self.send(Watch(frozenset(wanted)))

    def order(
        self,
        order_type: int,
        quantity: int,
        price: int = 0,
        *,
        code: str = "005930",
        kind: str = "",
        original: str = "",
        screen: str = "5001",
    ) -> list[Packet]:
        """Send an order and return what came of it within a tenth of a second."""
        kind = kind or ("00" if price else "03")
        name = f"order {order_type}"
        request = SendOrder(
            name, screen, ACCOUNT, order_type, code, quantity, price, kind, original
        )
        return self.after(lambda: self.send(request))

    def ask(self, tr: str, is_next: bool = False, **inputs: str) -> Answer:
        """Send a query and return its answer."""
        query = Query("0101", f"ask {tr}", tr, inputs, is_next)
        came = self.after(lambda: self.send(query))
        (answer,) = (p for p in came if isinstance(p, Answer) and p.tr == tr)
        return answer

    def after(self, action: object) -> list[Packet]:
        """Return what was delivered in the tenth of a second after `action`."""
        before = len(self.packets)
        assert callable(action)
        action()
        self.run_for(milliseconds=100)
        return self.packets[before:]

    def got(self, kind: type[P]) -> list[P]:
        return [packet for packet in self.packets if isinstance(packet, kind)]


def servers(
    *symbols: str,
    seed: int = 1,
    session: Session | None = None,
    history: Iterable[Session] = (),
    costs: CostModel = COSTS,
    cash: int = CASH,
    at: timedelta = timedelta(minutes=1),
) -> Servers:
    """A customer of the synthetic market, `at` after the open."""
    day = session or a_session()
    market = SyntheticMarket(seed, day, symbols or ("005930",), tuple(history), False)
    rig = Servers(Venue(market, costs, cash), costs)
    rig.run_to(day.open + at)
    return rig


def chejans(packets: Iterable[Packet]) -> list[tuple[str, str]]:
    """(gubun, 주문상태 or 보유수량) of each chejan, in order."""
    return [
        (p.gubun, p.values[913] if p.gubun == "0" else p.values[930])
        for p in packets
        if isinstance(p, ChejanData)
    ]


def said(packets: Iterable[Packet]) -> list[str]:
    return [p.text for p in packets if isinstance(p, Said)]


def number(packets: Iterable[Packet]) -> str:
    """The 주문번호 of the one order answer among `packets`."""
    (answer,) = (p for p in packets if isinstance(p, Answer))
    return answer.single["주문번호"]


def rows(answer: Answer) -> list[dict[str, str]]:
    """The rows of an answer by field name, without padding."""
    return [
        {name: value.strip() for name, value in zip(answer.fields, row, strict=True)}
        for row in answer.rows
    ]


def single(answer: Answer) -> dict[str, str]:
    return {name: value.strip() for name, value in answer.single.items()}


def without_real(packets: Iterable[Packet]) -> list[Packet]:
    return [packet for packet in packets if not isinstance(packet, RealData)]
