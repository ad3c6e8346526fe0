"""Where log lines go: a file for each day in the home folder, and errors to standard error.

Nothing is written that a filter for secrets (`config.masking`) has not seen.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from contextlib import suppress
from logging.handlers import BaseRotatingHandler
from pathlib import Path

from config import masking
from config.errors import ConfigError

FOLDER = "logs"
_FILE_BYTES = 5_000_000
_ALL_BYTES = 200_000_000  # of all files, whatever their age
_LINE = "%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s: %(message)s"
_NAME = re.compile(r"terminal-(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.log")
_DAY_S = 86_400


def set_up(home: Path | None, level: str, keep_days: int = 30, now_s: float = 0.0) -> None:
    """Log to `home`/logs at `level`, without a home nowhere; errors to standard error.

    A record with `extra={"is_told": True}` is told to the person in another way already, so that
    it goes to the file alone. `now_s` is the time of the day whose file is opened first.

    Raises:
        ConfigError: The folder can't be written.
    """
    root = logging.getLogger()
    for old in _ours():
        root.removeHandler(old)
        old.close()
    for handler in [_to_stderr(), *([_to_file(home, keep_days, now_s)] if home else [])]:
        handler.is_ours = True  # type: ignore[attr-defined]
        root.addHandler(handler)
    use(level, keep_days)
    # At DEBUG it writes the path of every request, and Telegram's has the bot's token in it.
    logging.getLogger("urllib3").setLevel(logging.INFO)


def use(level: str, keep_days: int) -> None:
    """Take another level and time of keeping, from now on."""
    logging.getLogger().setLevel(level.upper())
    for handler in _ours():
        if isinstance(handler, DayFile):
            handler.keep_days = keep_days


def newest_file(home: Path) -> Path | None:
    """Return the file that was begun last, None where there is none."""
    return max(_files(home / FOLDER), key=_place, default=None)


class MaskingFormatter(logging.Formatter):
    """Stars secrets and account numbers in whole lines, tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return masking.masked_text(super().format(record))


class DayFile(BaseRotatingHandler):
    """`terminal-2026-11-27.log`, then `.1.log` and so on; nothing is ever renamed.

    So two processes may write the same file. On a full disk it loses its lines, and says so once,
    where logging would fill the terminal.
    """

    _has_failed = False

    def __init__(self, folder: Path, keep_days: int, now_s: float) -> None:
        self._folder, self.keep_days = folder, keep_days
        self._now_s, self._day_ends = now_s, 0.0
        super().__init__(str(self._take_day(now_s)), "a", "utf-8")

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - logging's name
        is_full = self.stream is not None and self.stream.tell() >= _FILE_BYTES
        return is_full or record.created >= self._day_ends

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Go on in the next file."""
        if self.stream is not None:
            self.stream.close()
        self.baseFilename = str(self._take_day(self._now_s))
        self.stream = self._open()

    def emit(self, record: logging.LogRecord) -> None:
        self._now_s = record.created
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if not self._has_failed:
            self._has_failed = True
            sys.stderr.write(f"{self.baseFilename} can't be written: {sys.exc_info()[1]}\n")

    def close(self) -> None:
        with suppress(OSError):  # of what could not be written before
            super().close()

    def _take_day(self, now_s: float) -> Path:
        """Return the file to write at that time, and delete what is too old."""
        day, self._day_ends = _day_of(now_s), _midnight_after(now_s)
        self._prune(now_s)
        last = max(
            (p for p in _files(self._folder) if _place(p)[0] == day), key=_place, default=None
        )
        if last is None:
            return (self._folder / f"terminal-{day}.log").absolute()
        is_full = last.stat().st_size >= _FILE_BYTES
        number = _place(last)[1] + 1
        return (self._folder / f"terminal-{day}.{number}.log" if is_full else last).absolute()

    def _prune(self, now_s: float) -> None:
        oldest_day = _day_of(max(now_s - self.keep_days * _DAY_S, 0))
        room = _ALL_BYTES
        for path in sorted(_files(self._folder), key=_place, reverse=True):
            with suppress(OSError):  # in use by another program: it goes the next time
                room -= path.stat().st_size
                if room < 0 or _place(path)[0] < oldest_day:
                    path.unlink()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("terminal-*.log") if _NAME.fullmatch(path.name)]


def _place(path: Path) -> tuple[str, int]:
    """Return day and number of a file, for its order."""
    found = _NAME.fullmatch(path.name)
    return (found[1], int(found[2] or 0)) if found else ("", 0)


def _day_of(now_s: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(now_s))


def _midnight_after(now_s: float) -> float:
    day = time.localtime(now_s)
    return time.mktime((day.tm_year, day.tm_mon, day.tm_mday + 1, 0, 0, 0, 0, 0, -1))


def _to_file(home: Path, keep_days: int, now_s: float) -> logging.Handler:
    try:
        folder = home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        file = DayFile(folder, keep_days, now_s)
    except OSError as error:
        raise ConfigError(
            f"home folder {home} can't be written ({error}); choose another one with --home DIR"
        ) from error
    file.setFormatter(MaskingFormatter(_LINE, "%Y-%m-%d %H:%M:%S"))
    return file


def _to_stderr() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR)
    handler.addFilter(lambda record: not getattr(record, "is_told", False))
    handler.setFormatter(MaskingFormatter("%(levelname)s %(message)s"))
    return handler


def _ours() -> list[logging.Handler]:
    return [each for each in logging.getLogger().handlers if getattr(each, "is_ours", False)]
