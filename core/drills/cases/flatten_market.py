"""Flatten while the market is not as usual: VI, auctions, halts, no bids, after the close."""

from __future__ import annotations

from datetime import time
from typing import Any

from config.text import Text
from core.domain.messages import Flatten
from core.domain.order import OrderKind, Side
from core.drills.bench import Bench
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_sound
from core.drills.stage import KEEPS, Scene, Stage, flattened, until_flat
from core.simulation.incidents import Shock

HELD = {"005930": 40, "000660": 15, "005380": 12}
_VI_S = 200  # two minutes, up to 30 s more, and some


@drill(
    Family.FLATTEN,
    Text("VI 중", "During a VI"),
    Text(
        "VI 단일가에 시장가 매도 하나를 걸어 두고 취소하지 않으며, VI가 끝나면 팔린다",
        "one market sell waits in the auction, is never cancelled, and sells when the VI ends",
    ),
    peers=("STOM S2",),
)
def flatten_in_vi(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    stage.act("vi", "005930")
    stage.run_for(2)
    safe_s = flattened(stage, _VI_S)
    require(safe_s > 60, Text("VI가 없었습니다", "there was no VI"))
    _require_one_sell_each(stage)
    require_sound(stage)
    return Seen(Text("VI가 끝날 때 체결", "filled as the VI ended"), safe_s)


@drill(
    Family.FLATTEN,
    Text("청산 도중의 VI", "A VI in the middle of a flatten"),
    Text(
        "매도가 나간 뒤 VI가 걸려도 다시 보내지 않고 기다린다",
        "a VI after the sells have left makes it wait, not send again",
    ),
)
def flatten_then_vi(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    began = stage.now
    for symbol in HELD:
        stage.act("vi", symbol)
    stage.tell(Flatten("button"))
    safe_s = until_flat(stage, began, _VI_S)
    _require_one_sell_each(stage)
    require_sound(stage)
    return Seen(Text("3종목 모두 VI", "a VI in all three"), safe_s)


@drill(
    Family.FLATTEN,
    Text("장 시작 동시호가", "In the opening auction"),
    Text(
        "08:40의 청산은 동시호가에 걸려 09:00에 체결된다",
        "a flatten at 08:40 waits in the auction and sells at 09:00",
    ),
)
def flatten_in_opening_auction(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(8, 40), held=HELD))
    stage.run_for(60)
    safe_s = flattened(stage, 1_500)
    require(stage.now.time() >= time(9), Text("09:00 전", "before 09:00"))
    _require_one_sell_each(stage)
    require_sound(stage)
    return Seen(Text(f"{stage.now:%H:%M:%S}에 매도", f"sold at {stage.now:%H:%M:%S}"), safe_s)


@drill(
    Family.FLATTEN,
    Text("장 마감 동시호가", "In the closing auction"),
    Text(
        "15:22의 청산은 종가 동시호가에 걸려 15:30에 체결된다",
        "a flatten at 15:22 waits in the auction and sells at 15:30",
    ),
)
def flatten_in_closing_auction(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(15, 21), held=HELD, starts=False), **_STAYS)
    stage.run_to(time(15, 22))
    safe_s = flattened(stage, 600)
    _require_one_sell_each(stage)
    require_sound(stage)
    return Seen(Text(f"{stage.now:%H:%M:%S}에 매도", f"sold at {stage.now:%H:%M:%S}"), safe_s)


_STAYS: dict[str, Any] = {"risk__flatten_before_close_min": 0, "risk__entry_cutoff_min": 0, **KEEPS}
"""Keeps the end of the day from closing everything before the drill does."""


@drill(
    Family.FLATTEN,
    Text("거래정지 중", "While trading is halted"),
    Text(
        "거부된 매도는 몇 초에 한 번만 다시 내고 그 이유를 말하며, 재개되면 판다",
        "a refused sell is sent again only every few seconds, its reason told, until it is taken",
    ),
)
def flatten_in_halt(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    stage.act("halt", "005930")
    stage.run_for(2)
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(60)
    _require_patience(stage, 60)
    require(stage.held() == {"005930": 40}, stage.state())
    told = stage.progress.note if stage.progress else Text.of("")
    require("매매금지" in told.ko or "정지" in told.ko, told)
    safe_s = until_flat(stage, began, 3_600)
    require_sound(stage)
    return Seen(Text("재개 뒤 매도", "sold once trading resumed"), safe_s)


@drill(
    Family.FLATTEN,
    Text("서킷브레이커", "Under a circuit breaker"),
    Text(
        "시장 전체가 멈춘 동안 몇 초에 한 번만 다시 시도하고, 재개되면 모두 판다",
        "while the whole market stands still it tries only every few seconds; then all are sold",
    ),
)
def flatten_under_circuit_breaker(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    stage.act("circuit_breaker")
    stage.run_for(2)
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(60)
    _require_patience(stage, 60)
    require(stage.held() == HELD, stage.state())
    safe_s = until_flat(stage, began, 3_600)
    require_sound(stage)
    return Seen(Text("20분 뒤 단일가에 매도", "sold in the auction after 20 minutes"), safe_s)


@drill(
    Family.FLATTEN,
    Text("하한가, 매수 잔량 없음", "Lower limit without bids"),
    Text(
        "거래소가 돌려준 매도를 몇 초에 한 번만 다시 내고, 무엇이 왜 남았는지 말하며, "
        "매수가 오면 판다",
        "a sell nobody takes is sent only every few seconds, what is left and why is told; "
        "it sells once there are bids",
    ),
)
def flatten_at_lower_limit(bench: Bench) -> Seen:
    fall, rise = Shock(_FALLS, 3_600 + 10, -0.8), Shock(_FALLS, 3_600 + 45 * 60, 0.9)
    stage = bench.stage(Scene(starts=False, shocks=(fall, rise)))
    what = Text("하한가", "at the lower limit")
    stage.run_until(lambda: _is_at_limit(stage), 2_400, what)
    stage.order_by_hand(_FALLS, Side.BUY, 40, stage.price(_FALLS))
    stage.run_until(stage.held, 60, Text("하한가에 매수", "bought there"))
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(120)
    require(stage.held() == {_FALLS: 40}, stage.state())
    progress = stage.progress
    require(progress is not None and not progress.is_done, stage.state())
    _require_patience(stage, 120)
    safe_s = until_flat(stage, began, 3_600)
    require_sound(stage)
    return Seen(Text("매수 잔량이 돌아오자 매도", "sold as bids came back"), safe_s)


_FALLS = "005930"


def _is_at_limit(stage: Stage) -> bool:
    market = stage.engine.markets[_FALLS]
    limits, tick = market.instrument.price_limits(), market.last_tick
    return limits is not None and tick is not None and tick.price == limits[0]


@drill(
    Family.FLATTEN,
    Text("장 마감 뒤", "After the close"),
    Text(
        "받아주지 않는 주문을 내지 않고, 무엇이 왜 남았는지 말하며, 완료라고 하지 않는다",
        "nothing is sent that nobody takes; what is left and why is told; it is not called done",
    ),
)
def flatten_after_close(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(15, 25), held=HELD, starts=False), **_STAYS)
    stage.run_to(time(15, 32))
    stage.tell(Flatten("button"))
    stage.run_for(60)
    progress = stage.progress
    require(progress is not None and not progress.is_done, stage.state())
    left = {row.symbol: row.held for row in progress.rows} if progress else {}
    require(left == HELD == stage.held(), Text(f"{left}", f"left by its word: {left}"))
    require(not stage.broker.sent, stage.state())
    require_sound(stage)
    return Seen(Text("남은 3종목을 말함", "the three that are left are named"), 0.0)


@drill(
    Family.FLATTEN,
    Text("장 마감 뒤, 시간외종가로", "After the close, at the closing price"),
    Text(
        "15:40부터 시간외종가로 판다",
        "from 15:40 on it sells at the closing price (시간외종가)",
    ),
)
def flatten_at_closing_price(bench: Bench) -> Seen:
    scene = Scene(at=time(15, 25), held=HELD, starts=False)
    stage = bench.stage(scene, **_STAYS, broker__simulated_after_hours=True)
    stage.run_to(time(15, 32))
    safe_s = flattened(stage, 3_600)
    kinds = {order.intent.kind for order in stage.broker.exits}
    require(kinds == {OrderKind.AFTER_HOURS_CLOSE}, Text(f"{kinds}", f"sold by {kinds}"))
    require_sound(stage)
    return Seen(Text(f"{stage.now:%H:%M:%S}에 매도", f"sold at {stage.now:%H:%M:%S}"), safe_s)


def _require_patience(stage: Stage, seconds: float) -> None:
    """A refused sell is sent again no sooner than five seconds later."""
    symbols = {order.intent.symbol for order in stage.broker.exits}
    most, sent = len(symbols) * (seconds / 5 + 1), len(stage.broker.exits)
    require(sent <= most, Text(f"{seconds:.0f}초에 매도 {sent}건", f"{sent} sells in {seconds} s"))


def _require_one_sell_each(stage: Stage) -> None:
    sells, symbols = len(stage.broker.exits), len({o.intent.symbol for o in stage.broker.exits})
    text = Text(f"{symbols}종목에 매도 {sells}건", f"{sells} sells in {symbols} symbols")
    require(sells == symbols, text)
    require(not stage.broker.canceled, Text("취소가 나갔습니다", "something was cancelled"))
