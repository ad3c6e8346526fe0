"""Finds what sets bring: from the journal what is known, by running them what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from core.backtest.outcome import Progress
from core.backtest.sweep.plan import Wanted, tasks
from core.backtest.sweep.processes import Processes
from core.backtest.sweep.worker import Job, Task, Worker
from core.clock import monotonic
from core.journal.sweeps import StoredResult

Keep = Callable[[Sequence[StoredResult]], None]

_MEASURED = 2  # sets by whose time the rest is planned
_ALONE_S = 3.0  # work that is over before other processes would have started


class Runner(Protocol):
    """Who does tasks: `workers` at a time."""

    @property
    def workers(self) -> int: ...

    def do(self, tasks: Sequence[Task]) -> Iterator[list[StoredResult]]: ...

    def close(self) -> None: ...


class Here:
    """Does tasks in this process."""

    workers = 1

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def do(self, tasks: Sequence[Task]) -> Iterator[list[StoredResult]]:
        return map(self._worker.do, tasks)

    def close(self) -> None:
        pass


class Running:
    """The sets of one sweep, run once each.

    Attributes:
        worker: Runs sets in this process.
        ran: How many were not known before.
        processes: The most that ran at a time.
    """

    def __init__(
        self,
        job: Job,
        known: Iterable[StoredResult],
        keep: Keep,
        jobs: int,
        elsewhere: Runner | None = None,
    ) -> None:
        """`elsewhere` does everything but a first look; else up to `jobs` processes share it."""
        self.worker = Worker(job)
        self.ran, self.processes = 0, 1
        self._job, self._keep, self._jobs = job, keep, jobs
        self._found = {(one.part, one.place): one for one in known}
        self._here = Here(self.worker)
        self._elsewhere = elsewhere

    def find(self, wanted: Sequence[Wanted], progress: Progress) -> list[StoredResult]:
        """Return what was wanted, in that order; each task's results are kept when it is done."""
        keys = [(part.name, one.place) for part, one in wanted]
        pairs = zip(keys, wanted, strict=True)
        missing = [one for key, one in pairs if key not in self._found]
        before = self.ran
        for found in self._done(missing):
            self._keep(found)
            self._found |= {(one.part, one.place): one for one in found}
            self.ran += len(found)
            progress((self.ran - before) / len(missing))
        return [self._found[key] for key in keys]

    def close(self) -> None:
        if self._elsewhere is not None:
            self._elsewhere.close()

    def _done(self, missing: Sequence[Wanted]) -> Iterator[list[StoredResult]]:
        first, rest = missing[:_MEASURED], missing[_MEASURED:]
        began = monotonic()
        yield from self._here.do(tasks(first, 0.0, 1))
        if rest:
            set_s = (monotonic() - began) / len(first)
            runner = self._runner(set_s * len(rest))
            self.processes = max(self.processes, runner.workers)
            yield from runner.do(tasks(rest, set_s, runner.workers))

    def _runner(self, left_s: float) -> Runner:
        if self._elsewhere is None and self._jobs > 1 and left_s >= _ALONE_S:
            self._elsewhere = Processes(self._job, self._jobs)
        return self._elsewhere or self._here
