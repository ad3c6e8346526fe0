import sys

import pytest

from installer import process
from installer.process import CommandError


def test_lines_of_a_command_go_to_stderr_only(capfd: pytest.CaptureFixture[str]) -> None:
    process.run([sys.executable, "-c", "print('to stdout')"])
    assert capfd.readouterr() == ("", "  to stdout\n")


def test_a_failed_command_tells_its_last_lines() -> None:
    with pytest.raises(CommandError, match="exit code 5") as caught:
        process.run([sys.executable, "-c", "print('why'); raise SystemExit(5)"])
    assert "why" in caught.value.tail


def test_a_command_that_does_not_exist_fails() -> None:
    with pytest.raises(CommandError, match="exit code 127"):
        process.run(["no-such-command"])


def test_the_added_environment_reaches_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    process.run([sys.executable, "-c", "import os; print(os.environ['ADDED'])"], {"ADDED": "yes"})
    assert "yes" in capfd.readouterr().err


def test_output_of_a_failed_command_is_none() -> None:
    assert process.output([sys.executable, "-c", "raise SystemExit(1)"]) is None
