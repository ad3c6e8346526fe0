"""Price, order book and trades of one security, or the quotes of a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broker.kiwoom.emulator.answers.registry import Facts, Inputs, Reply, Value, answers
from broker.kiwoom.emulator.daily import DayBar
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
from core.domain.market import Level
from core.domain.order import Side

_EOK = 100_000_000
_FACE_VALUE = 5_000
_YEAR = 250  # trading days


@answers("opt10001")
def basics(facts: Facts, inputs: Inputs) -> Reply:
    """Answer what is known of a security; company figures (PER, 매출액, ...) are not."""
    code = inputs.get("종목코드", "")
    tape = facts.quotes.tape(code)
    if not tape.base:
        return Reply()
    year = facts.daily.of(code)[:_YEAR]
    single: dict[str, Value] = {
        "종목코드": code,
        "종목명": tape.instrument.name,
        "결산월": "12",
        "액면가": _FACE_VALUE,
        "자본금": tape.listed_shares * _FACE_VALUE // _EOK,
        "상장주식": tape.listed_shares // 1000,
        "시가총액": tape.market_cap,
        "시가": signed(tape.open, tape.base),
        "고가": signed(tape.high, tape.base),
        "저가": signed(tape.low, tape.base),
        "기준가": tape.base,
        "예상체결가": _expected_price(tape),
        "예상체결수량": tape.indicated.quantity if tape.indicated else 0,
        "거래량": tape.volume,
        "거래대비": share_of(tape.volume, tape.previous_volume),
        "액면가단위": "원",
        "유통주식": tape.listed_shares // 1000,
        "유통비율": "100.0",
        **_price(tape, "등락율"),
        "대비기호": _mark(tape),
        **_limits(tape),
        **_year(tape, year),
    }
    return Reply(single, watches=(code,))


@answers("opt10003")
def trades(facts: Facts, inputs: Inputs) -> Reply:
    code = inputs.get("종목코드", "")
    tape = facts.quotes.tape(code)
    return Reply(rows=_trade_rows(tape), watches=(code,))


@answers("opt10004")
def book(facts: Facts, inputs: Inputs) -> Reply:
    """Answer ten levels a side, as far as the order book of the security is followed."""
    code = inputs.get("종목코드", "")
    tape = facts.quotes.tape(code)
    now, before = tape.book, tape.previous_book
    row: dict[str, Value] = {"호가잔량기준시간": clock(now.time if now else facts.now)}
    if now is not None:
        row |= _side(tape, "매도", now.asks, before.asks if before else ())
        row |= _side(tape, "매수", now.bids, before.bids if before else ())
    return Reply(rows=[row], watches=(code,))


@answers("OPTKWFID")
def watchlist(facts: Facts, inputs: Inputs) -> Reply:
    codes = tuple(code for code in inputs.get("종목코드", "").split(";") if code)
    tapes = [facts.quotes.tape(code) for code in codes]
    return Reply(rows=[_watch_row(facts, tape) for tape in tapes if tape.base], watches=codes)


def _price(tape: Tape, rate: str) -> dict[str, Value]:
    change = tape.price - tape.base
    return {
        "현재가": signed(tape.price, tape.base),
        "전일대비": plus(change),
        rate: plus_pct(100 * change / tape.base) if tape.base else "0.00",
    }


def _mark(tape: Tape) -> str:
    return change_mark(tape.price, tape.base, tape.limits)


def _limits(tape: Tape) -> dict[str, Value]:
    low, high = tape.limits or (0, 0)
    return {"상한가": signed(high, tape.base), "하한가": signed(low, tape.base)}


def _expected_price(tape: Tape) -> str:
    said = tape.indicated
    return signed(said.price, tape.base) if said and said.price else "-0"


def _year(tape: Tape, days: Sequence[DayBar]) -> dict[str, Value]:
    if not days:
        return {}
    high, low = max(days, key=lambda bar: bar.high), min(days, key=lambda bar: bar.low)
    this_year = [bar for bar in days if bar.day.year == days[0].day.year]
    return {
        "250최고": signed(high.high, tape.base),
        "250최저": signed(low.low, tape.base),
        "250최고가일": f"{high.day:%Y%m%d}",
        "250최저가일": f"{low.day:%Y%m%d}",
        "250최고가대비율": plus_pct(100 * (tape.price - high.high) / high.high),
        "250최저가대비율": plus_pct(100 * (tape.price - low.low) / low.low),
        "연중최고": signed(max(bar.high for bar in this_year), tape.base),
        "연중최저": signed(min(bar.low for bar in this_year), tape.base),
    }


def _trade_rows(tape: Tape) -> list[Mapping[str, Value]]:
    """Return trades, newest first, each with the totals as they were after it."""
    volume, turnover = tape.volume, tape.turnover
    sold, bought = tape.sold, tape.bought
    rows: list[Mapping[str, Value]] = []
    for trade in reversed(tape.trades):
        price, change = int(trade.price), int(trade.price) - tape.base
        sign = "" if trade.side is None else "+" if trade.side is Side.BUY else "-"
        rows.append(
            {
                "시간": clock(trade.time),
                "현재가": signed(price, tape.base),
                "전일대비": plus(change),
                "대비율": plus_pct(100 * change / tape.base) if tape.base else "0.00",
                "우선매도호가단위": signed(trade.ask, tape.base),
                "우선매수호가단위": signed(trade.bid, tape.base),
                "체결거래량": f"{sign}{trade.quantity}",
                "sign": change_mark(price, tape.base, tape.limits),
                "누적거래량": volume,
                "누적거래대금": millions(turnover),
                "체결강도": f"{100 * bought / sold:.2f}" if sold else "0.00",
            }
        )
        volume, turnover = volume - trade.quantity, turnover - price * trade.quantity
        sold -= trade.quantity if trade.side is Side.SELL else 0
        bought -= trade.quantity if trade.side is Side.BUY else 0
    return rows


# The best level's fields have names of their own, and the sixth ones a slip of the pen.
_PRICES = {
    ("매도", 1): "매도최우선호가",
    ("매수", 1): "매수최우선호가",
    ("매수", 6): "매수6우선호가",
}
_SHARES = {
    ("매도", 1): "매도최우선잔량",
    ("매수", 1): "매수최우선잔량",
    ("매도", 6): "매도6우선잔량",
    ("매수", 6): "매수6우선잔량",
}


def _side(
    tape: Tape, side: str, levels: Sequence[Level], before: Sequence[Level]
) -> dict[str, Value]:
    total, was = sum(each.quantity for each in levels), sum(each.quantity for each in before)
    row: dict[str, Value] = {f"총{side}잔량": total, f"총{side}잔량직전대비": plus(total - was)}
    for place, level in enumerate(levels, start=1):
        was = before[place - 1].quantity if place <= len(before) else 0
        price = _PRICES.get((side, place), f"{side}{place}차선호가")
        row[price] = signed(level.price, tape.base)
        row[_SHARES.get((side, place), f"{side}{place}차선잔량")] = level.quantity
        row[f"{side}{place}차선잔량대비"] = plus(level.quantity - was)
    return row


def _watch_row(facts: Facts, tape: Tape) -> dict[str, Value]:
    sign = {Side.BUY: "+", Side.SELL: "-", None: ""}[tape.last_side]
    row: dict[str, Value] = {
        "종목코드": tape.instrument.symbol,
        "종목명": tape.instrument.name,
        **_price(tape, "등락율"),
        **_limits(tape),
        "기준가": tape.base,
        "전일대비기호": _mark(tape),
        "거래량": tape.volume,
        "거래대금": millions(tape.turnover),
        "체결량": f"{sign}{tape.last_quantity}",
        "체결강도": f"{tape.strength:.2f}",
        "전일거래량대비": share_of(tape.volume, tape.previous_volume),
        "매도호가": signed(tape.ask, tape.base),
        "매수호가": signed(tape.bid, tape.base),
        "시가": signed(tape.open, tape.base),
        "고가": signed(tape.high, tape.base),
        "저가": signed(tape.low, tape.base),
        "종가": signed(tape.price, tape.base),
        "체결시간": clock(tape.last_time),
        "예상체결가": _expected_price(tape),
        "예상체결량": tape.indicated.quantity if tape.indicated else 0,
        "액면가": _FACE_VALUE,
        "시가총액": tape.market_cap,
        "주식수": tape.listed_shares // 1000,
        "일자": f"{facts.now:%Y%m%d}",
    }
    return row | _watch_book(tape)


def _watch_book(tape: Tape) -> dict[str, Value]:
    book = tape.book
    if book is None:
        return {}
    row: dict[str, Value] = {
        "호가시간": clock(book.time),
        "우선매도잔량": book.asks[0].quantity if book.asks else 0,
        "우선매수잔량": book.bids[0].quantity if book.bids else 0,
        "총매도잔량": sum(level.quantity for level in book.asks),
        "총매수잔량": sum(level.quantity for level in book.bids),
    }
    for side, levels in (("매도", book.asks), ("매수", book.bids)):
        for place, level in enumerate(levels[:5], start=1):
            row[f"{side}{place}차호가"] = signed(level.price, tape.base)
    return row
