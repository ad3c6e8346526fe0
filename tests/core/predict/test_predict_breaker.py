"""The circuit breaker, moved by hand through time."""

import pytest

from core.predict.breaker import FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, Breaker


class Bench:
    """A breaker with its own clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.breaker = Breaker(lambda: self.now)

    def send(self, succeeded: bool) -> bool:
        """Send a request if that is allowed; return whether it was."""
        token = self.breaker.begin()
        if token is not None:
            self.breaker.end(token, succeeded=succeeded)
        return token is not None

    def open(self) -> None:
        for _ in range(FAILURES):
            assert self.send(succeeded=False)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_opens_after_failures_in_a_row(bench: Bench) -> None:
    for _ in range(FAILURES - 1):
        assert bench.send(succeeded=False)
    assert not bench.breaker.is_open
    assert bench.send(succeeded=False)
    assert bench.breaker.is_open
    assert not bench.send(succeeded=True)


def test_a_success_in_between_begins_the_count_anew(bench: Bench) -> None:
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert bench.send(succeeded=False)
        assert bench.send(succeeded=True)
    assert not bench.breaker.is_open


def test_one_probe_goes_out_after_the_pause(bench: Bench) -> None:
    bench.open()
    bench.now += FIRST_PAUSE_S - 0.001
    assert bench.breaker.begin() is None
    bench.now += 0.001
    probe = bench.breaker.begin()
    assert probe is not None
    assert bench.breaker.begin() is None
    bench.breaker.end(probe, succeeded=True)
    assert not bench.breaker.is_open
    assert bench.send(succeeded=True)


def test_each_failed_probe_doubles_the_pause_up_to_the_longest(bench: Bench) -> None:
    bench.open()
    pause_s = FIRST_PAUSE_S
    for _ in range(10):
        bench.now += pause_s - 1
        assert not bench.send(succeeded=False)
        bench.now += 1
        assert bench.send(succeeded=False)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
    assert pause_s == LONGEST_PAUSE_S


def test_once_closed_the_pause_is_short_again(bench: Bench) -> None:
    bench.open()
    bench.now += FIRST_PAUSE_S
    assert bench.send(succeeded=False)
    bench.now += 2 * FIRST_PAUSE_S
    assert bench.send(succeeded=True)
    bench.open()
    bench.now += FIRST_PAUSE_S
    assert bench.send(succeeded=True)


def test_what_was_sent_before_it_opened_has_no_say(bench: Bench) -> None:
    stale = bench.breaker.begin()
    assert stale is not None
    bench.open()
    bench.breaker.end(stale, succeeded=True)
    assert bench.breaker.is_open
    bench.now += FIRST_PAUSE_S
    probe = bench.breaker.begin()
    assert probe is not None
    bench.breaker.end(stale, succeeded=False)
    bench.breaker.end(probe, succeeded=True)
    assert not bench.breaker.is_open


def test_a_probe_that_never_ends_does_not_hold_it_open_for_ever(bench: Bench) -> None:
    bench.open()
    bench.now += FIRST_PAUSE_S
    assert bench.breaker.begin() is not None
    bench.now += LONGEST_PAUSE_S
    assert bench.send(succeeded=True)
    assert not bench.breaker.is_open
