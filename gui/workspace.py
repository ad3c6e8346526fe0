"""What every panel shares: the context, the bridge, the language, the selected symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from config.errors import ConfigError
from config.schema import Settings
from config.sections import MarketOptions
from config.text import Text
from core.domain.messages import EnableSymbol, Noted, Severity
from gui.bridge import Bridge
from gui.context import WindowContext
from gui.latest import Latest
from gui.translator import Translator

NOT_SAVED = Text("설정을 저장할 수 없습니다: {}", "The settings can't be saved: {}")


class Workspace(QObject):
    """Handed to every panel when it is made.

    Signals:
        symbol_selected: code of the symbol that is now the selected one everywhere.
        chart_wanted: code of a symbol whose chart shall have the keyboard.
        bar_chosen: start and minutes of a bar of the selected symbol that was clicked.
        settings_changed: the trader applied other settings.
    """

    symbol_selected = pyqtSignal(str)
    chart_wanted = pyqtSignal(str)
    bar_chosen = pyqtSignal(object, int)
    settings_changed = pyqtSignal(object)

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.settings: Settings = context.settings
        self.translator = Translator(context.language, self)
        self.bridge = Bridge(self)
        self.latest = Latest(context.names)
        self.symbol = ""
        self._know()

    @property
    def post(self) -> Callable[[Any], None]:
        """Send one command to the engine."""
        return self.context.post

    @property
    def symbols(self) -> Sequence[str]:
        """Codes of the watchlist in their order."""
        return self.context.symbols or self.settings[MarketOptions].symbols

    def select(self, symbol: str) -> None:
        """Make `symbol` the selected one of every panel."""
        if symbol and symbol != self.symbol:
            self.symbol = symbol
            self.symbol_selected.emit(symbol)

    def open_chart(self, symbol: str) -> None:
        self.select(symbol)
        self.chart_wanted.emit(symbol)

    def forget_exposure(self) -> None:
        """Drop what the engine last said of positions and orders; the broker says: none."""
        account = self.latest.account
        if account is not None:
            self.bridge.accounts_updated.emit([replace(account, positions=())])
        self.latest.orders.clear()

    def note(self, severity: Severity, text: Text) -> None:
        """Say something of the window's own in the log panel and the status bar."""
        self.bridge.noted.emit([Noted(self.context.clock.now(), severity, text)])

    def keep(self, settings: Settings) -> None:
        """Show `settings` everywhere and save them; the engine is not told."""
        self.settings = settings
        self.settings_changed.emit(settings)
        try:
            self.context.save_settings(settings)
        except (OSError, ConfigError) as error:
            self.note(Severity.ERROR, NOT_SAVED.format(error))

    def switch(self, symbol: str, is_enabled: bool) -> None:
        """Let `symbol` be bought or not, now and after the next start."""
        self.post(EnableSymbol(symbol, is_enabled))
        off = [other for other in self.settings[MarketOptions].symbols_off if other != symbol]
        if not is_enabled:
            off.append(symbol)
        self.keep(self.settings.changed({"market.symbols_off": off}))

    def _know(self) -> None:
        """Connected first, so that `latest` is up to date in every panel's slot."""
        latest, bridge = self.latest, self.bridge
        for signal, take in (
            (bridge.histories_loaded, latest.take_history),
            (bridge.bars_closed, latest.take_bar),
            (bridge.quotes_updated, latest.take_quote),
            (bridge.orders_updated, latest.take_order),
            (bridge.accounts_updated, latest.take_account),
            (bridge.states_changed, latest.take_state),
            (bridge.data_ended, latest.take_end),
            (bridge.symbol_states_changed, latest.take_data),
            (bridge.brokers_identified, latest.take_broker),
            (bridge.budgets_updated, latest.take_budget),
            (bridge.beats, latest.take_beat),
            (bridge.vitals_updated, latest.take_vitals),
            (bridge.conditions_listed, latest.take_conditions),
            (bridge.mismatches_changed, latest.take_mismatches),
            (bridge.predictors_reported, latest.take_prediction),
            (bridge.phases_changed, latest.market.take_phase),
            (bridge.interrupted, latest.market.take_interruption),
            (bridge.resumed, latest.market.take_resumption),
            (bridge.auctions_indicated, latest.market.take_indication),
            (bridge.markets_noticed, latest.market.take_notice),
        ):
            signal.connect(_for_each(take))


def _for_each(take: Callable[[Any], None]) -> Callable[[list], None]:
    def slot(events: list) -> None:
        for event in events:
            take(event)

    return slot
