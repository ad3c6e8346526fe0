"""Which order kind is taken when, and at what price: one row a kind.

Sources: KRX, global.krx.co.kr, "Types of orders" (GLB0602020202T5: kinds by time of day, prices of
immediately executable orders), reference/kiwoom-openapi.md sections 2.4 and 9.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from core.domain.instrument import Instrument
from core.domain.order import OrderIntent, OrderKind, Side, TimeInForce
from core.domain.price import Price
from core.domain.session import Segment, SegmentKind


class PriceSource(Enum):
    """Where the price comes from at which an order works."""

    NAMED = "NAMED"  # the customer's
    ANY = "ANY"  # a market order: none
    OPPOSITE_BEST = "OPPOSITE_BEST"
    OWN_BEST = "OWN_BEST"
    PREVIOUS_CLOSE = "PREVIOUS_CLOSE"
    CLOSE = "CLOSE"


@dataclass(frozen=True, slots=True)
class Quotes:
    """What prices are known of a symbol when an order arrives, in won."""

    previous_close: Price
    bid: Price | None = None
    ask: Price | None = None
    last: Price | None = None  # trade of today
    close: Price | None = None  # of today's regular session, once it is over


@dataclass(frozen=True, slots=True)
class KindRule:
    """What the exchange says of one kind of order."""

    name: str  # as an HTS calls it
    source: PriceSource
    segments: frozenset[SegmentKind]  # in which it is taken


_K, _T, _S, _P = OrderKind, TimeInForce, SegmentKind, PriceSource

_AUCTIONS = frozenset({_S.ORDER_ENTRY, _S.OPENING_AUCTION, _S.RESUMING_AUCTION})
_REGULAR = _AUCTIONS | {_S.CONTINUOUS, _S.CLOSING_AUCTION}
_TRADING = frozenset({_S.CONTINUOUS})

RULES: Mapping[tuple[OrderKind, TimeInForce], KindRule] = {
    (_K.LIMIT, _T.DAY): KindRule("지정가", _P.NAMED, _REGULAR | {_S.AFTER_MARKET}),
    (_K.MARKET, _T.DAY): KindRule("시장가", _P.ANY, _REGULAR),
    # It turns into a market order when the closing auction begins, so there is none to give in it.
    (_K.CONDITIONAL, _T.DAY): KindRule("조건부지정가", _P.NAMED, _REGULAR - {_S.CLOSING_AUCTION}),
    (_K.BEST, _T.DAY): KindRule("최유리지정가", _P.OPPOSITE_BEST, _TRADING),
    (_K.TOP, _T.DAY): KindRule("최우선지정가", _P.OWN_BEST, _TRADING),
    (_K.LIMIT, _T.IOC): KindRule("지정가(IOC)", _P.NAMED, _TRADING),
    (_K.MARKET, _T.IOC): KindRule("시장가(IOC)", _P.ANY, _TRADING),
    (_K.BEST, _T.IOC): KindRule("최유리(IOC)", _P.OPPOSITE_BEST, _TRADING),
    (_K.LIMIT, _T.FOK): KindRule("지정가(FOK)", _P.NAMED, _TRADING),
    (_K.MARKET, _T.FOK): KindRule("시장가(FOK)", _P.ANY, _TRADING),
    (_K.BEST, _T.FOK): KindRule("최유리(FOK)", _P.OPPOSITE_BEST, _TRADING),
    (_K.BEFORE_HOURS_CLOSE, _T.DAY): KindRule(
        "장전시간외종가", _P.PREVIOUS_CLOSE, frozenset({_S.ORDER_ENTRY, _S.PREVIOUS_CLOSE_PRICE})
    ),
    (_K.AFTER_HOURS_CLOSE, _T.DAY): KindRule(
        "장후시간외종가", _P.CLOSE, frozenset({_S.CLOSE_PRICE_ENTRY, _S.CLOSE_PRICE})
    ),
    (_K.AFTER_HOURS_SINGLE, _T.DAY): KindRule(
        "시간외단일가", _P.NAMED, frozenset({_S.SINGLE_PRICE})
    ),
}

SEGMENT_NAMES: Mapping[SegmentKind, str] = {
    _S.ORDER_ENTRY: "장전 주문접수",
    _S.PREVIOUS_CLOSE_PRICE: "장전시간외종가",
    _S.OPENING_AUCTION: "장전 동시호가",
    _S.CONTINUOUS: "정규장 접속매매",
    _S.CLOSING_AUCTION: "장마감 동시호가",
    _S.CLOSE_PRICE_ENTRY: "장후시간외종가 접수",
    _S.CLOSE_PRICE: "장후시간외종가",
    _S.SINGLE_PRICE: "시간외단일가",
    _S.AFTER_MARKET: "애프터마켓",
    _S.RESUMING_AUCTION: "단일가매매(거래 재개)",
    _S.HALTED: "매매거래정지",
}


def rule_of(intent: OrderIntent) -> KindRule | None:
    """Return what the exchange says of such an order, None where there is no such kind."""
    return RULES.get((intent.kind, intent.time_in_force))


def refusal(
    intent: OrderIntent,
    instrument: Instrument,
    segments: Collection[Segment],
    interruption: SegmentKind | None = None,
    close: Price | None = None,
) -> str:
    """Return why the exchange takes no such order of this kind now, "" if it does.

    `segments` are the day's parts at this moment (`DayPlan.at`), none between and outside them;
    `close` is the day's close in won, once there is one: 시간외단일가 has limits of its own.
    """
    rule = rule_of(intent)
    if rule is None:
        return "매매구분을 확인하세요."
    if instrument.is_halted or interruption is SegmentKind.HALTED:
        return "매매거래정지 종목입니다."
    if interruption is not None and interruption not in rule.segments:
        return _not_now(rule, {interruption})
    # Its auction takes no more than the part of the day in which it is held.
    taking = [segment for segment in segments if segment.kind in rule.segments]
    if not taking:
        return _not_now(rule, {segment.kind for segment in segments})
    # Funds are what a sale is not taxed for: ETF and ETN.
    if not (instrument.is_taxed or any(segment.is_for_funds for segment in taking)):
        return "ETF/ETN은 애프터마켓에서 거래할 수 없습니다."
    return _out_of_range(intent, instrument, taking[0], close)


def range_limits(instrument: Instrument, segment: Segment, close: Price) -> tuple[Price, Price]:
    """Return the lowest and highest price of a part with limits of its own round the close.

    Both on the grid and inside the daily limits, as far as these are known.
    """
    share = (segment.range_pct or 0) / 100
    grid = instrument.grid
    lowest, highest = grid.ceil(close * (1 - share)), grid.floor(close * (1 + share))
    daily = instrument.price_limits()
    return (lowest, highest) if daily is None else (max(lowest, daily[0]), min(highest, daily[1]))


def resting_price(
    rule: KindRule, side: Side, limit_price: Price | None, quotes: Quotes, instrument: Instrument
) -> Price | None:
    """Return the limit in won at which an arriving order works; None: none, or nobody knows one.

    None is right for a market order; of every other kind it means that there is no quote, and the
    order can't be taken.
    """
    match rule.source:
        case PriceSource.NAMED:
            return limit_price
        case PriceSource.OPPOSITE_BEST:
            return _opposite_best(side, quotes, instrument)
        case PriceSource.OWN_BEST:
            return quotes.bid if side is Side.BUY else quotes.ask
        case PriceSource.PREVIOUS_CLOSE:
            return quotes.previous_close
        case PriceSource.CLOSE:
            return quotes.close
        case PriceSource.ANY:
            return None


def _opposite_best(side: Side, quotes: Quotes, instrument: Instrument) -> Price | None:
    """Return the best opposite price; without one, a rung better than the own side's best.

    Without any order it is the last trade's price, before the first the previous close.
    """
    grid, limits = instrument.grid, instrument.price_limits()
    if side is Side.BUY:
        opposite, own, better = quotes.ask, quotes.bid, grid.next_up
    else:
        opposite, own, better = quotes.bid, quotes.ask, grid.next_down
    if opposite is not None:
        return opposite
    if own is None:
        return quotes.last or quotes.previous_close
    return better(own) if limits is None else min(max(better(own), limits[0]), limits[1])


def _not_now(rule: KindRule, traded: Collection[SegmentKind]) -> str:
    names = [name for kind, name in SEGMENT_NAMES.items() if kind in traded]
    present = f"현재 {', '.join(names)}" if names else "거래시간 외"
    return f"{rule.name} 주문시간이 아닙니다. ({present})"


def _out_of_range(
    intent: OrderIntent, instrument: Instrument, segment: Segment, close: Price | None
) -> str:
    price = intent.limit_price
    if segment.range_pct is None or close is None or price is None:
        return ""
    lowest, highest = range_limits(instrument, segment, close)
    if lowest <= price <= highest:
        return ""
    return f"{SEGMENT_NAMES[segment.kind]} 가격범위 오류입니다. ({lowest:,}~{highest:,}원)"
