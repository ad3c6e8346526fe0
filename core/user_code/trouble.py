"""What goes wrong in a user's code while it runs: counted, logged, and told once each."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from config.text import Text

MOST_FAILURES = 10
"""So often one object of the user's code may fail; then it is asked no more."""

logger = logging.getLogger(__name__)
_T = TypeVar("_T")
_WRONG = Text(
    "내 코드 {file}의 {title}: {where}에서 오류({error}). 값이 없는 것으로 보고 매매는 계속합니다",
    "your code {file}, {title}: error in {where} ({error}); it counts as undefined, and trading "
    "goes on",
)
_OFF = Text(
    "내 코드 {file}의 {title}: 오류가 {most}번이라 껐습니다. 마지막 오류: {where}, {error}. 파일을 "
    "고치고 다시 시작하세요",
    "your code {file}, {title}: switched off after {most} errors, the last one in {where}: "
    "{error}. Mend the file and start again",
)


class NonsenseError(ValueError):
    """A user's code returned something that can't be used."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose code it is: the file, the code it is registered under, and its title."""

    file: str
    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error that a person should hear of; `is_off`: it was the last, the code is off now."""

    owner: Owner
    text: Text
    is_off: bool


Listener = Callable[[Trouble], object]


class Troubles:
    """Counts for all files; may be told of errors on any thread, and tells on the same one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()  # by file
        self._told: set[tuple[str, str, str, bool]] = set()
        self._off: set[str] = set()  # files with something that was switched off
        self._early: list[Trouble] = []  # until somebody listens
        self._listener: Listener | None = None

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every trouble to come, and of those before; it takes the place of
        an earlier one."""
        with self._lock:
            self._listener, early = listener, self._early
            self._early = []
        for trouble in early:
            listener(trouble)

    def count(self, file: str) -> int:
        """Return how often the code of a file has failed in this session."""
        return self._counts[file]

    def has_gone_off(self, file: str) -> bool:
        """Whether something of a file failed so often in this session that it was switched off."""
        return file in self._off

    def hear(self, owner: Owner, where: str, error: BaseException, is_off: bool) -> None:
        """Count an error, and tell of it where it is the first of its kind."""
        said = where_in(error, owner.file)
        logger.warning("%s (%s) failed in %s: %s", owner.file, owner.code, where, said)
        form = _OFF if is_off else _WRONG
        text = form.format(
            file=owner.file, title=owner.title, where=where, error=said, most=MOST_FAILURES
        )
        trouble = Trouble(owner, text, is_off)
        with self._lock:
            self._counts[owner.file] += 1
            if is_off:
                self._off.add(owner.file)
            key = owner.file, owner.code, where, is_off
            is_new = key not in self._told
            self._told.add(key)
            listener = self._listener
            if is_new and listener is None:
                self._early.append(trouble)
        if is_new and listener is not None:
            listener(trouble)


class Guard:
    """Calls one object of a user's code; what fails too often is called no more."""

    def __init__(self, owner: Owner, troubles: Troubles) -> None:
        self._owner, self._troubles = owner, troubles
        self._failures = 0

    @property
    def is_off(self) -> bool:
        return self._failures >= MOST_FAILURES

    def tried(self, where: str, work: Callable[[], _T], otherwise: _T) -> _T:
        """Return what `work` gives, or `otherwise` where it fails or is off."""
        if self._failures >= MOST_FAILURES:
            return otherwise
        try:
            return work()
        except (Exception, SystemExit) as error:  # whatever it is, it must not stop trading
            self._failures += 1
            self._troubles.hear(self._owner, where, error, self.is_off)
            return otherwise

    def give_up(self) -> None:
        """Call it no more: it could not even be made."""
        self._failures = MOST_FAILURES


def where_in(error: BaseException, file: str) -> str:
    """Return kind and text of an error, with the last line of `file` that led to it."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(file)
    ]
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    said = said.replace("\n", " ")[:300]
    return f"{file}:{lines[-1]}: {said}" if lines else said
