from collections.abc import Sequence
from pathlib import Path

import pytest

from installer import pip, process, uv_python
from installer.console import SetUpError
from installer.layout import Layout
from installer.process import CommandError

REQUEST = "cpython-3.11-windows-x86-none"


class FakeUv:
    """A uv that answers at once; `works` tells whether it starts, `fails` whether downloads do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, works: bool = True) -> None:
        self.works, self.fails, self.finds = works, False, True
        self.installed: list[Path] = []
        self.environment: dict[str, str] = {}
        monkeypatch.setattr(process, "output", self._output)
        monkeypatch.setattr(process, "run", self._run)
        monkeypatch.setattr(pip, "install", self._install)
        monkeypatch.setattr(uv_python, "probe", lambda _: "this python")
        monkeypatch.setattr(uv_python, "make", lambda _python, _venv: None)

    def _output(
        self, command: Sequence[str], _environment: dict[str, str] | None = None
    ) -> str | None:
        if command[-1] == "--version":
            return "uv 1" if self.works else None
        return "/fetched/python\n" if self.finds else None

    def _run(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.environment = environment
        if self.fails:
            raise CommandError(command, 1, "")

    def _install(self, python: Path, _requirements: Sequence[Path]) -> None:
        self.installed.append(python)


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    return FakeUv(monkeypatch)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path, windows=False)


def test_the_fetched_python_is_returned(uv: FakeUv, layout: Layout) -> None:
    assert uv_python.download(layout, REQUEST) == ["/fetched/python"]
    assert uv.installed == []


def test_it_stays_in_the_checkout(uv: FakeUv, layout: Layout) -> None:
    uv_python.download(layout, REQUEST)
    assert Path(uv.environment["UV_PYTHON_INSTALL_DIR"]).is_relative_to(layout.root)
    assert uv.environment["UV_PYTHON_INSTALL_REGISTRY"] == "0"


def test_a_missing_or_broken_uv_is_installed(uv: FakeUv, layout: Layout) -> None:
    uv.works = False
    uv_python.download(layout, REQUEST)
    assert uv.installed == [layout.executable(layout.tools / "uv", "python")]


def test_a_failed_download_asks_for_the_network(uv: FakeUv, layout: Layout) -> None:
    uv.fails = True
    with pytest.raises(SetUpError, match="network connection"):
        uv_python.download(layout, REQUEST)


def test_a_python_that_vanished_is_told(uv: FakeUv, layout: Layout) -> None:
    uv.finds = False
    with pytest.raises(SetUpError, match="does not find it"):
        uv_python.download(layout, REQUEST)
