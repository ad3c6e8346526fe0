"""Where log lines go: a rotating file in the home folder, and errors to standard error."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from config.errors import ConfigError

_FILE_BYTES, _FILES = 5_000_000, 10
_LINE = "%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s: %(message)s"


def set_up(home: Path | None, level: str) -> None:
    """Log to `home`/logs/terminal.log at `level`, without a home nowhere; errors to standard error.

    A record with `extra={"is_told": True}` is told to the person in another way already, so that
    it goes to the file alone.

    Raises:
        ConfigError: The folder can't be written.
    """
    root = logging.getLogger()
    for old in root.handlers[:]:
        if getattr(old, "is_ours", False):
            root.removeHandler(old)
            old.close()
    for handler in [_to_stderr(), *([_to_file(home)] if home else [])]:
        handler.is_ours = True  # type: ignore[attr-defined]
        root.addHandler(handler)
    root.setLevel(level.upper())
    # At DEBUG it writes the path of every request, and Telegram's has the bot's token in it.
    logging.getLogger("urllib3").setLevel(logging.INFO)


def _to_file(home: Path) -> logging.Handler:
    try:
        folder = home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        file = _File(
            folder / "terminal.log", maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8"
        )
    except OSError as error:
        raise ConfigError(
            f"home folder {home} can't be written ({error}); choose another one with --home DIR"
        ) from error
    file.setFormatter(logging.Formatter(_LINE, "%Y-%m-%d %H:%M:%S"))
    return file


class _File(RotatingFileHandler):
    """Loses its lines on a full disk, and says so once, where logging would fill the terminal."""

    _has_failed = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if not self._has_failed:
            self._has_failed = True
            sys.stderr.write(f"{self.baseFilename} can't be written: {sys.exc_info()[1]}\n")

    def close(self) -> None:
        with suppress(OSError):  # of what could not be written before
            super().close()


def _to_stderr() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR)
    handler.addFilter(lambda record: not getattr(record, "is_told", False))
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    return handler
