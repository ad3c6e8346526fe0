from pathlib import Path

from installer.layout import HERE, Layout


def test_paths_on_posix() -> None:
    layout = Layout(Path("/checkout"), windows=False)
    assert layout.python == Path("/checkout/.venv/bin/python")
    assert layout.executable(layout.tools / "uv", "uv") == Path("/checkout/.venv-tools/uv/bin/uv")


def test_paths_on_windows() -> None:
    layout = Layout(Path("/checkout"), windows=True)
    assert layout.python == Path("/checkout/.venv/Scripts/python.exe")


def test_here_is_the_checkout_of_these_tests() -> None:
    assert Path(__file__).resolve().parents[2] == HERE.root
