"""Numbers and times as the HTS shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui import format as fmt
from tests.builders import at


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (fmt.number(1234500), "1,234,500"),
        (fmt.number(227.52), "227.52"),
        (fmt.number(None), ""),
        (fmt.won(69999.6), "70,000"),
        (fmt.signed_won(123400), "+123,400"),
        (fmt.signed_won(-5000.2), "-5,000"),
        (fmt.signed_won(-0.2), "0"),
        (fmt.percent(1.234), "+1.23%"),
        (fmt.percent(-0.001), "0.00%"),
        (fmt.percent(None), ""),
        (fmt.change(500), "▲ 500"),
        (fmt.change(-1200), "▼ 1,200"),
        (fmt.change(0), "0"),
        (fmt.score(1.5), "1.5"),
        (fmt.score(0.75), "0.75"),
        (fmt.score(0.0), "0.0"),
        (fmt.clock(at(10, 16, 15)), "10:16:15"),
        (fmt.clock(None), ""),
        (fmt.span(timedelta(hours=2, minutes=13, seconds=45.9)), "02:13:45"),
        (fmt.span(timedelta(days=2)), "48:00:00"),
        (fmt.span(timedelta(seconds=-3)), "00:00:00"),
        (fmt.countdown(timedelta(seconds=104.2)), "1:45"),
        (fmt.countdown(timedelta(seconds=59.9)), "1:00"),
        (fmt.countdown(timedelta(minutes=20)), "20:00"),
        (fmt.countdown(timedelta(hours=1, minutes=2, seconds=3)), "1:02:03"),
        (fmt.countdown(timedelta(seconds=-9)), "0:00"),
        (fmt.age(0.12).en, "0.1 s"),
        (fmt.age(-0.4).ko, "0.0초"),
        (fmt.age(42.4).ko, "42초"),
        (fmt.age(599).en, "599 s"),
        (fmt.age(600).ko, "10분"),
        (fmt.age(3599.6).en, "59 min"),
        (fmt.age(65 * 3600 + 5).ko, "65시간"),
        (fmt.age(65 * 3600 + 5).en, "65 h"),
        (fmt.moment(at(10, 16, 15), at(15, 30)), "10:16:15"),
        (fmt.moment(at(10, 16, 15), at(10, 16, 15) + timedelta(days=1)), f"{at(9):%m-%d} 10:16:15"),
    ],
)
def test_formats(shown: str, text: str) -> None:
    assert shown == text


@given(st.integers(-(10**12), 10**12))
def test_won_can_be_read_back(value: int) -> None:
    assert int(fmt.signed_won(value).replace(",", "")) == value
