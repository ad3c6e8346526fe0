"""Writes what a backtest leaves behind: trades, equity, bars, summary and report.

Times are ISO 8601 with the offset of the market's zone, floats have full precision, and whole money
has no decimal point (strategy.md, section 6).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from core.backtest.bars_csv import FIRST_COLUMNS, write_bars
from core.backtest.csv_columns import are_whole, chunks, numbers, times, write_rows
from core.backtest.outcome import Progress, silent
from core.backtest.output_folder import OutputFolder
from core.backtest.report import report_page
from core.backtest.report.frame import SIGN
from core.backtest.run import Run
from core.backtest.sensitivity import sensitivity
from core.backtest.summary import MODE, summary

__all__ = ["Run", "check_folder", "write"]

TRADE_COLUMNS = (
    "symbol",
    "entry_time",
    "entry_price",
    "quantity",
    "exit_time",
    "exit_price",
    "exit_reason",
    "gross_pnl",
    "commission",
    "tax",
    "net_pnl",
)
EQUITY_COLUMNS = ("time", "cash", "market_value", "equity")
TRADES, EQUITY, SUMMARY, REPORT = "trades.csv", "equity.csv", "summary.json", "report.html"
_OWN = {
    TRADES: ",".join(TRADE_COLUMNS),
    EQUITY: ",".join(EQUITY_COLUMNS),
    SUMMARY: f'{{\n "mode": "{MODE}"',
    REPORT: SIGN,
    "bars/*.csv": ",".join(FIRST_COLUMNS),
}
_FILES = 0.5  # about the share of the time that all but the report take


def check_folder(out: Path) -> None:
    """Refuse an `--out` that can't be used before a long run; see `OutputFolder.check`."""
    OutputFolder(out, _OWN).check()


def write(
    out: Path,
    run: Run,
    language: str = "ko",
    export_bars: bool = False,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write the files of a run to the folder `out`; return their paths.

    All take their places at the end, so that a run broken off leaves nothing half-written. Files
    of an earlier run are replaced; any other file of those names is an error.

    Raises:
        OutputError: The folder can't be used.
    """
    writers: dict[str, Callable[[TextIO], object]] = {
        TRADES: lambda file: write_trades(file, run),
        EQUITY: lambda file: write_equity(file, run),
    }
    if export_bars:
        writers |= {
            f"bars/{bars.symbol}.csv": _bars_writer(run, at)
            for at, bars in enumerate(run.market.symbols)
        }
    names = [*writers, SUMMARY, REPORT]
    writers[SUMMARY] = lambda file: file.write(_json(run, names))
    writers[REPORT] = lambda file: file.write(_report(run, language, progress))
    with OutputFolder(out, _OWN).replaced() as fresh:
        for done, (name, write_to) in enumerate(writers.items()):
            progress(_FILES * done / len(writers))
            (fresh / name).parent.mkdir(exist_ok=True)
            with (fresh / name).open("w", encoding="utf-8", newline="") as file:
                write_to(file)
    return tuple(out / name for name in writers)


def write_trades(file: TextIO, run: Run) -> None:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(TRADE_COLUMNS)
    zone = run.market.zone
    for trade in run.outcome.trades:
        rows.writerow(
            (
                trade.symbol,
                trade.entry_time.astimezone(zone).isoformat(),
                trade.entry_price,
                trade.quantity,
                trade.exit_time.astimezone(zone).isoformat(),
                trade.exit_price,
                trade.exit_reason.value,
                trade.gross_pnl,
                trade.commission,
                trade.tax,
                trade.net_pnl,
            )
        )


def write_equity(file: TextIO, run: Run) -> None:
    curve = run.outcome.equity
    file.write(",".join(EQUITY_COLUMNS) + "\n")
    columns = (curve.cash, curve.market_value, curve.equity)
    is_whole = isinstance(run.outcome.cash, int) and are_whole(*columns)
    for part in chunks(len(curve.time)):
        texts = [numbers(column[part], is_whole) for column in columns]
        write_rows(file, [times(curve.time[part], run.market.zone), *texts])


def _bars_writer(run: Run, at: int) -> Callable[[TextIO], object]:
    bars, trades = run.market.symbols[at], run.outcome.trades
    return lambda file: write_bars(file, bars, trades, run.settings, run.market.zone)


def _report(run: Run, language: str, progress: Progress) -> str:
    tried = sensitivity(run, lambda share: progress(_FILES + (1 - _FILES) * share))
    return report_page(run, tried, language)


def _json(run: Run, names: list[str]) -> str:
    return json.dumps(summary(run, names), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
