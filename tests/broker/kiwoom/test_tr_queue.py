"""Requests: order, pages, time-outs, refusals, and limits that hold whatever happens."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.notes import Notes
from broker.kiwoom.tr_queue import (
    CAREFUL,
    QUICK,
    Priority,
    TrQueue,
    TrRequest,
    time_for_charts,
)
from broker.kiwoom.watch import Alarms
from core.domain.messages import Noted
from tests.broker.kiwoom.fake_control import FRIDAY_NOON, FakeControl, minutes

TIMEOUT_S = 10


class Desk:
    """A queue with its control and its clock, and what came of each request."""

    def __init__(self):
        self.control, self.alarms, self.posted = FakeControl(), Alarms(), []
        self.clock = self.control.clock
        notes = Notes(self.posted.append, self.clock)
        self.queue = TrQueue(self.control, self.clock, self.alarms, notes, "quick", TIMEOUT_S)
        self.control.OnReceiveTrData.connect(self._on_answer)
        self.pages, self.ended = [], []
        self.queue.open()

    def _on_answer(self, screen, name, tr, record, prev_next, *_):
        self.queue.on_answer(name, prev_next)

    def ask(self, code="005930", tr="opt10080", priority=Priority.HISTORY, **options):
        def on_page(reply, page):
            self.pages.append((code, page, len(reply.rows)))
            return True

        def on_end(error):
            self.ended.append((code, error))

        inputs = {"종목코드": code}
        self.queue.ask(TrRequest(tr, inputs, on_page, on_end, priority, **options))

    def pass_time(self, seconds):
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.alarms.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.alarms.on_time(due)
        self.clock.move_to(until)

    @property
    def sent(self):
        return [(asked.inputs.get("종목코드"), asked.prev_next) for asked in self.control.asked]


@pytest.fixture
def desk():
    return Desk()


def answer(desk, number=-1, **options):
    desk.control.reply(desk.control.asked[number], minutes(2, FRIDAY_NOON), **options)


def test_a_page_is_asked_for_with_all_inputs_again_and_the_same_name_and_screen(desk):
    desk.ask()
    answer(desk, has_more=True)
    first, second = desk.control.asked
    assert (first.prev_next, second.prev_next) == (0, 2)
    assert second.inputs == first.inputs
    assert second.inputs["수정주가구분"] == "1"
    assert (second.name, second.screen) == (first.name, first.screen)


def test_the_last_page_ends_it_and_stops_the_real_time_data_it_brought(desk):
    desk.ask()
    screen = desk.control.asked[0].screen
    answer(desk)
    assert desk.pages == [("005930", 0, 2)]
    assert desk.ended == [("005930", None)]
    assert desk.control.last("DisconnectRealData") == (screen,)


def test_an_account_overtakes_charts_that_wait(desk):
    for code in "ABCDEFGH":
        desk.ask(code)
    desk.ask("account", "opw00001", Priority.ACCOUNT)
    desk.pass_time(1)
    assert [code for code, _ in desk.sent] == ["A", "B", "C", "account"]


def test_charts_leave_room_for_the_account(desk):
    for number in range(80):
        desk.ask(f"{number:06}")
    for number in range(60):
        desk.pass_time(0.25)
        if number < len(desk.control.asked):
            answer(desk, number)
    assert len(desk.control.asked) == 50
    desk.ask("account", "opw00001", Priority.ACCOUNT)
    assert desk.sent[-1] == ("account", 0)


def test_deeper_pages_go_before_requests_that_came_later(desk):
    for code in "ABCDE":
        desk.ask(code)
    answer(desk, 0, has_more=True)
    desk.pass_time(1)
    assert [code for code, _ in desk.sent] == ["A", "B", "C", "A"]


def test_silence_repeats_a_request_once_from_its_first_page_and_then_fails_it(desk):
    desk.ask()
    answer(desk, has_more=True)
    desk.pass_time(TIMEOUT_S)
    assert desk.sent == [("005930", 0), ("005930", 2), ("005930", 0)]
    desk.pass_time(TIMEOUT_S)
    assert len(desk.control.asked) == 3
    code, error = desk.ended[0]
    assert code == "005930"
    assert "no answer in 10 s" in error.en


def test_a_later_page_that_never_comes_fails_the_request(desk):
    desk.ask()
    for _ in range(2):
        answer(desk, has_more=True)
        desk.pass_time(TIMEOUT_S + 1)
    ((code, error),) = desk.ended
    assert (code, "no answer in 10 s" in error.en) == ("005930", True)
    assert desk.sent == [("005930", 0), ("005930", 2)] * 2
    desk.pass_time(600)
    assert len(desk.sent) == 4


def test_each_page_that_is_late_has_a_second_try(desk):
    def answer_pages(*pages):
        for page in pages:
            rows = minutes(2, FRIDAY_NOON - timedelta(hours=page))
            desk.control.reply(desk.control.asked[-1], rows, has_more=page < 2)

    desk.ask()
    answer_pages(0)
    desk.pass_time(TIMEOUT_S + 1)
    answer_pages(0, 1)
    desk.pass_time(TIMEOUT_S + 1)
    answer_pages(0, 1, 2)
    assert desk.ended == [("005930", None)]


def test_a_fault_in_what_takes_a_page_costs_no_screen(desk):
    ended = []

    def broken(reply, page):
        raise KeyError("예수금")

    inputs = {"계좌번호": "8012345611"}
    desk.queue.ask(TrRequest("opw00001", inputs, broken, ended.append, Priority.ACCOUNT))
    with pytest.raises(KeyError):
        desk.control.reply(desk.control.asked[-1])
    assert "예수금" in ended[0].ko
    desk.ask(tr="opw00001", priority=Priority.ACCOUNT)
    assert len(desk.control.asked) == 2


def test_a_time_out_that_is_told_late_gives_the_answer_its_time_again(desk):
    desk.ask()
    desk.clock.move_to(FRIDAY_NOON + timedelta(seconds=TIMEOUT_S * 3))
    desk.alarms.on_time(desk.clock.now())
    answer(desk, 0)
    assert desk.pages == [("005930", 0, 2)]
    assert len(desk.sent) == 1


def test_an_answer_that_comes_after_its_time_out_is_nobodys(desk):
    desk.ask()
    desk.pass_time(TIMEOUT_S)
    answer(desk, 0)
    assert desk.pages == []
    answer(desk, 1)
    assert desk.pages == [("005930", 0, 2)]


def test_the_same_page_twice_counts_once(desk):
    desk.ask()
    page = minutes(2, FRIDAY_NOON)
    desk.control.reply(desk.control.asked[0], page, has_more=True)
    desk.control.reply(desk.control.asked[0], page, has_more=True)
    assert desk.pages == [("005930", 0, 2)]
    older = minutes(2, FRIDAY_NOON - timedelta(minutes=2))
    desk.control.reply(desk.control.asked[1], older)
    assert desk.pages[1:] == [("005930", 1, 2)]


def test_a_refusal_for_the_limit_waits_and_then_goes_on_carefully(desk):
    refusals = iter([-200])
    desk.control.results["CommRqData"] = lambda *_: next(refusals, 0)
    desk.ask()
    assert desk.control.asked == []
    assert "-200" not in str(desk.ended)
    desk.pass_time(17)
    assert desk.control.asked == []
    desk.pass_time(1)
    assert desk.sent == [("005930", 0)]
    answer(desk)
    assert desk.ended == [("005930", None)]
    for code in "ABCDEFGH":
        desk.ask(code)
    desk.pass_time(5)
    for number in range(1, len(desk.control.asked)):
        answer(desk, number)
    desk.pass_time(5)
    assert len(desk.control.asked) <= 5  # in 18 s


def test_refusals_that_do_not_end_are_told_once_as_a_matter_for_a_person(desk):
    desk.control.results["CommRqData"] = -200
    desk.ask()
    desk.pass_time(3600)
    told = [note for note in desk.posted if isinstance(note, Noted)]
    assert [note.severity.value for note in told] == ["WARNING", "WARNING", "ERROR"]
    assert desk.control.count("CommRqData") < 12


def test_a_login_ends_the_penalty(desk):
    refusals = iter([-200])
    desk.control.results["CommRqData"] = lambda *_: next(refusals, 0)
    desk.ask()
    desk.queue.hold()
    desk.queue.open()
    assert desk.sent == [("005930", 0)]


def test_a_refusal_for_its_inputs_fails_with_words(desk):
    desk.control.results["CommRqData"] = -202
    desk.ask()
    assert "-202" in desk.ended[0][1].ko


def test_what_was_under_way_when_the_line_broke_begins_anew_after_it(desk):
    desk.ask()
    answer(desk, has_more=True)
    desk.ask("account", "opw00001", Priority.ACCOUNT, outlives_line=False)
    desk.queue.hold()
    desk.pass_time(60)
    sent = len(desk.control.asked)
    desk.queue.open()
    assert desk.sent[sent:] == [("005930", 0)]
    assert desk.ended == []
    answer(desk)
    assert desk.pages[-1] == ("005930", 0, 2)


def test_answers_inside_the_call_that_asks_are_taken(desk):
    def at_once(name, tr, prev_next, screen):
        desk.control._CommRqData(name, tr, prev_next, screen)
        answer(desk, has_more=len(desk.control.asked) < 3)
        return 7  # whatever it says, the answer was there

    desk.control.results["CommRqData"] = at_once
    desk.control.reply = lambda asked, rows, has_more=False: FakeControl.reply(
        desk.control,
        asked,
        minutes(2, FRIDAY_NOON - timedelta(minutes=len(desk.pages) * 2)),
        has_more=has_more,
    )
    desk.ask()
    assert [page for _, page, _ in desk.pages] == [0, 1, 2]
    assert desk.ended == [("005930", None)]


class Life:
    """Everything that can happen to a queue, by name."""

    def __init__(self, data):
        self.desk, self._data, self._refusals = Desk(), data, []
        self.desk.control.results["CommRqData"] = lambda *_: (
            self._refusals.pop() if self._refusals else 0
        )

    def ask(self):
        self.desk.ask()

    def account(self):
        self.desk.ask("account", "opw00001", Priority.ACCOUNT)

    def answer(self, has_more=False):
        asked = self.desk.control.asked
        if asked:
            number = self._data.draw(st.integers(0, len(asked) - 1))
            answer(self.desk, number, has_more=has_more)

    def more(self):
        self.answer(has_more=True)

    def wait(self):
        self.desk.pass_time(self._data.draw(st.floats(0, 15)))

    def refuse(self):
        self._refusals.append(-200)

    def lose(self):
        self.desk.queue.hold()
        self.desk.queue.open()


events = st.sampled_from(["ask", "account", "answer", "more", "wait", "refuse", "lose"])


@given(st.lists(events, min_size=20, max_size=120), st.data())
def test_whatever_happens_no_window_is_overrun_and_no_name_is_shared(steps, data):
    life = Life(data)
    for step in steps:
        getattr(life, step)()
    control = life.desk.control
    for limit, length in QUICK:
        for begin in control.left:
            assert sum(begin <= moment < begin + length for moment in control.left) <= limit
    screens = {}
    for asked in control.asked:
        assert screens.setdefault(asked.name, asked.screen) == asked.screen


def test_the_careful_pace_is_what_kiwoom_advises():
    assert [(limit, length.total_seconds()) for limit, length in CAREFUL] == [
        (5, 18), (25, 90), (50, 180), (1000, 3600),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("requests", "least_s"), [(0, 0), (5, 0), (6, 1.05), (50, 9.45), (51, 60), (801, 3600)]
)
def test_the_time_charts_need_follows_from_the_windows(requests, least_s):
    assert time_for_charts("quick", requests) == timedelta(seconds=least_s)
