"""Cash and holdings; numbers padded with zeros, as all opw TRs have them."""

from __future__ import annotations

from collections.abc import Mapping

from broker.kiwoom.emulator.accounts import Valuation, Valued, sales_of
from broker.kiwoom.emulator.answers.registry import Facts, Inputs, Reply, Value, answers
from broker.kiwoom.emulator.texts import plus_pct

_ON_MOCK_PCT = 100  # the mock server leaves the decimal point out: 1.23 % is 123


@answers("opw00001")
def deposit(facts: Facts, inputs: Inputs) -> Reply:
    money = facts.valuation()
    free, after = money.orderable, money.cash_after_settlement
    single: dict[str, Value] = {
        "예수금": money.cash,
        "주식증거금현금": max(after - free, 0),
        "출금가능금액": max(min(money.cash, after, free), 0),
        "주문가능금액": free,
        "20%종목주문가능금액": free,
        "30%종목주문가능금액": free,
        "40%종목주문가능금액": free,
        "100%종목주문가능금액": free,
        "d+1추정예수금": money.cash,
        "d+1출금가능금액": max(min(money.cash, after, free), 0),
        "d+2추정예수금": after,
        "d+2매도매수정산금": money.sold - money.bought,
        "d+2매수정산금": money.bought,
        "d+2매도정산금": money.sold,
        "d+2출금가능금액": max(min(after, free), 0),
    }
    return Reply(single)


@answers("opw00018")
def balance(facts: Facts, inputs: Inputs) -> Reply:
    money = facts.valuation()
    single: dict[str, Value] = {
        "총매입금액": money.cost,
        "총평가금액": money.value,
        "총평가손익금액": money.profit,
        "총수익률(%)": round(money.profit_pct * _ON_MOCK_PCT),
        "추정예탁자산": money.assets,
        "조회건수": len(money.held),
    }
    return Reply(single, [_balance_row(each, money) for each in money.held])


@answers("opw00004")
def evaluation(facts: Facts, inputs: Inputs) -> Reply:
    money = facts.valuation()
    single: dict[str, Value] = {
        "계좌명": "모의고객",
        "지점명": "키움증권",
        "예수금": money.cash,
        "D+2추정예수금": money.cash_after_settlement,
        "유가잔고평가액": money.value,
        "예탁자산평가액": money.cash + money.value,
        "총매입금액": money.cost,
        "추정예탁자산": money.assets,
        "출력건수": len(money.held),
    }
    return Reply(single, [_evaluation_row(each) for each in money.held])


@answers("opt10085")
def returns(facts: Facts, inputs: Inputs) -> Reply:
    rows: list[Mapping[str, Value]] = [
        {
            "일자": f"{facts.now:%Y%m%d}",
            "종목코드": each.symbol,
            "종목명": each.tape.instrument.name,
            "현재가": each.tape.price,
            "매입가": each.average,
            "매입금액": each.cost,
            "보유수량": each.quantity,
            "당일매도손익": int(each.today.gross_profit),
            "당일매매수수료": int(each.today.commission),
            "당일매매세금": int(each.today.tax),
            "신용구분": "00",
            "결제잔고": each.quantity - each.today.bought + each.today.sold,
            "청산가능수량": each.sellable,
        }
        for each in facts.valuation().held
    ]
    return Reply(rows=rows)


@answers("opt10077")
def realized(facts: Facts, inputs: Inputs) -> Reply:
    """Answer today's sales by security, or those of one where 종목코드 is given."""
    code = inputs.get("종목코드", "").strip()
    sales = [each for each in sales_of(facts.venue.exchange.day) if code in ("", each.symbol)]
    rows: list[Mapping[str, Value]] = [
        {
            "종목명": facts.quotes.instrument(each.symbol).name,
            "체결량": each.quantity,
            "매입단가": round(each.cost / each.quantity),
            "체결가": round(each.value / each.quantity),
            "당일매도손익": each.profit,
            "손익율": plus_pct(100 * each.profit / each.cost) if each.cost else "0.00",
            "당일매매수수료": each.commission,
            "당일매매세금": each.tax,
            "종목코드": each.symbol,
        }
        for each in sales
    ]
    return Reply({"당일실현손익": sum(each.profit for each in sales)}, rows)


def _balance_row(each: Valued, money: Valuation) -> Mapping[str, Value]:
    return {
        "종목번호": f"A{each.symbol}",
        "종목명": each.tape.instrument.name,
        "평가손익": each.profit,
        "수익률(%)": round(each.profit_pct * _ON_MOCK_PCT),
        "매입가": each.average,
        "전일종가": each.tape.base,
        "보유수량": each.quantity,
        "매매가능수량": each.sellable,
        "현재가": each.tape.price,
        "금일매수수량": each.today.bought,
        "금일매도수량": each.today.sold,
        "매입금액": each.cost,
        "매입수수료": each.buy_fee,
        "평가금액": each.value,
        "평가수수료": each.sell_fee,
        "세금": each.tax,
        "수수료합": each.buy_fee + each.sell_fee,
        "보유비중(%)": round(100 * each.cost / money.cost * _ON_MOCK_PCT) if money.cost else 0,
        "신용구분": "00",
    }


def _evaluation_row(each: Valued) -> Mapping[str, Value]:
    return {
        "종목코드": f"A{each.symbol}",
        "종목명": each.tape.instrument.name,
        "보유수량": each.quantity,
        "평균단가": each.average,
        "현재가": each.tape.price,
        "평가금액": each.value,
        "손익금액": each.profit,
        "손익율": round(each.profit_pct * _ON_MOCK_PCT),
        "매입금액": each.cost,
        "결제잔고": each.quantity - each.today.bought + each.today.sold,
        "금일매수수량": each.today.bought,
        "금일매도수량": each.today.sold,
    }
