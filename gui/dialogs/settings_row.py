"""One option in the settings dialog: its title, input, unit, limits, explanation and reset."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from config.schema import Applies, Declared
from config.text import Text
from gui import theme
from gui.dialogs.settings_draft import Draft, same
from gui.dialogs.settings_kinds import PARTNERS, InputContext, make_input
from gui.dialogs.settings_texts import APPLIES, limits, shown
from gui.roles import set_role
from gui.widgets.tool_button import tool_button

_DEFAULT = Text("기본 {}", "default {}")
_RESET = Text("기본값으로 되돌리기", "Back to the default")
_CHANGED = Text("변경됨", "changed")
_TITLE_WIDTH = 190
_TITLE_DROP = 4  # pixels that bring the title to the height of the text in the input


class SettingRow(QWidget):
    """Shows one value of a draft and puts edits into it.

    Signals:
        edited: the option's key, after its value in the draft has changed.
    """

    edited = pyqtSignal(str)

    def __init__(self, item: Declared, draft: Draft, context: InputContext) -> None:
        super().__init__()
        self._item, self._draft = item, draft
        self._partner = PARTNERS.get(item.key)
        self._language = language = context.language
        self._applies = context.applies or APPLIES[item.meta.applies]
        self.setObjectName(f"setting.{item.key}")
        self._title = QLabel(item.meta.title.in_(language))
        self._title.setToolTip(item.key)
        self._note = _wrapped(QLabel())
        self._note.setObjectName("note")
        self.input = make_input(item, context)
        self.input.setObjectName("input")
        self.input.setAccessibleName(item.meta.title.in_(language))
        self.input.edited.connect(lambda value: self._put(item.key, value))
        if self._partner:
            self.input.switched.connect(lambda value: self._put(self._partner, value))
        self._reset = self._reset_button()
        self._lay_out()
        self.refresh()

    @property
    def keys(self) -> list[str]:
        """The options this row edits, the one it is about first."""
        return [self._item.key, *([self._partner] if self._partner else [])]

    def refresh(self) -> None:
        """Show the draft's value again, with its mark and what is wrong with it."""
        value = self._draft.value(self._item.key)
        if not same(self.input.value(), value):
            self.input.show_value(value)
        if self._partner:
            self.input.show_off(self._draft.value(self._partner))
        self.refresh_marks()

    def refresh_marks(self) -> None:
        """Show what is wrong or changed, leaving alone what is being typed."""
        found = [self._draft.problems[key] for key in self.keys if key in self._draft.problems]
        problem = found[0] if found else None
        changed = any(self._draft.is_changed(key) for key in self.keys)
        text, role = self._noted(problem, changed)
        self._note.setText(text)
        set_role(self._note, role)
        set_role(self._title, "accent" if changed else "")
        self._mark_input("bad" if problem else "")
        self._reset.setVisible(not all(self._draft.is_default(key) for key in self.keys))

    def _noted(self, problem: Text | None, changed: bool) -> tuple[str, str]:
        if problem:
            return f"✕ {problem.in_(self._language)}", "error"
        if changed:
            return (
                f"● {_CHANGED.in_(self._language)} · {self._applies.in_(self._language)}",
                "accent",
            )
        default = shown(self._item.default, self._item)
        facts = [limits(self._item), _DEFAULT.format(default)]
        if self._applies is APPLIES[Applies.NEXT_START]:
            facts.append(self._applies)
        return " · ".join(fact.in_(self._language) for fact in facts if fact.ko), "muted"

    def _mark_input(self, state: str) -> None:
        if self.input.property("state") != state:
            self.input.setProperty("state", state)
            theme.restyle(self.input)

    def _put(self, key: str | None, value: object) -> None:
        assert key is not None
        self._draft.put(key, value)
        self.edited.emit(key)

    def _reset_to_default(self) -> None:
        self._draft.reset(self.keys)
        self.refresh()
        self.edited.emit(self._item.key)
        self.input.setFocus()

    def _reset_button(self) -> QToolButton:
        button = tool_button("reset", _RESET.in_(self._language), self._reset_to_default)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        self._title.setFixedWidth(_TITLE_WIDTH)
        self._title.setContentsMargins(0, _TITLE_DROP, 0, 0)
        self._title.setWordWrap(True)
        self._title.setBuddy(self.input)
        help_text = _wrapped(QLabel(self._item.meta.help.in_(self._language)))
        help_text.setProperty("role", "muted")
        grid.addWidget(self._title, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._reset, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(help_text, 1, 1, 1, 2)
        _PLACES[self.input.property("extent")](self, grid)
        grid.setColumnStretch(1, 1)

    def _place_beside(self, grid: QGridLayout) -> None:
        """Input, unit and note in one line."""
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.input)
        unit = self._item.meta.unit.in_(self._language)
        if unit:
            line.addWidget(QLabel(unit))
        line.addWidget(self._note, 1)
        grid.addLayout(line, 0, 1)

    def _place_long(self, grid: QGridLayout) -> None:
        grid.addWidget(self.input, 0, 1)
        grid.addWidget(self._note, 2, 1, 1, 2)

    def _place_below(self, grid: QGridLayout) -> None:
        self._note.setContentsMargins(0, _TITLE_DROP, 0, 0)
        grid.addWidget(self._note, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.input, 2, 0, 1, 3)


_PLACES = {
    None: SettingRow._place_beside,
    "long": SettingRow._place_long,
    "full": SettingRow._place_below,
}


def _wrapped(label: QLabel) -> QLabel:
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
