"""pykiwoom as it comes, on an emulated control with the emulated servers behind it."""

from __future__ import annotations

import importlib
import sys
import zipfile
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PyQt5.QtWidgets import QApplication

from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.server import KiwoomServer
from broker.kiwoom.emulator.texts import TrTable, tr_table
from core.clock import SimClock
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.broker.kiwoom import qax_shim
from tests.core.simulation.sim_builders import CASH, COSTS, a_session, sessions_before

SYMBOL = "005930"
HISTORY_DAYS = 3  # of one-minute bars: more than a page of 900, less than two


class PykiwoomDesk:
    """A logged-out customer two minutes after the open, whose program is pykiwoom."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        session = a_session()
        market = SyntheticMarket(
            1, session, (SYMBOL, "035720"), sessions_before(session.day, HISTORY_DAYS), False
        )
        self.server = KiwoomServer(Venue(market, COSTS, CASH), self._deliver, COSTS)
        self.clock = SimClock(self.server.now)
        self._posted: deque[Callable[[], None]] = deque()
        self.control = EmulatedControl(
            masters(),
            lambda request: self.server.receive(request, self.clock.now()),
            self._posted.append,
            self.clock,
        )
        while self.clock.now() < session.open.replace(minute=2):
            self.pump()
        qax_shim.install(monkeypatch, self.control, self.pump)
        qax_shim.put(monkeypatch, "pykiwoom.manager", KiwoomManager=None)
        self.module = importlib.import_module("pykiwoom.kiwoom")
        _write_definitions(folder, "opt10001", "opt10080", "opt10081")
        monkeypatch.setattr(self._parser, "DIR_PATH", f"{folder}/")

    @property
    def _parser(self) -> ModuleType:
        return sys.modules["pykiwoom.parser"]

    def _deliver(self, packet: Any) -> None:
        self.control.deliver(packet)

    def program(self, **queues: Any) -> Any:
        """Return a new `pykiwoom.kiwoom.Kiwoom`."""
        return self.module.Kiwoom(**queues)

    def pump(self) -> None:
        """Let the servers do what comes next, then handle messages: PumpWaitingMessages."""
        moment = self.server.next_time()
        # pykiwoom waits for ever; here it ends with the day.
        assert moment is not None, "the day is over and pykiwoom still waits"
        self.clock.move_to(moment)
        self.server.step()
        while self._posted:
            self._posted.popleft()()
        QApplication.processEvents()

    def pump_until(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            self.pump()


def forget_pykiwoom() -> None:
    """Remove what was imported over the shims, which must not stay for another test."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "pykiwoom"]:
        del sys.modules[name]


def _write_definitions(folder: Path, *trs: str) -> None:
    """Write field files as an installed OpenAPI has them in its data folder."""
    for tr in trs:
        table = tr_table(tr)
        assert table is not None
        with zipfile.ZipFile(folder / f"{tr}.enc", "w") as enc:
            enc.writestr(f"{tr.upper()}.dat", "\n".join(_lines(table)).encode("cp949"))


def _lines(table: TrTable) -> list[str]:
    blocks = (
        ("INPUT", table.code, table.inputs),
        ("OUTPUT", table.single_record, table.single),
        ("OUTPUT", table.multi_record, table.multi),
    )
    return [
        line
        for kind, record, fields in blocks
        if fields
        for line in (
            f"[{kind}]",
            f"@START_{record}=*,*,*",
            *(f"{field} = 0, 0, 0, A, " for field in fields),
            f"@END_{record}=*,*,*",
        )
    ]
