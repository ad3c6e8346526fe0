"""The backtest window: choose bars and settings, run, look, compare, take over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDesktopServices
from PyQt5.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from config.errors import ConfigError
from config.schema import Settings, declared
from config.text import Text
from core.backtest.run import parameters
from gui.backtest.data_form import DataForm
from gui.backtest.elsewhere import Asking, Elsewhere
from gui.backtest.job import Done, Request
from gui.backtest.messages import Failed
from gui.backtest.results import Results
from gui.backtest.runner import Runner
from gui.backtest.tabs import RunTabs
from gui.backtest.works import Saved, SaveReport
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_texts import page_of, shown, with_page
from gui.layout import LayoutStore
from gui.roles import set_role
from gui.widgets.elided_label import ElidedLabel
from gui.workspace import Workspace

TITLE = Text("백테스트", "Backtest")
RUN, CANCEL = Text("실행", "Run"), Text("중단", "Cancel")
PIN, UNPIN = Text("비교 A로 고정", "Pin as run A"), Text("비교 해제", "Unpin run A")
APPLY, SAVE = Text("이 설정 적용…", "Apply these settings…"), Text("보고서 저장…", "Save report…")
READY = Text("폴더와 종목을 고르고 실행하세요", "Choose a folder and symbols, then run")
STARTING = Text("시작하는 중", "Starting")
NO_FILES = Text(
    "1분봉 파일(005930_1min.csv 등)이 있는 폴더를 고르세요",
    "Choose a folder with files of 1-minute bars, such as 005930_1min.csv",
)
NO_SYMBOL = Text("종목을 하나 이상 고르세요", "Tick one symbol or more")
BAD_DAY = Text("날짜는 2026-11-23처럼 적으세요", "Write dates like 2026-11-23")
NO_DAYS = Text("첫날이 마지막 날보다 늦습니다", "The first day is after the last")
BAD_VALUE = Text("고쳐야 할 설정이 있습니다: {}", "Settings to put right: {}")
STOPPING, CANCELED = Text("중단하는 중", "Stopping"), Text("중단했습니다", "Canceled")
FAILED = Text("실행하지 못했습니다: {}", "The run failed: {}")
DONE = Text("봉 {}개, {}초. {}", "{} bars in {} s. {}")
STALE = Text(
    "설정이나 데이터가 바뀌었습니다. 다시 실행하세요", "Settings or data have changed: run again"
)
CHANGES = Text("A와 다른 설정: {}", "Settings other than A's: {}")
SAME = Text("A와 같은 설정", "The same settings as A")
SURE = Text(
    "지금 매매에 쓰는 설정을 다음과 같이 바꿉니다.\n\n{}",
    "The settings that trade now will change:\n\n{}",
)
NOTHING = Text("지금 설정과 같습니다", "These are the settings in force already")
WRITTEN, NOT_WRITTEN = (
    Text("{}에 저장했습니다", "Saved to {}"),
    Text("저장 실패: {}", "Not saved: {}"),
)
PAGES = ("indicators", "signals", "risk", "costs")
NO_MATTER = frozenset({"strategy.weight_ai"})
"""A backtest has no predictions, so that the AI counts 0 whatever its weight."""
SIZE = (1200, 720)
FORM_PX, PAGE_PX = 350, 590  # wide of the data, and of a page of settings
_SHOWN_CHANGES = 6


class BacktestWindow(QWidget):
    """Not modal; trading goes on beside it.

    Signals:
        settings_wanted: `Settings` that the trader wants to trade by from now on.
    """

    settings_wanted = pyqtSignal(object)

    def __init__(
        self,
        workspace: Workspace,
        elsewhere: Elsewhere,
        parent: QWidget | None = None,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent, Qt.Window)
        self.setObjectName("backtestPanel")
        self._space, self._tr, self._open_url = workspace, workspace.translator, open_url
        self._store = LayoutStore(workspace.context.home)
        counts = parameters(workspace.settings).keys() - NO_MATTER  # what a backtest looks at
        options = [i for i in with_page(declared()) if page_of(i) in PAGES and i.key in counts]
        self.draft = Draft(workspace.settings, options)
        self.done: Done | None = None
        self.pinned: Done | None = None
        self._was_edited = False  # since the newest run began
        self.form, self.results = DataForm(workspace, self), Results(workspace, elsewhere, self)
        self.runner, self._saving = Runner(elsewhere, self), Asking(elsewhere, self)
        self.tabs = RunTabs(workspace, self.form, self.draft, PAGES, self)
        self.status = ElidedLabel(parent=self)
        self.notes, self.bar = ElidedLabel(parent=self), QProgressBar(self)
        self._say_now: tuple[Text, str] = (READY, "muted")
        self._lay_out()
        self.tabs.edited.connect(self._edited)
        self.form.changed.connect(self._edited)
        self.runner.progressed.connect(self._show_progress)
        self.runner.ended.connect(self._take)
        self.results.failed.connect(self._take_failed)
        self._saving.progressed.connect(self._show_progress)
        self._saving.ended.connect(self._take_saved)
        self._saving.failed.connect(self._take_unsaved)
        workspace.settings_changed.connect(self._follow)
        self._tr.bind(self.setWindowTitle, TITLE)
        self._tr.changed.connect(self._retranslate)
        self._retranslate()
        self._restore()
        self._enable()

    # What the trader does

    def run(self) -> None:
        """Trade on what is chosen."""
        request = self._request()
        if request is None:
            return
        self._remember()
        self._was_edited = False
        self._show_progress(STARTING, 0.0)
        shown = [done.result.run for done in (self.done, self.pinned) if done is not None]
        self.runner.start(request, tuple(shown))
        self._enable()

    def cancel(self) -> None:
        """Break off what runs: at its next step, or after a while in the middle of one."""
        if self.runner.is_busy or self._saving.is_busy:
            self._say(STOPPING, "muted")
        self.runner.cancel()
        self._saving.cancel()

    def pin(self) -> None:
        """Keep this run to compare the next ones with, or let go of the one kept."""
        self.pinned = None if self.pinned is not None else self.done
        self._show_runs()
        self._enable()

    def apply(self) -> None:
        """Ask, and have the program trade by this run's settings."""
        changes = self._changes(self._space.settings)
        if not changes:
            self._say(NOTHING, "muted")
            return
        box = QMessageBox(QMessageBox.Question, self._tr(APPLY), "", QMessageBox.NoButton, self)
        box.setText(self._tr(SURE).format("\n".join(changes)))
        yes = box.addButton(self._tr(Text("적용", "Apply")), QMessageBox.AcceptRole)
        box.addButton(self._tr(Text("그만", "Cancel")), QMessageBox.RejectRole)
        box.setAttribute(Qt.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda button: self._apply_if(button is yes))
        box.open()

    def save(self) -> None:
        """Choose a folder, write the run's files there, and open the report."""
        done = self.done
        chosen = QFileDialog.getExistingDirectory(self, self._tr(SAVE)) if done else ""
        if done is not None and chosen:
            self.save_to(Path(chosen) / "backtest")

    def save_to(self, folder: Path) -> None:
        if self.done is not None:
            self._saving.ask(SaveReport(self.done.result.run, folder, self._tr.language))
            self._enable()

    # Inside

    def _request(self) -> Request | None:
        form = self.form
        try:
            first, last = form.day(form.first), form.day(form.last)
        except ValueError:
            self._say(BAD_DAY, "error")
            return None
        if first and last and first > last:
            self._say(NO_DAYS, "error")
            return None
        symbols = form.chosen()
        if not symbols:
            self._say(NO_SYMBOL if form.symbols.count() else NO_FILES, "error")
            return None
        try:
            settings = self.draft.settings()
        except ConfigError as error:
            self._say(BAD_VALUE.format(error.text), "error")
            return None
        folder = Path(form.folder.text().strip())
        calendar, engine = form.calendar.currentData(), form.engine.currentData()
        return Request(folder, symbols, first, last, calendar, engine, settings)

    def _take(self, found: Done | Failed) -> None:
        if isinstance(found, Failed):
            self._take_failed(CANCELED if found.is_canceled else FAILED.format(found.text))
        else:
            self.done = found
            result = found.result
            last = result.notes[-1] if result.notes else Text.of("")
            self._say(DONE.format(f"{result.bars:,}", f"{result.wall_s:.2f}", last), "ok")
            self._show_runs()
            if self._was_edited:
                self._edited()
        self._enable()

    def _take_failed(self, text: Text) -> None:
        self._say(text, "warning" if text is CANCELED else "error")

    def _show_runs(self) -> None:
        self.results.show_runs(self.done, self.pinned)
        self._show_notes()

    def _show_notes(self) -> None:
        """Say what was found in the files, and in what two runs differ."""
        parts = []
        if self.done is not None and self.pinned is not None and self.pinned is not self.done:
            changes = self._changes(self.pinned.request.settings)
            text = CHANGES.format("; ".join(changes[:_SHOWN_CHANGES])) if changes else SAME
            parts.append(self._tr(text))
        if self.done is not None:
            parts += [self._tr(note) for note in self.done.result.notes]
        self.notes.setText("  ·  ".join(parts[:3]))
        self.notes.setToolTip("\n".join(parts))

    def _changes(self, other: Settings) -> list[str]:
        """Return in words how this run's settings differ from `other`."""
        assert self.done is not None
        own, language = self.done.request.settings, self._tr.language
        return [
            f"{item.meta.title.in_(language)} {shown(other.value(key), item).in_(language)}"
            f" → {shown(own.value(key), item).in_(language)}"
            for key, item in self.draft.options.items()
            if other.value(key) != own.value(key)
        ]

    def _apply_if(self, is_sure: bool) -> None:
        if not is_sure or self.done is None:
            return
        own = self.done.request.settings
        values = {key: own.value(key) for key in self.draft.options}
        self.settings_wanted.emit(self._space.settings.changed(values))

    def _take_saved(self, saved: Saved) -> None:
        paths, lacks = saved
        report = next((path for path in paths if path.suffix == ".html"), paths[0])
        self._say(WRITTEN.format(report.parent) if lacks is None else lacks, "ok")
        self._open_url(QUrl.fromLocalFile(str(report)))
        self._enable()

    def _take_unsaved(self, failed: Failed) -> None:
        self._take_failed(CANCELED if failed.is_canceled else NOT_WRITTEN.format(failed.text))
        self._enable()

    def _show_progress(self, stage: Text, share: float) -> None:
        self._say(stage, "muted")
        self.bar.setValue(round(share * 100))

    def _follow(self, settings: Settings) -> None:
        """Start from settings applied elsewhere; what was edited here stays."""
        self.draft.follow(settings)
        self.tabs.refresh()
        own = None if self.done is None else self.done.request.settings
        if own and any(own.value(key) != self.draft.value(key) for key in self.draft.options):
            self._edited()

    def _enable(self) -> None:
        is_busy = self.runner.is_busy or self._saving.is_busy
        has_run = self.done is not None
        self.run_button.setEnabled(not is_busy)
        self.cancel_button.setEnabled(is_busy)
        self.bar.setVisible(is_busy)
        self.pin_button.setEnabled(has_run or self.pinned is not None)
        self.pin_button.setText(self._tr(PIN if self.pinned is None else UNPIN))
        for button in (self.apply_button, self.save_button):
            button.setEnabled(has_run and not is_busy)

    def _edited(self) -> None:
        """Say that what is shown is of before; while it is still run, once it ends."""
        self._was_edited = True
        if self.done is not None and not self.runner.is_busy:
            self._say(STALE, "warning")

    def _say(self, text: Text, role: str) -> None:
        self._say_now = (text, role)
        self.status.setText(self._tr(text))
        self.status.setToolTip(self.status.text())
        set_role(self.status, role)

    def _retranslate(self, *_: object) -> None:
        self.tabs.retranslate()
        self._say(*self._say_now)
        self._show_notes()
        if hasattr(self, "run_button"):
            self._enable()

    def _lay_out(self) -> None:
        self.run_button = self._button("runBacktest", RUN, self.run)
        self.cancel_button = self._button("cancelBacktest", CANCEL, self.cancel)
        self.pin_button = self._button("pinBacktest", PIN, self.pin)
        self.apply_button = self._button("applyBacktest", APPLY, self.apply)
        self.save_button = self._button("saveBacktest", SAVE, self.save)
        set_role(self.run_button, "primary")
        set_role(self.notes, "muted")
        self.run_button.setShortcut("Ctrl+R")
        split = self._split = QSplitter(self)
        split.addWidget(self.tabs)
        split.addWidget(self.results)
        split.setStretchFactor(1, 1)
        self._make_room(0)
        self.tabs.currentChanged.connect(self._make_room)
        line = QHBoxLayout()
        for widget in (self.run_button, self.cancel_button, self.bar):
            line.addWidget(widget)
        line.addWidget(self.status, 1)
        for widget in (self.pin_button, self.apply_button, self.save_button):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(split, 1)
        column.addWidget(self.notes)
        column.addLayout(line)
        self.bar.setFixedWidth(120)
        room = self.screen().availableSize()
        self.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height() - 40))

    def _make_room(self, tab: int) -> None:
        wanted = PAGE_PX if tab > 0 else FORM_PX
        self._split.setSizes([wanted, max(self.width(), SIZE[0]) - wanted])

    def _button(self, name: str, title: Text, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        self._tr.bind(button.setText, title)
        button.clicked.connect(lambda *_: act())
        return button

    def _remember(self) -> None:
        form = self.form
        kept = {"folder": form.folder.text(), "symbols": list(form.chosen())}
        if kept != self._store.mapping("backtest"):  # writing takes a disk's time
            self._store.put_mapping("backtest", kept)
            self._store.save()

    def _restore(self) -> None:
        kept = self._store.mapping("backtest")
        self.form.folder.setText(str(kept.get("folder", "")))
        self.form.read_folder()
        symbols = kept.get("symbols")
        if isinstance(symbols, list):
            self.form.tick(symbols)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.runner.cancel()
        super().closeEvent(event)
