from pathlib import Path

import pytest

from installer import pip, process
from installer.console import SetUpError
from installer.process import CommandError


@pytest.mark.parametrize(
    ("tail", "advice"),
    [
        ("NewConnectionError('Failed to establish a new connection')", "network connection"),
        ("ERROR: Could not find a version (from versions: none)", "network connection"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not install: [WinError 5] Access is denied", "Close the program"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "refused"),
        ("something new", "lines above"),
    ],
)
def test_a_failed_pip_is_explained(tail: str, advice: str) -> None:
    assert advice in pip.reason(tail)


def test_the_explanation_reaches_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], _environment: dict[str, str]) -> None:
        raise CommandError(command, 1, "ProxyError")

    monkeypatch.setattr(process, "run", fail)
    with pytest.raises(SetUpError, match="proxy"):
        pip.install(Path("python"), [])


def test_only_hashed_wheels_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(process, "run", lambda command, _: commands.append(command))
    pip.install(Path("python"), [Path("a.txt"), Path("b.txt")])
    (command,) = commands
    assert {"-I", "--require-hashes", "--no-deps", ":all:"} < set(command)
    assert command[-4:] == ["--requirement", "a.txt", "--requirement", "b.txt"]
