"""Condition searches: listed, run, followed, stopped, within Kiwoom's limits."""

from datetime import timedelta

import pytest

from broker.kiwoom.conditions import Conditions
from broker.kiwoom.notes import Notes
from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.watch import Alarms
from core.domain.messages import Condition, ConditionMatched, ConditionsListed
from tests.broker.kiwoom.fake_control import FakeControl

BREAKOUT, VOLUME = Condition(0, "돌파"), Condition(7, "거래량 급증")


class Search:
    def __init__(self):
        self.control, self.alarms, self.posted = FakeControl(), Alarms(), []
        self.clock = self.control.clock
        windows = RollingWindows([(5, timedelta(seconds=1))])
        notes = Notes(self.posted.append, self.clock)
        self.conditions = Conditions(
            self.control, self.clock, self.alarms, windows, self.posted.append, notes
        )
        self.conditions.open()

    def load(self):
        self.conditions.on_loaded(1, "")

    def sent(self):
        return [call[2:] for call in self.control.calls if call[0] == "SendCondition"]

    def pass_time(self, seconds):
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.alarms.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.alarms.on_time(due)
        self.clock.move_to(until)


@pytest.fixture
def search():
    return Search()


def test_the_list_is_loaded_before_it_is_told(search):
    search.conditions.request_list()
    assert search.posted == []
    search.load()
    assert search.posted == [ConditionsListed((BREAKOUT, VOLUME))]


def test_a_list_that_cannot_be_loaded_is_told_with_why(search):
    search.conditions.request_list()
    search.conditions.on_loaded(0, "서버 오류")
    assert "서버 오류" in search.posted[0].error.ko


def test_a_list_that_does_not_come_is_told_and_may_be_asked_for_again(search):
    search.conditions.request_list()
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.pass_time(11)
    listed, failed = search.posted
    assert "10 s" in listed.error.en
    assert failed.condition == BREAKOUT
    search.conditions.request_list()
    search.load()
    assert search.posted[2:] == [ConditionsListed((BREAKOUT, VOLUME))]
    search.pass_time(60)
    assert len(search.posted) == 3


def test_a_search_without_an_answer_is_told_and_over(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=True)
    search.conditions.run(VOLUME, is_real_time=True)
    search.conditions.on_found("", "거래량 급증", 7, 0)
    search.posted.clear()
    search.pass_time(11)
    (failed,) = search.posted
    assert (failed.condition, "10 s" in failed.error.en) == (BREAKOUT, True)
    assert search.control.last("SendConditionStop")[1:] == ("돌파", 0)


def test_a_search_refused_for_the_limit_waits_and_is_sent_again(search):
    search.load()
    search.control.results["SendCondition"] = -200
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.control.results["SendCondition"] = 1
    search.pass_time(17)
    assert (search.posted, len(search.sent())) == ([], 1)
    search.pass_time(44)
    assert len(search.sent()) == 2
    search.conditions.on_found("005930;", "돌파", 0, 0)
    assert search.posted == [ConditionMatched(BREAKOUT, ("005930",), is_first=True)]


def test_a_search_tells_all_that_match_and_then_who_comes_and_goes(search):
    search.conditions.run(BREAKOUT, is_real_time=True)
    search.load()
    assert search.sent() == [("돌파", 0, 1)]
    search.conditions.on_found("005930;000660;", "돌파", 0, 0)
    search.conditions.on_moved("069500", "I", "돌파", "000")
    search.conditions.on_moved("005930", "D", "돌파", "000")
    assert search.posted == [
        ConditionMatched(BREAKOUT, ("005930", "000660"), is_first=True),
        ConditionMatched(BREAKOUT, ("069500",)),
        ConditionMatched(BREAKOUT, (), ("005930",)),
    ]


def test_nothing_that_matches_is_an_answer_too(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.conditions.on_found("", "돌파", 0, 0)
    assert search.posted == [ConditionMatched(BREAKOUT, (), is_first=True)]


def test_further_pages_are_asked_for_and_told_as_one(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.conditions.on_found("005930;", "돌파", 0, 2)
    assert search.sent() == [("돌파", 0, 0), ("돌파", 0, 2)]
    search.conditions.on_found("000660;", "돌파", 0, 0)
    assert search.posted == [ConditionMatched(BREAKOUT, ("005930", "000660"), is_first=True)]


def test_prices_beside_the_codes_are_left_out(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.conditions.on_found("005930^71500;", "돌파", 0, 0)
    assert search.posted[0].entered == ("005930",)


def test_the_same_condition_is_sent_once_a_minute(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.conditions.on_found("", "돌파", 0, 0)
    search.conditions.run(BREAKOUT, is_real_time=False)
    search.pass_time(59)
    assert len(search.sent()) == 1
    search.pass_time(1)
    assert len(search.sent()) == 2


def test_searches_keep_to_the_limit_of_requests(search):
    search.load()
    for index in range(7):
        search.conditions.run(Condition(index, f"조건{index}"), is_real_time=False)
    assert len(search.sent()) == 5
    search.pass_time(1)
    assert len(search.sent()) == 7


def test_an_eleventh_in_real_time_is_refused_with_words(search):
    search.load()
    for index in range(11):
        search.conditions.run(Condition(index, f"조건{index}"), is_real_time=True)
        search.conditions.on_found("", f"조건{index}", index, 0)
        search.pass_time(1)
    assert search.posted[-1].condition == Condition(10, "조건10")
    assert "10" in search.posted[-1].error.ko
    assert len(search.sent()) == 10


def test_a_search_that_is_stopped_tells_nothing_more(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=True)
    search.conditions.stop(BREAKOUT)
    assert search.control.last("SendConditionStop")[1:] == ("돌파", 0)
    search.conditions.on_found("005930;", "돌파", 0, 0)
    search.conditions.on_moved("005930", "I", "돌파", "000")
    assert search.posted == []


def test_a_refusal_is_told(search):
    search.control.results["SendCondition"] = 0
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=True)
    assert search.posted[0].error


def test_hits_beyond_a_hundred_are_told_to_stay_as_they_are(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=True)
    search.conditions.on_found(";".join(f"{n:06}" for n in range(101)) + ";", "돌파", 0, 0)
    assert "101 hits" in search.posted[0].text.en
    assert len(search.posted[1].entered) == 101


def test_a_search_in_real_time_outlives_the_line(search):
    search.load()
    search.conditions.run(BREAKOUT, is_real_time=True)
    search.conditions.hold()
    search.pass_time(120)
    search.conditions.open()
    assert search.control.count("GetConditionLoad") == 1
    search.load()
    assert search.sent() == [("돌파", 0, 1)] * 2
