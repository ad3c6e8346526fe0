"""The window's alerts: heard once, then told by sound, tray, toast and the line at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QMainWindow

from config.schema import Settings
from config.text import Text
from core.alerts import Alert, Alerting, AlertKind, AlertOptions, Importance, noted
from core.alerts.options import Loudness, wants
from core.domain.messages import Event, FlattenProgressed, Severity
from gui.alerts.last_alert import LastAlert
from gui.alerts.sounds import Sounds
from gui.alerts.toast import Toast
from gui.alerts.tray import Tray
from gui.dialogs.alerts_box import AlertsBox
from gui.menus import Menus
from gui.watchdog import Watchdog
from gui.workspace import Workspace

MUTE_MS = 600_000
_GATHER_MS = 250  # a flood becomes one sound and one message
_TRAY_AFTER_MS = 1_000  # the window is painted by then
MUTE = Text("알림 10분 끄기(소리·풍선)", "Mute alerts for 10 minutes (sound, tray)")
_MUTED = Text("소리와 풍선 알림을 10분 동안 끕니다", "no sound and no tray message for 10 minutes")
_HEARD = Text("소리와 풍선 알림을 다시 켭니다", "sound and tray messages are on again")
_SILENT = Text(
    "엔진이 3초 넘게 응답하지 않습니다. 긴급 전량청산은 창이 직접 합니다",
    "the engine has not answered for 3 s; FLATTEN ALL works from the window itself",
)


class AlertCenter(QObject):
    """Owns the ways in which a window tells its alerts.

    Signals:
        reported: what a person should know of a channel over the network (`Text`).
        muted: whether sound and tray are off for a while.
    """

    reported = pyqtSignal(object)
    muted = pyqtSignal(bool)

    def __init__(self, workspace: Workspace, watchdog: Watchdog, window: QMainWindow) -> None:
        super().__init__(window)
        self._space, self._watchdog, self._window = workspace, watchdog, window
        context, tr = workspace.context, workspace.translator
        self._report = noted(context.post, context.clock)
        self._alerting = Alerting(
            workspace.settings, tr.language, context.clock, self.reported.emit, context.secrets
        )
        self.sounds, self.tray, self.toast = Sounds(self), Tray(tr, window), Toast(tr, window)
        self._last = LastAlert(workspace, window.statusBar())
        window.statusBar().addPermanentWidget(self._last)
        self._is_down = False  # and it was told
        self._waiting: list[Alert] = []
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self._tell)
        self._mute = QTimer(self, singleShot=True, interval=MUTE_MS)
        self._mute.timeout.connect(self._hear_again)
        self.reported.connect(self._pass_on)
        self.sounds.failed.connect(lambda text: workspace.note(Severity.WARNING, text))
        self.tray.clicked.connect(self._raise)
        watchdog.changed.connect(self._on_silence)
        workspace.settings_changed.connect(self._use)
        tr.changed.connect(lambda: self._use(workspace.settings))
        QTimer.singleShot(_TRAY_AFTER_MS, self._show_tray)

    @property
    def is_muted(self) -> bool:
        return self._mute.isActive()

    def hear(self, events: Sequence[Event]) -> None:
        """Take a batch of the engine's events."""
        self._add(self._alerting.hear(events))

    def hear_window(self, progress: FlattenProgressed) -> None:
        """Take the progress of a flatten that the window does itself."""
        self.hear([progress])

    def engine_failed(self, text: Text) -> None:
        """Tell that the engine has ended by an exception."""
        if not self._is_down:
            self._is_down = True
            self._add([self._alerting.tell(AlertKind.ENGINE_DOWN, text)])

    def code_off(self, text: Text) -> None:
        """Tell that code of the user's own fails so often that it is asked no more."""
        self._add([self._alerting.tell(AlertKind.CODE_OFF, text)])

    def test(self) -> None:
        """Send a word through everything that is switched on, muted or not."""
        self._add([self._alerting.test()])

    def toggle_mute(self) -> None:
        """Be quiet for ten minutes, or no longer; what goes over the network still goes."""
        if self._mute.isActive():
            self._mute.stop()
            self._hear_again()
        else:
            self._mute.start()
            self.muted.emit(True)
            self._space.note(Severity.INFO, _MUTED)

    def add_command(self, menus: Menus, menu: object) -> None:
        """Add the muting to a menu of the window, and to the tray's."""
        action = menus.command(menu, "alert", MUTE, self.toggle_mute)
        action.setCheckable(True)
        self.muted.connect(action.setChecked)
        self.tray.add(action)

    def settings_box(self, language: str) -> AlertsBox:
        """Return what stands below the options on the page of alerts."""
        box = AlertsBox(language, self._space.context.secrets, lambda: self._space.settings)
        box.test_wanted.connect(self.test)
        box.secrets_changed.connect(lambda: self._use(self._space.settings))
        self.reported.connect(box.hear)
        self._space.settings_changed.connect(box.refresh)
        return box

    def close(self) -> None:
        """Let the last alerts go out for a moment; the window is closed."""
        self.tray.close()
        self._alerting.close()

    def _add(self, alerts: list[Alert]) -> None:
        self._waiting += alerts
        if self._waiting and not self._gather.isActive():
            self._gather.start()

    def _tell(self) -> None:
        alerts, self._waiting = self._waiting, []
        options = self._space.settings[AlertOptions]
        self.toast.tell(alerts)
        if heard := self._aloud(alerts, options.sound):
            is_grave = any(each.kind.importance is Importance.GRAVE for each in heard)
            self.sounds.sound(Importance.GRAVE if is_grave else Importance.USUAL)
        if popped := self._aloud(alerts, options.tray):
            self.tray.tell(popped)
        self._last.tell(alerts)

    def _aloud(self, alerts: Sequence[Alert], loudness: Loudness) -> list[Alert]:
        return [
            each
            for each in alerts
            if wants(loudness, each.kind) and (each.kind is AlertKind.TEST or not self.is_muted)
        ]

    def _hear_again(self) -> None:
        self.muted.emit(False)
        self._space.note(Severity.INFO, _HEARD)

    def _on_silence(self, is_silent: bool) -> None:
        if is_silent:
            self.engine_failed(_SILENT)
        self._is_down = is_silent

    def _pass_on(self, text: Text) -> None:
        """Say it by the engine, so that it is in its log; or here, where the engine is down."""
        if self._watchdog.is_silent:
            self._space.note(Severity.WARNING, text)
        else:
            self._report(text)

    def _use(self, settings: Settings) -> None:
        self._alerting.use(settings, self._space.translator.language)
        self._show_tray()

    def _show_tray(self) -> None:
        if self._space.settings[AlertOptions].tray != "off":
            self.tray.appear()

    def _raise(self) -> None:
        window = self._window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
