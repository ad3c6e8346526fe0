"""A main window with everything round it faked, and builders of the events that it is fed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.schema import Settings
from config.secrets import Secrets
from config.text import Text
from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.messages import (
    AccountUpdated,
    BarClosed,
    Decided,
    FlattenProgressed,
    FlattenRow,
    FlattenStep,
    HistoryReady,
    Message,
    PositionView,
    QuoteUpdated,
    StateChanged,
)
from core.domain.portfolio import Position
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.domain.signal import Action, Decision, RuleResult, Score, Snapshot
from gui.context import Mode, WindowContext
from gui.main_window import MainWindow
from gui.workspace import Workspace
from tests.builders import OPEN, SAMSUNG, a_bar
from tests.fakes import FakeBroker

NAMES = {"005930": "삼성전자", "000660": "SK하이닉스", "035720": "카카오"}
VALUES = ("ema_short", "ema_long", "rsi", "bb_low", "bb_mid", "bb_high", "vwap")
NO_VALUES = dict.fromkeys(VALUES)


@dataclass
class Desk:
    """Keeps what the window sends, and lets the broker's reports through."""

    home: Path
    clock: SimClock = field(default_factory=lambda: SimClock(OPEN))
    posted: list[Message] = field(default_factory=list)
    saved: list[Settings] = field(default_factory=list)
    listeners: list[Callable[[Message], None]] = field(default_factory=list)
    is_alive: bool = True
    stops: int = 0
    phase: Phase = Phase.CONTINUOUS
    save_error: Exception | None = None

    def __post_init__(self) -> None:
        self.broker = FakeBroker(self.clock)

    def context(self, **changes: Any) -> WindowContext:
        symbols = ",".join(NAMES).split(",")
        values: dict[str, Any] = {
            "settings": Settings({"market.symbols": symbols}),
            "mode": Mode.DEMO,
            "account": "80******11",
            "language": "ko",
            "theme": "dark",
            "home": self.home,
            "clock": self.clock,
            "names": NAMES,
            "phase_at": lambda now: self.phase,
            "post": self.posted.append,
            "broker": self.broker,
            "add_report_listener": self.listeners.append,
            "is_engine_alive": lambda: self.is_alive,
            "stop_engine": self._stop,
            "save_settings": self._save,
            "secrets": Secrets({}, None),
        }
        return WindowContext(**{**values, **changes})

    def workspace(self, **changes: Any) -> Workspace:
        return Workspace(self.context(**changes))

    def window(self, **changes: Any) -> MainWindow:
        return MainWindow(self.context(**changes))

    def deliver(self) -> None:
        """Let the broker's reports out, as its own thread does."""
        while self.broker.inbox:
            message = self.broker.inbox.popleft()
            for listener in self.listeners:
                listener(message)

    def sent(self, kind: type) -> list[Any]:
        """Return the commands of one kind that were posted to the engine."""
        return [message for message in self.posted if isinstance(message, kind)]

    def _stop(self) -> None:
        self.stops += 1

    def _save(self, settings: Settings) -> None:
        if self.save_error is not None:
            raise self.save_error
        self.saved.append(settings)


def a_quote(
    price: float = 70_000, symbol: str = "005930", time: datetime = OPEN, change: float = 500
) -> QuoteUpdated:
    pct = change / (price - change) * 100
    return QuoteUpdated(symbol, time, price, change, pct, 1234, 101.5, price, price + 100, None)


def a_view(
    symbol: str = "005930", quantity: int = 10, entry: int = 70_000, price: int = 71_000
) -> PositionView:
    position = Position(
        symbol, OPEN, quantity, entry * quantity, commission=105, stop_level=69_300.0,
        target_level=71_400.0,
    )  # fmt: skip
    return PositionView(position, price, quantity, exit_costs=1_526)


def an_account(*views: PositionView, pnl: int = 0, time: datetime = OPEN) -> AccountUpdated:
    equity = 10_000_000 + pnl
    return AccountUpdated(
        time, 5_000_000, 5_000_000, equity, 10_000_000, 10_000_000, pnl, 0, 0, 0, views
    )


def a_history(symbol: str = "005930", note: str = "") -> HistoryReady:
    bars = tuple(
        a_bar(start=OPEN - timedelta(days=3, minutes=-i), symbol=symbol) for i in range(30)
    )
    return HistoryReady(Instrument(symbol, NAMES.get(symbol, symbol), 70_000), bars, note)


def a_score(buy: float = 1.5, sell: float = 0.0, symbol: str = "005930") -> Score:
    results = (
        RuleResult(
            "ema_cross", buy > 0, sell > 0, 1.0, {"ema_short": 70_010.0, "ema_long": 70_000.0}
        ),
        RuleResult("rsi", buy > 1, False, 0.5, {"rsi": 28.5}),
        RuleResult("ai", False, False, 1.0, {"ai": None}, "timeout"),
    )
    return Score(symbol, OPEN, buy, sell, 1.5, 1.5, results, is_warm=True)


def a_closed_bar(minute: int = 0, symbol: str = "005930", score: Score | None = None) -> BarClosed:
    bar = a_bar(start=OPEN + timedelta(minutes=minute), symbol=symbol)
    return BarClosed(Snapshot(bar, NO_VALUES), score)


def a_decision(
    action: Action = Action.BUY, symbol: str = "005930", time: datetime = OPEN
) -> Decided:
    if action in (Action.SELL_SL, Action.SELL_TP):
        return Decided(Decision(symbol, time, action, 69_200, None, 69_300.0))
    buy = 1.5 if action is Action.BUY else 0.0
    return Decided(Decision(symbol, time, action, 70_000, a_score(buy, symbol=symbol)))


def a_state(state: TradingState) -> StateChanged:
    return StateChanged(state, Text.of(state.value))


def a_progress(
    step: FlattenStep = FlattenStep.SELL,
    *rows: FlattenRow,
    is_done: bool = False,
    second: int = 0,
    started: datetime = OPEN,
) -> FlattenProgressed:
    note = Text("1종목 10주가 남았습니다", "1 symbol with 10 shares is left")
    return FlattenProgressed(step, started, OPEN + timedelta(seconds=second), rows, is_done, note)


def a_row(
    held: int = 10, working: int = 0, canceling: int = 0, symbol: str = "005930"
) -> FlattenRow:
    return FlattenRow(symbol, held, working, canceling, Text("매도합니다", "selling"))


def a_session(symbol: str = SAMSUNG.symbol) -> list[Any]:
    """Return the events of a short, ordinary beginning of a day."""
    return [a_history(symbol), a_quote(symbol=symbol), a_state(TradingState.STOPPED), an_account()]
