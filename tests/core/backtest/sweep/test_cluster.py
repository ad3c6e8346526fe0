from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import distributed
import pytest

from core.backtest.outcome import silent
from core.backtest.run import parameters
from core.backtest.sweep import cluster, plan
from core.backtest.sweep.cluster import Cluster
from core.backtest.sweep.periods import WHOLE
from core.backtest.sweep.plan import Wanted
from core.backtest.sweep.running import Running
from core.backtest.sweep.search import grid, read_axes
from core.backtest.sweep.worker import Job
from core.clock import monotonic
from core.domain.errors import DataError, SweepError
from core.journal.sweeps import StoredResult
from tests import project
from tests.core.backtest.markets import a_market, lively

AXES = ("strategy.ema_short=2,3,5", "strategy.ema_long=6,8", "risk.stop_loss_pct=0.5:2:0.25")
PATIENCE_S = 60.0


class House:
    """A scheduler with two workers on loopback."""

    def __init__(self, folder: Path) -> None:
        self._file, self._log = folder / "scheduler.json", (folder / "log").open("w")
        own = ("--scheduler-file", str(self._file))
        listen = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self._scheduler = self._start("dask_scheduler", *own, *listen)
        self.workers = [
            self._start("dask_worker", *own, "--no-nanny", "--no-dashboard", "--nthreads", "1")
            for _ in range(2)
        ]

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{name}", *words]
        return subprocess.Popen(
            command, cwd=project.ROOT, stdout=self._log, stderr=subprocess.STDOUT
        )

    def address(self) -> str:
        """Wait until both workers are there."""
        deadline, pause = monotonic() + PATIENCE_S, threading.Event()
        while not self._file.exists():
            assert monotonic() < deadline
            pause.wait(0.05)
        address = str(json.loads(self._file.read_text("utf-8"))["address"])
        with distributed.Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=PATIENCE_S)
        return address

    def close(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()
        self._log.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    it = House(tmp_path)
    yield it
    it.close()


def a_job(tmp_path: Path, code: dict[str, str] | None = None) -> tuple[Job, list[Wanted]]:
    settings = lively()
    sets = grid(read_axes(AXES, settings), settings).sets
    job = Job(a_market(4, days=3), parameters(settings), tmp_path, code or {})
    return job, [(WHOLE, one) for one in sets]


def test_a_worker_killed_in_the_middle_changes_no_result(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "_TASK_S", 0.0)
    job, wanted = a_job(tmp_path)
    alone = Running(job, (), lambda _: None, 1).find(wanted, silent)
    kept: list[StoredResult] = []

    def keep(found: Sequence[StoredResult]) -> None:
        kept.extend(found)
        if len(kept) > 2:  # the first two are done here
            house.workers[0].kill()

    running = Running(job, (), keep, 1, Cluster(job, house.address()))
    try:
        shared = running.find(wanted, silent)
    finally:
        running.close()
    assert house.workers[0].wait(PATIENCE_S) != 0
    assert running.processes == 2
    assert shared == alone
    assert len(kept) == len(wanted) == 42


def test_workers_without_the_user_s_own_code_are_refused(house: House, tmp_path: Path) -> None:
    job, wanted = a_job(tmp_path, {"mine.py": "0" * 64})
    running = Running(job, (), lambda _: None, 1, Cluster(job, house.address()))
    try:
        with pytest.raises(DataError, match=r"mine\.py"):
            running.find(wanted, silent)
    finally:
        running.close()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere at all"])
def test_nobody_there_is_said_in_seconds(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_S", 0.3)
    job, _ = a_job(tmp_path)
    with pytest.raises(SweepError, match="can't connect"):
        Cluster(job, address)
