from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.errors import ConfigError
from config.store import load
from core.clock import SimClock
from core.doctor import DoctorContext, Finding, Level, Machine, folders, run_doctor, worst
from core.instance import acquire
from core.journal import SqlJournal
from core.sessions import calendar

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
ROOT = Path(__file__).resolve().parents[2]
LINUX, WINDOWS = Machine("linux", (3, 11), 64, "Debian 12"), Machine("win32", (3, 11), 32, "W")


@pytest.fixture(autouse=True)
def two_sessions(monkeypatch):
    """The calendar knows two sessions."""
    hours = (time(9), time(15, 30))
    days = (NOW.date(), NOW.date() + timedelta(days=1))
    table = dict.fromkeys(days, hours)
    monkeypatch.setattr(calendar, "library_table", lambda _name, _cache: table)


@pytest.fixture
def context(tmp_path):
    """A healthy machine."""
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"pydantic=={version('pydantic')} \\\n    --hash=sha256:00\n", "utf-8")
    return DoctorContext(
        clock=SimClock(NOW),
        home=tmp_path / "home",
        configuration=load(tmp_path / "config.json", {}),
        journal=tmp_path / "home" / "journal.sqlite",
        requirements=lock,
        environment={"DISPLAY": ":0"},
        machine=LINUX,
        keyring=lambda: None,
        version="1.0",
    )


def examine(context: DoctorContext, name: str) -> Finding:
    return next(finding for finding in run_doctor(context) if finding.check == name)


def test_every_check_answers_in_both_languages_and_in_json(context):
    findings = run_doctor(context)
    assert {finding.check for finding in findings} == {
        *("python", "packages", "kiwoom_control", "display", "fonts"),
        *("configuration", "keyring", "clock", "calendar"),
        *("home", "disk", "journal", "instance", "last_session", "journal_chain"),
        *("dangers", "ai", "alerts", "program"),
    }
    for finding in json.loads(json.dumps([finding.as_json() for finding in findings])):
        assert finding["what"]["ko"] and finding["what"]["en"]
        if finding["level"] != "ok":
            assert finding["advice"]["ko"] and finding["advice"]["en"]


def test_a_healthy_machine_fails_nothing_and_nothing_is_changed(context):
    assert worst(run_doctor(context)) is not Level.FAIL
    assert not context.home.exists()


def test_a_check_that_breaks_is_reported_and_the_others_go_on(context, monkeypatch):
    def breaks(_path):
        raise RuntimeError("no such disk")

    monkeypatch.setattr(shutil, "disk_usage", breaks)
    findings = {finding.check: finding for finding in run_doctor(context)}
    assert findings["disk"].level is Level.FAIL
    assert "no such disk" in findings["disk"].what.en
    assert findings["python"].level is Level.OK


def test_a_finding_reads_as_one_line(context):
    line = examine(replace(context, environment={}), "display").line("ko")
    assert line == "[warn] display: 화면이 없어 창을 열 수 없습니다 → headless 명령을 쓰세요"


# --- machine


@pytest.mark.parametrize(
    ("machine", "level", "advice"),
    [
        (LINUX, Level.OK, ""),
        (WINDOWS, Level.OK, ""),
        (replace(WINDOWS, bits=64), Level.WARN, "32-bit"),
        (replace(LINUX, python=(3, 12)), Level.FAIL, "installer/run.py"),
    ],
)
def test_python_must_be_311_and_32_bit_for_kiwoom(context, machine, level, advice):
    finding = examine(replace(context, machine=machine), "python")
    assert finding.level is level
    assert advice in finding.advice.en


def test_packages_of_the_real_lock_are_installed_as_locked(context):
    lock = ROOT / "installer" / "requirements.txt"
    assert examine(replace(context, requirements=lock), "packages").level is Level.OK


@pytest.mark.parametrize(
    ("line", "level", "said"),
    [
        ("pydantic==1.0", Level.WARN, f"pydantic {version('pydantic')} (1.0)"),
        ("no-such-package==1.0", Level.WARN, "no-such-package is missing (1.0)"),
        ("no-such-package==1.0 ; sys_platform == 'win32'", Level.OK, ""),
    ],
)
def test_packages_are_compared_with_the_lock(context, line, level, said):
    context.requirements.write_text(f"{line} \\\n    --hash=sha256:00\n", "utf-8")
    finding = examine(context, "packages")
    assert finding.level is level
    assert said in finding.what.en


def test_without_a_lock_file_that_is_said(context, tmp_path):
    finding = examine(replace(context, requirements=tmp_path / "none.txt"), "packages")
    assert finding.level is Level.WARN


def test_the_control_is_missed_on_windows_alone(context):
    assert "not on this system" in examine(context, "kiwoom_control").what.en
    finding = examine(replace(context, machine=WINDOWS), "kiwoom_control")
    assert (finding.level, "install the OpenAPI+" in finding.advice.en) == (Level.WARN, True)


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_each_kind_of_display_will_do(context, name):
    assert examine(replace(context, environment={name: "x"}), "display").level is Level.OK


@pytest.mark.parametrize(("output", "level"), [("/a.ttf:\n/b.ttf:\n", Level.OK), ("", Level.WARN)])
def test_korean_needs_a_font(context, monkeypatch, output, level):
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/fc-list")
    answer = subprocess.CompletedProcess([], 0, output, "")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: answer)
    assert examine(context, "fonts").level is level


# --- configuration


def test_a_broken_configuration_fails_and_the_other_checks_use_the_defaults(context):
    broken = replace(context, configuration=ConfigError("config.json: broken JSON at line 3"))
    finding = examine(broken, "configuration")
    assert finding.level is Level.FAIL
    assert "line 3" in finding.what.en
    assert examine(broken, "calendar").level is Level.OK


def test_an_old_configuration_is_noted(context, tmp_path):
    (tmp_path / "config.json").write_text('{"timezone": "Asia/Seoul"}', "utf-8")
    finding = examine(
        replace(context, configuration=load(tmp_path / "config.json", {})), "configuration"
    )
    assert finding.level is Level.WARN
    assert "is read as market.timezone" in finding.what.en


def test_a_keyring_is_named_and_its_absence_is_said(context):
    assert examine(context, "keyring").level is Level.WARN
    assert examine(replace(context, keyring=Machine), "keyring").level is Level.OK


# --- time


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (NOW, Level.OK),
        (datetime(2015, 1, 1, 9, tzinfo=SEOUL), Level.FAIL),
        (NOW.astimezone(UTC), Level.FAIL),
    ],
)
def test_a_clock_must_be_plausible(context, now, level):
    assert examine(replace(context, clock=SimClock(now)), "clock").level is level


def test_a_clock_behind_the_files_of_the_last_run_is_found(context):
    context.home.mkdir()
    written = context.home / "journal.sqlite"
    written.write_text("", "utf-8")
    later = (NOW + timedelta(hours=1)).timestamp()
    os.utime(written, (later, later))
    finding = examine(context, "clock")
    assert (finding.level, "behind" in finding.what.en) == (Level.FAIL, True)


def test_a_time_zone_that_is_not_the_exchanges_is_said(context, tmp_path):
    configuration = load(tmp_path / "config.json", {}, ["market.timezone=America/New_York"])
    clock = SimClock(NOW.astimezone(ZoneInfo("America/New_York")))
    finding = examine(replace(context, configuration=configuration, clock=clock), "clock")
    assert (finding.level, "Asia/Seoul" in finding.advice.en) == (Level.WARN, True)


def test_today_and_the_next_session_are_told(context):
    finding = examine(context, "calendar")
    assert finding.level is Level.OK
    assert finding.what.en == "today 09:00-15:30, next session 2026-11-24 09:00-15:30"


def test_a_day_the_calendar_does_not_reach_fails(context):
    late = replace(context, clock=SimClock(NOW + timedelta(days=2)))
    assert examine(late, "calendar").level is Level.FAIL


def test_sessions_nobody_compared_with_the_exchange_are_warned_of(context):
    context.home.mkdir()
    (context.home / "sessions.json").write_text(
        '{"XKRX": {"checked_until": "2026-11-23"}}', "utf-8"
    )
    finding = examine(context, "calendar")
    assert finding.level is Level.WARN
    assert str(context.home / "sessions.json") in finding.advice.en


def test_a_broken_sessions_file_fails_with_its_name(context):
    context.home.mkdir()
    (context.home / "sessions.json").write_text("{", "utf-8")
    finding = examine(context, "calendar")
    assert (finding.level, "sessions.json" in finding.what.en) == (Level.FAIL, True)


# --- home


def test_a_home_that_cannot_be_written_fails(context, monkeypatch):
    def refuse(**_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.tempfile, "TemporaryFile", refuse)
    finding = examine(context, "home")
    assert (finding.level, "Permission denied" in finding.what.en) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("megabytes", "level"),
    [(100, Level.FAIL), (199, Level.FAIL), (200, Level.WARN), (999, Level.WARN), (1000, Level.OK)],
)
def test_disk_space_has_limits(context, monkeypatch, megabytes, level):
    usage = namedtuple("usage", "total used free")(0, 0, megabytes * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert examine(context, "disk").level is level


def test_a_journal_is_made_at_first_start(context):
    assert "made at first start" in examine(context, "journal").what.en


def test_a_journal_that_can_be_read_and_written_is_well(context):
    context.home.mkdir()
    SqlJournal(context.journal).close()
    finding = examine(context, "journal")
    assert (finding.level, "0 runs recorded" in finding.what.en) == (Level.OK, True)


def test_a_journal_that_is_none_fails(context):
    context.home.mkdir()
    Path(context.journal).write_bytes(b"not a database at all" * 100)
    finding = examine(context, "journal")
    assert (finding.level, str(context.journal) in finding.what.en) == (Level.FAIL, True)


def test_a_url_that_is_no_database_fails_without_its_password(context):
    finding = examine(replace(context, journal="nodb://me:hunter2@host/x"), "journal")
    assert finding.level is Level.FAIL
    assert "hunter2" not in finding.line("en")


def test_a_running_terminal_is_named(context):
    with acquire(context.home, NOW, "gui"):
        finding = examine(context, "instance")
    assert (finding.level, f"process {os.getpid()} (gui" in finding.what.en) == (Level.WARN, True)
    assert examine(context, "instance").level is Level.OK


def test_a_run_that_did_not_end_properly_is_named(context):
    lock = acquire(context.home, NOW, "gui")
    record = (context.home / "instance.json").read_text("utf-8")
    lock.release()
    (context.home / "instance.json").write_text(record, "utf-8")
    finding = examine(context, "instance")
    assert (finding.level, "did not end properly" in finding.what.en) == (Level.WARN, True)
