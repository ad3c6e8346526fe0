"""Below the options of alerts: their secrets, what is still missing, and a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from config.errors import ConfigError
from config.schema import Settings
from config.secrets import Secret, Secrets
from config.text import Text
from core.alerts import AlertOptions
from core.alerts.channels import lacks
from core.alerts.options import TELEGRAM_TOKEN, WEBHOOK_URL
from gui.background import Background
from gui.roles import set_role

_TITLE = Text("비밀값", "Secrets")
_HELP = Text(
    "이 컴퓨터의 키링에만 저장하고 다시 보여 주지 않습니다. 환경 변수가 있으면 그것을 씁니다.",
    "Kept in this computer's keyring alone and never shown again. An environment variable wins.",
)
_NO_KEYRING = Text(
    "이 컴퓨터에는 키링이 없습니다. 환경 변수로 지정하고 프로그램을 다시 시작하세요: {}",
    "This computer has no keyring. Set environment variables and start the program anew: {}",
)
_NEW = Text("새 값", "New value")
_SAVE, _REMOVE = Text("저장", "Save"), Text("지우기", "Remove")
_SAVED = Text("'{}'을(를) 키링에 저장했습니다.", "'{}' is kept in the keyring.")
_REMOVED = Text("'{}'을(를) 키링에서 지웠습니다.", "'{}' is removed from the keyring.")
_IN_KEYRING, _UNSET = Text("키링에 있음", "in the keyring"), Text("없음", "not set")
_VARIABLE = Text("환경 변수 {}", "variable {}")
_LOOKING = Text("확인 중…", "looking…")
_MISSING = Text("켜 둔 알림에 아직 필요한 것: {}", "Alerts that are switched on still need: {}")
_TEST = Text("시험 알림 보내기", "Send a test alert")
_TEST_HELP = Text(
    "적용된 설정으로 소리, 작업 표시줄, 텔레그램, 웹훅에 보냅니다.",
    "By the settings applied: sound, tray, Telegram and webhook.",
)
_TESTING = Text("시험 알림을 보냈습니다.", "A test alert was sent.")
SECRETS = (TELEGRAM_TOKEN, WEBHOOK_URL)


@dataclass(frozen=True, slots=True)
class _State:
    """What the keyring and the environment have; no value of theirs."""

    has_keyring: bool
    sources: tuple[str, ...]  # of `SECRETS`: "keyring", "not set" or a variable
    missing: tuple[str, ...]
    trouble: Text | None = None


class AlertsBox(QWidget):
    """Never waits for the keyring, and never shows a value.

    Signals:
        test_wanted: a test alert shall go out.
        secrets_changed: a secret was kept or removed.
    """

    test_wanted = pyqtSignal()
    secrets_changed = pyqtSignal()

    def __init__(self, language: str, secrets: Secrets, settings: Callable[[], Settings]) -> None:
        """`settings` returns those in force."""
        super().__init__()
        self.setObjectName("alertsBox")
        self._language, self._secrets, self._settings = language, secrets, settings
        self._background, self._is_testing = Background(self), False
        self.message = self._label("", "muted", "alertsMessage")
        self.missing = self._label("", "warning", "alertsMissing")
        self.no_keyring = self._label("", "warning", "alertsNoKeyring")
        self.inputs = {secret.name: self._input(secret) for secret in SECRETS}
        self.states = {secret.name: self._label("", "muted") for secret in SECRETS}
        self._saves = {secret.name: self._save_button(secret) for secret in SECRETS}
        self._removes = {secret.name: self._remove_button(secret) for secret in SECRETS}
        self._lay_out()
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Look anew what is set and what is missing."""
        options = self._settings()[AlertOptions]
        self._background.run(lambda: _look(self._secrets, options), self._show)

    def say(self, text: Text, role: str = "muted") -> None:
        """Show what became of something."""
        self.message.setText(text.in_(self._language))
        set_role(self.message, role)

    def hear(self, report: Text) -> None:
        """Show what a channel has to say of a test; all else is said elsewhere."""
        if self._is_testing:
            self.say(report)

    def save(self, secret: Secret) -> None:
        """Keep what was entered, and forget it here."""
        value = self.inputs[secret.name].text().strip()
        self.inputs[secret.name].clear()
        if value:
            self._put(secret, value, _SAVED)

    def remove(self, secret: Secret) -> None:
        """Take a secret out of the keyring."""
        self._put(secret, "", _REMOVED)

    def _put(self, secret: Secret, value: str, done: Text) -> None:
        def put() -> tuple[Text, str]:
            try:
                self._secrets.set(secret, value)
            except ConfigError as error:
                return error.text, "error"
            return done.format(secret.title), "ok"

        self._background.run(put, self._after_put)

    def _after_put(self, outcome: tuple[Text, str]) -> None:
        self.say(*outcome)
        self.refresh()
        self.secrets_changed.emit()

    def _show(self, state: _State) -> None:
        if state.trouble is not None:
            self.say(state.trouble, "error")
        for secret, source in zip(SECRETS, state.sources, strict=True):
            self._show_source(secret, source, state.has_keyring)
        variables = ", ".join(secret.variable for secret in SECRETS)
        self.no_keyring.setText(_NO_KEYRING.format(variables).in_(self._language))
        self.no_keyring.setVisible(not state.has_keyring)
        self.missing.setText(_MISSING.format(", ".join(state.missing)).in_(self._language))
        self.missing.setVisible(bool(state.missing))

    def _show_source(self, secret: Secret, source: str, has_keyring: bool) -> None:
        texts = {"keyring": _IN_KEYRING, "not set": _UNSET}
        text = texts.get(source) or _VARIABLE.format(source)
        label = self.states[secret.name]
        label.setText(text.in_(self._language))
        set_role(label, "muted" if source == "not set" else "ok")
        for widget in (self.inputs, self._saves, self._removes):
            widget[secret.name].setVisible(has_keyring)
        self._removes[secret.name].setEnabled(source == "keyring")

    def _test(self) -> None:
        self._is_testing = True
        self.say(_TESTING)
        self.test_wanted.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 12, 0, 4)
        grid.addWidget(self._label(_TITLE.in_(self._language), "title"), 0, 0, 1, 5)
        grid.addWidget(self._label(_HELP.in_(self._language), "muted"), 1, 0, 1, 5)
        grid.addWidget(self.no_keyring, 2, 0, 1, 5)
        for row, secret in enumerate(SECRETS, start=3):
            grid.addWidget(QLabel(secret.title.in_(self._language)), row, 0)
            grid.addWidget(self.states[secret.name], row, 1)
            grid.addWidget(self.inputs[secret.name], row, 2)
            grid.addWidget(self._saves[secret.name], row, 3)
            grid.addWidget(self._removes[secret.name], row, 4)
            self.states[secret.name].setText(_LOOKING.in_(self._language))
        grid.addWidget(self.missing, 5, 0, 1, 5)
        line = QHBoxLayout()
        line.addWidget(self._button("testAlert", _TEST, self._test))
        line.addWidget(self._label(_TEST_HELP.in_(self._language), "muted"), 1)
        grid.addLayout(line, 6, 0, 1, 5)
        grid.addWidget(self.message, 7, 0, 1, 5)
        grid.setColumnStretch(2, 1)
        for label in (self.no_keyring, self.missing):
            label.hide()

    def _input(self, secret: Secret) -> QLineEdit:
        made = QLineEdit(self)
        made.setObjectName(f"secret.{secret.name}")
        made.setEchoMode(QLineEdit.Password)
        made.setPlaceholderText(_NEW.in_(self._language))
        made.setAccessibleName(secret.title.in_(self._language))
        return made

    def _save_button(self, secret: Secret) -> QPushButton:
        return self._button(f"save.{secret.name}", _SAVE, lambda: self.save(secret))

    def _remove_button(self, secret: Secret) -> QPushButton:
        return self._button(f"remove.{secret.name}", _REMOVE, lambda: self.remove(secret))

    def _button(self, name: str, title: Text, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(title.in_(self._language), self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        return button

    def _label(self, text: str, role: str, name: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setProperty("role", role)
        label.setWordWrap(True)
        return label


def _look(secrets: Secrets, options: AlertOptions) -> _State:
    """Ask keyring and environment; may take a while."""
    try:
        sources = tuple(secrets.shown(secret)[1] for secret in SECRETS)
        return _State(secrets.has_keyring, sources, tuple(lacks(options, secrets)))
    except ConfigError as error:
        return _State(secrets.has_keyring, ("not set",) * len(SECRETS), (), error.text)
