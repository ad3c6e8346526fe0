"""The line and what comes over it: feed dropped, fills repeated, reordered, lost, no answers."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from config.text import Text
from core.domain.messages import Flatten
from core.domain.order import Side
from core.drills.bench import Bench
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_sound
from core.drills.stage import EAGER, KEEPS, Scene, Stage, flattened, until_flat

HELD = {"005930": 40, "000660": 15, "005380": 12}
_BUSY: dict[str, Any] = {**EAGER, "strategy__sell_threshold": 0.5}
_MORNING_S = 30 * 60  # of trading, for faults that come by chance


@drill(
    Family.LINE,
    Text("시세가 끊김", "Feed dropped"),
    Text(
        "시세가 멈춘 동안 사지 않고, 스스로 다시 등록하며, 돌아온 뒤 계속한다",
        "nothing is bought on a dead feed; it registers anew by itself and goes on",
    ),
)
def feed_dropped(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **_BUSY)
    stage.run_for(600)
    stage.use(silence_s=120)
    stage.act("silence")
    began, ticks = stage.now, stage.engine.counts.ticks
    stage.run_for(100)
    dead = began + timedelta(seconds=30)
    late = [order for order in stage.broker.entries if order.intent.time > dead]
    require(not late, Text(f"매수 {len(late)}건", f"{len(late)} entries on a dead feed"))
    require(stage.engine.counts.ticks - ticks < 5, Text("시세가 왔습니다", "the feed was alive"))
    seen = stage.engine.counts.ticks
    what = Text("시세가 돌아왔습니다", "the feed is back")
    stage.run_until(lambda: stage.engine.counts.ticks > seen + 20, 120, what)
    safe_s = (stage.now - began).total_seconds()
    flattened(stage)
    require_sound(stage)
    return Seen(Text("2분 중단 뒤 복구", "back after two minutes of silence"), safe_s)


@drill(
    Family.LINE,
    Text("접속이 끊겼다 돌아옴", "Line lost and back"),
    Text(
        "접속 없이 주문하지 않고, 증권사 잔고와 맞춘 뒤에만 다시 산다",
        "no order leaves without a line, and none is bought before both sides agree again",
    ),
)
def line_lost_and_back(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **_BUSY)
    stage.buys(1)
    stage.use(outage_s=60)
    stage.act("disconnect")
    began, sent = stage.now, len(stage.broker.sent)
    stage.run_for(50)
    blocked = [order for order in stage.broker.sent[sent:] if order.intent.side is Side.BUY]
    require(not blocked, Text(f"매수 {len(blocked)}건", f"{len(blocked)} entries without a line"))
    what = Text("다시 맞춰졌습니다", "both sides agree again")
    notes = len(stage.notes())
    stage.run_until(
        lambda: any("connected to" in note for note in stage.notes()[notes:]), 300, what
    )
    safe_s = (stage.now - began).total_seconds()
    stage.run_for(600)
    flattened(stage)
    require_sound(stage)
    return Seen(Text("1분 두절 뒤 일치", "agreed after a minute without a line"), safe_s)


def _busy_morning(bench: Bench, **faults: object) -> Stage:
    """Trade with these faults at the emulated Kiwoom, and flatten without them."""
    stage = bench.stage(Scene(at=time(9, 5)), **_BUSY)
    stage.use(fault_seed=bench.seed, **faults)
    stage.run_for(_MORNING_S)
    stage.use()
    return stage


def _settled(stage: Stage) -> Seen:
    safe_s = flattened(stage)
    fills = len(stage.venue.exchange.day.fills)
    orders = len(stage.broker.sent)
    require(orders > 5, Text(f"주문 {orders}건", f"only {orders} orders"))
    require_sound(stage)
    text = Text(
        f"주문 {orders}건, 체결 {fills}건이 원까지 일치",
        f"{orders} orders and {fills} fills agree to the won",
    )
    return Seen(text, safe_s)


@drill(
    Family.LINE,
    Text("체결이 두 번 옴", "Fills repeated"),
    Text("두 번 온 통보는 한 번만 세어진다", "what is told twice counts once"),
)
def fills_repeated(bench: Bench) -> Seen:
    return _settled(_busy_morning(bench, duplicate_pct=60))


@drill(
    Family.LINE,
    Text("체결·잔고·접수 순서가 바뀜", "체결, 잔고 and 접수 out of order"),
    Text(
        "어떤 순서로 와도 주문과 보유가 맞는다",
        "in whatever order they come, orders and holdings come out right",
    ),
)
def chejan_reordered(bench: Bench) -> Seen:
    faults = {"reorder_pct": 30, "chejan_first_pct": 40, "fill_first_pct": 40}
    return _settled(_busy_morning(bench, **faults))


@drill(
    Family.LINE,
    Text("통보가 사라짐", "Messages lost"),
    Text(
        "사라진 통보는 증권사에 물어 채운다. 지어내지 않는다",
        "what never came is asked of the broker, not made up",
    ),
)
def messages_lost(bench: Bench) -> Seen:
    return _settled(_busy_morning(bench, drop_pct=8))


@drill(
    Family.LINE,
    Text("주문이 거부됨", "Orders refused at random"),
    Text(
        "거부된 진입은 잊고, 거부된 청산은 다시 한다",
        "a refused entry is forgotten, a refused exit is tried again",
    ),
)
def orders_refused(bench: Bench) -> Seen:
    return _settled(_busy_morning(bench, reject_pct=25))


@drill(
    Family.LINE,
    Text("모든 장애가 한꺼번에", "Everything at once"),
    Text(
        "지연·누락·중복·역순·무응답·두절이 섞여도 원까지 맞는다",
        "late, lost, doubled, swapped, unanswered and cut off: it agrees to the won",
    ),
)
def everything_at_once(bench: Bench) -> Seen:
    return _settled(
        _busy_morning(
            bench,
            delay_pct=2,
            drop_pct=2,
            duplicate_pct=2,
            reorder_pct=2,
            chejan_first_pct=20,
            fill_first_pct=20,
            reject_pct=5,
            tr_timeout_pct=5,
            disconnects_per_hour=3,
            outage_s=10,
            silences_per_hour=2,
            silence_s=60,
            hand_orders_per_hour=2,
        )
    )


@drill(
    Family.LINE,
    Text("조회 응답이 없음", "Requests unanswered"),
    Text(
        "조회가 2분 동안 답이 없어도 멈추지 않고, 답이 오면 증거를 받아 끝낸다",
        "two minutes without answers do not stop it; once they come it ends with the proof",
    ),
)
def requests_unanswered(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    stage.use(tr_timeout_pct=100)
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(120)
    require(not stage.held(), stage.state())
    require(stage.engine.is_closing, Text("증거 없이 완료", "called done without proof"))
    stage.use(tr_timeout_pct=0)
    safe_s = until_flat(stage, began)
    require_sound(stage)
    return Seen(Text("매도는 즉시, 증거는 응답 뒤", "sold at once, proof once answered"), safe_s)


@drill(
    Family.LINE,
    Text("주문의 답이 없음", "An order without an answer"),
    Text(
        "답이 없는 주문은 다시 내지 않고 증권사에 물으며, 그동안 그 종목을 사지 않는다",
        "an order without an answer is not sent again but asked about; its symbol is not bought",
    ),
)
def order_unanswered(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **EAGER, **KEEPS)
    what = Text("매수가 나갔습니다", "a buy has left")
    stage.run_until(lambda: stage.broker.entries, 1_800, what)
    stage.use(drop_pct=100)  # its answers are still on their way
    began, symbol = stage.now, stage.broker.entries[0].intent.symbol
    stage.run_for(45)
    again = [each for each in stage.broker.entries if each.intent.symbol == symbol]
    require(len(again) == 1, Text(f"{len(again)}번 나감", f"sent {len(again)} times"))
    stage.use(drop_pct=0)
    what = Text("무엇이 되었는지 압니다", "its fate is known")
    stage.run_until(lambda: _is_known(stage, symbol), 300, what)
    safe_s = (stage.now - began).total_seconds()
    flattened(stage)
    require_sound(stage)
    return Seen(Text("한 번만 나감", "it left once"), safe_s)


def _is_known(stage: Stage, symbol: str) -> bool:
    return stage.engine.account.portfolio.held(symbol) == stage.held().get(symbol, 0)


@drill(
    Family.LINE,
    Text("영웅문에서 낸 주문", "Orders made in the HTS"),
    Text(
        "다른 곳에서 산 종목은 따로 보이고, 신호나 손절로 팔지 않으며, 청산 때는 판다",
        "what was bought elsewhere is kept apart, sold by no signal or stop, but by a flatten",
    ),
)
def orders_from_elsewhere(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **_BUSY)
    stage.run_for(5)
    stage.order_by_hand("005380", Side.BUY, 7, 300_000)
    what = Text("수동 매수 체결", "the hand order is filled")
    stage.run_until(lambda: stage.held().get("005380"), 60, what)
    stage.run_for(1_200)
    sold = [order for order in stage.broker.exits if order.intent.symbol == "005380"]
    require(not sold, Text("따로 산 주식을 팔았습니다", "it sold what was bought elsewhere"))
    require(stage.held().get("005380", 0) >= 7, stage.state())
    safe_s = flattened(stage)
    require_sound(stage)
    return Seen(Text("따로 두었다가 청산 때 매도", "kept apart, sold by the flatten"), safe_s)
