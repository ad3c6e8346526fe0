"""A twin in words and numbers: the rows that page, table and terminal share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.text import Text
from core.backtest.twin.compare import Pair, Sums, Twin

_BOTH, _REAL = Text("둘 다", "both"), Text("실제만", "real only")
_TWIN = Text("백테스트만", "backtest only")


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a twin's table."""

    key: str
    title: Text
    help: Text
    value: Callable[[Pair], Any]
    text: Callable[[Any], str]
    is_number: bool = True


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def won(value: float) -> str:
    return f"{value:,.0f}"


def signed(value: float) -> str:
    """Return a number with its sign, 0 without one; whole where it is."""
    if round(value, 1) == 0:
        return "0"
    return f"{value:+,.1f}".removesuffix(".0")


def milliseconds(value: float) -> str:
    return f"{value:,.0f}"


def side_of(pair: Pair) -> Text:
    """Say on which side a trade is."""
    if pair.is_missed:
        return _REAL if pair.twin is None else _TWIN
    return _BOTH


CELLS = (
    Cell(
        "symbol",
        Text("종목", "Symbol"),
        Text("종목코드", "Code"),
        lambda p: p.symbol,
        str,
        is_number=False,
    ),
    Cell(
        "side",
        Text("어느 쪽", "Found in"),
        Text("실제 매매와 백테스트 중 어디에 있는 거래인지", "Which of both has this trade"),
        side_of,
        str,
        is_number=False,
    ),
    Cell(
        "entered",
        Text("진입", "Entry"),
        Text("실제 첫 체결 시각, 없으면 백테스트의 봉", "First real fill, else the backtest's bar"),
        lambda p: p.real.entry.time if p.real else p.twin and p.twin.entry_time,
        clock,
    ),
    Cell(
        "real_entry",
        Text("실제 진입가", "Real entry"),
        Text("실제로 산 평균 가격 (원)", "Average price really paid, won"),
        lambda p: p.real and p.real.entry.price,
        won,
    ),
    Cell(
        "twin_entry",
        Text("백테 진입가", "Backtest entry"),
        Text("백테스트가 산 가격 (원)", "Price the backtest paid, won"),
        lambda p: p.twin and p.twin.entry_price,
        won,
    ),
    Cell(
        "entry_slippage",
        Text("진입 차이", "Entry slip"),
        Text(
            "실제 진입이 백테스트보다 비싼 만큼 (원/주). 양수면 불리",
            "How much dearer the real entry was, won a share; above 0 is worse",
        ),
        lambda p: p.entry_slippage,
        signed,
    ),
    Cell(
        "entry_ticks",
        Text("진입 틱", "In ticks"),
        Text("같은 차이를 호가단위로", "The same in ticks"),
        lambda p: p.in_ticks(p.entry_slippage),
        signed,
    ),
    Cell(
        "real_exit",
        Text("실제 청산가", "Real exit"),
        Text("실제로 판 평균 가격 (원)", "Average price really got, won"),
        lambda p: p.real and p.real.exit and p.real.exit.price,
        won,
    ),
    Cell(
        "twin_exit",
        Text("백테 청산가", "Backtest exit"),
        Text("백테스트가 판 가격 (원)", "Price the backtest got, won"),
        lambda p: p.twin and p.twin.exit_price,
        won,
    ),
    Cell(
        "exit_slippage",
        Text("청산 차이", "Exit slip"),
        Text(
            "실제 청산이 백테스트보다 싼 만큼 (원/주). 양수면 불리",
            "How much less the real exit brought, won a share; above 0 is worse",
        ),
        lambda p: p.exit_slippage,
        signed,
    ),
    Cell(
        "exit_ticks",
        Text("청산 틱", "In ticks"),
        Text("같은 차이를 호가단위로", "The same in ticks"),
        lambda p: p.in_ticks(p.exit_slippage),
        signed,
    ),
    Cell(
        "decide_ms",
        Text("판단 ms", "Decide ms"),
        Text(
            "신호 봉이 끝난 뒤 주문을 판단하기까지. 봉은 다음 체결이나 1초 뒤에 닫힙니다",
            "From the end of the signal's bar to the order; a bar closes with the next trade, or "
            "a second later",
        ),
        lambda p: p.real and p.real.entry.decide_ms,
        milliseconds,
    ),
    Cell(
        "fill_ms",
        Text("체결 ms", "Fill ms"),
        Text("주문에서 첫 체결까지", "From the order to its first fill"),
        lambda p: p.real and p.real.entry.fill_ms,
        milliseconds,
    ),
    Cell(
        "cost_difference",
        Text("비용 차이", "Costs"),
        Text(
            "수수료와 세금이 백테스트보다 많은 만큼 (원)",
            "Commission and tax beyond the backtest's, won",
        ),
        lambda p: p.cost_difference,
        signed,
    ),
    Cell(
        "net_difference",
        Text("손익 차이", "Net P&L"),
        Text("실제 순손익 - 백테스트 순손익 (원)", "Real net P&L less the backtest's, won"),
        lambda p: p.net_difference,
        signed,
    ),
    Cell(
        "note",
        Text("이유", "Why"),
        Text("한쪽에만 있는 이유", "Why one side is missing"),
        lambda p: p.note,
        str,
        is_number=False,
    ),
)


def title_of(twin: Twin) -> Text:
    numbers = ", ".join(map(str, twin.sessions))
    word = "session" if len(twin.sessions) == 1 else "sessions"
    return Text(
        f"쌍둥이 비교 {twin.day} · 세션 {numbers} ({twin.mode})",
        f"Daily twin {twin.day} · {word} {numbers} ({twin.mode})",
    )


def summary_of(twin: Twin) -> Text:
    """Say in a sentence what came of it."""
    sums = twin.sums
    parts = [
        Text(
            f"짝 {sums.paired}건, 실제만 {sums.only_real}건, 백테스트만 {sums.only_twin}건",
            f"{sums.paired} paired, {sums.only_real} real only, {sums.only_twin} backtest only",
        ),
        Text(
            f"슬리피지 진입 {signed(sums.entry_slippage)}원 · 청산 {signed(sums.exit_slippage)}원",
            f"slippage {signed(sums.entry_slippage)} won in, {signed(sums.exit_slippage)} won out",
        ),
        Text(
            f"비용 {signed(sums.cost_difference)}원",
            f"costs {signed(sums.cost_difference)} won",
        ),
        *_latency(sums),
        Text(
            f"순손익(아직 보유분 제외) 실제 {signed(sums.real_net)}원, 백테스트 "
            f"{signed(sums.twin_net)}원",
            f"net (without what is still held) {signed(sums.real_net)} won, backtest "
            f"{signed(sums.twin_net)} won",
        ),
    ]
    return Text(" · ".join(part.ko for part in parts), " · ".join(part.en for part in parts))


def _latency(sums: Sums) -> Iterator[Text]:
    if sums.decide_ms is not None and sums.fill_ms is not None:
        decide, fill = milliseconds(sums.decide_ms), milliseconds(sums.fill_ms)
        yield Text(
            f"지연(중앙값) 봉→판단 {decide}ms, 판단→체결 {fill}ms",
            f"latency (median) bar to order {decide} ms, order to fill {fill} ms",
        )


def rows_of(twin: Twin) -> Iterator[tuple[Text, ...]]:
    """Yield the table's cells as they are shown."""
    for pair in twin.pairs:
        yield tuple(shown(cell, pair) for cell in CELLS)


def shown(cell: Cell, pair: Pair) -> Text:
    value = cell.value(pair)
    if value is None:
        return Text.of("")
    return value if isinstance(value, Text) else Text.of(cell.text(value))


def as_json(twin: Twin) -> dict[str, Any]:
    """Return all there is of a twin, for programs."""
    sums = twin.sums
    return {
        "sessions": twin.sessions,
        "mode": twin.mode,
        "day": twin.day,
        "is_final": twin.is_final,
        "notes": twin.notes,
        "sums": {
            **{name: getattr(sums, name) for name in sums.__slots__},
            "net_difference": sums.net_difference,
        },
        "pairs": [
            {
                "symbol": pair.symbol,
                "real": pair.real,
                "backtest": pair.twin,
                "note": pair.note,
                "tick": pair.tick,
                "entry_slippage": pair.entry_slippage,
                "entry_ticks": pair.in_ticks(pair.entry_slippage),
                "exit_slippage": pair.exit_slippage,
                "exit_ticks": pair.in_ticks(pair.exit_slippage),
                "cost_difference": pair.cost_difference,
                "net_difference": pair.net_difference,
            }
            for pair in twin.pairs
        ],
    }
