from pathlib import Path

import pytest

from installer import environment, stamp
from installer.layout import Layout
from tests.installer.checkout import a_ready_checkout, an_empty_checkout


@pytest.fixture
def ready(tmp_path: Path) -> Layout:
    return a_ready_checkout(tmp_path / "checkout")


def test_a_finished_venv_is_current(ready: Layout) -> None:
    assert stamp.is_current(ready, environment.RUN)
    assert stamp.is_current(ready, environment.TEST)


def test_no_venv_is_not_current(tmp_path: Path) -> None:
    assert not stamp.is_current(an_empty_checkout(tmp_path / "checkout"), environment.RUN)


def test_a_venv_without_a_stamp_is_half_made(ready: Layout) -> None:
    stamp.remove(ready)
    assert stamp.read(ready) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"venv": 1}', "\x00"])
def test_a_broken_stamp_is_none(ready: Layout, text: str) -> None:
    ready.stamp.write_text(text, encoding="utf-8")
    assert stamp.read(ready) is None


def test_a_changed_lock_is_noticed_but_keeps_the_venv(ready: Layout) -> None:
    ready.requirements("requirements.txt").write_text("changed", encoding="utf-8")
    assert not stamp.is_current(ready, environment.RUN)
    assert stamp.read(ready) is not None


def test_the_run_time_alone_does_not_satisfy_the_tests(ready: Layout) -> None:
    run = {name: stamp.digest(ready.requirements(name)) for name in environment.RUN}
    stamp.write(ready, run)
    assert stamp.is_current(ready, environment.RUN)
    assert not stamp.is_current(ready, environment.TEST)


def test_a_moved_checkout_needs_a_new_venv(ready: Layout) -> None:
    moved = Layout(ready.root.with_name("elsewhere"), windows=False)
    ready.root.rename(moved.root)
    assert moved.python.exists()
    assert stamp.read(moved) is None


def test_a_venv_whose_python_was_removed_is_half_made(ready: Layout) -> None:
    ready.python.unlink()
    ready.python.symlink_to("/nowhere/python3.11")
    assert stamp.read(ready) is None


def test_a_venv_of_another_python_is_half_made(
    ready: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "WANTED", (3, 12))
    assert stamp.read(ready) is None


@pytest.mark.parametrize("is_installed", [True, False])
def test_on_windows_the_python_below_the_venv_must_still_be_there(
    tmp_path: Path, is_installed: bool
) -> None:
    layout, home = Layout(tmp_path, windows=True), tmp_path / "Python311-32"
    for folder in (home, layout.python.parent):
        folder.mkdir(parents=True)
    layout.python.touch()
    (layout.venv / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.11.9\n", encoding="utf-8")
    if is_installed:
        (home / "python.exe").touch()
    stamp.write(layout, {})
    assert (stamp.read(layout) is not None) is is_installed
