"""At which kind of order and price an intent is sent: market, best limit, or a limit first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from config.schema import Options, option, section
from config.text import Text
from core.domain.instrument import Instrument
from core.domain.order import OrderIntent, OrderKind, Reason, Side
from core.domain.price import Price

Style = Literal["market", "best", "limit_first"]

_STYLES = {
    "market": Text("시장가", "Market"),
    "best": Text("최유리지정가", "Best limit (최유리지정가)"),
    "limit_first": Text("지정가 먼저", "Limit first"),
}


@section("orders")
class OrderPolicyOptions(Options):
    entry: Style = option(
        "market",
        title=Text("매수 방식", "Entries"),
        help=Text(
            "시장가 · 최유리지정가: 상대 최우선 가격의 지정가 · "
            "지정가 먼저: 지정가로 내고 체결될 때까지 정정. 모의투자는 최유리를 받지 않아 "
            "시장가로 보냅니다.",
            "Market · best limit: a limit at the best opposite price · limit first: a limit that "
            "is re-priced until it is filled. Kiwoom's mock server takes no best limit orders: "
            "they go at market.",
        ),
        choices=_STYLES,
    )
    exit: Style = option(
        "market",
        title=Text("신호·익절 매도 방식", "Exits by signal or target"),
        help=Text(
            "손절·시간 청산·한도·전량청산은 언제나 시장가입니다. 남은 수량은 끝까지 매도합니다.",
            "Stops, time exits, limits and flatten are always at market. What is left is always "
            "sold to the end.",
        ),
        choices=_STYLES,
    )
    limit_at: Literal["opposite", "own"] = option(
        "opposite",
        title=Text("지정가 기준", "Limit price"),
        help=Text(
            "상대: 매수는 매도1호가, 매도는 매수1호가 · 자기: 매수는 매수1호가, 매도는 매도1호가",
            "Opposite: buys at the best ask, sells at the best bid · own: the other way round",
        ),
        choices={
            "opposite": Text("상대 호가", "Best opposite price"),
            "own": Text("자기 호가", "Best own price"),
        },
    )
    limit_offset_ticks: int = option(
        0,
        ge=-10,
        le=10,
        unit=Text("호가", "ticks"),
        title=Text("지정가 조정", "Limit offset"),
        help=Text(
            "기준 호가에서 이만큼 더 체결되기 쉬운 쪽으로(매수는 위, 매도는 아래). "
            "음수는 반대쪽입니다.",
            "This many ticks further to where it is filled more easily (buys up, sells down); "
            "below 0 the other way.",
        ),
    )
    reprice_after_s: float = option(
        3.0,
        ge=0.5,
        le=300,
        unit=Text("초", "s"),
        title=Text("정정 간격", "Re-price after"),
        help=Text(
            "지정가가 체결되지 않으면 이 시간마다 새 호가로 정정합니다. 최유리지정가는 이 시간 뒤 "
            "취소하고 남은 수량을 처리합니다.",
            "A limit that is not filled moves to the newest price every so often; a best limit is "
            "cancelled after this long, and its rest dealt with.",
        ),
    )
    reprice_times: int = option(
        3,
        ge=0,
        le=20,
        unit=Text("회", "times"),
        title=Text("정정 횟수", "Re-price at most"),
        help=Text(
            "이만큼 정정해도 남으면 취소하고 남은 수량을 처리합니다.",
            "What is left after so many times is cancelled, and the rest dealt with.",
        ),
    )
    entry_rest: Literal["market", "cancel"] = option(
        "market",
        title=Text("매수 잔량 처리", "Rest of an entry"),
        help=Text(
            "시장가: 남은 수량을 시장가로 매수 · 취소: 사지 않음. 매도 잔량은 언제나 시장가입니다.",
            "Market: the rest is bought at market · cancel: it is not bought. The rest of an exit "
            "always goes at market.",
        ),
        choices={"market": Text("시장가", "Market"), "cancel": Text("취소", "Cancel")},
    )


PATIENT = frozenset({Reason.SIGNAL, Reason.TP})
"""Reasons of orders that may wait for a price; all others go at market."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """The newest prices known of a symbol, in won."""

    bid: Price | None
    ask: Price | None
    last: Price | None


def style_of(intent: OrderIntent, options: OrderPolicyOptions) -> Style:
    """Return how the settings want it sent."""
    if intent.reason not in PATIENT or intent.kind is not OrderKind.MARKET:
        return "market"
    return options.entry if intent.side is Side.BUY else options.exit


def at_limit(intent: OrderIntent, price: Price) -> OrderIntent:
    return replace(intent, kind=OrderKind.LIMIT, limit_price=price)


def at_market(intent: OrderIntent, quantity: int) -> OrderIntent:
    """Return what is left of an intent, at market."""
    return replace(intent, quantity=quantity, kind=OrderKind.MARKET, limit_price=None)


def limit_price(
    intent: OrderIntent,
    quotes: Quotes,
    instrument: Instrument,
    options: OrderPolicyOptions,
    collar_pct: float,
) -> Price | None:
    """Return the limit to work at now, None where no price is known.

    On the grid, within the daily limits, and no worse than `collar_pct` from the price decided at.
    """
    is_buy = intent.side is Side.BUY
    wants_ask = is_buy == (options.limit_at == "opposite")
    price = (quotes.ask if wants_ask else quotes.bid) or quotes.last
    if price is None:
        return None
    grid, ticks = instrument.grid, options.limit_offset_ticks
    price = grid.floor(price) if is_buy else grid.ceil(price)
    for _ in range(abs(ticks)):
        price = grid.next_up(price) if is_buy == (ticks > 0) else grid.next_down(price)
    return fixed(intent.side, _collared(intent, price, collar_pct), instrument)


def fixed(side: Side, price: Price, instrument: Instrument) -> Price:
    """Return the nearest price that the exchange takes and that is no worse for us."""
    grid, limits = instrument.grid, instrument.price_limits()
    price = grid.floor(price) if side is Side.BUY else grid.ceil(price)
    return price if limits is None else min(max(price, limits[0]), limits[1])


def _collared(intent: OrderIntent, price: Price, collar_pct: float) -> Price:
    if not intent.reference_price:
        return price
    farthest = intent.reference_price * (1 + intent.side.sign * collar_pct / 100)
    return min(price, farthest) if intent.side is Side.BUY else max(price, farthest)
