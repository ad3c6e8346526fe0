"""Plays a short sound without anybody waiting for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QApplication

from config.text import Text
from core.alerts import Importance
from gui import theme

FILES = {Importance.USUAL: "usual.wav", Importance.GRAVE: "grave.wav"}
_LONGEST_S = 10.0
_FAILED = Text(
    "알림 소리를 낼 수 없습니다({}). 스피커와 소리 설정을 확인하세요",
    "alerts can't be heard ({}); look at the loudspeakers and the sound settings",
)

Play = Callable[[Path], object]
"""Plays a file; raises OSError or RuntimeError with the reason."""


@dataclass(frozen=True, slots=True)
class Player:
    play: Play
    waits: bool = True  # until the sound is over, so that it has to have a thread


class Sounds(QObject):
    """Signals:
    failed: why no sound came (`Text`); only the first time.
    """

    failed = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None, player: Player | None = None) -> None:
        """Without a player the system's is looked for when it is first needed."""
        super().__init__(parent)
        self._player, self._thread = player, threading.Thread()
        self._has_failed = False

    def sound(self, importance: Importance) -> None:
        """Begin the sound, unless one is heard just now."""
        if self._thread.is_alive():
            return
        self._player = player = self._player or found_player()
        path = theme.RESOURCES / "sounds" / FILES[importance]
        if not player.waits:
            self._work(player.play, path)
            return
        self._thread = threading.Thread(
            target=self._work, args=(player.play, path), name="sound", daemon=True
        )
        self._thread.start()

    def _work(self, play: Play, path: Path) -> None:
        try:
            play(path)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            if not self._has_failed:
                self._has_failed = True
                self.failed.emit(_FAILED.format(error))


def found_player() -> Player:
    """Return how this system plays a file; where nothing is found, a beep has to do.

    Programs come before Qt's own player: loading that holds the window for longer than a frame,
    and it needs a sound server's library that many systems lack.
    """
    if sys.platform == "win32":
        return Player(_by_windows)
    for name, words in _PROGRAMS.items():
        if program := shutil.which(name):
            return Player(_by_program(program, words))
    return _by_qt() or Player(lambda _: QApplication.beep(), waits=False)


_PROGRAMS: Mapping[str, tuple[str, ...]] = {"paplay": (), "aplay": ("-q",), "afplay": ()}


def _by_program(program: str, words: tuple[str, ...]) -> Play:
    def play(path: Path) -> None:
        done = subprocess.run(
            [program, *words, str(path)], capture_output=True, timeout=_LONGEST_S, check=False
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise OSError(f"{Path(program).name}: {said[-1] if said else done.returncode}")

    return play


def _by_windows(path: Path) -> None:
    if sys.platform == "win32":  # for mypy elsewhere
        import winsound

        # In its own thread it may wait; asynchronously it would end with whoever began it.
        winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)


def _by_qt() -> Player | None:
    try:
        from PyQt5.QtMultimedia import QSound
    except ImportError:  # no library of a sound server
        return None
    return Player(lambda path: QSound.play(str(path)), waits=False)
