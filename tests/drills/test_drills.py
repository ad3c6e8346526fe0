"""Every drill by its name; what must hold in each stands in `core/drills/cases/`."""

from __future__ import annotations

import pytest

from core.drills.run import all_drills, run_one

DRILLS = {drill.code: drill for drill in all_drills()}


@pytest.mark.parametrize("code", DRILLS)
def test_drill(make_bench, code: str) -> None:
    outcome = run_one(DRILLS[code], make_bench())
    assert outcome.passed, outcome.seen.en


@pytest.mark.long
def test_200_kills(make_bench) -> None:
    outcome = run_one(DRILLS["killed_at_random"], make_bench(kills=200, seed=7))
    assert outcome.passed, outcome.seen.en


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_ten_other_days_with_kills(make_bench, seed: int) -> None:
    outcome = run_one(DRILLS["killed_at_random"], make_bench(kills=20, seed=seed))
    assert outcome.passed, outcome.seen.en


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_ten_other_mornings_with_every_fault(make_bench, seed: int) -> None:
    outcome = run_one(DRILLS["everything_at_once"], make_bench(seed=seed))
    assert outcome.passed, outcome.seen.en
