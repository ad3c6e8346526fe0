"""The command `journal twin`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import date

from config.schema import Settings
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from core.backtest.twin.kept import Kept, keep_twin
from core.backtest.twin.make import make_twin
from core.backtest.twin.plain import as_json, rows_of, summary_of, title_of
from core.commands.console import DONE, say_result
from core.journal.encoding import dumps
from core.program import Program


def twin(program: Program, args: Namespace) -> int:
    """Compare a recorded session with its backtest, print it and keep page and JSON file.

    Raises:
        RecordingError, JournalError: There is nothing to compare.
        OSError: The files can't be written.
    """
    kept = twin_of(program, args.session, program.language)
    if args.json:
        say_result(dumps(as_json(kept.twin)))
        return DONE
    say_result(title_of(kept.twin).in_(program.language))
    for row in rows_of(kept.twin):
        say_result("  ".join(text for cell in row if (text := cell.in_(program.language))))
    say_result(summary_of(kept.twin).in_(program.language))
    say_result(str(kept.page))
    return DONE


def twin_of(program: Program, session: int | None, language: str, is_over: bool = False) -> Kept:
    """Make and keep the twin of a session's day, of the last one recorded where None is named.

    `is_over`: nothing more will come of that day, whatever its sessions have seen of its close.
    """
    made = make_twin(program, session, run)
    return keep_twin(replace(made, is_final=made.is_final or is_over), program.home, language)


def run(market: MarketData, settings: Settings, day: date) -> Outcome:
    """Backtest a market from `day` on."""
    from core.backtest.fast import run_fast  # its numerics are loaded for a twin only

    return run_fast(market, settings, trade_from=day)
