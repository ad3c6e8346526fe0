"""The command `sweep`."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from config.errors import ConfigError
from config.text import Text
from core.backtest.chosen_data import load_chosen
from core.backtest.loading import Loaded
from core.backtest.outcome import Progress
from core.backtest.progress_line import ProgressLine
from core.backtest.run import parameters
from core.backtest.sweep.cluster import Cluster
from core.backtest.sweep.files import check_folder, write
from core.backtest.sweep.findings import Findings
from core.backtest.sweep.periods import WHOLE, Window, trading_dates, windows
from core.backtest.sweep.ranked_table import table
from core.backtest.sweep.ranking import Ranked, ranked
from core.backtest.sweep.resumed import begin
from core.backtest.sweep.running import Running
from core.backtest.sweep.search import Search, draw, grid, read_axes
from core.backtest.sweep.signs import Sign, signs
from core.backtest.sweep.walk_forward import WalkForward, walk
from core.backtest.sweep.worker import Job
from core.clock import monotonic
from core.commands.console import DONE, say_object, say_result
from core.journal.sweeps import StoredResult, SweepStore
from core.program import VERSION, Program

_READING = Text("파일 읽기", "reading files")
_SWEEPING = Text("조합 계산", "running sets")
_WALKING = Text("워크포워드", "walk-forward")


def sweep(program: Program, args: Namespace) -> int:
    """Run every set of a grid, rank them, and say how far the best can be believed.

    Raises:
        ConfigError: The search can't be made, or options contradict each other.
        DataError: The files can't be used.
        JournalError: Results can't be kept.
        OutputError: The folder for the results can't be used.
        SweepError: There is nothing to resume, or working elsewhere failed.
    """
    if args.out is not None:
        check_folder(args.out)
    if args.jobs is not None and args.scheduler is not None:
        raise ConfigError(
            Text(
                "--jobs와 --scheduler 중 하나만 쓰세요",
                "give --jobs or --scheduler, not both",
            )
        )
    search = _search(program, args)
    line = ProgressLine(program.language)
    loaded = load_chosen(program, args, line.of(_READING))
    with suppress(OSError):  # opening the journal tells it better
        program.home.mkdir(parents=True, exist_ok=True)
    store = SweepStore(program.journal_target)
    try:
        found = _Sweep(program, args, search, loaded, store).run(line)
    finally:
        store.close()
        line.clear()
    if args.out is not None:
        write(args.out, found, program.settings, program.language)
    if args.json:
        say_object(found.as_json(args.out), as_json=True)
    else:
        say_result(table(found, args.out, program.language))
    return DONE


def _search(program: Program, args: Namespace) -> Search:
    """Return the sets to try."""
    settings = program.settings
    axes = read_axes(args.grid, settings)
    unused = [axis.key for axis in axes if axis.key not in parameters(settings)]
    if unused:
        names = ", ".join(unused)
        raise ConfigError(
            Text(
                f"--grid {names}: 백테스트 결과를 바꾸지 않는 설정입니다. 빼세요",
                f"--grid {names}: no backtest looks at this setting; leave it out",
            )
        )
    if args.random is None:
        return grid(axes, settings)
    return draw(axes, settings, args.random, args.seed)


class _Sweep:
    """One sweep from its beginning in the journal to what it found."""

    def __init__(
        self,
        program: Program,
        args: Namespace,
        search: Search,
        loaded: Loaded,
        store: SweepStore,
    ) -> None:
        self._program, self._args, self._search = program, args, search
        self._loaded, self._store = loaded, store
        self._windows: Sequence[Window] = ()
        if args.walk_forward is not None:
            self._windows = windows(trading_dates(loaded.market), *args.walk_forward)

    def run(self, line: ProgressLine) -> Findings:
        program, args, began = self._program, self._args, monotonic()
        job = Job(
            self._loaded.market,
            parameters(program.settings),
            program.home.absolute(),
            dict(program.user_code.hashes()),
        )
        # Before the journal hears of the sweep: nobody may answer.
        elsewhere = None if args.scheduler is None else Cluster(job, args.scheduler)
        with ExitStack() as at_end:
            if elsewhere is not None:
                at_end.callback(elsewhere.close)
            return self._found(job, elsewhere, line, began)

    def _found(
        self, job: Job, elsewhere: Cluster | None, line: ProgressLine, began: float
    ) -> Findings:
        program, args, body = self._program, self._args, self._body()
        begun = begin(self._store, body, args.resume, program.clock.now())

        def keep(found: Sequence[StoredResult]) -> None:
            self._store.put(begun.number, found)

        running = Running(job, begun.known, keep, args.jobs or os.cpu_count() or 1, elsewhere)
        with self._said_how_to_go_on(running, line):
            results, walked = self._results(running, line)
        self._store.end(begun.number, program.clock.now())
        rows = ranked(results, args.rank, args.min_trades)
        return Findings(
            about=body,
            search=self._search,
            rows=rows,
            by=args.rank,
            min_trades=args.min_trades,
            signs=self._signs(running, results, rows[0], walked),
            walk=walked,
            number=begun.number,
            ran=running.ran,
            processes=running.processes,
            wall_s=monotonic() - began,
            journal=self._store.name,
        )

    def _results(
        self, running: Running, line: ProgressLine
    ) -> tuple[list[StoredResult], WalkForward | None]:
        wanted = [(WHOLE, one) for one in self._search.sets]
        results = running.find(wanted, line.of(_SWEEPING))
        if not self._windows:
            return results, None
        return results, self._walked(running, line.of(_WALKING))

    def _walked(self, running: Running, progress: Progress) -> WalkForward:
        by, least = self._args.rank, self._args.min_trades
        days = trading_dates(self._loaded.market)
        return walk(running, self._search, self._windows, days, by, least, progress)

    def _signs(
        self,
        running: Running,
        results: Sequence[StoredResult],
        best: Ranked,
        walked: WalkForward | None,
    ) -> tuple[Sign, ...]:
        outcome, _ = running.worker.run(WHOLE, self._search.at(best.place).changes)
        profits = [float(trade.net_pnl) for trade in outcome.trades]
        return signs(results, best.place, profits, walked, self._args.seed)

    @contextmanager
    def _said_how_to_go_on(self, running: Running, line: ProgressLine) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            line.clear()
            self._program.say(
                Text(
                    "중단했습니다. 끝난 결과는 매매일지에 있으니 같은 명령에 --resume을 붙여 "
                    "이어서 하세요",
                    "broken off; what was found is in the journal: go on with the same command "
                    "and --resume",
                )
            )
            raise
        finally:
            running.close()

    def _body(self) -> dict[str, Any]:
        """Return what makes two sweeps the same one."""
        args, search, program = self._args, self._search, self._program
        return {
            "version": VERSION,
            "data": [{"symbol": one.symbol, "sha256": one.sha256} for one in self._loaded.reports],
            "days": {
                "from": args.from_ and args.from_.isoformat(),
                "to": args.to_ and args.to_.isoformat(),
                "calendar": self._loaded.calendar.name,
                "timezone": program.zone.key,
                "skip_bad_rows": args.skip_bad_rows,
                "walk_forward": args.walk_forward and list(args.walk_forward),
            },
            "settings": parameters(program.settings),
            "search": {
                "axes": {axis.key: list(axis.values) for axis in search.axes},
                "random": args.random,
                "seed": None if args.random is None else args.seed,
            },
            "code": dict(program.user_code.hashes()),
        }
