from collections.abc import Sequence
from pathlib import Path

import pytest

from installer import environment, pip, python_finder, stamp, system_packages, virtual_environment
from installer.layout import Layout
from installer.python_finder import Python
from tests.installer.checkout import a_ready_checkout, an_empty_checkout


class FakeMachine:
    """Makes empty venvs and installs nothing; keeps what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[Path] = []
        self.installed: list[str] = []
        self.stamp_seen: list[bool] = []
        self.interrupted = False
        monkeypatch.setattr(system_packages, "missing", list)
        monkeypatch.setattr(virtual_environment, "make", self._make)
        monkeypatch.setattr(pip, "install", self._install)
        python = Python("python", (3, 11), 64, True, True)
        monkeypatch.setattr(python_finder, "find", lambda *_: python)

    def _make(self, _python: Python, venv: Path) -> None:
        self.made.append(venv)
        python = Layout(venv.parent, windows=False).python
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    def _install(self, python: Path, requirements: Sequence[Path]) -> None:
        self.installed += [path.name for path in requirements]
        self.stamp_seen.append((python.parents[1] / "set-up.json").exists())
        if self.interrupted:
            raise KeyboardInterrupt


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    return FakeMachine(monkeypatch)


def test_a_fresh_checkout_gets_a_venv_with_the_build_tools_first(
    machine: FakeMachine, tmp_path: Path
) -> None:
    layout = an_empty_checkout(tmp_path / "checkout")
    environment.ensure(layout, environment.RUN)
    assert machine.made == [layout.venv]
    assert machine.installed == ["requirements-build.txt", "requirements.txt"]
    assert stamp.is_current(layout, environment.RUN)


def test_a_second_start_does_nothing(machine: FakeMachine, tmp_path: Path) -> None:
    layout = an_empty_checkout(tmp_path / "checkout")
    environment.ensure(layout, environment.TEST)
    machine.installed.clear()
    environment.ensure(layout, environment.TEST)
    environment.ensure(layout, environment.RUN)
    assert machine.installed == []
    assert len(machine.made) == 1


def test_the_tests_add_to_the_venv_of_the_program(machine: FakeMachine, tmp_path: Path) -> None:
    layout = an_empty_checkout(tmp_path / "checkout")
    environment.ensure(layout, environment.RUN)
    environment.ensure(layout, environment.TEST)
    assert len(machine.made) == 1
    assert machine.installed.count("requirements.txt") == 1
    assert machine.installed[-2:] == ["requirements-dev.txt", "requirements-nodeps.txt"]


def test_a_changed_lock_is_installed_into_the_same_venv(
    machine: FakeMachine, tmp_path: Path
) -> None:
    layout = a_ready_checkout(tmp_path / "checkout")
    layout.requirements("requirements.txt").write_text("changed", encoding="utf-8")
    environment.ensure(layout, environment.RUN)
    assert machine.made == []
    assert machine.installed == ["requirements-build.txt", "requirements.txt"]


def test_an_interrupted_set_up_starts_from_nothing(machine: FakeMachine, tmp_path: Path) -> None:
    layout = an_empty_checkout(tmp_path / "checkout")
    machine.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        environment.ensure(layout, environment.RUN)
    machine.interrupted = False
    environment.ensure(layout, environment.RUN)
    assert len(machine.made) == 2
    assert stamp.is_current(layout, environment.RUN)


def test_while_packages_change_the_venv_counts_as_half_made(
    machine: FakeMachine, tmp_path: Path
) -> None:
    layout = a_ready_checkout(tmp_path / "checkout")
    layout.requirements("requirements.txt").write_text("changed", encoding="utf-8")
    environment.ensure(layout, environment.RUN)
    assert machine.stamp_seen == [False, False]


def test_missing_libraries_are_installed_though_the_venv_is_ready(
    machine: FakeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(system_packages, "missing", lambda: ["libgl1"])
    monkeypatch.setattr(system_packages, "ensure", lambda: asked.append("libraries"))
    environment.ensure(a_ready_checkout(tmp_path / "checkout"), environment.RUN)
    assert asked == ["libraries"]
    assert machine.installed == []
