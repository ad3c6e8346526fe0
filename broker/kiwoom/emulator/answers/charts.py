"""Tick, minute, day, week and month charts, newest row first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from broker.kiwoom.emulator.answers.registry import Facts, Inputs, Reply, Value, answers
from broker.kiwoom.emulator.daily import DayBar, merged, month, week
from broker.kiwoom.emulator.tape import Tape
from broker.kiwoom.emulator.texts import millions, signed, stamp
from core.domain.market import Bar, Tick


@answers("opt10080")
def minutes(facts: Facts, inputs: Inputs) -> Reply:
    """Answer bars of 틱범위 minutes; the closing auction's trades make a bar of their own."""
    code = inputs.get("종목코드", "")
    tape, length = facts.quotes.tape(code), _number(inputs, "틱범위")
    return Reply({"종목코드": code}, _minute_rows(facts, tape, length), (code,))


@answers("opt10079")
def ticks(facts: Facts, inputs: Inputs) -> Reply:
    """Answer bars of 틱범위 trades, of the newest trades the server remembers."""
    code = inputs.get("종목코드", "")
    tape, size = facts.quotes.tape(code), _number(inputs, "틱범위")
    trades = list(tape.trades)
    rest = len(trades) % size
    rows = [_tick_row(tape, trades[at : at + size]) for at in range(0, len(trades), size)]
    return Reply({"종목코드": code, "마지막틱갯수": str(rest or size)}, rows[::-1], (code,))


@answers("opt10081")
def days(facts: Facts, inputs: Inputs) -> Reply:
    code = inputs.get("종목코드", "")
    return Reply({"종목코드": code}, _day_rows(_until(facts, code, inputs), code), (code,))


@answers("opt10082")
def weeks(facts: Facts, inputs: Inputs) -> Reply:
    code = inputs.get("종목코드", "")
    bars = merged(_until(facts, code, inputs), week)
    return Reply({"종목코드": code}, _day_rows(bars, ""), (code,))


@answers("opt10083")
def months(facts: Facts, inputs: Inputs) -> Reply:
    code = inputs.get("종목코드", "")
    bars = merged(_until(facts, code, inputs), month)
    return Reply({"종목코드": code}, _day_rows(bars, ""), (code,))


def _number(inputs: Inputs, name: str) -> int:
    """Return 틱범위; programs also write it as "1:1분"."""
    text = inputs.get(name, "").partition(":")[0].strip()
    return max(int(text), 1) if text.isdecimal() else 1


def _minute_rows(facts: Facts, tape: Tape, length: int) -> Iterator[Mapping[str, Value]]:
    code, base = tape.instrument.symbol, tape.base
    for day in reversed(facts.quotes.days(code)):
        opens = day[0].start
        groups: dict[int, list[Bar]] = {}
        for bar in day:
            minute = (bar.start - opens).seconds // 60
            groups.setdefault(minute // length, []).append(bar)
        for bars in reversed(groups.values()):
            yield {
                "현재가": signed(bars[-1].close, base),
                "거래량": sum(bar.volume for bar in bars),
                "체결시간": stamp(bars[0].start),
                "시가": signed(bars[0].open, base),
                "고가": signed(max(bar.high for bar in bars), base),
                "저가": signed(min(bar.low for bar in bars), base),
            }


def _tick_row(tape: Tape, trades: Sequence[Tick]) -> Mapping[str, Value]:
    base = tape.base
    return {
        "현재가": signed(trades[-1].price, base),
        "거래량": sum(trade.quantity for trade in trades),
        "체결시간": stamp(trades[0].time),
        "시가": signed(trades[0].price, base),
        "고가": signed(max(trade.price for trade in trades), base),
        "저가": signed(min(trade.price for trade in trades), base),
    }


def _until(facts: Facts, code: str, inputs: Inputs) -> list[DayBar]:
    """Return the days up to 기준일자, newest first; all where it is blank."""
    text = inputs.get("기준일자", "").strip()
    bars = facts.daily.of(code)
    if len(text) != 8 or not text.isdecimal():
        return bars
    last = datetime.strptime(text, "%Y%m%d").replace(tzinfo=facts.now.tzinfo).date()
    return [bar for bar in bars if bar.day <= last]


def _day_rows(bars: Iterable[DayBar], code: str) -> Iterator[Mapping[str, Value]]:
    """Yield unsigned prices; only the first row has the code."""
    for bar in bars:
        yield {
            "종목코드": code,
            "현재가": bar.close,
            "거래량": bar.volume,
            "거래대금": millions(bar.turnover),
            "일자": _day_text(bar.day),
            "시가": bar.open,
            "고가": bar.high,
            "저가": bar.low,
        }
        code = ""


def _day_text(day: date) -> str:
    return f"{day:%Y%m%d}"
