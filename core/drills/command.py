"""The command `drill`: does every drill and says how each went."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import arguments
from config.files import write_atomically
from config.text import Text
from core.commands.console import DONE, FAILED, say_object, say_result
from core.drills import table
from core.drills.bench import Bench, Wire
from core.drills.doom import Doom, DoomedProgram, save_for_ever
from core.drills.drill import Outcome
from core.drills.run import chosen, run_all
from core.instance import acquire
from core.program import Program

Doomed = Callable[[Program, Namespace, Doom], int]
"""Runs a terminal without a window, which ends itself at its time."""

RESULT = "drills.json"
"""In the home folder: how all the drills went when they were last done."""
WAITING, OVER = "waiting", "over"
"""States of a drill in the lines of JSON on standard error."""
SAVING = "saving"
"""The victim that does nothing but save a file."""


def drill(program: Program, args: Namespace, wire: Wire, app: Path, doomed: Doomed) -> int:
    """Do the drills that were asked for; `app` is the program's file, for children of its own."""
    if args.victim:
        return _be_a_victim(args.victim, doomed)
    drills = chosen(args.only)
    if args.list:
        say_result(table.listed(drills, program.language))
        return DONE

    def bench(folder: Path) -> Bench:
        return Bench(
            folder, wire, program.calendar, command_of(app), args.seed, args.kills, program.say
        )

    if args.json:
        for each in drills:
            _tell(program, {"state": WAITING, **each.as_json()})
    outcomes: list[Outcome] = []
    for outcome in run_all(drills, bench):
        outcomes.append(outcome)
        if args.json:
            _tell(program, {"state": OVER, **outcome.as_json()})
        elif not args.markdown:
            say_result(table.line(outcome, program.language))
    _say_all(outcomes, program, args)
    return DONE if all(outcome.passed for outcome in outcomes) else FAILED


def command_of(app: Path) -> list[str]:
    """Return what begins the command line of a process of this program."""
    is_frozen = getattr(sys, "frozen", False)  # one file, without an interpreter beside it
    return [sys.executable] if is_frozen else [sys.executable, str(app.resolve())]


def _be_a_victim(words: Sequence[str], doomed: Doomed) -> int:
    """Do what a drill wants done in a process that does not end by itself."""
    what, *rest = words
    if what == SAVING:
        save_for_ever(Path(rest[0]))
    doom, args = Doom(what), arguments.parse(rest)
    program = DoomedProgram(args, doom)
    with acquire(program.home, program.clock.now(), args.command) as program.lock:
        return doomed(program, args, doom)


def _tell(program: Program, state: Mapping[str, Any]) -> None:
    """Say on standard error how one drill stands, for who shows the progress."""
    program.say(Text.of(json.dumps(state)))


def _say_all(outcomes: Sequence[Outcome], program: Program, args: Namespace) -> None:
    result = table.as_json(outcomes, args.kills, args.seed, program.clock.now())
    if not args.only:
        write_atomically(program.home / RESULT, json.dumps(result, indent=1))
    if args.json:
        say_object(result, as_json=True)
    elif args.markdown:
        say_result(table.markdown(outcomes, program.language))
    program.say(table.summary(outcomes))
