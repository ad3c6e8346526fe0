"""The program: reads the command line, names the concrete classes, and wires them together."""

from __future__ import annotations

import os
import signal
import sys

if __name__ == "__main__":
    # The imports below take a second. Nothing has begun by then, so stopping is clean.
    for _number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(_number, lambda *_: os._exit(130))

import json
import math
import traceback
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from broker.simulated import SimulatedBroker, VenueThread
from config import arguments
from config.errors import ConfigError
from config.report import json_schema, settings_table, shown_settings
from config.secrets import Secrets, system_keyring
from config.sections import MarketOptions, WindowOptions
from config.text import Text
from core.clock import ScaledClock, SimClock, monotonic
from core.data.ticks import TickFile, merge
from core.doctor import DoctorContext, Level, run_doctor, worst
from core.domain.errors import BrokerError, InstanceError, JournalError, TerminalError
from core.domain.messages import (
    Event,
    FlattenProgressed,
    Message,
    Noted,
    Severity,
    Shutdown,
    Start,
    TradeClosed,
)
from core.domain.portfolio import Trade
from core.drivers import Inbox, Pace, run_live, run_stepped
from core.engine import Engine
from core.engine.outside import Outside
from core.engine.result import result_of
from core.engine.timetable import phase_at
from core.execution.flatten_books import FlattenBooks
from core.execution.last_resort import LastResort
from core.instance import ControlServer, acquire, ask, owner_of, take_over
from core.instance.guard import GuardedBroker
from core.instance.lock import is_in_use
from core.instance.remote import RemoteControl, progress_json
from core.journal import SqlJournal, Verification, export_csv, verify
from core.journal.records import session_record
from core.ports import Clock, Post
from core.predict.http import HttpPredictor
from core.predict.options import AiOptions
from core.program import VERSION, Program
from core.risk.sizing import SizingOptions
from core.sessions import CalendarOptions
from core.simulation.listings import listings
from core.simulation.setup import DemoDay, demo_venue, latest_session, recorded_venue
from core.simulation.venue import Venue

DONE, FAILED, WRONG_USAGE, NOT_FLAT, INTERRUPTED = 0, 1, 2, 3, 130
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE_MS = 5_000  # for the engine's thread to end
_SIMULATED_ACCOUNT = "80******11"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (cli.md). An existing QApplication is used again."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        with _on_stop_signals(signal.default_int_handler):
            args = arguments.parse(words)
            return _COMMANDS[args.command](Program(args), args)
    except SystemExit as ended:  # --help
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ConfigError as error:
        return _fail(error, words, WRONG_USAGE)
    except Exception as error:  # the program's edge
        return _fail(error, words, FAILED)


def _fail(error: Exception, words: Sequence[str], code: int) -> int:
    """Say in one line what went wrong."""
    if "--debug" in words:
        traceback.print_exception(error)
    said = _said(error).in_(arguments.asked_language(words))
    print(said.replace("\n", " "), file=sys.stderr)
    return code


def _said(error: Exception) -> Text:
    if isinstance(error, ConfigError):
        text = error.text
    elif isinstance(error, TerminalError | OSError) and str(error):
        text = Text.of(str(error))
    else:
        text = Text(
            f"프로그램 내부 오류입니다. 알려 주세요: {error!r}",
            f"internal error, please report it: {error!r}",
        )
    return Text(f"오류: {text.ko}", f"error: {text.en}")


@contextmanager
def _on_stop_signals(handle: Callable[[int, Any], Any]) -> Iterator[None]:
    before = {number: signal.signal(number, handle) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# What a trading command needs


@dataclass(frozen=True, slots=True)
class Seat:
    """One instance at work on a home folder: its journal, and its ear for other processes."""

    journal: SqlJournal
    remote: RemoteControl


@contextmanager
def take_seat(program: Program, post: Post) -> Iterator[Seat]:
    """Listen for commands, and keep the journal open."""
    with ExitStack() as stack:
        remote = RemoteControl(post)
        server = ControlServer(program.home, remote)
        stack.callback(server.close)
        journal = program.open_journal()
        stack.callback(journal.close)
        server.start()
        yield Seat(journal, remote)


def begin_session(
    program: Program, journal: SqlJournal, mode: str, now: datetime, seed: int | None = None
) -> str:
    """Journal the start of a run; return the prefix of its order ids, new in this journal."""
    kind, fields = session_record(
        mode=mode,
        version=VERSION,
        start_capital=program.settings[SizingOptions].start_capital,
        settings=program.settings.as_json(),
        seed=seed,
    )
    journal.record(kind, now, fields)
    journal.commit()
    # With the time, as an exchange's books may outlive a journal and know the ids of another one.
    return f"{now:%y%m%d%H%M%S}-{journal.session}"


def make_engine(
    program: Program,
    seat: Seat,
    outside: Outside,
    symbols: Sequence[str],
    mode: str,
    seed: int | None,
) -> Engine:
    run_id = begin_session(program, seat.journal, mode, outside.clock.now(), seed)
    return Engine(program.settings, outside, symbols, run_id)


# headless and replay without a window


@dataclass
class SteppedRun:
    """A run in this thread, in market time."""

    program: Program
    venue: Venue
    symbols: Sequence[str]
    mode: str
    speed: float
    until: datetime | None = None
    seed: int | None = None

    def run(self, args: Namespace, needs_flat: bool) -> int:
        """Trade, print the result, return the exit code."""
        inbox: deque[Message] = deque()
        clock = SimClock(self.venue.start)
        pace = Pace(clock.now(), self.speed)
        broker = SimulatedBroker(self.venue, inbox.append, clock)
        began = monotonic()
        with ExitStack() as stack:
            interrupted = stack.enter_context(_interruptible(inbox, pace))
            stack.callback(broker.close)
            seat = stack.enter_context(take_seat(self.program, inbox.append))
            predictor = HttpPredictor(self.program.settings[AiOptions], inbox.append)
            stack.callback(predictor.close)
            guarded = GuardedBroker(broker, self.program.lock)
            outside = Outside(
                clock, broker, guarded, seat.journal, self.program.calendar, predictor
            )
            engine = make_engine(self.program, seat, outside, self.symbols, self.mode, self.seed)
            inbox.append(Start())
            tell = _Telling(self.program, seat.remote)
            run_stepped(engine, self.venue, clock, pace, inbox, tell, self.until)
            journal = seat.journal.name
        result = result_of(engine, self.mode, self.symbols, monotonic() - began, journal)
        _print_result(result, args.json)
        if interrupted:
            return INTERRUPTED
        return NOT_FLAT if needs_flat and not engine.is_flat else DONE


@contextmanager
def _interruptible(inbox: deque[Message], pace: Pace) -> Iterator[list[int]]:
    """Turn Ctrl+C and SIGTERM into a clean stop; the list holds the signals that came."""
    came: list[int] = []

    def stop(number: int, _: Any) -> None:
        came.append(number)
        inbox.append(Shutdown())
        pace.interrupt()

    with _on_stop_signals(stop):
        yield came


class _Telling:
    """Tells the person at the terminal of trades and troubles, and other processes of a flatten."""

    def __init__(self, program: Program, remote: RemoteControl) -> None:
        self._program, self._remote = program, remote

    def __call__(self, events: Sequence[Event]) -> None:
        self._remote.hear(events)
        for event in events:
            if isinstance(event, TradeClosed):
                self._tell(event.trade.exit_time, event.trade.symbol, _trade_text(event.trade))
            elif isinstance(event, Noted) and event.severity is not Severity.INFO:
                self._tell(event.time, event.symbol, event.text)

    def _tell(self, time: datetime, symbol: str, text: Text) -> None:
        start = f"{time:%m-%d %H:%M:%S} {symbol:<6} "
        self._program.say(Text(start + text.ko, start + text.en))


def _trade_text(trade: Trade) -> Text:
    entry, exit_ = (
        f"{price:,.2f}".removesuffix(".00") for price in (trade.entry_price, trade.exit_price)
    )
    line = f"{entry} → {exit_} x {trade.quantity:,} {trade.exit_reason.value}"
    net = f"{trade.net_pnl:+,.0f}"
    return Text(f"{line} 순손익 {net}", f"{line} net {net}")


def _print_result(result: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result), flush=True)  # ASCII, whatever the pipe's encoding
        return
    for name, value in result.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        shown = f"{value:,}" if is_number else value
        print(f"{name:<17} {shown}", flush=True)


def headless(program: Program, args: Namespace) -> int:
    day = DemoDay(latest_session(program.calendar, program.clock.now()), args.seed)
    venue = _demo_venue(program, day, args.exchange_state)
    until = day.session.close
    if args.minutes is not None:
        until = venue.start + timedelta(minutes=args.minutes)
    symbols = program.settings[MarketOptions].symbols
    run = SteppedRun(program, venue, symbols, "demo", args.speed, until, args.seed)
    return run.run(args, needs_flat=args.until_close)


def _demo_venue(program: Program, day: DemoDay, state: Path | None) -> Venue:
    program.remember_exchange_state(state)
    cash = program.settings[SizingOptions].start_capital
    return demo_venue(day, program.settings, program.calendar, cash, state)


def replay(program: Program, args: Namespace) -> int:
    is_krx = program.settings[CalendarOptions].calendar == "XKRX"
    files = [TickFile(path, program.zone, program.say, is_krx) for path in args.files]
    symbols = list(dict.fromkeys(file.symbol for file in files))
    cash = program.settings[SizingOptions].start_capital
    program.remember_exchange_state(None)
    venue = recorded_venue(merge(files), symbols, program.settings, cash)
    if args.gui:
        speed = args.speed or 1.0
        return _window(program, args, WindowRun(venue, symbols, "replay", speed, starts=True))
    run = SteppedRun(program, venue, symbols, "replay", args.speed or math.inf)
    return run.run(args, needs_flat=True)


# the window


@dataclass(frozen=True, slots=True)
class WindowRun:
    """What the window shows."""

    venue: Venue
    symbols: Sequence[str]
    mode: str
    speed: float
    starts: bool = False  # trading begins without START
    seed: int | None = None


def gui(program: Program, args: Namespace) -> int:
    day = DemoDay(latest_session(program.calendar, program.clock.now()), args.seed)
    venue = _demo_venue(program, day, args.exchange_state)
    symbols = program.settings[MarketOptions].symbols
    return _window(program, args, WindowRun(venue, symbols, "demo", args.speed, seed=args.seed))


def _window(program: Program, args: Namespace, run: WindowRun) -> int:
    """Open the window on a venue that runs in a thread of its own; return when it is closed."""
    _check_screen()
    from gui.application import Application  # Qt is loaded for a window only
    from gui.engine_thread import EngineThread
    from gui.main_window import MainWindow

    app = Application(args.theme or program.settings[WindowOptions].theme)
    inbox = Inbox()
    start = run.venue.start
    clock = SimClock(start) if math.isinf(run.speed) else ScaledClock(start, run.speed)
    broker = VenueThread(run.venue, inbox.put, clock, inbox.wait_drained)
    with ExitStack() as stack:
        stack.enter_context(app.hearing_signals())
        stack.callback(broker.close)
        seat = stack.enter_context(take_seat(program, app.passing_on(inbox.put)))
        predictor = HttpPredictor(program.settings[AiOptions], inbox.put)
        stack.callback(predictor.close)
        guarded = GuardedBroker(broker, program.lock)
        outside = Outside(clock, broker, guarded, seat.journal, program.calendar, predictor)
        engine = make_engine(program, seat, outside, run.symbols, run.mode, run.seed)
        thread = EngineThread(lambda publish: run_live(engine, inbox, clock, publish, True))
        window = MainWindow(_context(program, args, run, clock, inbox, broker, thread.isRunning))
        thread.published.connect(window.on_batch)
        thread.published.connect(seat.remote.hear)
        window.trading.panic.progressed.connect(lambda progress: seat.remote.hear([progress]))
        thread.failed.connect(window.on_engine_failed)
        app.flatten_asked.connect(window.trading.flatten)
        app.ended_from_outside.connect(window.close_without_asking)
        if run.starts:
            inbox.put(Start())
        thread.start()
        window.show()
        code = app.run()
        inbox.put(Shutdown())
        if not thread.wait(_PATIENCE_MS):
            raise TerminalError("the engine did not stop in 5 s; its last records may be missing")
    return code


def _check_screen() -> None:
    """Raise ConfigError where there is none: Qt would end the process."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, names)):
        raise ConfigError(
            Text(
                "화면이 없어 창을 열 수 없습니다. headless 명령을 쓰세요",
                "there is no display (DISPLAY is not set), so no window can open; use headless",
            )
        )


def _context(
    program: Program,
    args: Namespace,
    run: WindowRun,
    clock: Clock,
    inbox: Inbox,
    broker: VenueThread,
    is_engine_alive: Callable[[], bool],
) -> Any:
    from gui.context import Mode, WindowContext

    return WindowContext(
        settings=program.settings,
        mode=Mode(run.mode),
        account=_SIMULATED_ACCOUNT,
        language=program.language,
        theme=args.theme or program.settings[WindowOptions].theme,
        home=program.home,
        clock=clock,
        names={code: listing.name for code, listing in listings().items()},
        phase_at=partial(phase_at, program.calendar),
        post=inbox.put,
        broker=broker,
        add_report_listener=broker.add_listener,
        is_engine_alive=is_engine_alive,
        stop_engine=lambda: inbox.put(Shutdown()),
        save_settings=program.save,
        symbols=tuple(run.symbols) if run.mode == "replay" else (),
    )


# flatten from another process


def flatten(program: Program, args: Namespace) -> int:
    """Ask the running instance; if it does not answer, do it at the broker ourselves."""
    try:
        answer = _flatten_by_asking(program)
    except InstanceError as error:
        program.say(Text(f"실행 중인 터미널이 응답하지 않습니다: {error}", f"{error}"))
        answer = _flatten_ourselves(program, args.exchange_state)
    _print_result(answer, args.json)
    return DONE if answer["is_done"] else NOT_FLAT


def _flatten_by_asking(program: Program) -> dict[str, Any]:
    last: dict[str, Any] = {}
    told = ""
    for answer in ask(program.home, "flatten"):
        last = answer
        line = f"{answer['step']} {answer['left']}"
        if line != told:
            told = line
            program.say(Text(f"{line} {answer.get('note_ko', '')}", f"{line} {answer['note']}"))
    if not last:
        raise InstanceError("the terminal that runs on this home folder gave no progress")
    return {**last, "by": "instance"}


def _flatten_ourselves(program: Program, state: Path | None) -> dict[str, Any]:
    """Take the home folder over and flatten through the broker's own books."""
    path = state or program.last_exchange_state()
    if path is None:
        raise BrokerError(_nothing_to_flatten(program.home))
    if not path.exists():
        raise BrokerError(f"{path}: no such file; name the books by --exchange-state FILE")
    with ExitStack() as stack:
        stack.enter_context(take_over(program.home, program.clock.now(), "flatten"))
        day = DemoDay(latest_session(program.calendar, program.clock.now()), 1)
        cash = program.settings[SizingOptions].start_capital
        venue = demo_venue(day, program.settings, program.calendar, cash, path)
        stack.callback(venue.close)
        return _run_last_resort(program, venue, stack.enter_context(_recording(program)))


def _nothing_to_flatten(home: Path) -> str:
    lost = "with --exchange-state FILE its books outlive the terminal"
    if is_in_use(home):
        return (
            f"{owner_of(home)} does not answer, and the simulated exchange lives inside it alone: "
            f"end that process, and nothing is held or ordered any more; {lost}"
        )
    return (
        "the simulated exchange lived inside the terminal that ended: nothing is held or ordered "
        f"any more; {lost}"
    )


@contextmanager
def _recording(program: Program) -> Iterator[SqlJournal | None]:
    """Open the journal; what it can't do is said, since getting out matters more."""
    with ExitStack() as stack:
        journal: SqlJournal | None = None
        with _said_only(program):
            journal = program.open_journal()
        if journal is not None:
            stack.enter_context(_said_only(program))
            stack.callback(journal.close)
        yield journal


@contextmanager
def _said_only(program: Program) -> Iterator[None]:
    try:
        yield
    except JournalError as error:
        program.say(Text(f"기록하지 못했습니다: {error}", f"not recorded: {error}"))


def _run_last_resort(program: Program, venue: Venue, journal: SqlJournal | None) -> dict[str, Any]:
    """Step the exchange in market time until it reports zero, or its day ends."""
    inbox: deque[Message] = deque()
    clock = SimClock(venue.start)
    broker = SimulatedBroker(venue, inbox.append, clock)
    run_id, books = f"{clock.now():%y%m%d%H%M%S}-0", None
    if journal is not None:
        with _said_only(program):
            run_id = begin_session(program, journal, "flatten", clock.now())
        books = FlattenBooks(journal, program.settings[SizingOptions].start_capital)
    at = partial(phase_at, program.calendar)
    resort = LastResort(broker, journal, run_id, at, clock.now())
    resort.ask()
    progress: FlattenProgressed | None = None
    while not resort.is_done and (moment := venue.next_time()) is not None:
        clock.move_to(moment)
        venue.step()
        while inbox:
            message = inbox.popleft()
            if books is not None:
                books.hear(message, clock.now())
            found = resort.take(message, {}, clock.now())
            if found is not None:
                progress = found
                program.say(found.note)
                resort.ask()
    if books is not None:
        books.close(clock.now())
    if progress is None:
        raise BrokerError("the exchange did not report the account")
    return {**progress_json(progress), "by": "broker"}


# reports


def journal(program: Program, args: Namespace) -> int:
    target = program.journal_target
    if isinstance(target, Path) and not target.exists():
        raise JournalError(f"{target}: there is no journal yet; it is made by the first run")
    if args.action == "export":
        written = export_csv(target, args.out)
        if args.json:
            _print_result({"files": [str(path) for path in written]}, as_json=True)
        else:
            print(*written, sep="\n", flush=True)
        return DONE
    found = verify(target)
    for problem in found.problems:
        program.say(Text(f"{problem.seq}: {problem.text.ko}", f"{problem.seq}: {problem.text.en}"))
    for note in found.notes:
        program.say(note)
    _print_result(_verification(found), args.json)
    return DONE if found.is_good else FAILED


def _verification(found: Verification) -> dict[str, Any]:
    return {
        "is_good": found.is_good,
        "records": found.records,
        "sessions": found.sessions,
        "fills": found.fills,
        "trades": found.trades,
        "problems": len(found.problems),
        "last_hash": found.last_hash,
    }


def doctor(program: Program, args: Namespace) -> int:
    context = DoctorContext(
        clock=program.clock,
        home=program.home,
        configuration=program.configuration,
        journal=program.journal_target,
        requirements=Path(__file__).with_name("installer") / "requirements.txt",
        environment=os.environ,
    )
    findings = run_doctor(context)
    if args.json:
        print(json.dumps({"findings": [found.as_json() for found in findings]}))
    else:
        for found in findings:
            print(found.line(program.language))
    return FAILED if worst(findings) is Level.FAIL else DONE


def config(program: Program, args: Namespace) -> int:
    if args.action == "schema":
        print(json.dumps(json_schema(), ensure_ascii=args.json, indent=None if args.json else 2))
    elif args.action == "validate":
        _print_result({"config": str(program.loaded.path), "valid": True}, args.json)
    else:
        secrets = Secrets(os.environ, system_keyring())
        shown = shown_settings(program.loaded, secrets) if args.json else None
        print(json.dumps(shown) if shown else settings_table(program.loaded, secrets))
    return DONE


_Command = Callable[[Program, Namespace], int]


def _alone(command: _Command) -> _Command:
    """Run a command that holds the home folder from before it touches anything of a run."""

    def run(program: Program, args: Namespace) -> int:
        with acquire(program.home, program.clock.now(), args.command) as program.lock:
            return command(program, args)

    return run


_COMMANDS: Mapping[str, _Command] = {
    "gui": _alone(gui),
    "headless": _alone(headless),
    "replay": _alone(replay),
    "flatten": flatten,
    "journal": journal,
    "doctor": doctor,
    "config": config,
}


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):  # some pipes can't carry Korean
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
