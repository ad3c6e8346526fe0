"""The control's local files of the emulated market, made from its listings."""

from __future__ import annotations

from functools import cache

from broker.kiwoom.emulator.packets import Master, Masters
from core.domain.instrument import Instrument
from core.simulation.listings import Listing, listings

KOSPI, KOSDAQ, ETF = "0", "10", "8"  # as GetCodeListByMarket numbers them

_LISTED_ON = "20000104"
_STOCK_STATE, _ETF_STATE = "증거금20%|담보대출|신용가능", "증거금40%|담보대출"
_HALTED, _USUAL = "거래정지", "정상"


@cache
def masters() -> Masters:
    """Return every security of the emulated market by its code."""
    return {code: _master(listing) for code, listing in listings().items()}


def market_of(code: str) -> str:
    """Return the market's number, that of KOSPI for an unknown code."""
    master = masters().get(code)
    return KOSPI if master is None else master.market


def _master(listing: Listing) -> Master:
    instrument = listing.instrument
    market = _market(listing)
    return Master(
        code=listing.symbol,
        name=listing.name,
        market=market,
        last_price=listing.previous_close,
        state=_state(listing, instrument),
        construction=next(iter(instrument.warnings), _USUAL),
        listed_date=_LISTED_ON,
        listed_shares=listing.listed_shares,
        info=f"시장구분0|{'코스닥' if market == KOSDAQ else '거래소'};",
    )


def _market(listing: Listing) -> str:
    if listing.is_etf:
        return ETF
    return KOSDAQ if listing.board == "KOSDAQ" else KOSPI


def _state(listing: Listing, instrument: Instrument) -> str:
    parts = [_ETF_STATE if listing.is_etf else _STOCK_STATE, *instrument.warnings]
    if instrument.is_halted:
        parts.append(_HALTED)
    return "|".join(parts)
