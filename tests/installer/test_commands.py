"""The two commands as a user starts them, in a checkout whose venv is ready."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from installer.layout import HERE, Layout
from tests.installer.checkout import a_ready_checkout

ECHO = "import sys\nprint('out', sys.argv[1:])\nprint('err', file=sys.stderr)\nsys.exit(3)\n"
WAITING = """
import sys
try:
    print("ready", flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    print("stopped cleanly", flush=True)
    sys.exit(130)
"""


def command(layout: Layout, script: str, *arguments: str) -> list[str]:
    return [sys.executable, str(layout.root / "installer" / script), *arguments]


def test_run_passes_arguments_streams_and_exit_code_through(tmp_path: Path) -> None:
    layout = a_ready_checkout(tmp_path / "a checkout", ECHO)
    done = subprocess.run(
        command(layout, "run.py", "doctor", "--json", "두 낱말"),
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert done.stdout == "out ['doctor', '--json', '두 낱말']\n"
    assert done.stderr == "err\n"
    assert done.returncode == 3


def test_run_keeps_the_folder_of_the_user(tmp_path: Path) -> None:
    layout = a_ready_checkout(tmp_path / "checkout", "import os\nprint(os.getcwd())\n")
    run = command(layout, "run.py", "backtest")
    assert subprocess.check_output(run, cwd=tmp_path, text=True).strip() == str(tmp_path)


def test_ctrl_c_reaches_the_program_and_its_130_comes_back(tmp_path: Path) -> None:
    layout = a_ready_checkout(tmp_path / "checkout", WAITING)
    running = subprocess.Popen(
        command(layout, "run.py", "headless"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert (out, running.returncode) == ("stopped cleanly\n", 130)


def test_run_without_a_display_ends_with_wrong_usage(tmp_path: Path) -> None:
    layout = a_ready_checkout(tmp_path / "checkout", ECHO)
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {name: value for name, value in os.environ.items() if name not in displays}
    done = subprocess.run(
        command(layout, "run.py"), capture_output=True, text=True, env=bare, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "run.py headless --mode demo" in done.stderr


def test_test_runs_pytest_offscreen_in_the_checkout(tmp_path: Path) -> None:
    layout = a_ready_checkout(tmp_path / "checkout")
    text = "import os\ndef test_it():\n assert os.environ['QT_QPA_PLATFORM'] == 'offscreen'\n"
    (layout.root / "test_one.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command(layout, "test.py", "-p", "no:cacheprovider", "test_one.py"),
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert "1 passed" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(
    "path", sorted((HERE.root / "installer").glob("*.py")), ids=lambda p: p.name
)
def test_any_python_from_3_8_reads_the_installer(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
