"""Getting in, falling out, and getting in again."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from broker.kiwoom.login import Identity, Login, State, masked
from broker.kiwoom.notes import Notes
from broker.kiwoom.options import KiwoomOptions
from broker.kiwoom.watch import Alarms
from core.domain.messages import Severity
from tests.broker.kiwoom.fake_control import ACCOUNT, SEOUL, FakeControl


@dataclass
class Hall:
    """A login with its control, and what it told."""

    server_name: str = ""
    options: KiwoomOptions = field(default_factory=KiwoomOptions)
    now: datetime | None = None
    entered: list[Identity] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    notes: list = field(default_factory=list)

    def __post_init__(self):
        self.control, self.alarms = FakeControl(), Alarms()
        self.clock = self.control.clock
        if self.now is not None:
            self.clock._now = self.now
        self.login = Login(
            self.control,
            self.clock,
            self.alarms,
            Notes(self.notes.append, self.clock),
            self.options,
            self.server_name,
            self.entered.append,
            lambda why: self.lost.append(why.en),
        )
        self.control.OnEventConnect.connect(self.login.on_event)

    def pass_time(self, seconds):
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.alarms.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.alarms.on_time(due)
        self.clock.move_to(until)


@pytest.fixture
def hall():
    return Hall()


def test_a_login_says_who_is_in_and_where(hall):
    hall.login.connect()
    assert hall.login.state is State.CONNECTING
    hall.control.log_in()
    assert hall.login.state is State.CONNECTED
    assert hall.entered == [Identity("mock", ACCOUNT)]


@pytest.mark.parametrize("answer", ["", "0", "2"])
def test_whatever_is_not_the_mock_server_is_the_real_one(hall, answer):
    hall.control.results["GetLoginInfo"] = lambda tag: f"{ACCOUNT};" if tag == "ACCNO" else answer
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered == [Identity("real", ACCOUNT)]


def test_an_emulated_server_is_called_so():
    hall = Hall(server_name="emulated")
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered == [Identity("emulated", ACCOUNT)]


def test_the_account_is_the_one_of_the_setting():
    hall = Hall(options=KiwoomOptions(kiwoom_account="5622"))
    accounts = {"ACCNO": f"{ACCOUNT};7012345622;", "GetServerGubun": "1"}
    hall.control.results["GetLoginInfo"] = lambda tag: accounts.get(tag, "0")
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered == [Identity("mock", "7012345622")]


def test_an_account_that_is_not_there_stops_with_the_others_masked():
    hall = Hall(options=KiwoomOptions(kiwoom_account="9999"))
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered == []
    assert "80******11" in hall.lost[0]
    assert ACCOUNT not in str(hall.notes)
    assert hall.login.state is State.DISCONNECTED


@pytest.mark.parametrize(
    ("accounts", "wanted", "words"),
    [
        ("8012345611;8099945611;", "5611", "more than one account ends in 5611"),
        ("8012345631;", "5631", "is for futures and options"),
    ],
)
def test_an_account_that_is_not_clear_or_not_for_stocks_is_not_used(accounts, wanted, words):
    hall = Hall(options=KiwoomOptions(kiwoom_account=wanted))
    hall.control.results["GetLoginInfo"] = lambda tag: accounts if tag == "ACCNO" else "0"
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered == []
    assert words in hall.lost[0]
    assert hall.login.state is State.DISCONNECTED


def test_more_digits_tell_accounts_apart_that_end_alike():
    hall = Hall(options=KiwoomOptions(kiwoom_account="945611"))
    accounts = "8012345611;8099945611;"
    hall.control.results["GetLoginInfo"] = lambda tag: accounts if tag == "ACCNO" else "0"
    hall.login.connect()
    hall.control.log_in()
    assert hall.entered[0].account == "8099945611"


def test_connecting_twice_opens_one_window(hall):
    hall.login.connect()
    hall.login.connect()
    assert hall.control.count("CommConnect") == 1


def test_a_login_that_does_not_answer_is_tried_again_after_its_time_out(hall):
    hall.login.connect()
    hall.pass_time(180)
    assert hall.login.state is State.WAITING
    assert "no login within 180 s" in hall.lost[0]
    hall.pass_time(60)
    assert hall.control.count("CommConnect") == 2


def test_tries_grow_rarer(hall):
    hall.login.connect()
    tried = []
    for _ in range(8):
        hall.control.log_in(-101)
        tried.append(hall.alarms.next_time() - hall.clock.now())
        hall.pass_time(tried[-1].total_seconds())
    assert [wait.total_seconds() for wait in tried] == [5, 10, 20, 40, 60, 120, 300, 300]


def test_a_closed_login_window_is_not_put_up_again_at_once(hall):
    hall.login.connect()
    hall.control.log_in(-100)
    assert "window was closed" in hall.lost[0]
    hall.pass_time(59)
    assert hall.control.count("CommConnect") == 1
    hall.pass_time(1)
    assert hall.control.count("CommConnect") == 2


@pytest.mark.parametrize(("code", "words"), [(-102, "update"), (-107, "-107"), (-108, "-108")])
def test_what_only_a_person_can_mend_is_not_retried(hall, code, words):
    hall.login.connect()
    hall.control.log_in(code)
    hall.pass_time(24 * 3600)
    assert hall.control.count("CommConnect") == 1
    assert hall.notes[0].severity is Severity.ERROR
    assert words in hall.notes[0].text.en


def test_a_lost_line_is_told_and_taken_up_again(hall):
    hall.login.connect()
    hall.control.log_in()
    hall.control.log_in(-106)
    assert "-106" in hall.lost[0]
    hall.pass_time(5)
    hall.control.log_in()
    assert len(hall.entered) == 2


def test_a_line_that_is_lost_twice_is_lost_once(hall):
    hall.login.connect()
    hall.control.log_in()
    hall.control.log_in(-106)
    hall.control.log_in(-106)
    assert len(hall.lost) == 1
    assert hall.alarms.next_time() - hall.clock.now() == timedelta(seconds=5)


def test_a_line_that_breaks_after_each_login_is_taken_up_ever_more_rarely(hall):
    """As where the same ID is logged in elsewhere: both would throw each other out for ever."""
    hall.login.connect()
    waits = []
    for _ in range(4):
        hall.control.log_in()
        hall.pass_time(3)
        hall.control.log_in(-106)
        waits.append((hall.alarms.next_time() - hall.clock.now()).total_seconds())
        hall.pass_time(waits[-1])
    assert waits == [5, 10, 20, 40]
    hall.control.log_in()
    hall.pass_time(60)
    hall.control.log_in(-106)
    assert (hall.alarms.next_time() - hall.clock.now()).total_seconds() == 5


def test_a_line_that_does_not_come_back_is_a_matter_for_a_person(hall):
    hall.login.connect()
    hall.control.log_in()
    hall.control.log_in(-106)
    for _ in range(8):
        hall.pass_time(300)
        hall.control.log_in(-101)
    errors = [note for note in hall.notes if note.severity is Severity.ERROR]
    assert len(errors) == 1
    assert "restarted" in errors[0].text.en


def test_a_line_lost_without_a_word_is_noticed(hall):
    hall.login.connect()
    hall.control.log_in()
    hall.login.watch_line()
    assert hall.login.state is State.CONNECTED
    hall.control.results["GetConnectState"] = 0
    hall.login.watch_line()
    assert hall.login.state is State.WAITING


def at(hour, minute):
    return datetime(2026, 11, 20, hour, minute, tzinfo=SEOUL)


def test_the_nightly_restart_is_sat_out_and_logged_in_again_after_it():
    hall = Hall(now=at(4, 50))
    hall.login.connect()
    hall.control.log_in()
    hall.pass_time(10 * 60)
    assert "nightly restart" in hall.lost[0]
    assert hall.login.state is State.WAITING
    hall.pass_time(9 * 60 + 59)
    assert hall.control.count("CommConnect") == 1
    hall.pass_time(1)
    assert hall.clock.now() == at(5, 10)
    assert hall.control.count("CommConnect") == 2


def test_the_restart_of_the_next_night_is_not_missed():
    hall = Hall(now=at(12, 0))
    hall.login.connect()
    hall.control.log_in()
    hall.pass_time(17 * 3600 + 60)
    assert "nightly restart" in hall.lost[0]


def test_a_restart_that_was_slept_through_is_made_up_for():
    hall = Hall(now=at(4, 50))
    hall.login.connect()
    hall.control.log_in()
    hall.clock.move_to(at(7, 0))
    hall.alarms.on_time(at(7, 0))
    assert "nightly restart" in hall.lost[0]
    assert hall.control.count("CommConnect") == 2
    hall.control.log_in()
    hall.pass_time(22 * 3600)
    assert hall.control.count("CommConnect") == 2
    assert hall.login.state is State.WAITING


def test_a_failed_call_is_a_failed_login(hall):
    hall.control.results["CommConnect"] = None
    hall.login.connect()
    assert "does not answer" in hall.lost[0]


def test_a_short_account_shows_nothing():
    assert masked("1234") == "****"


def test_what_people_heard_of_a_lost_line_is_not_told_again(hall):
    hall.login._lost = lambda why: hall.lost.append(why.en) or True
    hall.login.connect()
    hall.control.log_in()
    hall.control.log_in(-106)
    assert len(hall.lost) == 1
    assert hall.notes == []


def test_who_cannot_begin_after_a_login_tries_again_without_another(hall):
    def fail_twice(identity):
        hall.entered.append(identity)
        if len(hall.entered) < 3:
            raise ValueError("broken master file")

    hall.login._entered = fail_twice
    hall.login.connect()
    with logged_errors() as errors:
        hall.control.log_in()
        assert hall.login.state is State.WAITING
        assert "broken master file" in hall.lost[0]
        assert "broken master file" in hall.notes[0].text.ko
        hall.pass_time(5)
        assert hall.login.state is State.WAITING
        hall.pass_time(10)
    assert len(errors) == 2
    assert hall.login.state is State.CONNECTED
    assert hall.control.count("CommConnect") == 1


def test_a_line_lost_while_waiting_to_begin_is_got_anew(hall):
    def fail(identity):
        raise ValueError("broken")

    hall.login._entered = fail
    hall.login.connect()
    with logged_errors():
        hall.control.log_in()
    hall.control.results["GetConnectState"] = 0
    hall.pass_time(5)
    assert hall.control.count("CommConnect") == 2


@contextmanager
def logged_errors():
    """Keep what is logged, as an unexpected line would fail the test."""
    found = []
    logger = logging.getLogger("broker.kiwoom.login")
    logger.addFilter(lambda record: bool(found.append(record)))
    yield found
    logger.filters.clear()
