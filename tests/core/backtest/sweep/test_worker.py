from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.backtest.fast import run_fast
from core.backtest.metrics import measure
from core.backtest.run import parameters
from core.backtest.sweep.periods import WHOLE
from core.backtest.sweep.search import grid, read_axes
from core.backtest.sweep.worker import Job, Task, Worker, begin_elsewhere
from core.domain.errors import DataError
from tests.core.backtest.markets import a_market, lively

AXES = ("risk.stop_loss_pct=0.5,2", "strategy.ema_short=2,3", "strategy.sell_threshold=0.5,1")


def a_job(home: Path, **code: str) -> Job:
    return Job(a_market(6), parameters(lively()), home, code)


def test_sets_that_share_signals_bring_what_they_bring_alone(tmp_path: Path) -> None:
    job = a_job(tmp_path)
    sets = grid(read_axes(AXES, lively()), lively()).sets
    task = Task(WHOLE, tuple((one.place, one.changes) for one in sets))
    for one, found in zip(sets, Worker(job).do(task), strict=True):
        alone = measure(run_fast(job.market, one.settings), job.market).as_json()
        assert found.place == one.place
        assert found.body["metrics"] == {k: alone[k] for k in found.body["metrics"]}
        growth = np.prod(np.array(found.body["returns"]) + 1)
        assert growth == pytest.approx(1 + alone["return_pct"] / 100)


def test_user_code_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mine\.py"):
        begin_elsewhere(a_job(tmp_path, **{"mine.py": "0" * 64}))
