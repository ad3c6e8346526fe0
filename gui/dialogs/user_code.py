"""내 코드: the files of the user's own, what became of each, and new ones from templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.errors import ConfigError
from config.text import Text
from core.backtest.lookahead import Verdict, check_bars
from core.domain.market import Bar
from core.user_code import State, UserCode, UserFile
from core.user_code.templates import KINDS as TEMPLATES
from core.user_code.templates import create
from gui.dialogs import user_code_texts as say
from gui.dialogs.trust import TrustAnswer, TrustDialog
from gui.errands import Errands
from gui.models.column import Align, Column
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.roles import set_role
from gui.trusting import act_on
from gui.workspace import Workspace

SIZE = (820, 480)
MOST_BARS = 3_000  # for a look-ahead check: a second or two


class UserCodeDialog(QDialog):
    """Not modal; made anew each time it is opened."""

    def __init__(
        self,
        code: UserCode,
        workspace: Workspace,
        parent: QWidget,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("userCodeDialog")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._code, self._space, self._tr = code, workspace, workspace.translator
        self._open_url = open_url
        self.setWindowTitle(self._tr(say.TITLE))
        self.resize(*SIZE)
        model = RecordTable(self._columns(), lambda file: file.name, self._tr, parent=self)
        self._table, self._view = model, RecordView(model, self._tr, self)
        self._kind, self._name = QComboBox(self), QLineEdit(self)
        self._details, self._message = self._label("userCodeDetails"), self._label("userCodeSaid")
        self._errands = Errands(self)
        self._errands.ended.connect(self._show_verdicts)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Read the folder anew."""
        self._code.look()
        self._table.show_only(self._code.files)
        if self._view.current_record() is None and self._code.files:
            self._view.selectRow(0)
        self._show_chosen()

    def create(self) -> None:
        """Write a template of the chosen kind under the name entered."""
        kind, name = self._kind.currentData(), self._name.text().strip()
        made = self._done(lambda: create(self._code.folder, kind, name))
        if made:
            self._name.clear()
            self._say(say.CREATED.format(f"{name}.py"), "ok")
            self.refresh()
            self._view.move_to(lambda file: file.name == f"{name}.py")
            self._show_chosen()

    def ask_trust(self) -> None:
        """Show what the chosen file is, and ask."""
        file = self._view.current_record()
        if file is None:
            return
        dialog = TrustDialog(file, self._tr, self)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.answered.connect(partial(self._take_answer, file))
        dialog.open()

    def take_trust_back(self) -> None:
        file = self._view.current_record()
        if file is not None and self._done(lambda: self._code.distrust(file)):
            self._say(say.DISTRUSTED.format(file.name), "muted")
            self.refresh()

    def check(self) -> None:
        """Look whether the chosen file looks ahead, on the chart's bars, beside the window."""
        file, bars = self._view.current_record(), self._bars()
        if file is None or self._errands.is_busy:
            return
        if len(bars) < 2:
            self._say(say.NO_BARS, "warning")
            return
        self._say(say.CHECKING.format(file.name, f"{len(bars):,}"), "muted")
        codes = [registered.code for registered in file.registered]
        self._errands.run(partial(check_bars, bars, self._space.settings, codes))

    def _bars(self) -> Sequence[Bar]:
        history = self._space.latest.histories.get(self._space.symbol)
        return () if history is None else history.bars[-MOST_BARS:]

    def _show_verdicts(self, found: object) -> None:
        if isinstance(found, Exception):
            self._say(say.NOT_CHECKED.format("", repr(found)), "error")
            return
        assert isinstance(found, tuple)
        verdicts: Sequence[Verdict] = found
        lines = [say.verdict_line(verdict) for verdict in verdicts]
        is_bad = not all(verdict.is_clean for verdict in verdicts)
        text = Text("\n".join(line.ko for line in lines), "\n".join(line.en for line in lines))
        self._say(text, "error" if is_bad else "ok")

    def _take_answer(self, file: UserFile, answer: TrustAnswer) -> None:
        if self._done(lambda: act_on(self._code, file, answer)):
            if answer is TrustAnswer.TRUST:
                self._say(say.TRUSTED.format(file.name), "ok")
            self.refresh()

    def _show_chosen(self, *_: object) -> None:
        file = self._view.current_record()
        self._details.setText("" if file is None else self._tr(say.details(file)))
        state = None if file is None else file.state
        for name, states in _ENABLED.items():
            button = self.findChild(QPushButton, name)
            assert button is not None
            button.setEnabled(state in states)

    def _open_folder(self) -> None:
        self._code.folder.mkdir(parents=True, exist_ok=True)
        self._open_url(QUrl.fromLocalFile(str(self._code.folder)))

    def _done(self, action: Callable[[], object]) -> bool:
        """Do it and return whether it worked, or say what is in the way."""
        try:
            action()
        except ConfigError as error:
            self._say(error.text, "error")
            return False
        return True

    def _say(self, text: Text, role: str) -> None:
        self._message.setText(self._tr(text))
        set_role(self._message, role)

    def _columns(self) -> Sequence[Column]:
        def is_off(file: UserFile) -> bool:
            return self._code.troubles.has_gone_off(file.name)

        def state(file: UserFile) -> Text:
            return say.OFF if is_off(file) else say.STATES[file.state]

        def tone(file: UserFile) -> str:
            return "error" if is_off(file) else say.TONES[file.state]

        return (
            Column("name", say.NAME, lambda f: f.name, align=Align.LEFT, sample="my_rule_name.py"),
            Column(
                "state",
                say.STATE,
                state,
                align=Align.CENTER,
                tone=tone,
                sample=(*say.STATES.values(), say.OFF),
            ),
            Column("errors", say.ERRORS, lambda f: self._code.troubles.count(f.name), sample="000"),
            Column("adds", say.ADDS, say.adds, align=Align.LEFT, tip=say.adds, sample="0" * 40),
        )

    def _lay_out(self) -> None:
        about = self._label("userCodeAbout")
        about.setText(self._tr(say.ABOUT))
        set_role(about, "muted")
        set_role(self._details, "muted")
        self._view.setObjectName("userCodeTable")
        self._view.horizontalHeader().setStretchLastSection(True)
        self._view.record_selected.connect(self._show_chosen)
        self._view.record_opened.connect(lambda _: self.ask_trust())
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._details)
        layout.addLayout(self._file_buttons())
        layout.addLayout(self._new_file())
        layout.addWidget(self._message)

    def _file_buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self._button("trustFile", say.TRUST, self.ask_trust))
        line.addWidget(self._button("distrustFile", say.DISTRUST, self.take_trust_back))
        line.addWidget(self._button("checkFile", say.CHECK, self.check))
        line.addStretch(1)
        line.addWidget(self._button("refreshCode", say.REFRESH, self.refresh))
        line.addWidget(self._button("openCodeFolder", say.OPEN, self._open_folder))
        return line

    def _new_file(self) -> QHBoxLayout:
        self._kind.setObjectName("newCodeKind")
        for kind in TEMPLATES:
            self._kind.addItem(self._tr(say.KINDS[kind]), kind)
        self._name.setObjectName("newCodeName")
        self._name.setPlaceholderText(self._tr(say.NEW_NAME))
        self._name.returnPressed.connect(self.create)
        line = QHBoxLayout()
        line.addWidget(self._kind)
        line.addWidget(self._name, 1)
        line.addWidget(self._button("createCode", say.CREATE, self.create))
        line.addWidget(self._button("closeUserCode", say.CLOSE, self.close))
        return line

    def _button(self, name: str, title: Text, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(self._tr(title), self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: act())
        return button

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextSelectableByMouse)
        return label


_ENABLED = {
    "trustFile": {State.NEW, State.CHANGED, State.IGNORED},
    "distrustFile": {State.TRUSTED, State.LOADED, State.FAILED},
    "checkFile": {State.LOADED},
}
