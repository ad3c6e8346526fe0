"""The window's own flatten does what the exchange takes at that hour, and says what it awaits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.messages import FlattenProgressed, Interrupted, Interruption
from core.domain.order import OrderKind
from core.domain.session import Phase
from core.execution.flatten_texts import CLOSED, STOPPED
from gui.main_window import MainWindow
from gui.panic import ASK_TICKS
from tests.builders import OPEN
from tests.gui.window_desk import Desk


class Flattened:
    """A window whose engine is dead and that holds ten shares."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        self.window, self._desk = window, desk
        self.said: list[FlattenProgressed] = []
        window.watchdog.stop()
        window.trading.panic.progressed.connect(self.said.append)
        desk.is_alive = False
        desk.broker.held["005930"] = 10

    @property
    def sold(self) -> list[OrderKind]:
        return [order.intent.kind for order in self._desk.broker.submitted]

    def wait(self, ticks: int = 2 * ASK_TICKS) -> None:
        for _ in range(ticks):
            self.window.watchdog.tick()
            self._desk.deliver()


@pytest.fixture
def flattened(make_window: Callable[..., MainWindow], desk: Desk) -> Flattened:
    closing = {"takes_closing_price": lambda now: desk.phase is Phase.AFTER_CLOSE}
    return Flattened(make_window(**closing), desk)


def test_before_the_exchange_takes_orders_it_waits_and_says_so(
    flattened: Flattened, desk: Desk
) -> None:
    desk.phase = Phase.BEFORE_OPEN
    desk.broker.fills_at_once()
    flattened.window.trading.flatten("button")
    flattened.wait()
    assert flattened.sold == []
    assert flattened.said[-1].rows[0].note == CLOSED[Phase.BEFORE_OPEN]
    desk.phase = Phase.CONTINUOUS
    flattened.wait()
    assert flattened.said[-1].is_done


@pytest.mark.parametrize(
    ("phase", "kind"),
    [
        (Phase.OPENING_AUCTION, OrderKind.MARKET),
        (Phase.CONTINUOUS, OrderKind.MARKET),
        (Phase.CLOSING_AUCTION, OrderKind.MARKET),
        (Phase.AFTER_CLOSE, OrderKind.AFTER_HOURS_CLOSE),
    ],
)
def test_each_phase_has_its_way_out(
    flattened: Flattened, desk: Desk, phase: Phase, kind: OrderKind
) -> None:
    desk.phase = phase
    flattened.window.trading.flatten("button")
    flattened.wait()
    assert flattened.sold == [kind]


def test_it_knows_of_the_halts_the_engine_has_told(flattened: Flattened) -> None:
    halt = Interrupted("005930", OPEN, Interruption.HALT)
    flattened.window.strip._space.bridge.interrupted.emit([halt])
    flattened.window.trading.flatten("button")
    flattened.wait()
    assert flattened.sold == [], "the exchange would not take it"
    assert flattened.said[-1].rows[0].note == STOPPED[Interruption.HALT]
