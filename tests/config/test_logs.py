from __future__ import annotations

import logging
from pathlib import Path

import pytest

from config import logs
from config.errors import ConfigError

log = logging.getLogger("test_logs")


@pytest.fixture(autouse=True)
def _root_restored():
    root = logging.getLogger()
    level = root.level
    yield
    logs.set_up(None, "info")
    for handler in root.handlers[:]:
        if getattr(handler, "is_ours", False):
            root.removeHandler(handler)
    root.setLevel(level)


def written(home: Path) -> str:
    return (home / "logs" / "terminal.log").read_text("utf-8")


def test_lines_go_to_the_file_and_errors_to_the_person_too(tmp_path, capsys):
    logs.set_up(tmp_path, "info")
    log.debug("one")
    log.info("two")
    log.error("three")
    text = written(tmp_path)
    assert "one" not in text
    assert "INFO    test_logs: two" in text and "ERROR   test_logs: three" in text
    assert capsys.readouterr().err == "ERROR three\n"


def test_what_the_person_was_told_goes_to_the_file_alone(tmp_path, capsys):
    logs.set_up(tmp_path, "info")
    log.error("known", extra={"is_told": True})
    assert "known" in written(tmp_path)
    assert capsys.readouterr().err == ""


def test_a_second_set_up_replaces_the_first(tmp_path, capsys):
    logs.set_up(tmp_path / "one", "info")
    logs.set_up(tmp_path / "two", "info")
    log.error("once")
    assert "once" not in written(tmp_path / "one")
    assert capsys.readouterr().err == "ERROR once\n"


def test_without_a_home_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    logs.set_up(None, "info")
    log.error("three")
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == "ERROR three\n"


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "home").write_text("", "utf-8")
    with pytest.raises(ConfigError, match=r"home can't be written.*--home DIR"):
        logs.set_up(tmp_path / "home", "info")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_once_and_stops_nobody(tmp_path, capsys):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "terminal.log").symlink_to("/dev/full")
    logs.set_up(tmp_path, "info")
    for _ in range(3):
        log.info("lost")
    logs.set_up(None, "info")
    (line,) = capsys.readouterr().err.splitlines()
    assert "can't be written" in line and "No space left" in line
