import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from installer import process, system_packages
from installer.console import SetUpError
from installer.process import CommandError


def a_system(root: Path, without: Sequence[str] = ()) -> Path:
    """Return a folder that looks like a system with all packages but some."""
    library = f"usr/lib/{platform.machine()}-linux-gnu"
    for name, patterns in system_packages.FILES_OF.items():
        if name not in without:
            file = root / patterns[0].format(lib=library)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    return root


def test_nothing_is_missing_on_a_complete_system(tmp_path: Path) -> None:
    assert system_packages.missing(a_system(tmp_path), "linux") == []


def test_only_the_missing_packages_are_named(tmp_path: Path) -> None:
    root = a_system(tmp_path, without=["libegl1", "fonts-nanum"])
    assert system_packages.missing(root, "linux") == ["libegl1", "fonts-nanum"]


def test_all_are_missing_on_a_bare_system(tmp_path: Path) -> None:
    assert system_packages.missing(tmp_path, "linux") == list(system_packages.FILES_OF)


def test_another_korean_font_will_do(tmp_path: Path) -> None:
    root = a_system(tmp_path, without=["fonts-nanum"])
    font = root / "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    font.parent.mkdir(parents=True)
    font.touch()
    assert system_packages.missing(root, "linux") == []


def test_libraries_of_other_distributions_are_found(tmp_path: Path) -> None:
    root = a_system(tmp_path, without=["libgl1"])
    library = root / "usr/lib64/libGL.so.1"
    library.parent.mkdir(parents=True)
    library.touch()
    assert system_packages.missing(root, "linux") == []


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_other_systems_need_none(tmp_path: Path, name: str) -> None:
    assert system_packages.missing(tmp_path, name) == []


class FakeSystem:
    """A Debian that installs nothing: keeps what it was told to run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
        self.commands: list[list[str]] = []
        self.programs = {"apt-get", "sudo"}
        self.user, self.sudo_is_free, self.is_terminal, self.failures = 0, False, False, 0
        self.lists = root / "var/lib/apt/lists/bookworm_Packages"
        self.lists.parent.mkdir(parents=True)
        self.lists.touch()
        monkeypatch.setattr(system_packages, "ROOT", root)
        monkeypatch.setattr(system_packages, "missing", lambda: ["libgl1", "libegl1"])
        monkeypatch.setattr("os.geteuid", lambda: self.user)
        monkeypatch.setattr("sys.stdin.isatty", lambda: self.is_terminal, raising=False)
        monkeypatch.setattr(shutil, "which", lambda name: name if name in self.programs else None)
        monkeypatch.setattr(process, "run", self._run)
        monkeypatch.setattr(process, "output", lambda _: "" if self.sudo_is_free else None)

    def _run(self, command: Sequence[str]) -> None:
        self.commands.append(list(command))
        if self.failures:
            self.failures -= 1
            raise CommandError(command, 100, "")

    def did(self) -> list[str]:
        """Return the apt-get sub-commands that ran."""
        return [command[command.index("apt-get") + 1] for command in self.commands]


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeSystem:
    return FakeSystem(monkeypatch, tmp_path)


def test_root_installs_what_is_missing(debian: FakeSystem) -> None:
    system_packages.ensure()
    assert debian.did() == ["install"]
    assert debian.commands[0][:2] == ["env", "DEBIAN_FRONTEND=noninteractive"]
    assert debian.commands[0][-2:] == ["libgl1", "libegl1"]


def test_empty_package_lists_are_fetched_first(debian: FakeSystem) -> None:
    debian.lists.unlink()
    system_packages.ensure()
    assert debian.did() == ["update", "install"]


def test_old_package_lists_are_fetched_anew(debian: FakeSystem) -> None:
    debian.failures = 1
    system_packages.ensure()
    assert debian.did() == ["install", "update", "install"]


def test_failure_names_the_command_to_type(debian: FakeSystem) -> None:
    debian.failures = 3
    with pytest.raises(SetUpError, match=r"sudo apt-get update && sudo apt-get install .* libegl1"):
        system_packages.ensure()


def test_a_user_with_sudo_installs_through_it(debian: FakeSystem) -> None:
    debian.user, debian.sudo_is_free = 1000, True
    system_packages.ensure()
    assert debian.commands[0][:3] == ["sudo", "-n", "env"]


def test_a_user_at_a_terminal_is_asked_for_the_password(debian: FakeSystem) -> None:
    debian.user, debian.is_terminal = 1000, True
    system_packages.ensure()
    assert debian.commands[0][:2] == ["sudo", "env"]


def test_without_rights_the_command_is_shown_and_nothing_runs(debian: FakeSystem) -> None:
    debian.user = 1000
    with pytest.raises(SetUpError, match=r"sudo apt-get install -y .* libgl1 libegl1"):
        system_packages.ensure()
    assert debian.commands == []


def test_other_distributions_get_the_names_of_the_files(
    debian: FakeSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    debian.programs = set()
    system_packages.ensure()
    assert "libGL.so.1, libEGL.so.1" in capsys.readouterr().err
    assert debian.commands == []


def test_the_venv_module_comes_from_the_package_of_that_python(debian: FakeSystem) -> None:
    system_packages.ensure_venv_module((3, 11))
    assert debian.commands[0][-1] == "python3.11-venv"


def test_without_a_venv_module_elsewhere_the_text_says_what_lacks(debian: FakeSystem) -> None:
    debian.programs = set()
    with pytest.raises(SetUpError, match="lacks ensurepip"):
        system_packages.ensure_venv_module((3, 11))
