"""What the adapter makes of its options."""

import pytest

from broker.kiwoom.options import KiwoomOptions


@pytest.mark.parametrize(("speed", "timeout_s"), [(1, 10), (3, 10), (60, 180)])
def test_a_fast_market_leaves_answers_their_real_time(speed, timeout_s):
    assert KiwoomOptions().at_speed(speed).kiwoom_request_timeout_s == timeout_s
