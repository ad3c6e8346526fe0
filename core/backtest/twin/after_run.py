"""Makes the twin that is due when a run without a window has ended."""

from __future__ import annotations

from datetime import datetime

from core.backtest.twin.command import twin_of
from core.backtest.twin.options import TwinOptions
from core.backtest.twin.pending import last_over, pending
from core.backtest.twin.words import failed, made
from core.domain.errors import TerminalError
from core.program import Program


def twin_after(program: Program, now: datetime) -> None:
    """Compare the newest recorded day that is over at `now`, and say what came of it.

    Nothing is done where it was compared before, and nothing is raised: the run has ended well.
    """
    if not program.settings[TwinOptions].daily_twin:
        return
    day = last_over(program.calendar, now)
    try:
        found = pending(program, day)
        if found is None:
            return
        day = found.day
        program.say(made(twin_of(program, found.session, program.language, is_over=True)))
    except (TerminalError, OSError) as error:
        program.say(failed(day, error))
