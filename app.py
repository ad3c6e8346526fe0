"""The program: reads the command line, names the concrete classes, and wires them together."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()  # a frozen program that was started to work for another does just that
    # The imports below take a second. Nothing has begun by then, so stopping is clean.
    for _number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(_number, lambda *_: os._exit(130))

import math
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from broker import lines, wires
from broker.kiwoom import ocx
from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.faults import foreign_lots
from broker.kiwoom.emulator.rehearsal import rehearse
from broker.kiwoom.history import time_before_open
from broker.kiwoom.live_check import LiveCheck
from broker.kiwoom.live_steps import STEPS
from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from broker.paced import PacedVenue
from config import arguments
from config.errors import ConfigError
from config.sections import MarketOptions, WindowOptions
from config.text import Text
from core.backtest.command import backtest
from core.backtest.sweep.command import sweep
from core.backtest.twin.after_run import twin_after
from core.backtest.twin.command import twin
from core.clock import ScaledClock, SimClock, WallClock
from core.commands.agreement import say_agreement
from core.commands.console import (
    DONE,
    FAILED,
    INTERRUPTED,
    NOT_FLAT,
    WRONG_USAGE,
    fail,
    on_stop_signals,
    said,
    say_object,
)
from core.commands.live_check import report
from core.commands.replay import chosen_replay, export
from core.commands.replay_window import watch
from core.commands.reports import config, doctor, journal
from core.commands.rescue import Rescue, flatten_at, flatten_by_asking, flatten_ourselves
from core.commands.screen import check_screen, has_screen
from core.commands.stepped import SteppedRun
from core.commands.wire import Calls, WindowRun, Wire
from core.domain.errors import BrokerError, InstanceError
from core.domain.session import Phase
from core.drills.command import drill
from core.drills.doom import Doom
from core.drivers import Inbox
from core.engine.timetable import phase_at, takes_closing_price
from core.instance import acquire
from core.program import Program
from core.risk.sizing import SizingOptions
from core.simulation.listings import listings
from core.simulation.setup import DemoDay, demo_session, demo_venue, watched_lead
from core.simulation.venue import Venue

_SIMULATED_ACCOUNT = "80******11"
_ON_PAPER = Text(
    "마지막 실행은 페이퍼라 키움에는 보유가 없습니다. --mode paper로 다시 시작해 청산하세요",
    "the last run was on paper: nothing is held at Kiwoom. Flatten in --mode paper, whose orders "
    "need the live feed",
)
_CLOSED = (Phase.CLOSED_DAY, Phase.BEFORE_OPEN, Phase.AFTER_CLOSE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (cli.md). An existing QApplication is used again."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        with on_stop_signals(signal.default_int_handler):
            args = arguments.parse(words)
            return _COMMANDS[args.command](Program(args), args)
    except SystemExit as ended:  # --help
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ConfigError as error:
        return fail(error, words, WRONG_USAGE)
    except Exception as error:  # the program's edge
        return fail(error, words, FAILED)


# without a window


def headless(program: Program, args: Namespace, doom: Doom | None = None) -> int:
    calendar = program.calendar
    session = demo_session(program.settings, calendar, program.clock.now())
    day = DemoDay(session, args.seed, session.open - time_before_open(program.settings))
    venue = _demo_venue(program, args, day)
    until = day.session.close
    if args.minutes is not None:
        until = venue.start + timedelta(minutes=args.minutes)
    symbols = program.settings[MarketOptions].symbols
    is_plain = args.broker != "kiwoom"
    connect = lines.paced if is_plain else lines.emulated(program.settings, calendar)
    run = SteppedRun(
        program,
        connect if doom is None else doom.wrap(connect),
        venue,
        symbols,
        "demo",
        args.speed,
        until,
        args.seed,
        program.day_memory(args.exchange_state),
        afterwards=twin_after if doom is None else None,
    )
    return run.run(args, needs_flat=args.until_close)


def _demo_venue(program: Program, args: Namespace, day: DemoDay, has_books: bool = False) -> Venue:
    symbols = program.settings[MarketOptions].symbols
    if not listings().keys() & set(symbols):
        codes = ", ".join(symbols)
        raise ConfigError(
            Text(
                f"market.symbols: 데모 시장에 있는 종목이 하나도 없습니다: {codes}",
                f"market.symbols: the demo market has none of these: {codes}",
            )
        )
    state, settings = args.exchange_state, program.settings
    program.remember_run("demo", state)
    lots = foreign_lots(settings[EmulatorOptions]) if args.broker == "kiwoom" else ()
    cash = settings[SizingOptions].start_capital
    return demo_venue(day, settings, program.calendar, cash, state, has_books, lots)


def replay(program: Program, args: Namespace) -> int:
    chosen = chosen_replay(program, args)
    if chosen.recording is not None and args.export is not None:
        return export(program, args, chosen.recording)
    program.remember_run("replay", None)
    if args.gui:
        return watch(args, chosen, wires.replayed, partial(_window, program, args))
    venue, speed = chosen.make_venue(), args.speed or math.inf
    stepped = SteppedRun(program, lines.simulated, venue, chosen.symbols, "replay", speed)
    code = replace(stepped, **chosen.terms).run(args, needs_flat=True)
    if chosen.recording is not None:
        say_agreement(program, chosen.recording.header)
    return code


# the window


def gui(program: Program, args: Namespace) -> int:
    run = _demo_run(program, args) if args.mode == "demo" else _kiwoom_run(program, args)
    return _window(program, args, run)


def _demo_run(program: Program, args: Namespace) -> WindowRun:
    session = demo_session(program.settings, program.calendar, program.clock.now())
    day = DemoDay(session, args.seed, session.open - watched_lead(args.speed))
    has_books = args.broker == "kiwoom" and program.settings[KiwoomOptions].kiwoom_books
    venue = _demo_venue(program, args, day, has_books)

    def wire(inbox: Inbox, calls: Calls, clock: SimClock | ScaledClock) -> Wire:
        if args.broker == "simulated":
            return wires.simulated(PacedVenue(venue), inbox, clock)
        return wires.emulated(venue, inbox, clock, program.settings, calls, program.calendar)

    symbols = program.settings[MarketOptions].symbols
    memory = program.day_memory(args.exchange_state)
    return WindowRun(
        "demo",
        symbols,
        partial(_clock_of, venue, args.speed),
        wire,
        _SIMULATED_ACCOUNT,
        seed=args.seed,
        day_memory=memory,
    )


def _kiwoom_run(program: Program, args: Namespace) -> WindowRun:
    """Describe a run on the real control, which is made when the window's thread is there."""
    if args.broker != "kiwoom" or args.speed != 1:
        raise ConfigError(
            Text(
                f"--mode {args.mode}은(는) 키움과 실제 시간으로만 됩니다(--broker kiwoom, 배속 1)",
                f"--mode {args.mode} needs Kiwoom and real time (--broker kiwoom, speed 1)",
            )
        )
    program.remember_run(args.mode, args.exchange_state)
    settings = program.settings

    def wire(inbox: Inbox, calls: Calls, clock: WallClock) -> Wire:
        if args.mode == "live":
            return wires.live(ocx.make_control(), inbox, clock, settings, calls)
        return wires.paper(
            ocx.make_control(),
            inbox,
            clock,
            settings,
            calls,
            program.calendar,
            args.exchange_state,
        )

    memory = program.kiwoom_memory(args.mode, args.exchange_state)
    symbols = settings[MarketOptions].symbols
    return WindowRun(args.mode, symbols, lambda: program.clock, wire, day_memory=memory)


def _clock_of(venue: Venue, speed: float) -> SimClock | ScaledClock:
    return SimClock(venue.start) if math.isinf(speed) else ScaledClock(venue.start, speed)


def _window(program: Program, args: Namespace, run: WindowRun) -> int:
    check_screen()
    from gui.session import run_window  # Qt is loaded for a window only

    return run_window(program, args, run)


# the control, looked at


def _doctor(program: Program, args: Namespace) -> int:
    return live_check(program, args) if args.live_check else doctor(program, args)


def live_check(program: Program, args: Namespace) -> int:
    """Look at Kiwoom's control; where there is none, rehearse on the emulated one and say so."""
    if sys.platform == "win32":
        return _check_real(program, args)
    program.say(
        Text(
            "키움 컨트롤은 Windows에만 있어 가상 컨트롤로 연습합니다",
            "Kiwoom's control exists on Windows only: this is a rehearsal on the emulated one",
        )
    )
    day = DemoDay(demo_session(program.settings, program.calendar, program.clock.now()), 1)
    cash = program.settings[SizingOptions].start_capital
    venue = demo_venue(day, program.settings, program.calendar, cash, publishes_books=True)
    seen = rehearse(venue, program.settings, program.calendar, program.say)
    return report(program, seen, "emulated", args.json)


def _check_real(program: Program, args: Namespace) -> int:
    from gui.application import Application
    from gui.lone_runs import run_until

    Application(program.settings[WindowOptions].theme)
    check = LiveCheck(ocx.make_control(), program.clock, STEPS, program.say)
    check.begin()
    run_until(lambda: check.is_over, lambda: check.on_time(program.clock.now()))
    return report(program, check.observed, "real", args.json)


# flatten from another process


def flatten(program: Program, args: Namespace) -> int:
    """Ask the running instance; if it does not answer, do it at the broker ourselves."""
    try:
        answer = flatten_by_asking(program)
    except InstanceError as error:
        program.say(Text("실행 중인 터미널로는 할 수 없습니다: {}", "{}").format(error.text))
        answer = _flatten_ourselves(program, args.exchange_state)
    say_object(answer, args.json)
    return DONE if answer["is_done"] else NOT_FLAT


def _flatten_ourselves(program: Program, state: Path | None) -> dict[str, Any]:
    """Flatten where the last run traded, unless the books of a simulated exchange are named."""
    mode = "demo" if state else program.last_mode()
    if mode == "live":
        return _flatten_at_kiwoom(program)
    if mode == "paper":
        raise BrokerError(_ON_PAPER)
    return flatten_ourselves(program, lines.simulated, state)


def _flatten_at_kiwoom(program: Program) -> dict[str, Any]:
    from gui.application import Application
    from gui.lone_runs import flatten as drive_flatten
    from gui.owner_calls import OwnerCalls

    Application(program.settings[WindowOptions].theme)
    clock, calls = program.clock, OwnerCalls()
    options = program.settings[KiwoomOptions]
    adapter = KiwoomOpenApi(ocx.make_control(), lambda _: None, clock, calls.call, options)

    def is_hopeless() -> bool:
        now, calendar = clock.now(), program.calendar
        return phase_at(calendar, now) in _CLOSED and not takes_closing_price(calendar, now)

    def drive(rescue: Rescue) -> None:
        adapter.add_listener(rescue.hear)
        adapter.connect()
        drive_flatten(
            rescue,
            lambda: rescue.has_heard and is_hopeless(),
            lambda: adapter.on_time(clock.now()),
        )

    try:
        return flatten_at(program, adapter, clock, drive)
    finally:
        adapter.close()
        calls.finish()


# what was really done, and what would have been


def _journal(program: Program, args: Namespace) -> int:
    return twin(program, args) if args.action == "twin" else journal(program, args)


# emergencies on purpose


def _drill(program: Program, args: Namespace) -> int:
    return drill(program, args, lines.emulated, Path(__file__), headless)


_Command = Callable[[Program, Namespace], int]


def _alone(command: _Command) -> _Command:
    """Run a command that holds the home folder from before it touches anything of a run."""

    def run(program: Program, args: Namespace) -> int:
        with acquire(program.home, program.clock.now(), args.command) as program.lock:
            return command(program, args)

    return run


def _shown(command: _Command) -> _Command:
    """Say in a box too why no window opens: who double-clicks reads no standard error."""

    def run(program: Program, args: Namespace) -> int:
        try:
            return command(program, args)
        except (InstanceError, BrokerError) as error:
            if __name__ == "__main__" and has_screen():
                from gui.application import show_refusal

                show_refusal(said(error).in_(program.language))
            raise

    return run


_COMMANDS: Mapping[str, _Command] = {
    "gui": _shown(_alone(gui)),
    "headless": _alone(headless),
    "replay": _alone(replay),
    "backtest": backtest,
    "sweep": sweep,
    "flatten": flatten,
    "journal": _journal,
    "drill": _drill,
    "doctor": _doctor,
    "config": config,
}


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):  # some pipes can't carry Korean
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
