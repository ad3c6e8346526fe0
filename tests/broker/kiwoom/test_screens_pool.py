"""Screen numbers: each use has its own, and all together are no more than Kiwoom allows."""

from broker.kiwoom import screens
from broker.kiwoom.screens import ScreenPool


def test_all_ranges_together_keep_to_kiwooms_limit():
    numbers = [number for one in screens.ALL for number in one]
    assert len(numbers) == len(set(numbers)) <= screens.LIMIT
    assert 0 not in numbers


def test_a_screen_is_lent_once_and_taken_back():
    pool = ScreenPool(range(7, 9))
    assert [pool.take(), pool.take(), pool.take()] == ["0007", "0008", None]
    pool.give_back("0008")
    pool.give_back("0007")
    pool.give_back("0007")
    assert [pool.take(), pool.take(), pool.take()] == ["0007", "0008", None]
