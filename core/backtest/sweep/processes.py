"""Runs tasks in several processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from config.text import Text
from core.backtest.sweep.worker import Job, Task, Worker, begin_elsewhere
from core.domain.errors import SweepError
from core.journal.sweeps import StoredResult

_job: list[Job] = []  # one, in a process that works for another
_worker: list[Worker] = []


class Processes:
    """A pool that gets the market once for each process, not for each task."""

    def __init__(self, job: Job, count: int) -> None:
        """Start nothing yet; `count` is the most processes that will run."""
        self.workers = count
        # Started anew rather than copied, as on Windows: a copy would inherit locks and threads.
        self._pool = ProcessPoolExecutor(count, get_context("spawn"), _begin, (job,))

    def do(self, tasks: Sequence[Task]) -> Iterator[list[StoredResult]]:
        """Yield each task's results as they come, in no order.

        Raises:
            SweepError: A process ended before its time.
        """
        waiting = [self._pool.submit(_do, task) for task in tasks]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BrokenProcessPool as error:
            raise SweepError(
                Text(
                    "계산하던 프로세스가 중간에 끝났습니다(메모리 부족일 수 있음). --resume으로 "
                    "이어서 하되 --jobs를 줄여 보세요",
                    "a working process ended before its time, for want of memory perhaps; go on "
                    "with --resume, and with fewer --jobs",
                )
            ) from error
        finally:
            for one in waiting:
                one.cancel()

    def close(self) -> None:
        """Wait for what runs, drop the rest."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _begin(job: Job) -> None:
    # Ctrl+C reaches every process of a terminal; the one that waits for us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _job.append(job)


def _end_with_parent() -> None:
    """End where the process that gives the tasks was killed, or this one would wait for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Task) -> list[StoredResult]:
    if not _worker:  # here rather than in `_begin`, whose errors reach nobody
        _worker.append(begin_elsewhere(_job[0]))
    return _worker[0].do(task)
