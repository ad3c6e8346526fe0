from __future__ import annotations

import logging
from pathlib import Path
from time import localtime, strftime

import pytest

from config import logs, masking
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


NOW_S = logging.makeLogRecord({}).created
"""Records carry the real time; tests look at days round it."""
DAY_S = 86_400


def files(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "logs").iterdir())


def written(home: Path) -> str:
    return "".join(path.read_text("utf-8") for path in (home / "logs").iterdir())


def a_record(text: str, created: float) -> logging.LogRecord:
    record = logging.LogRecord("test_logs", logging.INFO, "", 0, text, (), None)
    record.created = created
    return record


def test_lines_go_to_the_file_and_errors_to_the_person_too(tmp_path, capsys):
    logs.set_up(tmp_path, "info", 30, NOW_S)
    log.debug("one")
    log.info("two")
    log.error("three")
    text = written(tmp_path)
    assert "one" not in text
    assert "INFO    test_logs: two" in text and "ERROR   test_logs: three" in text
    assert capsys.readouterr().err == "ERROR three\n"


def test_what_the_person_was_told_goes_to_the_file_alone(tmp_path, capsys):
    logs.set_up(tmp_path, "info", 30, NOW_S)
    log.error("known", extra={"is_told": True})
    assert "known" in written(tmp_path)
    assert capsys.readouterr().err == ""


def test_a_second_set_up_replaces_the_first(tmp_path, capsys):
    logs.set_up(tmp_path / "one", "info", 30, NOW_S)
    logs.set_up(tmp_path / "two", "info", 30, NOW_S)
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
        logs.set_up(tmp_path / "home", "info", 30, NOW_S)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_once_and_stops_nobody(tmp_path, capsys):
    (tmp_path / "logs").mkdir()
    day = strftime("%Y-%m-%d", localtime(NOW_S))
    (tmp_path / "logs" / f"terminal-{day}.log").symlink_to("/dev/full")
    logs.set_up(tmp_path, "info", 30, NOW_S)
    for _ in range(3):
        log.info("lost")
    logs.set_up(None, "info")
    (line,) = capsys.readouterr().err.splitlines()
    assert "can't be written" in line and "No space left" in line


@pytest.fixture
def root(tmp_path):
    logs.set_up(tmp_path, "debug", 3, NOW_S)
    return logging.getLogger()


def test_each_day_has_a_file_and_old_ones_go(tmp_path, root):
    for days in range(6):
        root.handle(a_record(f"day {days}", NOW_S + days * DAY_S))
    found = files(tmp_path)
    assert len(found) == 4  # the day and three before
    assert all(name.startswith("terminal-2") and name.endswith(".log") for name in found)
    assert "day 1" not in written(tmp_path) and "day 5" in written(tmp_path)


def test_a_full_file_goes_on_in_another_one(tmp_path, root, monkeypatch):
    monkeypatch.setattr(logs, "_FILE_BYTES", 100)
    for number in range(3):
        log.info("%s %s", number, "x" * 100)
    first, second, third = sorted(files(tmp_path), key=len)[:1] + files(tmp_path)[:2]
    assert second == first.replace(".log", ".1.log") and third == first.replace(".log", ".2.log")
    logs.set_up(tmp_path, "info", 3, NOW_S)
    log.info("after a restart")
    assert "after a restart" in (tmp_path / "logs" / first.replace(".log", ".3.log")).read_text()
    assert logs.newest_file(tmp_path).name.endswith(".3.log")


def test_of_too_much_the_oldest_goes_first(tmp_path, root, monkeypatch):
    monkeypatch.setattr(logs, "_ALL_BYTES", 250)
    for days in range(3):
        root.handle(a_record("x" * 100, NOW_S + days * DAY_S))
    root.handle(a_record("y", NOW_S + 3 * DAY_S))
    assert written(tmp_path).count("x" * 100) < 3


def test_other_files_of_the_folder_are_left_alone(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "terminal-notes.log").write_text("mine", "utf-8")
    logs.set_up(tmp_path, "info", 1, NOW_S)
    assert "terminal-notes.log" in files(tmp_path)
    assert logs.newest_file(tmp_path).name != "terminal-notes.log"


def test_level_and_days_change_at_run_time(tmp_path, root):
    logs.use("warning", 9)
    log.info("quiet")
    log.warning("loud")
    assert "quiet" not in written(tmp_path) and "loud" in written(tmp_path)
    (handler,) = (each for each in root.handlers if isinstance(each, logs.DayFile))
    assert handler.keep_days == 9


def test_no_secret_reaches_the_file_nor_the_terminal(tmp_path, capsys):
    logs.set_up(tmp_path, "debug", 30, NOW_S)
    masking.hide("hunter2-hunter2")
    try:
        raise ValueError("account 8012345611 at https://me:pw123456@host/x?key=abcdef")
    except ValueError:
        log.exception("token=abc123 hunter2-hunter2")
    for text in (written(tmp_path), capsys.readouterr().err):
        assert "***" in text
        for secret in ("8012345611", "pw123456", "abcdef", "abc123", "hunter2"):
            assert secret not in text
    assert "80******11" in written(tmp_path)
