"""Evidence of something gone wrong, as one file to send: written beside the engine, never by it."""

from __future__ import annotations

import json
import logging
import threading
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from config.logs import newest_file
from config.masking import masked_text
from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Noted, Severity
from core.engine.evidence import Evidence
from core.journal.encoding import to_json
from core.journal.masking import cleaned
from core.journal.reader import tail
from core.journal.writer import unused
from core.ports import Clock, Post

logger = logging.getLogger(__name__)

FOLDER = "bundles"
_RECORDS = 300  # of the journal's end
_LOG_BYTES = 200_000
_PATIENCE_S = 5.0

_WRITTEN = Text(
    "기록 묶음을 남겼습니다: {} (도움말 > 묶음 폴더 열기)",
    "the evidence was kept in {} (Help > Open the bundles' folder)",
)
_FAILED = Text(
    "기록 묶음을 쓸 수 없습니다({}). 매매일지와 로그는 그대로 있습니다",
    "the evidence can't be written ({}); journal and log are where they were",
)
_README = """Evidence of a broken rule or an internal error, without secrets and account numbers.

reason.txt      what was wrong, and when
messages.jsonl  the last messages that entered the engine, oldest first
state.json      orders, positions, account, counts and lamps at that moment
settings.json   the settings in force
journal.jsonl   the end of the journal, oldest first
log.txt         the end of the log
"""


class Bundler:
    """Keeps evidence under the home folder, each piece written in a thread of its own.

    Whoever asks never waits, and never hears of it by an exception: what became of it is posted.
    """

    def __init__(self, home: Path, journal: str | Path, post: Post, clock: Clock) -> None:
        """`journal` is where it is kept: a file or a database's URL."""
        self._home, self._journal, self._post, self._clock = home, journal, post, clock
        self._thread: threading.Thread | None = None

    def keep(self, evidence: Evidence) -> None:
        """Begin to write `evidence`; what comes while another one is being written is let go."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(
            target=self._work, args=(evidence,), name="bundle", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Wait a little for the last one."""
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _work(self, evidence: Evidence) -> None:
        try:
            path = write(self._home / FOLDER, evidence, self._others())
        except Exception as error:  # a thread's edge: it must be said, or it would vanish
            logger.exception("writing a bundle")
            self._say(Severity.ERROR, _FAILED.format(error))
        else:
            self._say(Severity.WARNING, _WRITTEN.format(path.name))

    def _say(self, severity: Severity, text: Text) -> None:
        self._post(Noted(self._clock.now(), severity, text))

    def _others(self) -> dict[str, Callable[[], str]]:
        return {
            "journal.jsonl": lambda: _journal_tail(self._journal),
            "log.txt": lambda: _log_tail(newest_file(self._home)),
        }


def write(folder: Path, evidence: Evidence, others: Mapping[str, Callable[[], str]]) -> Path:
    """Write the zip file and return its path; a part that can't be had says so in its place.

    Raises:
        OSError: The folder or the file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = unused(folder / f"{evidence.time:%Y%m%d-%H%M%S}-{evidence.code}.zip")
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in (*_parts(evidence).items(), *others.items()):
            bundle.writestr(name, _tried(text))
    return path


def _parts(evidence: Evidence) -> dict[str, Callable[[], str]]:
    reason, when = evidence.reason, evidence.time.isoformat()
    return {
        "README.txt": lambda: _README,
        "reason.txt": lambda: masked_text(f"{when}\n{reason.ko}\n{reason.en}\n"),
        "messages.jsonl": lambda: _lines(
            {"kind": type(message).__name__, "message": to_json(message)}
            for message in evidence.messages
        ),
        "state.json": lambda: _text(evidence.state),
        "settings.json": lambda: _text(evidence.settings),
    }


def _tried(text: Callable[[], str]) -> str:
    try:
        return text()
    except (JournalError, OSError, ValueError, TypeError) as error:
        return f"can't be had: {error}\n"


def _text(value: Any) -> str:
    return json.dumps(cleaned(to_json(value)), ensure_ascii=False, indent=1) + "\n"


def _lines(values: Iterable[Any]) -> str:
    return "".join(json.dumps(cleaned(value), ensure_ascii=False) + "\n" for value in values)


def _journal_tail(target: str | Path) -> str:
    return _lines(to_json(record) for record in tail(target, _RECORDS))


def _log_tail(path: Path | None) -> str:
    if path is None:
        return "can't be had: there is no log file\n"
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LOG_BYTES, 0))
        return masked_text(file.read().decode("utf-8", "replace"))
