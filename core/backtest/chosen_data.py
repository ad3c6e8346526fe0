"""The bars that a command line asks for, with what was found in their files."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from config.errors import ConfigError
from config.sections import MarketOptions
from config.text import Text
from core.backtest.load_texts import lines
from core.backtest.loading import Loaded, load
from core.backtest.outcome import Progress
from core.data.bars import ENDINGS
from core.domain.errors import DataError
from core.program import Program
from core.sessions import CalendarOptions, TradingCalendar, calendar_of_home

_SHOWN = 12  # symbols named of a folder


def load_chosen(program: Program, args: Namespace, progress: Progress) -> Loaded:
    """Read the files that the options of `add_market_data` name, and say what was found.

    Raises:
        ConfigError: Dates the wrong way round.
        DataError: A file is missing, can't be read or has bad rows; or no bar is left.
    """
    if args.from_ and args.to_ and args.from_ > args.to_:
        raise ConfigError(
            Text(
                f"--from {args.from_}이(가) --to {args.to_}보다 늦습니다",
                f"--from {args.from_} is after --to {args.to_}",
            )
        )
    calendar = _calendar(program, args.calendar)
    found = load(
        args.data,
        args.symbols or _symbols(program, args.data),
        calendar,
        program.zone,
        calendar.name == "XKRX",
        args.from_,
        args.to_,
        args.skip_bad_rows,
        program.say,
        progress,
    )
    for report in found.reports:
        for line in lines(report):
            program.say(line)
    return found


def _calendar(program: Program, name: str | None) -> TradingCalendar:
    if name is None or name == program.settings[CalendarOptions].calendar:
        return program.calendar
    return calendar_of_home(program.home, name, program.zone)


def _symbols(program: Program, folder: Path) -> list[str]:
    """Return the symbols of the settings that have a file."""
    wanted = program.settings[MarketOptions].symbols
    there = files_in(folder)
    found = [symbol for symbol in wanted if symbol in there]
    if found:
        return found
    named = ", ".join(there[:_SHOWN]) + (" ..." if len(there) > _SHOWN else "")
    if not there:
        raise DataError(
            Text(
                f"{folder}: 1분봉 파일이 없습니다. 종목코드_1min.csv.gz, .csv 또는 .parquet이 "
                "있는 폴더를 --data로 주세요",
                f"{folder}: no files of 1-minute bars; give --data a folder with "
                "SYMBOL_1min.csv.gz, .csv or .parquet",
            )
        )
    raise DataError(
        Text(
            f"{folder}: market.symbols의 종목 파일이 없습니다. --symbols로 고르세요. 있는 것: "
            f"{named}",
            f"{folder}: no file of any symbol in market.symbols; choose with --symbols. There "
            f"are: {named}",
        )
    )


def files_in(folder: Path) -> list[str]:
    """Return the symbols that a folder has 1-minute bars of, in alphabetical order."""
    if not folder.is_dir():
        return []
    names = {path.name for path in folder.iterdir() if path.is_file()}
    tails = [f"_1min{ending}" for ending in ENDINGS]
    return sorted({n.removesuffix(t) for n in names for t in tails if n.endswith(t)})
