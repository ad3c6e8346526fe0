"""Rolling windows: nothing beyond a limit, and nothing held back longer than needed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.rate_limit import RollingWindows

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Seoul"))
SECOND = timedelta(seconds=1)
ORDERS = [(5, SECOND)]


def test_five_leave_at_once_and_the_sixth_a_second_later():
    windows = RollingWindows(ORDERS)
    for _ in range(5):
        windows.take(NOW)
    assert windows.free(NOW) == 0
    assert windows.next_free(NOW) == NOW + SECOND
    assert windows.free(NOW + SECOND) == 5


def test_one_place_can_be_kept():
    windows = RollingWindows(ORDERS)
    for tenth in range(4):
        windows.take(NOW + tenth * SECOND / 10)
    now = NOW + SECOND / 2
    assert windows.next_free(now) == now
    assert windows.next_free(now, kept=1) == NOW + SECOND


def test_a_block_holds_everything_back_until_it_ends():
    windows = RollingWindows(ORDERS)
    windows.block(NOW + 3 * SECOND)
    windows.block(NOW + SECOND)
    assert windows.free(NOW + 2 * SECOND) == 0
    assert windows.next_free(NOW) == NOW + 3 * SECOND
    assert windows.free(NOW + 3 * SECOND) == 5


def test_tighter_windows_count_what_left_before():
    windows = RollingWindows([(5, SECOND), (900, timedelta(hours=1))])
    for _ in range(5):
        windows.take(NOW)
    windows.use([(5, timedelta(seconds=18)), (1000, timedelta(hours=1))])
    assert windows.free(NOW + 2 * SECOND) == 0
    assert windows.left_in_longest(NOW + 2 * SECOND) == 995
    assert windows.next_free(NOW + 2 * SECOND) == NOW + 18 * SECOND


@pytest.mark.parametrize("windows", [[], [(0, SECOND)], [(5, timedelta(0))]])
def test_windows_without_sense_are_refused(windows):
    with pytest.raises(ValueError, match="rate windows"):
        RollingWindows(windows)


windows_of_any_kind = st.lists(
    st.tuples(st.integers(1, 7), st.integers(1, 40).map(lambda tenths: tenths * SECOND / 10)),
    min_size=1,
    max_size=3,
)


@given(windows_of_any_kind, st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_no_stretch_of_time_ever_holds_more_than_its_limit(limits, pauses_ms):
    windows, now, left = RollingWindows(limits), NOW, []
    for pause in pauses_ms:
        now = windows.next_free(now + timedelta(milliseconds=pause))
        assert windows.free(now) >= 1
        windows.take(now)
        left.append(now)
    for limit, length in limits:
        for begin in left:
            assert sum(begin <= moment < begin + length for moment in left) <= limit


@given(windows_of_any_kind, st.lists(st.integers(0, 300), min_size=1, max_size=40))
def test_the_next_free_moment_is_the_first_one(limits, pauses_ms):
    windows, now = RollingWindows(limits), NOW
    for pause in pauses_ms:
        now += timedelta(milliseconds=pause)
        moment = windows.next_free(now)
        if moment > now:
            assert windows.free(moment - timedelta(microseconds=1)) == 0
            now = moment
        windows.take(now)
