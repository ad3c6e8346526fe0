"""The folder of the user's own code: what lies there, what may run, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from config.errors import ConfigError
from config.text import Text
from core.user_code.described import Described, describe
from core.user_code.running import CodeError, Registered, forget_all, run
from core.user_code.trouble import Troubles
from core.user_code.trust import Opinion, TrustBook

FOLDER = "user_code"


class State(Enum):
    """Where a file stands in this run of the program."""

    LOADED = "loaded"
    TRUSTED = "trusted"  # may run, from the next start on
    NEW = "new"  # not trusted yet
    CHANGED = "changed"  # was trusted with another content
    IGNORED = "ignored"
    FAILED = "failed"

    @property
    def needs_answer(self) -> bool:
        return self in (State.NEW, State.CHANGED)


_STATE = {
    Opinion.TRUSTED: State.TRUSTED,
    Opinion.NEW: State.NEW,
    Opinion.CHANGED: State.CHANGED,
    Opinion.IGNORED: State.IGNORED,
}


@dataclass(frozen=True, slots=True)
class UserFile:
    """One file with all that is known of it; `why` says what is wrong with one that failed."""

    described: Described
    state: State
    registered: tuple[Registered, ...] = ()
    why: Text | None = None

    @property
    def name(self) -> str:
        return self.described.name


class UserCode:
    """The files HOME/user_code/*.py of one home folder.

    What they register is the process's, so there is one of these that loads at a time.

    Attributes:
        files: As they were last looked at, by name.
        troubles: What goes wrong in them while they run.
    """

    def __init__(self, home: Path) -> None:
        """Look at nothing yet."""
        self.folder = home / FOLDER
        self.files: tuple[UserFile, ...] = ()
        self.troubles = Troubles()
        self._book = TrustBook(home)

    def look(self) -> None:
        """Read the folder anew; what is loaded stays so, as long as its file is as it was."""
        loaded = {(f.name, f.described.sha256): f for f in self.files if _has_run(f)}
        found = (describe(path) for path in sorted(self.folder.glob("*.py")) if path.is_file())
        self.files = tuple(
            loaded.get((file.name, file.sha256)) or self._new(file) for file in found
        )

    def trust(self, paths: Iterable[Path]) -> None:
        """Trust files by name or path, as `--trust` names them.

        Raises:
            ConfigError: One is not in the folder, or it can't be noted.
        """
        for path in paths:
            self.trust_one(self._named(path))

    def trust_one(self, file: UserFile) -> None:
        """Let a file run, with the content that was shown; it is loaded by `load`."""
        self._book.trust(file.described)
        self._put(replace(file, state=self._state(file.described)))

    def ignore(self, file: UserFile) -> None:
        """Ask no more about a file as it is now."""
        self._book.ignore(file.described)
        self._put(replace(file, state=self._state(file.described)))

    def distrust(self, file: UserFile) -> None:
        """Run it no more from the next start on."""
        self._book.forget(file.name)
        self._put(replace(file, state=State.NEW))

    def load(self) -> None:
        """Run every trusted file that has not run yet, in order of their names."""
        for file in self.files:
            if file.state is State.TRUSTED:
                self._put(self._run(file))

    def load_only(self) -> None:
        """Forget what an earlier one has loaded in this process, then load."""
        forget_all()
        self.load()

    def settings_left_out(self) -> frozenset[str]:
        """Return the keys of options that files would declare that have not been loaded."""
        seen = {key for file in self.files for key in file.described.settings}
        return frozenset(seen) | self._book.settings()

    def hashes(self) -> Mapping[str, str]:
        """Return the sha256 of every file that runs, by its name."""
        return {f.name: f.described.sha256 for f in self.files if f.state is State.LOADED}

    def notes(self) -> tuple[Text, ...]:
        """Return what a person should hear of files that do not run, and how to change that."""
        return tuple(note for file in self.files if (note := _note(file)) is not None)

    def asked_about(self) -> tuple[UserFile, ...]:
        """Return the files about which nothing was said yet, as they are now."""
        return tuple(file for file in self.files if file.state.needs_answer)

    def _run(self, file: UserFile) -> UserFile:
        try:
            registered, keys = run(file.described, self.troubles)
        except CodeError as error:
            return replace(file, state=State.FAILED, why=error.text)
        self._book.remember_settings(file.name, keys)
        return replace(file, state=State.LOADED, registered=registered)

    def _new(self, file: Described) -> UserFile:
        return UserFile(file, self._state(file), why=file.problem)

    def _state(self, file: Described) -> State:
        return State.FAILED if file.problem is not None else _STATE[self._book.opinion(file)]

    def _named(self, path: Path) -> UserFile:
        for file in self.files:
            own = file.described.path
            if path.name == own.name and (path == Path(path.name) or _is_same(path, own)):
                return file
        raise ConfigError(
            Text(
                f"--trust {path}: 내 코드 폴더에 없는 파일입니다. {self.folder}에 복사한 뒤 다시 "
                "시도하세요",
                f"--trust {path}: there is no such file in the folder for your code; copy it into "
                f"{self.folder}, then try again",
            )
        )

    def _put(self, file: UserFile) -> None:
        self.files = tuple(file if old.name == file.name else old for old in self.files)


def refuse_trust(names: Collection[Path]) -> None:
    """Raise ConfigError where trust is given on the way into live trading."""
    if names:
        raise ConfigError(
            Text(
                "--trust는 실전에서 쓸 수 없습니다. 데모에서 먼저 불러와 확인한 뒤 실전을 "
                "시작하세요",
                "--trust is not for live trading: load the file in the demo first and look at "
                "what it does, then start live",
            )
        )


def _has_run(file: UserFile) -> bool:
    return file.state is State.LOADED or (file.state is State.FAILED and bool(file.why))


def _is_same(path: Path, own: Path) -> bool:
    return path.exists() and path.samefile(own)


def _note(file: UserFile) -> Text | None:
    form = _NOTES.get(file.state)
    return None if form is None else form.format(path=file.described.path, why=file.why or "")


_HOW = Text(
    "창의 [파일 > 내 코드]에서 신뢰하거나 --trust {path}를 붙여 실행하세요",
    "trust it in the window under File > My code, or run with --trust {path}",
)
_NOTES = {
    State.NEW: Text(
        "{path}: 아직 신뢰하지 않은 코드라 불러오지 않았습니다. " + _HOW.ko,
        "{path}: not loaded, as this code is not trusted yet; " + _HOW.en,
    ),
    State.CHANGED: Text(
        "{path}: 신뢰한 뒤 내용이 바뀌어 불러오지 않았습니다. 확인하고 " + _HOW.ko,
        "{path}: not loaded, as it has changed since you trusted it; look at it, then " + _HOW.en,
    ),
    State.FAILED: Text("{path}: {why}", "{path}: {why}"),
}
