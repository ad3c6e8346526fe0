from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from gui.chart.bar_range import DEFAULT_COUNT, BarRange, fitted, widest

totals = st.integers(0, 200_000)
counts = st.floats(1, 300_000)
firsts = st.floats(-1e6, 1e6)


@given(firsts, counts, totals)
def test_the_nearest_range_always_shows_the_data(first, count, total):
    bars = BarRange(first, count).clamped(total)

    assert bars.end > total - 0.5 or bars.end <= total
    assert bars.first < max(total, 1)
    assert bars.end > 0 or total == 0
    assert bars.count >= 10
    assert bars.count <= widest(total) or total == 0
    assert bars.clamped(total).first == approx(bars.first)


def test_a_zoom_keeps_the_bar_under_the_mouse():
    bars = BarRange(5_000.0, 200.0)

    closer = bars.zoomed(0.5, 5_050.0, 10_000)

    assert closer.count == 100
    assert (5_050 - closer.first) / closer.count == approx((5_050 - bars.first) / bars.count)


def test_zooming_has_limits():
    assert BarRange(0.0, 100.0).zoomed(1e-9, 50.0, 1_000).count == 10
    assert BarRange(0.0, 100.0).zoomed(1e9, 50.0, 1_000).count == widest(1_000)


def test_all_bars_fit_with_room_behind_the_newest():
    bars = fitted(6_571)

    assert bars.first == approx(0, abs=1e-6)
    assert 6_571 < bars.end < 6_571 * 1.05


def test_a_few_bars_stand_at_the_right():
    bars = BarRange(0.0).clamped(3)

    assert bars.count == DEFAULT_COUNT
    assert bars.first < 0
    assert 3 < bars.end < 10


def test_it_follows_only_while_the_newest_bar_is_in_sight():
    bars = BarRange(0.0, 100.0).at_end(1_000)

    assert bars.follows(1_000)
    assert not bars.moved(-20, 1_000).follows(1_000)


def test_it_cannot_be_moved_beyond_either_end():
    bars = BarRange(500.0, 100.0)

    assert bars.moved(-9_999, 1_000).first == 0
    assert bars.moved(9_999, 1_000) == bars.at_end(1_000)
