"""Waiting after refusals."""

from __future__ import annotations

from core.execution.backoff import Backoff


def waits_after(backoff: Backoff, refusals: int) -> list[float]:
    """Refuse as soon as it may be tried again; return how long each wait was."""
    waits, now = [], 0.0
    for _ in range(refusals):
        backoff.refused("a", now)
        wait = 0.0
        while backoff.waits("a", now + wait):
            wait += 0.5
        waits.append(wait)
        now += wait
    return waits


def test_each_refusal_in_a_row_doubles_the_wait_up_to_the_longest() -> None:
    assert waits_after(Backoff(5, longest_s=30), 5) == [5, 10, 20, 30, 30]


def test_one_refusal_told_twice_is_one() -> None:
    backoff = Backoff(5)
    backoff.refused("a", 0)
    backoff.refused("a", 1)
    assert backoff.waits("a", 4) and not backoff.waits("a", 5)


def test_a_success_begins_anew_and_others_are_not_concerned() -> None:
    backoff = Backoff(5)
    waits_after(backoff, 2)
    assert not backoff.waits("b", 0)
    backoff.taken("a")
    assert waits_after(backoff, 1) == [5]
