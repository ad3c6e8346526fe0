"""Rankings over the whole market, and the securities in volatility interruption."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from broker.kiwoom.emulator.answers.registry import Facts, Inputs, Reply, Value, answers
from broker.kiwoom.emulator.masters import KOSDAQ, masters
from broker.kiwoom.emulator.tape import Tape
from broker.kiwoom.emulator.texts import (
    change_mark,
    clock,
    millions,
    plus,
    plus_pct,
    share_of,
    signed,
)
from core.domain.messages import Interruption

_MARKETS = {"001": False, "101": True}  # 시장구분: whether it is KOSDAQ
_VI_NAMES = {Interruption.STATIC_VI: "정적", Interruption.DYNAMIC_VI: "동적"}


@answers("opt10030")
def by_volume(facts: Facts, inputs: Inputs) -> Reply:
    orders: Mapping[str, Callable[[Tape], float]] = {
        "2": turnover_rate,
        "3": lambda tape: tape.turnover,
    }
    key = orders.get(inputs.get("정렬구분", ""), lambda tape: tape.volume)
    rows: list[Mapping[str, Value]] = [
        {
            **_price(tape),
            "거래량": tape.volume,
            "전일비": share_of(tape.volume, tape.previous_volume),
            "거래회전율": f"{100 * turnover_rate(tape):.2f}",
            "거래금액": millions(tape.turnover),
        }
        for tape in _ranked(facts, inputs, key)
    ]
    return Reply(rows=rows)


@answers("opt10032")
def by_turnover(facts: Facts, inputs: Inputs) -> Reply:
    tapes = _ranked(facts, inputs, lambda tape: tape.turnover)
    before = sorted(tapes, key=lambda tape: -tape.previous_turnover)
    places = {tape.instrument.symbol: place for place, tape in enumerate(before, start=1)}
    rows: list[Mapping[str, Value]] = [
        {
            **_price(tape),
            "현재순위": place,
            "전일순위": places[tape.instrument.symbol],
            "매도호가": signed(tape.ask, tape.base),
            "매수호가": signed(tape.bid, tape.base),
            "현재거래량": tape.volume,
            "전일거래량": tape.previous_volume,
            "거래대금": millions(tape.turnover),
        }
        for place, tape in enumerate(tapes, start=1)
    ]
    return Reply(rows=rows)


@answers("opt10027")
def by_change(facts: Facts, inputs: Inputs) -> Reply:
    """Answer risers (정렬구분 1, 2) or fallers (3, 4), by rate or by won; 5 are unchanged ones."""
    order = inputs.get("정렬구분", "1")
    is_falling, by_won = order in ("3", "4"), order in ("2", "4")

    def change(tape: Tape) -> float:
        won = tape.price - tape.base
        value = won if by_won else won / tape.base
        return -value if is_falling else value

    tapes = _ranked(facts, inputs, change)
    kept = [t for t in tapes if (t.price == t.base if order == "5" else change(t) > 0)]
    rows: list[Mapping[str, Value]] = [
        {
            **_price(tape),
            "종목분류": "0",
            "매도잔량": tape.book.asks[0].quantity if tape.book and tape.book.asks else 0,
            "매수잔량": tape.book.bids[0].quantity if tape.book and tape.book.bids else 0,
            "현재거래량": tape.volume,
            "체결강도": f"{tape.strength:.2f}",
            "횟수": 1,
        }
        for tape in kept
    ]
    return Reply(rows=rows)


@answers("opt10054")
def interrupted(facts: Facts, inputs: Inputs) -> Reply:
    """Answer today's volatility interruptions, newest first, of one security where it is named."""
    code = inputs.get("종목코드", "").strip()
    counts: dict[str, int] = {}
    rows: list[Mapping[str, Value]] = []
    for began, ended in facts.interruptions:
        if began.kind not in _VI_NAMES or (code and began.symbol != code):
            continue
        counts[began.symbol] = count = counts.get(began.symbol, 0) + 1
        tape = facts.quotes.tape(began.symbol)
        opening = tape.open or tape.base
        rows.append(
            {
                "종목코드": began.symbol,
                "종목명": tape.instrument.name,
                "누적거래량": tape.volume,
                "발동가격": int(began.price or 0),
                "매매체결처리시각": clock(began.time),
                "VI해제시각": clock(ended),
                "VI적용구분": _VI_NAMES[began.kind],
                "시가대비등락률": plus_pct(100 * (tape.price - opening) / opening),
                "VI발동횟수": count,
            }
        )
    return Reply(rows=rows[::-1])


def turnover_rate(tape: Tape) -> float:
    """Return the share of all listed shares that was traded today."""
    return tape.volume / tape.listed_shares if tape.listed_shares else 0.0


def _ranked(facts: Facts, inputs: Inputs, key: Callable[[Tape], float]) -> list[Tape]:
    """Return the tapes of 시장구분 with the highest `key` first; equals in order of code."""
    wanted = _MARKETS.get(inputs.get("시장구분", ""))
    tapes = [
        tape
        for tape in facts.universe.tapes()
        if tape.base
        and (wanted is None or (masters()[tape.instrument.symbol].market == KOSDAQ) == wanted)
    ]
    return sorted(tapes, key=lambda tape: (-key(tape), tape.instrument.symbol))


def _price(tape: Tape) -> dict[str, Value]:
    change = tape.price - tape.base
    return {
        "종목코드": tape.instrument.symbol,
        "종목명": tape.instrument.name,
        "현재가": signed(tape.price, tape.base),
        "전일대비기호": change_mark(tape.price, tape.base, tape.limits),
        "전일대비": plus(change),
        "등락률": plus_pct(100 * change / tape.base),
    }
