"""One session of the window: engine, broker and window, from opening to closing."""

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from threading import Thread

from config.sections import WindowOptions
from core.backtest.twin.daily import DayTwins
from core.certificate.issue import issue
from core.commands.examine import examine
from core.commands.seat import Seat, make_engine, take_seat
from core.commands.wire import WindowRun, Wire
from core.domain.errors import TerminalError
from core.domain.messages import Shutdown, Start
from core.drivers import Inbox, PacedClock, run_live
from core.engine import Engine
from core.engine.bundle import Bundler
from core.engine.outside import Outside
from core.engine.timetable import phase_at, takes_closing_price
from core.instance.guard import GuardedBroker
from core.journal.signal_watch import SignalWatch
from core.ports import Journal
from core.predict.http import HttpPredictor
from core.predict.options import AiOptions
from core.program import Program
from core.simulation.listings import listings
from gui.adapter_turns import AdapterTurns
from gui.application import Application
from gui.context import Mode, WindowContext
from gui.engine_thread import EngineThread
from gui.main_window import MainWindow
from gui.owner_calls import OwnerCalls
from gui.trusting import ask_about_code

_PATIENCE_MS = 5_000  # for the engine's thread to end


def run_window(program: Program, args: Namespace, run: WindowRun) -> int:
    """Open the window on a broker; return the exit code when it is closed.

    Raises:
        TerminalError: The broker can't be had, or the engine did not stop.
    """
    theme = args.theme or program.settings[WindowOptions].theme
    app = Application(theme)
    ask_about_code(program, app, run.mode)
    inbox, calls, clock = Inbox(), OwnerCalls(), run.make_clock()
    with ExitStack() as stack:
        stack.callback(_load_ahead().join)
        stack.enter_context(app.hearing_signals())
        stack.callback(calls.finish)
        wire = run.wire(inbox, calls, clock)
        stack.callback(wire.close)
        turns = AdapterTurns(wire.next_time, wire.on_time, clock)
        calls.turned.connect(turns.rearm)
        stack.callback(turns.stop)
        seat = stack.enter_context(take_seat(program, app.passing_on(inbox.put)))
        predictor = None
        if run.asks_ai:
            predictor = HttpPredictor(program.settings[AiOptions], inbox.put)
            stack.callback(predictor.close)
        bundler = Bundler(program.home, program.journal_target, inbox.put, clock)
        stack.callback(bundler.close)
        engine = _engine(program, run, clock, wire, seat, predictor, bundler)
        thread = EngineThread(
            lambda publish: run_live(engine, inbox, clock, publish, wire.tells_time)
        )
        twins = DayTwins(program, args, inbox.put)
        stack.callback(twins.close)
        window = MainWindow(_context(program, theme, run, clock, wire, inbox, thread, seat, twins))
        stack.callback(window.alerts.close)
        if run.mode != "replay":
            thread.published.connect(twins.hear)
        _connect(window, thread, seat, app)
        if run.starts:
            inbox.put(Start())
        thread.start()
        window.show()
        code = app.run()
        inbox.put(Shutdown())
        if not thread.wait(_PATIENCE_MS):
            raise TerminalError("the engine did not stop in 5 s; its last records may be missing")
    return code


def _load_ahead() -> Thread:
    """Load beside the start what the first chart with a history needs for its indicators.

    That takes a third of a second, in which the window would stand still.
    """
    loading = Thread(target=import_module, args=("pandas",), name="loading", daemon=True)
    loading.start()
    return loading


def _engine(
    program: Program,
    run: WindowRun,
    clock: PacedClock,
    wire: Wire,
    seat: Seat,
    predictor: HttpPredictor | None,
    bundler: Bundler,
) -> Engine:
    outside = Outside(
        clock,
        wire.connection,
        GuardedBroker(wire.connection, program.lock),
        _journal(run, seat),
        program.calendar,
        predictor,
        run.day_memory,
        evidence=bundler,
    )
    return make_engine(program, seat, outside, run.symbols, run.mode, run.seed)


def _journal(run: WindowRun, seat: Seat) -> Journal:
    if run.transport is None:
        return seat.journal
    return SignalWatch(seat.journal, run.transport.saw_signal)


def _connect(window: MainWindow, thread: EngineThread, seat: Seat, app: Application) -> None:
    thread.published.connect(window.on_batch)
    thread.published.connect(seat.remote.hear)
    window.trading.panic.progressed.connect(lambda progress: seat.remote.hear([progress]))
    thread.failed.connect(window.on_engine_failed)
    app.flatten_asked.connect(window.trading.flatten)
    app.ended_from_outside.connect(window.close_without_asking)


def _context(
    program: Program,
    theme: str,
    run: WindowRun,
    clock: PacedClock,
    wire: Wire,
    inbox: Inbox,
    thread: EngineThread,
    seat: Seat,
    twins: DayTwins,
) -> WindowContext:
    return WindowContext(
        settings=program.settings,
        mode=Mode(run.mode),
        account=run.account,
        language=program.language,
        theme=theme,
        home=program.home,
        clock=clock,
        names={code: listing.name for code, listing in listings().items()},
        phase_at=partial(phase_at, program.calendar),
        takes_closing_price=partial(takes_closing_price, program.calendar),
        post=inbox.put,
        broker=wire.connection,
        add_report_listener=wire.connection.add_listener,
        is_engine_alive=thread.isRunning,
        stop_engine=lambda: inbox.put(Shutdown()),
        save_settings=program.save,
        symbols=tuple(run.symbols) if run.mode == "replay" else (),
        transport=run.transport,
        wiring=wire.wiring,
        confirm_account=wire.confirm_account,
        register_password=wire.register_password,
        conditions=wire.conditions,
        faults=wire.faults,
        examine=lambda: examine(program, seat.journal.session, clock),
        make_twin=twins.make,
        add_twin_listener=twins.listen,
        certify=lambda language, is_answered: issue(
            program.journal_target, program.home, language, clock.now(), is_answered=is_answered
        ),
        user_code=program.user_code,
    )
