"""Runs tasks on a dask.distributed cluster that is there already."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any
from uuid import uuid4

from config.text import Text
from core.backtest.sweep.worker import Job, Task, Worker, begin_elsewhere
from core.domain.errors import SweepError
from core.journal.sweeps import StoredResult
from core.program import VERSION

_ANSWER_S = 5  # in which a scheduler and its workers must show themselves
_RETRIES = 2
_LOST = (
    "클러스터에서 계산이 끊겼습니다({}). 스케줄러와 워커를 확인하고 --resume으로 이어서 하세요",
    "the cluster lost work ({}); look at the scheduler and its workers, and go on with --resume",
)


class Cluster:
    """The workers of one scheduler, each of which gets the market once."""

    def __init__(self, job: Job, address: str) -> None:
        """Connect, and hold every worker against this program.

        Raises:
            SweepError: dask.distributed is missing, nobody answers, or workers run something else.
        """
        self._client = _connected(address)
        try:
            self.workers = _checked(self._client, address)
            self._job = self._client.scatter(job, broadcast=True, hash=False)
        except BaseException:
            self.close()
            raise
        self._key = uuid4().hex

    def do(self, tasks: Sequence[Task]) -> Iterator[list[StoredResult]]:
        """Yield each task's results as they come; what a dying worker had is done by others.

        Raises:
            SweepError: The scheduler or too many workers have gone.
        """
        dask = _dask()
        waiting = [
            self._client.submit(_do, self._key, self._job, task, retries=_RETRIES, pure=False)
            for task in tasks
        ]
        try:
            for done in dask.as_completed(waiting, loop=self._client.loop):
                yield done.result()
        except (dask.KilledWorker, CancelledError, asyncio.CancelledError, OSError) as error:
            raise SweepError(Text(*_LOST).format(type(error).__name__)) from error
        finally:
            self._client.cancel([one for one in waiting if not one.done()])

    def close(self) -> None:
        """Let go of the scheduler; it and its workers stay."""
        self._client.close(timeout=_ANSWER_S)


def _dask() -> Any:
    """Return dask.distributed, which only those have who use it."""
    try:
        import distributed
    except ImportError as error:
        raise SweepError(
            Text(
                "--scheduler에는 dask.distributed가 필요합니다. 이 프로그램의 파이썬에 설치하세요: "
                f"{sys.executable} -m pip install distributed",
                "--scheduler needs dask.distributed; install it into this program's Python: "
                f"{sys.executable} -m pip install distributed",
            )
        ) from error
    return distributed


def _connected(address: str) -> Any:
    dask = _dask()
    try:
        return dask.Client(address, timeout=_ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:  # a timeout is an OSError
        raise SweepError(
            Text(
                f"--scheduler {address}: 연결할 수 없습니다({error}). tcp://주소:포트로 적고 "
                "스케줄러가 켜져 있는지 확인하세요",
                f"--scheduler {address}: can't connect ({error}); write tcp://HOST:PORT, and see "
                "that the scheduler runs",
            )
        ) from error


def _checked(client: Any, address: str) -> int:
    """Return how many workers there are; each must run this program on this Python."""
    try:
        client.wait_for_workers(1, timeout=_ANSWER_S)
    except OSError as error:
        raise SweepError(
            Text(
                f"--scheduler {address}: 워커가 없습니다. 워커를 먼저 켜세요",
                f"--scheduler {address}: it has no workers; start some first",
            )
        ) from error
    # An error of one worker comes back as its answer: this program may be missing there.
    here, found = _about(), client.run(_about, on_error="return")
    for worker, about in found.items():
        if about != here:
            raise SweepError(_differs(worker, str(about), here))
    return len(found)


def _differs(where: str, found: str, here: str) -> Text:
    return Text(
        f"{where}: 워커의 프로그램이 이쪽과 다릅니다({found}, 이쪽 {here}). 같은 버전의 프로그램 "
        "폴더에서 같은 파이썬으로 워커를 켜세요",
        f"{where}: the workers' program differs ({found}; here {here}); start them in the folder "
        "of the same version of this program, with the same Python",
    )


# On a worker

_lock = threading.Lock()  # a worker's threads share the process, and what is registered in it
_worker: list[tuple[str, Worker]] = []


def _about() -> str:
    return f"{VERSION}, Python {sys.version_info.major}.{sys.version_info.minor}"


def _do(key: str, job: Job, task: Task) -> list[StoredResult]:
    with _lock:
        if not _worker or _worker[0][0] != key:
            _worker[:] = [(key, begin_elsewhere(job))]
        return _worker[0][1].do(task)
