"""Flatten while the terminal itself is in trouble: no line, a hung engine, a full disk, a crash."""

from __future__ import annotations

from collections import Counter
from datetime import time
from functools import partial

from config.text import Text
from core.domain.messages import Flatten, Severity, StateChanged
from core.domain.order import Side
from core.domain.risk import TradingState
from core.drills.bench import Bench
from core.drills.disk import filled_up
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_restraint, require_sound
from core.drills.stage import EAGER, FEW, KEEPS, Scene, Stage, flattened, until_flat
from core.engine.timetable import phase_at, takes_closing_price
from core.execution.last_resort import LastResort
from core.simulation.incidents import Shock
from core.simulation.listings import listings

HELD = {"005930": 40, "000660": 15, "005380": 12}
_TICK_S = 0.25


@drill(
    Family.FLATTEN,
    Text("도중에 접속이 끊김", "Line lost half-way"),
    Text(
        "다시 접속해 증권사에 확인한 뒤 남은 것만 판다. 두 번 파는 주문은 없다",
        "it logs in again, asks the broker, and sells only what is left; nothing is sold twice",
    ),
)
def flatten_line_lost(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.use(outage_s=20)
    stage.run_for(5)
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(0.02)  # the sells are on their way
    stage.act("disconnect")
    safe_s = until_flat(stage, began)
    sells = len(stage.broker.exits)
    require_sound(stage)
    return Seen(Text(f"20초 두절, 매도 {sells}건", f"20 s without a line, {sells} sells"), safe_s)


@drill(
    Family.FLATTEN,
    Text("엔진이 멈춤", "The engine hangs"),
    Text(
        "엔진 없이 증권사의 잔고만 보고 모두 취소하고 판다",
        "without the engine, by the broker's own account reports, all is cancelled and sold",
    ),
)
def flatten_engine_hung(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD), **EAGER, **KEEPS)
    stage.run_for(60)
    stage.order_by_hand("005930", Side.BUY, 3, 60_000)
    stage.is_hung = True
    safe_s = _by_last_resort(stage)
    require(not stage.held() and not stage.venue.exchange.working, stage.state())
    require_restraint(stage)
    return Seen(Text("창이 직접 청산", "flattened past the engine"), safe_s)


def _by_last_resort(stage: Stage, patience_s: float = 120) -> float:
    began, calendar = stage.now, stage.calendar
    resort = LastResort(
        stage.broker,
        f"{began:%y%m%d%H%M%S}-9",
        partial(phase_at, calendar),
        began,
        takes_closing_price=partial(takes_closing_price, calendar),
    )
    stage.listener = lambda message: resort.take(message, {}, stage.now)
    while not resort.is_done:
        passed_s = (stage.now - began).total_seconds()
        require(passed_s < patience_s, stage.state())
        resort.tick(passed_s, stage.now)
        stage.run_for(_TICK_S)
    return (stage.now - began).total_seconds()


@drill(
    Family.FLATTEN,
    Text("일지를 쓸 수 없음", "The journal is full"),
    Text(
        "기록하지 못해도 모두 판다. 기록은 보관했다가 자리가 나면 빠짐없이 쓴다",
        "all is sold though nothing can be written; the records are kept and written later",
    ),
)
def flatten_journal_full(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    with filled_up(stage.journal):
        safe_s = flattened(stage)
        waiting = stage.journal.pending
        require(waiting, Text("기록이 막히지 않았습니다", "the journal was not full"))
    require(stage.writes_again(waiting), Text("쓰지 못함", "they were not written later"))
    require_sound(stage)
    return Seen(
        Text(f"밀린 기록 {waiting}건을 나중에 씀", f"{waiting} records written later"), safe_s
    )


@drill(
    Family.FLATTEN,
    Text("30종목, 초당 5건", "30 positions under 5 orders a second"),
    Text(
        "초당 5건을 넘지 않고 30종목을 모두 판다",
        "all thirty are sold, and never more than five orders leave in a second",
    ),
)
def flatten_30_positions(bench: Bench) -> Seen:
    symbols = tuple(sorted(listings()))[:30]
    stage = bench.stage(Scene(held=dict.fromkeys(symbols, 5), symbols=symbols, starts=False))
    stage.run_for(5)
    safe_s = flattened(stage)
    booked = stage.venue.exchange.day.orders.values()
    seconds = Counter(each.arrived.replace(microsecond=0) for each in booked)
    require(len(stage.broker.exits) == 30, stage.state())
    require(max(seconds.values()) <= 5, Text(f"{seconds}", f"orders a second: {seconds}"))
    require_sound(stage)
    return Seen(Text("매도 30건, 초당 최대 5건", "30 sells, at most 5 a second"), safe_s)


@drill(
    Family.FLATTEN,
    Text("도중에 프로그램이 죽음", "A crash in the middle"),
    Text(
        "다시 켜면 이어서 청산한다. 두 번 파는 주문은 없다",
        "started again it goes on with the flatten; nothing is sold twice",
    ),
)
def flatten_resumed_after_crash(bench: Bench) -> Seen:
    first = bench.stage(Scene(at=time(8, 45), held=HELD))
    first.run_for(30)
    first.order_by_hand("005930", Side.SELL, 40, 74_000)
    began = first.now
    first.tell(Flatten("button"))
    first.run_for(0.01)  # its orders and its cancel are on their way, and get lost
    first.drop()
    second = bench.stage(Scene(at=time(8, 45), starts=False))
    what = Text("이어서 청산", "the flatten goes on")
    second.run_until(lambda: not second.held(), 1_500, what)
    safe_s = (second.now - began).total_seconds()
    second.run_for(5)
    require(not second.venue.exchange.working, second.state())
    states = [each.state.value for each in second.said(StateChanged)]
    require(states[-1:] == [TradingState.HALTED.value], Text(f"{states}", f"states: {states}"))
    require_sound(second)
    return Seen(Text("다시 켜자 이어서 청산", "went on by itself after the restart"), safe_s)


@drill(
    Family.FLATTEN,
    Text("손실 한도로 시작된 청산", "Begun by the loss limit"),
    Text(
        "손실이 이어져도 한 번만 시작하고, VI 동안 제 매도를 취소하지 않으며, 한 번만 알린다",
        "begun once however long the loss lasts, never cancelling its own sells, told once",
    ),
    peers=("STOM S2",),
)
def flatten_by_loss_limit(bench: Bench) -> Seen:
    crash = tuple(Shock(symbol, 3_600, -0.12) for symbol in FEW)  # at ten o'clock
    scene = Scene(at=time(9, 30), shocks=crash, cash=10_000_000)
    stage = bench.stage(scene, **EAGER, **KEEPS, risk__daily_max_loss_pct=0.5)
    stage.buys(2)
    what = Text("손실 한도 도달", "the loss limit is reached")
    stage.run_until(lambda: stage.engine.is_closing, 3_600, what)
    safe_s = until_flat(stage, stage.now, 600)
    stage.run_for(300)
    begun = [note for note in stage.notes(Severity.WARNING) if "daily limit" in note]
    require(len(begun) == 1, Text(f"{begun}", f"told {len(begun)} times: {begun}"))
    _require_few(stage)
    require_sound(stage)
    return Seen(Text("한 번 시작, 한 번 알림", "begun once, told once"), safe_s)


def _require_few(stage: Stage) -> None:
    sells = Counter(order.intent.symbol for order in stage.broker.exits)
    text = Text(f"매도 {dict(sells)}", f"sells by symbol: {dict(sells)}")
    require(all(count == 1 for count in sells.values()), text)
