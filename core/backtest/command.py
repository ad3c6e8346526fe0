"""The command `backtest`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace

from config.errors import ConfigError
from config.schema import Settings
from config.text import Text
from core.backtest.chosen_data import load_chosen
from core.backtest.exact import run_exact
from core.backtest.fast import run_fast
from core.backtest.files import Run, check_folder, write
from core.backtest.lookahead_command import look_ahead
from core.backtest.market import MarketData
from core.backtest.off_grid import off_grid
from core.backtest.outcome import Outcome, Progress
from core.backtest.progress_line import ProgressLine
from core.backtest.result_table import table
from core.backtest.summary import result
from core.backtest.twin.beside import twins_beside
from core.backtest.twin.compare import Twin
from core.clock import monotonic
from core.commands.console import DONE, say_object, say_result
from core.domain.errors import JournalError
from core.predict.options import AiOptions
from core.program import Program

Engine = Callable[[MarketData, Settings, Progress], Outcome]
ENGINES: dict[str, Engine] = {"fast": run_fast, "exact": run_exact}

_READING = Text("파일 읽기", "reading files")
_TRADING = Text("백테스트", "backtest")
_WRITING = Text("결과 쓰기", "writing results")
_NO_AI = Text(
    "백테스트에는 AI 예측이 없습니다. ai 조건은 양쪽 모두 0점입니다",
    "a backtest has no AI predictions: the rule ai counts 0 on both sides",
)
NOT_BESIDE = Text(
    "보고서에 실제 체결과의 비교를 넣지 못했습니다. 매매일지를 읽을 수 없습니다: {}",
    "the report does without what was really filled, as the journal can't be read: {}",
)


def backtest(program: Program, args: Namespace) -> int:
    """Trade on recorded bars, print the result, write the files that were asked for.

    Raises:
        ConfigError: Options that contradict each other.
        DataError: The files can't be used.
        OutputError: The folder for the results can't be used.
    """
    _check(args)
    line = ProgressLine(program.language)
    loaded = load_chosen(program, args, line.of(_READING))
    if args.look_ahead:
        line.clear()
        return look_ahead(program, loaded.market, args.json)
    if program.settings[AiOptions].enabled:
        program.say(_NO_AI)
    if (warning := off_grid(loaded.market, program.settings)) is not None:
        program.say(warning)
    began = monotonic()
    outcome = ENGINES[args.engine](loaded.market, program.settings, line.of(_TRADING))
    run = Run(
        outcome,
        loaded.market,
        program.settings,
        loaded.reports,
        args.engine,
        monotonic() - began,
        loaded.calendar.name,
        args.from_,
        args.to_,
        made=program.clock.now(),
    )
    if args.out is not None:
        run = replace(run, beside=_beside(program, run))
        write(args.out, run, program.language, args.export_bars, line.of(_WRITING))
    line.clear()
    if args.json:
        say_object(result(run, args.out), as_json=True)
    else:
        say_result(table(run, args.out, program.language))
    return DONE


def _beside(program: Program, run: Run) -> tuple[Twin, ...]:
    """Return what was really traded on the run's days; a journal in the way only costs that."""
    try:
        return twins_beside(program.journal_target, run)
    except JournalError as error:
        program.say(NOT_BESIDE.format(error))
        return ()


def _check(args: Namespace) -> None:
    if args.export_bars and args.out is None:
        raise ConfigError(
            Text(
                "--export-bars는 --out DIR과 함께 쓰세요",
                "--export-bars needs --out DIR to write to",
            )
        )
    if args.out is not None:
        check_folder(args.out)
