"""What is said of a line that is lost, and of a login after which nothing could be begun."""

import pytest

from core.domain.messages import Noted
from tests.broker.kiwoom.test_adapter import Seat


@pytest.fixture
def seat():
    return Seat()


def test_a_lost_line_is_said_once(seat):
    seat.log_in()
    before = len(seat.got(Noted))
    seat.control.log_in(-106)
    assert seat.connections == [True, False]
    assert len(seat.got(Noted)) == before  # the engine says why
    seat.pass_time(5)
    seat.control.log_in(-101)
    assert len(seat.got(Noted)) == before + 1  # of a try that failed only the adapter knows


def test_masters_that_fail_at_the_login_are_said_and_read_again(seat, caplog):
    lists = seat.control._GetCodeListByMarket
    seat.control.results["GetCodeListByMarket"] = lambda market: 1 / 0
    seat.api.connect()
    seat.control.log_in()
    assert "nothing could be begun" in seat.got(Noted)[-1].text.en
    assert seat.connections == [False]
    seat.control.results["GetCodeListByMarket"] = lists
    seat.pass_time(5)
    seat.answer_account()
    assert seat.connections == [False, True]
    caplog.clear()
