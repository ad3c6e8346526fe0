"""The main window: health strip, chart, panels; it knows the core only by messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PyQt5.QtCore import QSize, Qt, pyqtSlot
from PyQt5.QtGui import QCloseEvent, QColor, QKeySequence, QPainter, QPaintEvent, QPen, QShowEvent
from PyQt5.QtWidgets import QApplication, QMainWindow, QToolBar, QWidget

from config.schema import Settings
from config.sections import MarketOptions, WindowOptions
from config.text import Text
from core.domain.messages import (
    ApplySettings,
    DataEnded,
    EnableSymbol,
    Event,
    HistoryReady,
    Severity,
    StateChanged,
)
from core.domain.risk import TradingState
from gui import icons, qt_texts, theme
from gui.alerts.center import AlertCenter
from gui.backtest.tool import BacktestTool
from gui.broker_tools import CONFIRM, DRILL, PASSWORD, SEARCH_KEYS, SEARCHES, BrokerTools
from gui.bundles import BUNDLES, open_bundles
from gui.chart.panel import ChartPanel
from gui.chart_link import ChartLink
from gui.checkups import Checkups
from gui.context import Mode, WindowContext
from gui.dialogs.about import ABOUT, KEYS, show_about, show_keys
from gui.dialogs.mismatches import MENU as MISMATCHES
from gui.dialogs.settings import SettingsDialog
from gui.docks import Docks
from gui.health_strip import FLATTEN, START, STOP, HealthStrip
from gui.hints import Hints
from gui.layout import LayoutStore
from gui.menus import FILE, HELP, LANGUAGE, LANGUAGES, THEME, THEMES, TRADE, VIEW, Menus
from gui.own_code import OwnCode
from gui.panels.record_panel import RecordPanel
from gui.replay_bar import ReplayBar
from gui.replay_keys import ReplayKeys
from gui.server_kind import badge_of
from gui.status_line import StatusLine
from gui.trading import Trading
from gui.translator import resolve
from gui.twice import TwiceShortcut
from gui.unexpected import UnexpectedErrors
from gui.vitals import beat
from gui.watchdog import Watchdog
from gui.what_if import WhatIfPreview
from gui.workspace import Workspace

SIZE = (1440, 900)
FRAME_PX = 3  # of the red frame in live trading
TITLE = Text("키움 터미널", "Kiwoom terminal")
FLATTEN_KEYS = "Ctrl+Shift+X"
ARMED = Text(
    "한 번 더 누르면 전량 청산합니다 (2초 안에 Ctrl+Shift+X)",
    "Press Ctrl+Shift+X once more within 2 s to sell everything",
)
ENGINE_DOWN = Text(
    "엔진이 멈췄습니다: {}. 긴급 전량청산은 창이 직접 할 수 있습니다",
    "The engine has stopped: {}. FLATTEN ALL still works, from the window itself",
)
DATA_ENDED = Text(
    "자료가 끝났습니다. 더 이상 체결이 없습니다", "The data have ended: no more trades will come"
)
NO_LAYOUT = Text("화면 배치를 저장할 수 없습니다", "The layout can't be saved")
EXPORT = Text("표 내보내기…", "Export table…")
SETTINGS, QUIT = Text("설정…", "Settings…"), Text("종료", "Quit")
PROGRESS = Text("청산 진행 상황", "Flatten progress")
RESET = Text("화면 배치 초기화", "Reset layout")
TIPS = Text("처음 안내 다시 보기", "Show the tips again")
TWICE = Text("{} (두 번)", "{} (twice)")


class MainWindow(QMainWindow):
    """One window for one engine; its events come in by `on_batch`."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(icons.icon("app", "primary"))
        self._space = Workspace(context, self)
        qt_texts.use_language(context.language)
        self._store = LayoutStore(context.home)
        self._errors = UnexpectedErrors(self)
        self.settings_dialog: SettingsDialog | None = None
        self._may_close = False
        self._is_first_show = True
        self._has_frame = False
        self.watchdog = Watchdog(context.is_engine_alive, self)
        self._space.bridge.received.connect(self.watchdog.hear)
        beat(self._space, self.watchdog)
        self.chart = ChartPanel(context.settings, self)
        self.setCentralWidget(self.chart)
        ChartLink(self._space, self.chart)
        self.strip = HealthStrip(self._space, self.watchdog)
        self._add_bar("stripBar", self.strip)
        self.replay_bar = self._make_replay_bar(context)
        self._hints = Hints(self._space.translator, context.mode)
        self._hints_bar = self._add_bar("hintsBar", self._hints)
        self.setStatusBar(StatusLine(self._space))
        self._take_size()
        self.docks = Docks(self, self._space)
        self.trading = Trading(self._space, self.watchdog, self)
        self.tools = BrokerTools(self._space, self)
        self.alerts = AlertCenter(self._space, self.watchdog, self)
        self.own_code = OwnCode(self._space, self.alerts, self)
        self.backtest = BacktestTool(self._space, self)
        self.checkups = Checkups(self._space, self.watchdog, self._store, self)
        self._fill_menus()
        self._connect()
        self._restore()
        self._show_server()
        self._space.select(self._space.symbols[0])
        self._errors.install()
        self.watchdog.start()

    @pyqtSlot(list)
    def on_batch(self, events: Sequence[Event]) -> None:
        """Take a batch of the engine's events; connect `EngineThread.published` here."""
        self._space.bridge.on_batch(events)
        self.alerts.hear(events)

    @property
    def is_up_to_date(self) -> bool:
        """Whether every event that came in is shown."""
        return self._space.bridge.is_idle

    @property
    def settings(self) -> Settings:
        """The settings in effect."""
        return self._space.settings

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return every key sequence of the window with what it does."""
        twice = self._space.translator(TWICE).format(FLATTEN_KEYS)
        return [*self._menus.keys(), (twice, self._space.translator(FLATTEN))]

    @pyqtSlot(Exception)
    def on_engine_failed(self, error: Exception) -> None:
        """Say that the engine has ended by an exception; the window goes on."""
        text = ENGINE_DOWN.format(error)
        self._space.note(Severity.ERROR, text)
        self.alerts.engine_failed(text)

    def close_without_asking(self) -> None:
        """End the program whatever is open; for signals and for answers already given."""
        self._may_close = True
        self.close()

    def apply_settings(self, settings: Settings) -> None:
        """Put settings into effect everywhere, and save them."""
        before, wanted = self._space.settings[WindowOptions], settings[WindowOptions]
        if before.theme != wanted.theme:
            theme.apply(QApplication.instance(), wanted.theme)
        if before.language != wanted.language:
            self._set_language(resolve(wanted.language))
        was_off = self._space.settings[MarketOptions].symbols_off
        self._space.keep(settings)
        self._space.post(ApplySettings(settings))
        # The engine leaves alone what was switched by hand; here everything follows the settings.
        off = settings[MarketOptions].symbols_off
        for symbol in sorted(set(was_off) ^ set(off)):
            self._space.post(EnableSymbol(symbol, symbol not in off))
        self._tick_menus()

    def open_settings(self) -> None:
        """Open the settings dialog, or bring it up."""
        context = self._space.context
        if self.settings_dialog is None:
            self.settings_dialog = dialog = SettingsDialog(
                self._space.settings,
                context.names,
                self._space.translator.language,
                context.home,
                self,
                {"alerts": self.alerts.settings_box},
            )
            dialog.setAttribute(Qt.WA_DeleteOnClose)
            dialog.applied.connect(self.apply_settings)
            self._space.settings_changed.connect(dialog.set_settings)
            dialog.destroyed.connect(self._forget_settings_dialog)
            WhatIfPreview(self._space, self.chart, dialog, self.backtest.elsewhere)
        self.settings_dialog.show()
        self.settings_dialog.raise_()
        self.settings_dialog.activateWindow()

    def reset_layout(self) -> None:
        """Put docks and columns back to how they came."""
        self.docks.reset_columns()
        self.docks.arrange()

    def _add_bar(self, name: str, widget: QWidget) -> QToolBar:
        bar = QToolBar(self)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.PreventContextMenu)
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(widget)
        self.addToolBar(Qt.TopToolBarArea, bar)
        self.addToolBarBreak(Qt.TopToolBarArea)
        return bar

    def _make_replay_bar(self, context: WindowContext) -> ReplayBar | None:
        if context.transport is None:
            return None
        bar = ReplayBar(self._space, context.transport)
        self._add_bar("replayToolBar", bar)
        bar.fresh_run_wanted.connect(self.close_without_asking)
        return bar

    def _take_size(self) -> None:
        """Take the size it is made for, or the whole of a screen that is too small for it."""
        room = self.screen().availableSize()
        self.resize(QSize(*SIZE).boundedTo(room))
        if self.size() != QSize(*SIZE):
            self.setWindowState(Qt.WindowMaximized)

    def _connect(self) -> None:
        space, trading, tools = self._space, self.trading, self.tools
        space.translator.changed.connect(self._show_server)
        space.bridge.brokers_identified.connect(self._show_server)
        tools.settings_wanted.connect(self.apply_settings)
        self.backtest.settings_wanted.connect(self.apply_settings)
        self.strip.confirmation_wanted.connect(tools.confirmation.open)
        space.bridge.histories_loaded.connect(self._select_first)
        space.bridge.data_ended.connect(self._tell_end)
        space.bridge.states_changed.connect(self._put_hints_away)
        space.chart_wanted.connect(lambda symbol: self.chart.setFocus())
        self.chart.barClicked.connect(self._choose_bar)
        self._errors.caught.connect(lambda text: space.note(Severity.ERROR, text))
        self.strip.start_wanted.connect(trading.start)
        self.strip.start_wanted.connect(tools.confirmation.open)
        self.strip.stop_wanted.connect(trading.stop)
        self.strip.flatten_wanted.connect(lambda: trading.flatten("button"))
        self.twice = TwiceShortcut(QKeySequence(FLATTEN_KEYS), self)
        self.twice.armed.connect(lambda: space.note(Severity.WARNING, ARMED))
        self.twice.pressed_twice.connect(lambda: trading.flatten("hotkey"))
        trading.close_allowed.connect(self.close_without_asking)
        trading.panic.progressed.connect(self.alerts.hear_window)
        self._hints.dismissed.connect(self._dismiss_hints)

    def _fill_menus(self) -> None:
        menus = self._menus = Menus(self, self._space)
        file = menus.menu(FILE)
        menus.command(file, "export", EXPORT, self._export_table, "Ctrl+E")
        menus.command(file, "settings", SETTINGS, self.open_settings, "Ctrl+,")
        self.backtest.add_to(file, menus)
        self.own_code.add_to(file, menus)
        file.addSeparator()
        menus.command(file, "cancel", QUIT, self.close, "Ctrl+Q")
        trade = menus.menu(TRADE)
        menus.command(trade, "start", START, self.strip.start_button.click, "Ctrl+Return")
        menus.command(trade, "stop", STOP, self.strip.stop_button.click, "Ctrl+.")
        menus.command(trade, "flatten", PROGRESS, self.trading.progress_dialog.show)
        self.checkups.add_to(trade, menus)
        menus.command(trade, "positions", MISMATCHES, self.trading.mismatches_dialog.show)
        menus.command(trade, "risk", DRILL, self.tools.open_drill)
        self.alerts.add_command(menus, trade)
        context = self._space.context
        if context.conditions is not None:
            menus.command(trade, "search", SEARCHES, self.tools.open_conditions, SEARCH_KEYS)
        if context.confirm_account is not None:
            menus.command(trade, "warning", CONFIRM, self.tools.confirmation.open)
        if context.register_password is not None:
            menus.command(trade, "open", PASSWORD, context.register_password)
        if self.replay_bar is not None:
            self._replay_keys = ReplayKeys(self.replay_bar, menus, self)
        view = menus.menu(VIEW)
        menus.panels(view, self.docks)
        themes, languages = (
            menus.submenu(view, THEME, "theme"),
            menus.submenu(view, LANGUAGE, "language"),
        )
        self.choices = {
            **menus.choice(themes, THEMES, lambda code: self._change("theme", code)),
            **menus.choice(languages, LANGUAGES, lambda code: self._change("language", code)),
        }
        menus.command(view, "reset", RESET, self.reset_layout)
        help_ = menus.menu(HELP)
        menus.command(help_, "search", KEYS, self._show_keys, "F1")
        menus.command(help_, "warning", TIPS, self._hints_bar.show)
        menus.command(help_, "open", BUNDLES, lambda: open_bundles(context.home))
        menus.command(help_, "info", ABOUT, self._show_about)
        self._tick_menus()

    def _tick_menus(self) -> None:
        self.choices["dark" if theme.current().is_dark else "light"].setChecked(True)
        self.choices[self._space.translator.language].setChecked(True)

    def _change(self, option: str, value: str) -> None:
        self.apply_settings(self._space.settings.changed({f"ui.{option}": value}))

    def _set_language(self, language: str) -> None:
        self._space.translator.set_language(language)
        qt_texts.use_language(language)
        if self.settings_dialog is not None:
            self.settings_dialog.set_language(language)

    def _show_server(self, *events: object) -> None:
        """Say in title and frame what is traded on; only real money has a red frame."""
        badge = badge_of(self._space.context.mode, self._space.latest.broker)
        tr = self._space.translator
        self.setWindowTitle(f"{tr(TITLE)} · {tr(badge.title)}")
        self._has_frame = badge.look is Mode.LIVE
        width = FRAME_PX if self._has_frame else 0
        self.setContentsMargins(width, width, width, width)
        self.update()

    def _show_about(self) -> None:
        show_about(self._space.translator, self._space.context.wiring, self)

    def _show_keys(self) -> None:
        show_keys(self.shortcuts(), self._space.translator, self)

    def _export_table(self) -> None:
        """Export the table that has the keyboard, else the one on top at the bottom."""
        panels = [one.panel for one in self.docks.all if isinstance(one.panel, RecordPanel)]
        focused = [panel for panel in panels if panel.isAncestorOf(QApplication.focusWidget())]
        shown = [panel for panel in panels if not panel.visibleRegion().isEmpty()]
        for panel in [*focused, *reversed(shown)][:1]:
            panel.ask_export()

    def _select_first(self, events: list[HistoryReady]) -> None:
        """Go to the first symbol that has come, unless the selected one has too."""
        if not self._space.latest.histories.keys() & {self._space.symbol}:
            self._space.select(events[0].instrument.symbol)

    def _choose_bar(self, start: datetime) -> None:
        self._space.bar_chosen.emit(start, self.chart.timeframe)

    def _forget_settings_dialog(self) -> None:
        self.settings_dialog = None

    def _tell_end(self, events: list[DataEnded]) -> None:
        self._space.note(Severity.INFO, DATA_ENDED)

    def _put_hints_away(self, events: list[StateChanged]) -> None:
        """Hide the tips once trading runs: they say how to begin."""
        if events[-1].state is TradingState.RUNNING:
            self._hints_bar.hide()

    def _dismiss_hints(self) -> None:
        self._hints_bar.hide()
        self._store.put_flag("hintsSeen", True)

    def _restore(self) -> None:
        geometry, docks = self._store.bytes("geometry"), self._store.bytes("docks")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if docks is not None:
            self.restoreState(docks)
        self.docks.restore(self._store)
        self.chart.restore_state(self._store.mapping("chart"))
        is_first = not self._store.flag("hintsSeen")
        self._hints_bar.setVisible(is_first and self._space.context.mode is not Mode.REPLAY)

    def _save_layout(self) -> None:
        self._store.put_bytes("geometry", self.saveGeometry())
        self._store.put_bytes("docks", self.saveState())
        self.docks.save(self._store)
        self._store.put_mapping("chart", self.chart.save_state())
        if not self._store.save():
            self._space.note(Severity.WARNING, NO_LAYOUT)

    def closeEvent(self, event: QCloseEvent) -> None:
        # Qt takes a fresh event for accepted: an exception below would close over open positions.
        event.ignore()
        if not self._may_close and not self.trading.may_close():
            return
        event.accept()
        self._save_layout()
        self._errors.remove()
        self.watchdog.stop()
        self.backtest.close()
        self._space.context.stop_engine()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_first_show and self._store.bytes("docks") is None:
            self.docks.resize()
        self._is_first_show = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._has_frame:
            painter = QPainter(self)
            # Half of a line's width lies outside the rectangle it is drawn round.
            painter.setPen(QPen(QColor(theme.current().mode_live), 2 * FRAME_PX))
            painter.drawRect(self.rect())
            painter.end()
