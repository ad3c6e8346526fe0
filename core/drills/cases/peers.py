"""Defects found in other programs, each done to this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from config.text import Text
from core.clock import monotonic
from core.domain.market import OrderBook, Tick
from core.domain.messages import Flatten, IntentDenied, Message, OrderUpdated, Severity, Start, Stop
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    OrderSubmitted,
    Reason,
    Side,
)
from core.drills.bench import Bench
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_sound
from core.drills.stage import EAGER, KEEPS, Scene, Stage, flattened, until_flat
from core.simulation.listings import listings

_BUSY: dict[str, Any] = {**EAGER, "strategy__sell_threshold": 0.5}
_SCREENS = 220  # more than Kiwoom has
_AT_ONCE_S = 2.0  # of a loaded machine


@drill(
    Family.PEERS,
    Text("처리 중 예외", "An exception in a handler"),
    Text(
        "예외 하나로 멈추지 않는다. 오류를 말하고, 시세와 청산은 계속된다",
        "one exception stops nothing: it is told, ticks go on, and so does the way out",
    ),
    peers=("VN 1",),
)
def handler_raises(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **EAGER, **KEEPS)
    stage.buys(1)
    ticks = stage.engine.counts.ticks
    for _ in range(3):
        stage.tell(_broken_tick(stage))
        stage.run_for(10)
    require(stage.engine.counts.errors, Text("예외가 없었습니다", "no handler raised"))
    require(stage.notes(Severity.ERROR), Text("말하지 않음", "it was not told"))
    require(stage.engine.counts.ticks > ticks, Text("시세가 멈춤", "ticks stopped"))
    safe_s = flattened(stage)
    require_sound(stage)
    return Seen(Text("예외 3번, 청산 완료", "three exceptions, then flattened"), safe_s)


def _broken_tick(stage: Stage) -> Tick:
    """Return a tick that no feed should ever make."""
    tick = Tick("005930", stage.now, stage.price("005930"), 1)
    return tick._replace(price=None)  # type: ignore[arg-type]


@drill(
    Family.PEERS,
    Text("예외 뒤의 중지", "STOP after an exception"),
    Text(
        "예외가 난 뒤에도 중지는 걸린 매수를 취소한다",
        "after an exception STOP still cancels every working buy",
    ),
    peers=("VN 5",),
)
def stop_after_exception(bench: Bench) -> Seen:
    scene = Scene(at=time(9, 30))
    stage = bench.stage(scene, **EAGER, **KEEPS, broker__simulated_latency_ms=3_000)
    what = Text("매수가 나갔습니다", "a buy has left")
    stage.run_until(lambda: stage.broker.entries, 1_800, what)
    stage.tell(_broken_tick(stage))
    stage.tell(Stop())
    bought = {order.id for order in stage.broker.entries}
    canceled = {order.id for order in stage.broker.canceled}
    require(bought == canceled, Text(f"{bought - canceled}", f"not cancelled: {bought - canceled}"))
    stage.run_for(60)
    flattened(stage)
    require_sound(stage)
    return Seen(Text(f"매수 {len(bought)}건 취소", f"{len(bought)} buys cancelled"))


@drill(
    Family.PEERS,
    Text("언제나 지켜지는 한도", "Limits that always apply"),
    Text(
        "설정이 어떻든 최대 종목 수와 종목당 금액을 넘는 시장가 매수가 나가지 않는다",
        "no market buy leaves beyond the most positions or the value of one, whatever is loaded",
    ),
    peers=("VN 2", "VN 3"),
)
def limits_always_apply(bench: Bench) -> Seen:
    symbols = tuple(sorted(listings()))[:12]
    scene = Scene(at=time(9, 30), symbols=symbols, cash=10_000_000)
    stage = bench.stage(scene, **EAGER, **KEEPS, risk__max_positions=2, risk__max_position_pct=5)
    most = _Most(stage)
    stage.listener = most.look
    stage.run_until(lambda: stage.said(IntentDenied), 3_600, Text("거절", "a refusal"))
    stage.run_for(600)
    require(0 < most.positions <= 2, Text(f"{most.positions}종목", f"{most.positions} positions"))
    intents = [order.intent for order in stage.broker.entries]
    values = [intent.reference_price * intent.quantity for intent in intents]
    require(max(values) <= 500_000, Text(f"{max(values):,}원", f"an entry of {max(values):,} won"))
    kinds = {intent.kind for intent in intents}
    require(kinds == {OrderKind.MARKET}, Text(f"{kinds}", f"entries by {kinds}"))
    flattened(stage)
    require_sound(stage)
    denied = len(stage.said(IntentDenied))
    return Seen(Text(f"{denied}건 거절", f"{denied} intents refused"))


@dataclass
class _Most:
    stage: Stage
    positions: int = 0

    def look(self, _: Message) -> None:
        self.positions = max(self.positions, len(self.stage.held()))


@drill(
    Family.PEERS,
    Text("주문 횟수 한도와 청산", "The order counter and exits"),
    Text(
        "분당 한도를 다 써도 매수만 막히고 매도는 막히지 않는다",
        "a used-up counter of orders blocks entries, never an exit",
    ),
    peers=("VN 4",),
)
def counter_never_blocks_exits(bench: Bench) -> Seen:
    scene = Scene(at=time(9, 30), symbols=tuple(sorted(listings()))[:12])
    stage = bench.stage(scene, **EAGER, **KEEPS, risk__max_orders_per_minute=1)
    what = Text("한도에 막힌 매수", "an entry refused by the counter")
    stage.run_until(lambda: _is_rate_denied(stage), 7_200, what)
    began = stage.now
    stage.tell(Flatten("button"))
    safe_s = until_flat(stage, began)
    require(safe_s < 30, Text(f"{safe_s:.0f}초", f"it took {safe_s:.0f} s"))
    sells = len(stage.broker.exits)
    require_sound(stage)
    return Seen(Text(f"한도 1건에 매도 {sells}건", f"{sells} sells under a limit of one"), safe_s)


def _is_rate_denied(stage: Stage) -> bool:
    return any(
        check.name == "order_rate" and not check.passed
        for denied in stage.said(IntentDenied)
        for check in denied.checks
    )


@drill(
    Family.PEERS,
    Text("모의 체결은 호가만큼만", "Simulated fills take what is there"),
    Text(
        "매도 잔량보다 많은 매수는 그 값에 잔량만큼만 체결된다",
        "a buy of more than the ask shows is filled, at that price, by no more than that",
    ),
    peers=("VN 6",),
)
def fills_take_what_is_there(bench: Bench) -> Seen:
    scene = Scene(starts=False, has_books=True, cash=2_000_000_000)
    stage = bench.stage(scene, broker__simulated_latency_ms=0)
    books: list[OrderBook] = []
    fills: list[OrderFilled] = []
    stage.listener = lambda message: (
        books.append(message)
        if isinstance(message, OrderBook) and message.symbol == "005930"
        else fills.append(message)
        if isinstance(message, OrderFilled)
        else None
    )
    stage.run_until(lambda: books and books[-1].asks, 120, Text("호가", "a book"))
    ask = books[-1].asks[0]
    intent = OrderIntent(
        "005930",
        Side.BUY,
        ask.quantity + 10,
        Reason.FOREIGN,
        stage.now,
        ask.price,
        OrderKind.LIMIT,
        ask.price,
    )
    stage.venue.place_by_hand(intent, stage.now)
    stage.step()
    filled = sum(each.fill.quantity for each in fills)
    text = Text(f"잔량 {ask.quantity}, 체결 {filled}", f"{ask.quantity} shown, {filled} filled")
    require(0 < filled <= ask.quantity, text)
    flattened(stage)
    require_sound(stage)
    return Seen(text)


@drill(
    Family.PEERS,
    Text("실제 현금으로만", "Sized by real cash"),
    Text(
        "있는 현금보다 많이 사려 하지 않고, 증거금 부족으로 거부되는 주문이 없다",
        "it never tries to buy for more than there is; no order is refused for lack of cash",
    ),
    peers=("STOM S3",),
)
def sized_by_real_cash(bench: Bench) -> Seen:
    scene = Scene(at=time(9, 30), symbols=tuple(sorted(listings()))[:12], cash=5_000_000)
    stage = bench.stage(scene, **EAGER, **KEEPS, risk__max_position_pct=40, risk__max_positions=10)
    stage.run_for(2_400)
    rejected = [
        each.order.note
        for each in stage.said(OrderUpdated)
        if each.order.status is OrderStatus.REJECTED
    ]
    require(not rejected, Text(f"{rejected}", f"refused: {rejected}"))
    require(len(stage.held()) > 1, stage.state())
    cash = stage.venue.exchange.account.cash
    require(cash >= 0, Text(f"현금 {cash:,}원", f"cash {cash:,}"))
    flattened(stage)
    require_sound(stage)
    return Seen(Text(f"남은 현금 {cash:,.0f}원", f"{cash:,.0f} won left"))


@drill(
    Family.PEERS,
    Text("화면번호보다 많은 주문", "More orders than screens"),
    Text(
        "주문 220건을 내고 취소해도 멈추지 않고, 한 건도 잃지 않는다",
        "220 orders and their cancels: it never gets stuck, and none is lost",
    ),
    peers=("STOM S4",),
)
def more_orders_than_screens(bench: Bench) -> Seen:
    stage = bench.stage(Scene(starts=False, cash=500_000_000))
    stage.run_for(5)
    stage.is_hung = True  # the adapter alone
    heard: list[Message] = []
    stage.listener = heard.append
    orders = [_waiting(stage, number) for number in range(_SCREENS)]
    began = stage.now
    for order in orders:
        stage.broker.submit(order)
    _hear_all(stage, heard, OrderAccepted)
    for order in orders:
        stage.broker.cancel(order)
    _hear_all(stage, heard, OrderCanceled)
    require(not stage.venue.exchange.working, stage.state())
    return Seen(
        Text(f"주문과 취소 {2 * _SCREENS}건", f"{2 * _SCREENS} orders and cancels"),
        (stage.now - began).total_seconds(),
    )


def _waiting(stage: Stage, number: int) -> Order:
    intent = OrderIntent(
        "005930", Side.BUY, 1, Reason.MANUAL, stage.now, 60_000, OrderKind.LIMIT, 60_000
    )
    order = Order(OrderId(f"drill-{number:04d}"), intent)
    return order.apply(OrderSubmitted(order.id, stage.now))


def _hear_all(stage: Stage, heard: list[Message], kind: type) -> None:
    what = Text(f"{kind.__name__} {_SCREENS}건", f"{_SCREENS} of {kind.__name__}")
    stage.run_until(
        lambda: sum(isinstance(message, kind) for message in heard) == _SCREENS, 300, what
    )


@drill(
    Family.PEERS,
    Text("손실은 남는다", "Losses stay"),
    Text(
        "다시 켜도 현금이 채워지지 않고, 손익이 원까지 맞는다",
        "a restart refills no cash, and profit and loss agree to the won",
    ),
    peers=("STOM S5", "STOM S6"),
)
def losses_stay(bench: Bench) -> Seen:
    first = bench.stage(Scene(at=time(9, 30), cash=10_000_000), **_BUSY)
    first.run_for(1_800)
    flattened(first)
    left = first.venue.exchange.account.cash
    require(left != 10_000_000, Text("거래가 없었습니다", "nothing was traded"))
    require_sound(first)
    second = bench.stage(Scene(cash=10_000_000, starts=False), **_BUSY)
    second.run_for(30)
    cash = second.engine.account.portfolio.cash
    require(cash == left, Text(f"{left:,} → {cash:,}", f"{left:,} became {cash:,}"))
    second.close()
    return Seen(Text(f"{left - 10_000_000:+,}원 그대로", f"{left - 10_000_000:+,} won, kept"))


@drill(
    Family.PEERS,
    Text("청산 뒤 다시 시작", "START after a flatten"),
    Text(
        "청산 뒤에는 사람이 시작을 누를 때까지 사지 않고, 누르면 주문이 막히지 않는다",
        "after a flatten nothing is bought until START is pressed, and then orders pass again",
    ),
    peers=("STOM S1",),
)
def start_after_flatten(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **EAGER, **KEEPS)
    stage.buys(1)
    safe_s = flattened(stage)
    bought = len(stage.broker.entries)
    stage.run_for(1_200)
    require(len(stage.broker.entries) == bought, Text("저절로 샀습니다", "it bought by itself"))
    stage.tell(Start())
    what = Text("다시 삽니다", "it buys again")
    stage.run_until(lambda: len(stage.broker.entries) > bought, 3_600, what)
    flattened(stage)
    require_sound(stage)
    return Seen(Text("누른 뒤에만 매수", "it bought only after START"), safe_s)


@drill(
    Family.PEERS,
    Text("기다리지 않는 청산", "A flatten that waits for nothing"),
    Text(
        "30종목의 청산 명령이 곧바로 돌아와 화면을 막지 않는다",
        "the command to flatten 30 positions returns at once, so that no window stands still",
    ),
    peers=("KP K1",),
)
def flatten_waits_for_nothing(bench: Bench) -> Seen:
    symbols = tuple(sorted(listings()))[:30]
    stage = bench.stage(Scene(held=dict.fromkeys(symbols, 5), symbols=symbols, starts=False))
    stage.run_for(5)
    began, began_s = stage.now, monotonic()
    stage.tell(Flatten("button"))
    took_s = monotonic() - began_s
    require(took_s < _AT_ONCE_S, Text(f"{took_s:.2f}초", f"it took {took_s:.2f} s"))
    safe_s = until_flat(stage, began)
    require_sound(stage)
    return Seen(Text(f"{took_s * 1000:.0f} ms", f"returned after {took_s * 1000:.0f} ms"), safe_s)
