"""The page of the settings dialog where presets are saved, loaded, exported and imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from config.errors import ConfigError
from config.text import Text
from gui.dialogs import settings_presets
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_presets import Presets
from gui.roles import set_role

TITLE = Text("프리셋", "Presets")
_HELP = Text(
    "매매 설정 전체를 이름을 붙여 저장하고 다시 불러옵니다. "
    "불러온 값은 [적용]을 누를 때까지 쓰이지 않습니다. "
    "화면·매매일지처럼 이 컴퓨터에 딸린 설정은 저장하지 않습니다.",
    "Keep all trading settings under a name and load them again. Nothing loaded is used until you "
    "press Apply. What belongs to this computer (display, journal) is not kept.",
)
_NAME = Text("새 프리셋 이름", "Name of the new preset")
_SAVE = Text("저장", "Save")
_LOAD = Text("불러오기", "Load")
_DELETE = Text("삭제", "Delete")
_EXPORT = Text("파일로 내보내기…", "Export to a file…")
_IMPORT = Text("파일에서 가져오기…", "Import from a file…")
_FILES = Text("설정 파일 (*.json)", "Settings (*.json)")

_SAVED = Text("'{}' 프리셋을 저장했습니다.", "Saved the preset '{}'.")
_DELETED = Text("'{}' 프리셋을 삭제했습니다.", "Deleted the preset '{}'.")
_LOADED = Text(
    "'{}'을(를) 불러왔습니다. 달라진 설정 {}개. [적용]을 누르면 쓰입니다.",
    "Loaded '{}': {} settings differ. Press Apply to use them.",
)
_EXPORTED = Text("{}에 내보냈습니다.", "Exported to {}.")
_EXISTS = Text(
    "'{}' 프리셋이 이미 있습니다. 바꾸려면 [저장]을 한 번 더 누르세요.",
    "There is a preset '{}' already. Press Save once more to replace it.",
)


class PresetsPage(QWidget):
    """Signals:
    loaded: the draft has taken the values of a preset or file.
    """

    loaded = pyqtSignal()

    def __init__(self, presets: Presets, draft: Draft, language: str) -> None:
        super().__init__()
        self.setObjectName("settingsPage.presets")
        self._presets, self._draft, self._language = presets, draft, language
        self._to_replace = ""
        self.names = QListWidget()
        self.name = QLineEdit()
        self.message = QLabel()
        self._lay_out()

    def save(self) -> None:
        """Keep the draft under the name entered; an existing one only when asked twice."""
        name = self.name.text().strip()
        if name in self._presets.names() and name != self._to_replace:
            self._to_replace = name
            self._say(_EXISTS.format(name), "warning")
            return
        self._to_replace = ""
        if self._done(lambda: self._presets.save(name, self._draft.settings())):
            self._say(_SAVED.format(name), "ok")
            self._list_names()

    def load(self) -> None:
        """Put the values of the chosen preset into the draft."""
        if name := self._chosen():
            self._take(name, lambda: self._presets.load(name))

    def delete(self) -> None:
        """Forget the chosen preset."""
        name = self._chosen()
        if name and self._done(lambda: self._presets.delete(name)):
            self._say(_DELETED.format(name), "ok")
            self._list_names()

    def export_to(self, path: str) -> None:
        """Write the draft to a file."""
        if self._done(lambda: settings_presets.write(Path(path), self._draft.settings())):
            self._say(_EXPORTED.format(path), "ok")

    def import_from(self, path: str) -> None:
        """Put the values of a preset or configuration file into the draft; all of them or none."""
        self._take(Path(path).stem, lambda: settings_presets.read(Path(path)))

    def _take(self, name: str, read: Callable[[], Mapping[str, Any]]) -> None:
        values: dict[str, Any] = {}
        if self._done(lambda: values.update(read())):
            self._draft.put_all(values)
            self._say(_LOADED.format(name, len(self._draft.changed_keys())), "ok")
            self.loaded.emit()

    def _done(self, action: Callable[[], None]) -> bool:
        """Do it and return whether it worked, or show what is in the way."""
        try:
            action()
        except ConfigError as error:
            self._say(error.text, "error")
        except OSError as error:
            self._say(Text.of(f"{error.filename}: {error.strerror}"), "error")
        else:
            return True
        return False

    def _say(self, text: Text, role: str) -> None:
        self.message.setText(text.in_(self._language))
        set_role(self.message, role)

    def _chosen(self) -> str:
        item = self.names.currentItem()
        return item.text() if item else ""

    def _list_names(self) -> None:
        self.names.clear()
        self.names.addItems(self._presets.names())
        self._enable()

    def _enable(self) -> None:
        for name in ("loadPreset", "deletePreset"):
            self._buttons[name].setEnabled(self.names.currentRow() >= 0)

    def _ask_for_file(self, is_new: bool, then: Callable[[str], None]) -> None:
        dialog = QFileDialog(self, "", "", _FILES.in_(self._language))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if is_new:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(then)
        dialog.open()

    def _lay_out(self) -> None:
        acts: dict[str, tuple[Text, Callable[[], None]]] = {
            "savePreset": (_SAVE, self.save),
            "loadPreset": (_LOAD, self.load),
            "deletePreset": (_DELETE, self.delete),
            "exportPreset": (_EXPORT, lambda: self._ask_for_file(True, self.export_to)),
            "importPreset": (_IMPORT, lambda: self._ask_for_file(False, self.import_from)),
        }
        self._buttons = {name: self._button(name, *act) for name, act in acts.items()}
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.addWidget(self._label(TITLE, "title"), 0, 0, 1, 2)
        grid.addWidget(self._label(_HELP, "muted"), 1, 0, 1, 2)
        grid.addWidget(self.name, 2, 0)
        grid.addWidget(self.names, 3, 0, 5, 1)
        for row, button in enumerate(self._buttons.values(), start=2):
            grid.addWidget(button, row, 1)
        grid.addWidget(self.message, 8, 0, 1, 2)
        grid.setRowStretch(7, 1)
        self._set_up()

    def _set_up(self) -> None:
        self.name.setObjectName("presetName")
        self.name.setPlaceholderText(_NAME.in_(self._language))
        self.name.returnPressed.connect(self.save)
        self.names.setObjectName("presetNames")
        self.names.itemActivated.connect(self.load)
        self.names.currentRowChanged.connect(self._enable)
        self.message.setObjectName("presetMessage")
        self.message.setWordWrap(True)
        self._list_names()

    def _button(self, name: str, title: Text, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(title.in_(self._language))
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        return button

    def _label(self, text: Text, role: str) -> QLabel:
        label = QLabel(text.in_(self._language))
        label.setProperty("role", role)
        label.setWordWrap(True)
        return label
