"""The tables of a certificate as texts, for the page, the terminal and the window alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.text import Text
from core.certificate.certificate import AmountLine, Certificate, OrderLine, Verdict
from core.certificate.texts import FIELDS, TITLE, VERDICTS
from core.domain.order import Side
from core.domain.price import Price

SIDES = {Side.BUY: Text("매수", "Buy"), Side.SELL: Text("매도", "Sell")}


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Text, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a certificate; `numbers` says which columns stand on the right."""

    name: str
    title: Text
    columns: tuple[Text, ...]
    numbers: frozenset[int]
    rows: tuple[Row, ...]
    empty: Text  # what is said in place of no rows


_OURS, _THEIRS = Text("우리", "Ours"), Text("증권사", "Broker")
_DIFFERENCE = Text("차이", "Difference")
_RESULT, _NOTE = Text("결과", "Result"), Text("비고", "Note")
_ORDER_COLUMNS = (
    Text("시각", "Time"),
    Text("주문번호", "Order no."),
    Text("종목코드", "Symbol"),
    Text("구분", "Side"),
    Text("주문수량", "Ordered"),
    Text("체결수량", "Filled"),
    Text("체결금액", "Value"),
    Text("수수료", "Commission"),
    Text("세금", "Tax"),
    Text("미체결", "Working"),
    Text("차이(원)", "Diff. (won)"),
    _RESULT,
    _NOTE,
)
_NONE = Text("없습니다", "none")


def heading(certificate: Certificate) -> tuple[tuple[Text, Text], ...]:
    """Return what the certificate is of, as titles and values."""
    records = certificate.records
    same = Text.of
    reported = certificate.reported
    return (
        (Text("거래일", "Day"), same(certificate.day.isoformat())),
        (Text("계좌", "Account"), same(certificate.account or "-")),
        (Text("모드", "Mode"), same(certificate.mode)),
        (Text("증권사 보고 시각", "Broker's report"), same(_moment(reported))),
        (Text("작성", "Made"), same(_moment(certificate.made))),
        (
            Text("매매일지 기록", "Journal records"),
            same(
                f"{records.first:,}-{records.last:,} "
                f"(session {', '.join(map(str, records.sessions))})"
            ),
        ),
        (Text("매매일지 해시", "Journal hash"), same(records.last_hash)),
        (
            Text("해시 사슬", "Hash chain"),
            Text("이상 없음", "unbroken") if records.is_chain_good else Text("끊김", "BROKEN"),
        ),
        (Text("프로그램", "Program"), same(certificate.version)),
    )


def tables(certificate: Certificate) -> tuple[Table, ...]:
    """Return every part, in the order in which it is read."""
    return (
        _amounts("money", Text("금액(원)", "Money (won)"), certificate.money, Text("항목", "Item")),
        _amounts(
            "shares",
            Text("마감 잔고(주)", "Shares held"),
            certificate.shares,
            Text("종목코드", "Symbol"),
        ),
        _amounts(
            "realized",
            Text("당일 실현손익(원)", "Realized, net (won)"),
            certificate.realized,
            Text("종목코드", "Symbol"),
        ),
        _orders("orders", Text("주문", "Orders"), certificate.orders),
        _orders(
            "foreign",
            Text("다른 곳(HTS 등) 주문", "Made elsewhere (HTS)"),
            certificate.foreign,
        ),
        _orders("working", Text("남은 미체결", "Still working"), certificate.working),
    )


def title_of(certificate: Certificate) -> Text:
    return Text.of("{} {}").format(TITLE, certificate.day.isoformat())


def _amounts(name: str, title: Text, lines: Sequence[AmountLine], first: Text) -> Table:
    rows = tuple(
        Row(
            (
                line.title,
                number(line.ours),
                number(line.theirs),
                signed(line.difference)
                if line.verdict is not Verdict.NOT_COMPARED
                else Text.of(""),
                VERDICTS[line.verdict],
                line.note,
            ),
            line.verdict,
        )
        for line in lines
    )
    columns = (first, _OURS, _THEIRS, _DIFFERENCE, _RESULT, _NOTE)
    return Table(name, title, columns, frozenset({1, 2, 3}), rows, _NONE)


def _orders(name: str, title: Text, lines: Sequence[OrderLine]) -> Table:
    rows = tuple(Row(_order(line), line.verdict) for line in lines)
    return Table(name, title, _ORDER_COLUMNS, frozenset(range(4, 11)), rows, _NONE)


def _order(line: OrderLine) -> tuple[Text, ...]:
    return (
        Text.of(f"{line.time:%H:%M:%S}"),
        Text.of(" ".join(line.numbers) or line.order_id or ""),
        Text.of(line.symbol),
        SIDES[line.side],
        *(_both(line, name) for name in ("quantity", *FIELDS)),
        signed(line.difference) if line.verdict is not Verdict.NOT_COMPARED else Text.of(""),
        VERDICTS[line.verdict],
        line.note,
    )


def _both(line: OrderLine, name: str) -> Text:
    """Return one number where both sides have it, else ours and theirs."""
    ours = None if line.ours is None else getattr(line.ours, name)
    theirs = None if line.theirs is None else getattr(line.theirs, name)
    if ours == theirs or theirs is None:
        return number(ours)
    if ours is None:
        return number(theirs)
    return Text.of(f"{ours:,} / {theirs:,}")


def number(value: Price | None) -> Text:
    return Text.of("-" if value is None else f"{value:,}")


def signed(value: Price) -> Text:
    return Text.of(f"{value:+,}" if value else "0")


def _moment(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment is not None else "-"
