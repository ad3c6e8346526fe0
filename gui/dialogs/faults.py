"""The hidden panel of the emulated broker: what shall go wrong from now on, or once, at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.schema import Settings, declared
from config.text import Text
from core.commands.wire import FaultDesk
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_kinds import InputContext
from gui.dialogs.settings_page import SettingsPage
from gui.roles import set_role
from gui.workspace import Workspace

TITLE = Text("에뮬레이터 고장 만들기 (가상 서버)", "Faults of the emulator (no real server)")
BANNER = Text(
    "에뮬레이터에만 적용됩니다. 저장되지 않으며 이번 실행에서만 유효합니다",
    "For the emulator only; nothing is saved, all of it ends with this run",
)
AT_ONCE = Text("지금 한 번, 고른 종목 {}에", "Once, now, to the selected symbol {}")
APPLY, CLOSE = Text("적용", "Apply"), Text("닫기", "Close")
WRONG = Text("고쳐야 할 값이 {}개 있습니다", "{} to put right")
CHANGED = Text("바뀐 항목 {}개, 아직 적용하지 않았습니다", "{} changed, not applied yet")
APPLIED = Text("적용했습니다", "Applied")
DONE = Text("{}: 실행했습니다 ({})", "{}: done ({})")
SIZE = (640, 620)
ACROSS = 4  # buttons in a line


class FaultsDialog(QDialog):
    """Not modal; stays when it is closed."""

    def __init__(
        self,
        workspace: Workspace,
        desk: FaultDesk,
        parent: QWidget,
        in_force: Settings | None = None,
    ) -> None:
        """`in_force` holds the faults of now; None: those of the workspace's settings."""
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("faultsDialog")
        self.resize(*SIZE)
        self._space, self._tr, self._desk = workspace, workspace.translator, desk
        options = [item for item in declared() if item.owner.section == desk.section]
        self.draft = Draft(in_force or workspace.settings, options)
        context = InputContext(self._tr.language, workspace.context.names)
        self.page = SettingsPage(desk.section, self.draft.options, self.draft, context)
        self.page.edited.connect(self._show_state)
        self._status, self._subject = QLabel(self), QLabel(self)
        self._status.setObjectName("faultsStatus")
        self._subject.setVisible(bool(desk.actions))
        set_role(self._subject, "muted")
        self._apply = self._button("applyFaults", APPLY, self.apply)
        self.setWindowTitle(self._tr(TITLE))
        self._lay_out()
        workspace.settings_changed.connect(self._follow)
        workspace.symbol_selected.connect(self._show_subject)
        self._show_subject(workspace.symbol)
        self._show_state()

    def apply(self) -> None:
        """Let the emulator behave as edited, for this session."""
        if self.draft.problems:
            return
        settings = self.draft.settings()
        self.draft.rebase(settings)
        self.page.refresh()
        self._desk.use(settings)
        self._show_state()
        self._say(APPLIED, "ok")

    def _act(self, code: str, title: Text) -> None:
        symbol = self._space.symbol
        self._desk.act(code, symbol)
        self._say(DONE.format(title, self._space.latest.name(symbol)), "ok")

    def _follow(self, settings: Settings) -> None:
        """Take the trader's other settings, and keep what is in force here."""
        own = {key: self.draft.base.value(key) for key in self.draft.options}
        self.draft.follow(settings.changed(own))
        self.page.refresh()

    def _show_state(self) -> None:
        changed, wrong = len(self.draft.changed_keys()), len(self.draft.problems)
        self._apply.setEnabled(bool(changed) and not wrong)
        if wrong:
            self._say(WRONG.format(wrong), "error")
        else:
            self._say(CHANGED.format(changed) if changed else Text.of(""), "accent")

    def _say(self, text: Text, role: str) -> None:
        self._status.setText(self._tr(text))
        set_role(self._status, role)

    def _button(self, name: str, title: Text, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(self._tr(title), self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: act())
        return button

    def _lay_out(self) -> None:
        banner = QLabel(self._tr(BANNER), self)
        banner.setWordWrap(True)
        set_role(banner, "warning")
        buttons = QHBoxLayout()
        buttons.addWidget(self._status, 1)
        buttons.addWidget(self._apply)
        buttons.addWidget(self._button("closeFaults", CLOSE, self.close))
        layout = QVBoxLayout(self)
        layout.addWidget(banner)
        layout.addWidget(self._subject)
        layout.addLayout(self._actions())
        layout.addWidget(self.page, 1)
        layout.addLayout(buttons)

    def _actions(self) -> QGridLayout:
        grid = QGridLayout()
        for at, (code, title) in enumerate(self._desk.actions):
            act = partial(self._act, code, title)
            grid.addWidget(self._button(f"fault.{code}", title, act), *divmod(at, ACROSS))
        return grid

    def _show_subject(self, symbol: str) -> None:
        self._subject.setText(self._tr(AT_ONCE.format(self._space.latest.name(symbol))))
