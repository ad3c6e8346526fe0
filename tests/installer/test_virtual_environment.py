import sys
from pathlib import Path

import pytest

from installer import process, system_packages, virtual_environment
from installer.console import SetUpError
from installer.process import CommandError
from installer.python_finder import Python

HERE = Python(sys.executable, (3, 11), 64, True, True)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run."""
    commands: list[list[str]] = []
    monkeypatch.setattr(process, "run", commands.append)
    return commands


def test_what_was_there_is_removed_first(commands: list[list[str]], tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    virtual_environment.make(HERE, venv)
    assert not venv.exists()
    assert commands == [[sys.executable, "-I", "-m", "venv", str(venv)]]


def test_a_python_without_ensurepip_gets_it_first(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(system_packages, "ensure_venv_module", asked.append)
    virtual_environment.make(HERE._replace(can_make_venvs=False), tmp_path / ".venv")
    assert asked == [(3, 11)]
    assert len(commands) == 1


def test_a_venv_in_use_is_told(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(SetUpError, match="Close the program"):
        virtual_environment.make(HERE, tmp_path)
    assert commands == []


def test_a_failed_venv_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str]) -> None:
        raise CommandError(command, 1, "")

    monkeypatch.setattr(process, "run", fail)
    with pytest.raises(SetUpError, match="Cannot make"):
        virtual_environment.make(HERE, tmp_path / ".venv")


def test_a_reason_without_a_number_is_told(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise OSError("Cannot call rmtree on a symbolic link")

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(SetUpError, match="symbolic link"):
        virtual_environment.make(HERE, tmp_path)
    assert commands == []
