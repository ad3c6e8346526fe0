"""Orders and executions of the day, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from broker.kiwoom.emulator.answers.registry import Facts, Inputs, Reply, Value, answers
from broker.kiwoom.emulator.texts import clock, signed
from broker.kiwoom.emulator.tickets import NO_NUMBER, Ticket
from core.domain.order import Side

_SIDES = {"1": Side.SELL, "2": Side.BUY}
_OPEN, _EXECUTED = "1", "2"
_NEWEST_FIRST, _ONLY_OPEN, _ONLY_EXECUTED = "2", "3", "4"


@answers("opt10075")
def open_orders(facts: Facts, inputs: Inputs) -> Reply:
    """Answer orders by 체결구분: 0 all of today, 1 with shares left, 2 with executions.

    Cancels are not listed. An amended order has its new number; the old one is listed too only
    where it has executions, which the new number does not count.
    """
    code = inputs.get("종목코드", "") if inputs.get("전체종목구분") == "1" else ""
    side = _SIDES.get(inputs.get("매매구분", ""))
    wanted = inputs.get("체결구분", "")
    rows = [
        _open_row(facts, ticket)
        for ticket in _newest_first(facts)
        if _matches(ticket, code.strip(), side) and _is_listed(facts, ticket, wanted)
    ]
    return Reply(rows=rows)


@answers("opt10076")
def executed_orders(facts: Facts, inputs: Inputs) -> Reply:
    """Answer orders with executions (or by 체결구분), those before 주문번호 where it is given."""
    code = inputs.get("종목코드", "") if inputs.get("조회구분") == "1" else ""
    side = _SIDES.get(inputs.get("매도수구분", ""))
    wanted = inputs.get("체결구분", "") or _EXECUTED
    before = inputs.get("주문번호", "").strip()
    rows = [
        _executed_row(facts, ticket)
        for ticket in _newest_first(facts)
        if _matches(ticket, code.strip(), side)
        and _is_listed(facts, ticket, wanted)
        and (not before or ticket.number < before.zfill(7))
    ]
    return Reply(rows=rows)


@answers("opw00007")
def order_history(facts: Facts, inputs: Inputs) -> Reply:
    """Answer today's orders, amendments and cancels; other days are not kept."""
    day = inputs.get("주문일자", "").strip()
    if day and day != f"{facts.now:%Y%m%d}":
        return Reply({"출력건수": 0})
    code = inputs.get("종목코드", "").strip().lstrip("A")
    side, wanted = _SIDES.get(inputs.get("매도수구분", "")), inputs.get("조회구분", "")
    first = inputs.get("시작주문번호", "").strip()
    tickets = list(_newest_first(facts))
    if wanted != _NEWEST_FIRST:
        tickets.reverse()
    rows = [
        _history_row(facts, ticket)
        for ticket in tickets
        if _matches(ticket, code, side)
        and (wanted != _ONLY_OPEN or ticket.remaining)
        and (wanted != _ONLY_EXECUTED or ticket.filled)
        and (not first or ticket.number >= first.zfill(7))
    ]
    return Reply({"출력건수": len(rows)}, rows)


def _newest_first(facts: Facts) -> Iterator[Ticket]:
    return reversed(list(facts.tickets))


def _matches(ticket: Ticket, code: str, side: Side | None) -> bool:
    return (not code or ticket.symbol == code) and side in (None, ticket.side)


def _is_listed(facts: Facts, ticket: Ticket, wanted: str) -> bool:
    if ticket.is_cancel:
        return False
    if wanted == _OPEN:
        return ticket.remaining > 0
    if wanted == _EXECUTED:
        return ticket.filled > 0
    return facts.tickets.current(ticket.order_id) is ticket or ticket.filled > 0


def _open_row(facts: Facts, ticket: Ticket) -> Mapping[str, Value]:
    tape, fill = facts.quotes.tape(ticket.symbol), ticket.last_fill
    return {
        "계좌번호": facts.account,
        "주문번호": ticket.number,
        "종목코드": ticket.symbol,
        "업무구분": "JJ",
        "주문상태": ticket.state,
        "종목명": tape.instrument.name,
        "주문수량": ticket.quantity,
        "주문가격": ticket.price,
        "미체결수량": ticket.remaining,
        "체결누계금액": ticket.filled_value,
        "원주문번호": ticket.original,
        "주문구분": ticket.action,
        "매매구분": ticket.kind_name,
        "시간": clock(ticket.time),
        "체결번호": fill.id if fill else "",
        "체결가": int(fill.price) if fill else "",
        "체결량": ticket.filled if fill else "",
        "현재가": signed(tape.price, tape.base),
        "매도호가": signed(tape.ask, tape.base),
        "매수호가": signed(tape.bid, tape.base),
        "단위체결가": int(fill.price) if fill else "",
        "단위체결량": fill.quantity if fill else "",
        "당일매매수수료": ticket.commission,
        "당일매매세금": ticket.tax,
        "개인투자자": "",
    }


def _executed_row(facts: Facts, ticket: Ticket) -> Mapping[str, Value]:
    average = round(ticket.filled_value / ticket.filled) if ticket.filled else 0
    return {
        "주문번호": ticket.number,
        "종목명": facts.quotes.instrument(ticket.symbol).name,
        "주문구분": ticket.action,
        "주문가격": ticket.price,
        "주문수량": ticket.quantity,
        "체결가": average,
        "체결량": ticket.filled,
        "미체결수량": ticket.remaining,
        "당일매매수수료": ticket.commission,
        "당일매매세금": ticket.tax,
        "주문상태": ticket.state,
        "매매구분": ticket.kind_name,
        "원주문번호": ticket.original,
        "주문시간": clock(ticket.time),
        "종목코드": ticket.symbol,
    }


def _history_row(facts: Facts, ticket: Ticket) -> Mapping[str, Value]:
    is_amendment = not ticket.is_cancel and ticket.original != NO_NUMBER
    confirmed = ticket.quantity if ticket.is_cancel or is_amendment else 0
    average = round(ticket.filled_value / ticket.filled) if ticket.filled else 0
    return {
        "주문번호": ticket.number,
        "종목번호": f"A{ticket.symbol}",
        "매매구분": ticket.kind_name,
        "신용구분": "보통매매",
        "주문수량": ticket.quantity,
        "주문단가": ticket.price,
        "확인수량": confirmed,
        "접수구분": ticket.state,
        "주문시간": _with_colons(clock(ticket.time)),
        "원주문": ticket.original,
        "종목명": facts.quotes.instrument(ticket.symbol).name,
        "주문구분": "현금매수" if ticket.side is Side.BUY else "현금매도",
        "체결수량": ticket.filled,
        "체결단가": average,
        "주문잔량": ticket.remaining,
        "통신구분": "OpenAPI+",
        "정정취소": "취소" if ticket.is_cancel else "정정" if is_amendment else "",
        "확인시간": _with_colons(clock(ticket.time)) if confirmed else "",
    }


def _with_colons(time: str) -> str:
    return f"{time[:2]}:{time[2:4]}:{time[4:]}"
