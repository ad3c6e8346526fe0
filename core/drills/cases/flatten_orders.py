"""Flatten where orders stand in the way: pending sells, partial fills, cancels gone wrong."""

from __future__ import annotations

from collections.abc import Iterable

from config.text import Text
from core.domain.messages import Flatten, FlattenProgressed, Message
from core.domain.order import OrderCanceled, OrderFilled, OrderStatus, Side
from core.drills.bench import Bench
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_sound
from core.drills.stage import EAGER, KEEPS, Scene, Stage, flattened, until_flat

HELD = {"005930": 40, "000660": 15, "005380": 12}
_RESTS = 1.05  # a sell so far above the price waits


@drill(
    Family.FLATTEN,
    Text("걸린 매도가 있을 때", "Sells already pending"),
    Text(
        "걸린 매도를 취소하고, 취소가 확인된 뒤에만 다시 팔며, 그 종목을 건너뛰지 않는다",
        "pending sells are cancelled, sold again only once that is confirmed, and never skipped",
    ),
    peers=("STOM S1", "KP K2"),
)
def flatten_pending_sells(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    for symbol, quantity in HELD.items():
        stage.order_by_hand(symbol, Side.SELL, quantity, _above(stage, symbol))
    safe_s = flattened(stage)
    require(len(stage.broker.canceled) == len(HELD), _orders(stage))
    require(len(stage.broker.exits) == len(HELD), _orders(stage))
    require_sound(stage)
    return Seen(Text("매도 3건 취소 후 3건 매도", "3 sells cancelled, then 3 sold"), safe_s)


@drill(
    Family.FLATTEN,
    Text("부분체결되는 매도", "Sells filled in part"),
    Text(
        "일부만 체결돼도 나머지를 두 번 팔지 않고, 보유가 0이 될 때까지 완료라고 하지 않는다",
        "what is filled in part is not sold twice, and nothing is called done before zero",
    ),
    peers=("KP K3",),
)
def flatten_partial_fills(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held={"005930": 20_000}, cash=5_000_000_000))
    stage.run_for(5)
    safe_s = flattened(stage)
    fills = [fill for fill in stage.venue.exchange.day.fills if fill.side is Side.SELL]
    require(len(fills) > 1, Text(f"체결 {len(fills)}건", f"{len(fills)} fills: not in parts"))
    require(len(stage.broker.exits) == 1, _orders(stage))
    require_sound(stage)
    return Seen(Text(f"체결 {len(fills)}건, 매도 1건", f"{len(fills)} fills of one sell"), safe_s)


@drill(
    Family.FLATTEN,
    Text("한 주문 한도보다 큰 보유", "A position above the limit of one order"),
    Text(
        "20억원이 넘는 보유는 증권사가 받는 크기로 나누어 판다",
        "a position worth more than the broker takes in one order is sold in parts",
    ),
)
def flatten_above_order_limit(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held={"005930": 60_000}))
    stage.run_for(5)
    safe_s = flattened(stage)
    sells = len(stage.broker.exits)
    require(1 < sells < 20, _orders(stage))
    require_sound(stage)
    return Seen(Text(f"매도 {sells}건으로 나눔", f"sold in {sells} orders"), safe_s)


@drill(
    Family.FLATTEN,
    Text("취소 뒤에 온 체결", "A fill after the cancel"),
    Text(
        "취소 확인 뒤에 온 체결도 보유에 반영되고, 판 주식을 다시 팔지 않는다",
        "a fill told after the cancel still counts, and sold shares are not sold again",
    ),
)
def flatten_fill_after_cancel(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held={"005930": 20_000}))
    stage.run_for(5)
    hold = _Swap()
    stage.post.tap = hold
    stage.order_by_hand("005930", Side.SELL, 20_000, stage.price("005930"))
    what = Text("일부가 체결되었습니다", "a part of it is filled")
    stage.run_until(lambda: hold.kept, 600, what)
    began = stage.now
    stage.tell(Flatten("button"))
    safe_s = until_flat(stage, began)
    require(hold.was_late, Text("순서가 바뀌지 않았습니다", "no fill came after its cancel"))
    require_sound(stage, may_be_short=True)
    return Seen(Text("늦은 체결까지 0주", "zero, the late fill counted"), safe_s)


class _Swap:
    """Keeps the fills of an order back until its cancel was told."""

    def __init__(self) -> None:
        self.kept: list[Message] = []
        self.was_late = False

    def __call__(self, message: Message) -> Iterable[Message]:
        if isinstance(message, OrderFilled) and not self.was_late:
            self.kept.append(message)
            return ()
        if isinstance(message, OrderCanceled) and self.kept:
            self.was_late = True
            return (message, *self.kept)
        return (message,)


@drill(
    Family.FLATTEN,
    Text("거부된 취소", "Cancels refused"),
    Text(
        "거부된 취소는 간격을 두고 다시 하고, 그 사이 묶인 주식을 팔지 않는다",
        "a refused cancel is tried again with a pause; what it still holds back is not sold",
    ),
)
def flatten_rejected_cancels(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    for symbol, quantity in HELD.items():
        stage.order_by_hand(symbol, Side.SELL, quantity, _above(stage, symbol))
    stage.use(reject_pct=100)
    began = stage.now
    stage.tell(Flatten("button"))
    stage.run_for(8)
    tries = len(stage.broker.canceled)
    require(not stage.broker.exits, _orders(stage))
    require(len(HELD) < tries <= 8 * len(HELD), Text(f"취소 {tries}번", f"{tries} cancels in 8 s"))
    stage.use(reject_pct=0)
    safe_s = until_flat(stage, began)
    require_sound(stage)
    return Seen(Text(f"8초 동안 취소 {tries}번", f"{tries} cancels while refused for 8 s"), safe_s)


@drill(
    Family.FLATTEN,
    Text("버튼을 열 번 눌러도", "The button pressed ten times"),
    Text("주문은 한 번만 나간다", "each order leaves once"),
    peers=("STOM S2",),
)
def flatten_pressed_ten_times(bench: Bench) -> Seen:
    stage = bench.stage(**EAGER, **KEEPS)
    stage.buys(2)
    held = len(stage.held())
    began = stage.now
    for _ in range(10):
        stage.tell(Flatten("hotkey"))
        stage.run_for(0.01)
    safe_s = until_flat(stage, began)
    require(len(stage.broker.exits) == held, _orders(stage))
    require_sound(stage)
    return Seen(Text(f"매도 {held}건", f"{held} sells"), safe_s)


@drill(
    Family.FLATTEN,
    Text("시작하지 않은 상태에서", "Without START"),
    Text(
        "매매를 시작하지 않았어도 모두 취소하고 판다",
        "all is cancelled and sold though trading was never started",
    ),
    peers=("KP K2",),
)
def flatten_while_stopped(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD, starts=False))
    stage.run_for(5)
    stage.order_by_hand("005930", Side.BUY, 7, round(stage.price("005930") * 0.95 / 100) * 100)
    safe_s = flattened(stage)
    require_sound(stage)
    return Seen(Text("3종목과 매수 1건", "3 positions and a buy"), safe_s)


@drill(
    Family.FLATTEN,
    Text("완료는 증거가 있을 때만", "Done only with proof"),
    Text(
        "'완료'는 마지막 체결과 증권사의 잔고 0 보고 뒤에만 나온다",
        "'done' comes only after the last fill and the broker's own report of zero",
    ),
    peers=("KP K3",),
)
def flatten_with_proof(bench: Bench) -> Seen:
    stage = bench.stage(Scene(held=HELD))
    stage.run_for(5)
    order: list[str] = []
    stage.listener = lambda message: order.append(type(message).__name__)
    safe_s = flattened(stage)
    stage.run_for(2)
    said = stage.said(FlattenProgressed)
    done = [each for each in said if each.is_done]
    require(len(done) == 1 and said[-1].is_done, Text("완료가 한 번이 아닙니다", "not one 'done'"))
    proofs = [at for at, name in enumerate(order) if name == "AccountReported"]
    fills = [at for at, name in enumerate(order) if name == "OrderFilled"]
    require(fills and proofs and proofs[-1] > fills[-1], Text("증거 없음", f"no proof: {order}"))
    rejected = [
        each for each in stage.engine.orders.working() if each.status is OrderStatus.UNKNOWN
    ]
    require(not rejected, _orders(stage))
    require_sound(stage)
    return Seen(Text("체결 뒤 잔고 0 보고", "fills, then the report of zero"), safe_s)


def _above(stage: Stage, symbol: str) -> int:
    """Return a valid price at which a sell rests."""
    grid = stage.engine.markets[symbol].instrument.grid
    return int(grid.floor(stage.price(symbol) * _RESTS))


def _orders(stage: Stage) -> Text:
    sent, canceled = len(stage.broker.exits), len(stage.broker.canceled)
    return Text(f"매도 {sent}건, 취소 {canceled}건", f"{sent} sells, {canceled} cancels")
