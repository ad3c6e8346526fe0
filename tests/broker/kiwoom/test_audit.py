"""What nobody told is asked for: soon where something should have been said, else now and then."""

from datetime import timedelta

import pytest

from broker.kiwoom.audit import Audit
from broker.kiwoom.watch import Alarms
from core.domain.messages import MarketNotice
from tests.broker.kiwoom.fake_control import FRIDAY_NOON


class Office:
    """Time in seconds since noon; `heard` is when each working order was last heard of."""

    def __init__(self):
        self.now, self.heard, self.asked = 0, [], []
        self.alarms = Alarms()
        self.audit = Audit(self.alarms, lambda why: self.asked.append(self.now))
        self.audit.open(self, FRIDAY_NOON)

    def quiet_since(self):
        return [FRIDAY_NOON + timedelta(seconds=second) for second in self.heard]

    def wait(self, seconds):
        until = self.now + seconds
        while (alarm := self.alarms.next_time()) is not None:
            self.now = (alarm - FRIDAY_NOON).total_seconds()
            if self.now > until:
                break
            self.alarms.on_time(alarm)
        self.now = until

    def notice(self, notice):
        self.audit.noticed(notice, FRIDAY_NOON + timedelta(seconds=self.now))


@pytest.fixture
def office():
    return Office()


def test_an_order_without_a_word_is_asked_for_after_ten_seconds(office):
    office.heard = [2]
    office.wait(14)
    assert office.asked == []
    office.wait(2)
    assert office.asked == [15]


def test_an_order_that_rests_is_asked_for_once_a_minute(office):
    office.heard = [2]
    office.wait(200)
    assert office.asked == [15, 75, 135, 195]


def test_a_resting_order_hides_no_new_one(office):
    office.heard = [2]
    office.wait(20)
    office.heard = [2, 21]
    office.wait(15)
    assert office.asked == [15, 35]


def test_an_order_that_is_heard_of_now_and_then_is_left_alone(office):
    for second in range(0, 50, 5):
        office.heard = [second]
        office.wait(5)
    assert office.asked == []


def test_without_orders_it_asks_every_five_minutes(office):
    office.wait(900)
    assert office.asked == [300, 600, 900]


@pytest.mark.parametrize("notice", [MarketNotice.CLOSED, MarketNotice.DAY_ENDED])
def test_the_end_of_a_session_is_looked_after(office, notice):
    office.wait(33)
    office.notice(notice)
    office.wait(60)
    assert office.asked == [38]


def test_other_notices_are_none_of_its_business(office):
    office.notice(MarketNotice.OPENED)
    office.wait(60)
    assert office.asked == []


def test_nobody_is_asked_while_the_line_is_lost(office):
    office.heard = [2]
    office.wait(5)
    office.audit.hold()
    office.notice(MarketNotice.CLOSED)
    office.wait(600)
    assert office.asked == []
    office.audit.open(office, FRIDAY_NOON + timedelta(seconds=office.now))
    office.heard = [office.now]
    office.wait(15)
    assert office.asked == [615]
