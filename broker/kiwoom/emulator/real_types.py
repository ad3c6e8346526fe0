"""Which real-time types the FIDs of SetRealReg stand for.

Registering any FID of a type brings the whole type, so the list only selects types.
"""

from __future__ import annotations

from collections.abc import Iterable

TRADE, EXPECTED, QUOTE_ONLY = "주식체결", "주식예상체결", "주식시세"
BEST, BOOK = "주식우선호가", "주식호가잔량"
SESSION, INTERRUPTION = "장시작시간", "VI발동/해제"
INDEX = "업종지수"

STOCK_TYPES = (TRADE, EXPECTED, QUOTE_ONLY, BEST, BOOK)
"""What a TR registers of the codes it was asked for."""

MARKET_TYPES = (SESSION, INTERRUPTION)
"""Types of the whole market: registered for one code, or none, they come for all."""

_SECTOR_CODE = 3  # digits: 001 is the KOSPI, 101 the KOSDAQ
_INDEX_FIDS = frozenset((10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 25, 26))

_TRADE_FIDS = (
    *(10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 25, 26, 29, 30, 31, 32, 228, 290, 311, 567, 568),
    *(620, 691, 732, 822, 851, 852, 1030, 1031, 1032, 1071, 1072, 1313, 1314, 1315, 1316, 1497),
    *(1498, 1890, 1891, 1892, 9081),
)
_BOOK_FIDS = (
    *(21, 23, 24, *range(41, 101), 121, 122, 125, 126, 128, 129, 138, 139, 200, 201, 238),
    *(291, 292, 293, 294, 295, 299, *range(621, 641)),
)
_INTERRUPTION_FIDS = (
    *(9068, 9069, 9075, 9008, 1221, 1223, 1224, 1225, 1236, 1237, 1238, 1239, 1489, 1490),
)

# FIDs that several types have select the one they are registered for in practice: 27 and 28 the
# best quotes, 13 and 20 the trades, 214 and 215 the session.
_TYPES_OF: dict[int, tuple[str, ...]] = {
    **dict.fromkeys(_BOOK_FIDS, (BOOK,)),
    **dict.fromkeys(_TRADE_FIDS, (TRADE, EXPECTED, QUOTE_ONLY)),
    **dict.fromkeys((27, 28), (BEST,)),
    **dict.fromkeys((214, 215), (SESSION,)),
    **dict.fromkeys(_INTERRUPTION_FIDS, (INTERRUPTION,)),
}


def registrations(code: str, fids: Iterable[int]) -> frozenset[tuple[str, str]]:
    """Return the (code, type) pairs that registering `fids` for `code` asks for.

    Without a code only types of the whole market can be had; theirs is "" in any case. A sector's
    code has none of a security's types.
    """
    if len(code) == _SECTOR_CODE:
        return frozenset({(code, INDEX)} if _INDEX_FIDS.intersection(fids) else ())
    types = {each for fid in fids for each in _TYPES_OF.get(fid, ())}
    return frozenset(
        ("" if each in MARKET_TYPES else code, each)
        for each in types
        if code or each in MARKET_TYPES
    )


def stock_registrations(code: str) -> frozenset[tuple[str, str]]:
    return frozenset((code, each) for each in STOCK_TYPES)
