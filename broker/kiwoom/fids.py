"""The numbers of Kiwoom's real-time fields (FID), and the types they come in.

Plain ints, because the control takes nothing else. Those of one event are read in `parse` and
`chejan`; the rest of what Kiwoom sends is not needed.
"""

from __future__ import annotations

# -- types of OnReceiveRealData ----------------------------------------------------------------

TRADE = "주식체결"
BOOK = "주식호가잔량"
EXPECTED = "주식예상체결"
SESSION = "장시작시간"
VI = "VI발동/해제"
INDEX = "업종지수"

REGISTER = {TRADE: "10", BOOK: "41", SESSION: "215;20;214", VI: "9068", INDEX: "20;10;12"}
"""What to give SetRealReg for a type: any field of it brings all of them."""

# -- gubun of OnReceiveChejanData --------------------------------------------------------------

ORDER_EVENT = "0"
BALANCE_EVENT = "1"

# -- trades and quotes -------------------------------------------------------------------------

PRICE = 10
CHANGE = 11
CHANGE_PCT = 12
DAY_VOLUME = 13
VOLUME = 15  # of this trade; its sign is the aggressor's side
TRADE_TIME = 20
BOOK_TIME = 21
EXPECTED_PRICE = 23
EXPECTED_VOLUME = 24
BEST_ASK = 27
BEST_BID = 28
FIRST_ASK, FIRST_BID = 41, 51  # ten levels each: the level's number less 1 is added
FIRST_ASK_VOLUME, FIRST_BID_VOLUME = 61, 71
LEVELS = 10

# -- the session, and volatility interruptions -------------------------------------------------

SESSION_REMAINING = 214
SESSION_STATE = 215
VI_PRICE = 1221
VI_TIME = 1223
VI_RELEASE_TIME = 1224
VI_KIND = 1225  # 정적, 동적, 동적+정적
VI_STATE = 9068  # 1 begun, 2 over

# -- orders and balances (chejan) --------------------------------------------------------------

NAME = 302
ORDERED = 900
ORDER_PRICE = 901
REMAINING = 902
FILLED_VALUE = 903  # won, cumulative
ORIGINAL_NUMBER = 904
ACTION = 905  # +매수, -매도, +매수정정, 매수취소, ...
KIND_NAME = 906
SIDE = 907  # 1 sell, 2 buy
ORDER_TIME = 908
EXECUTION_NUMBER = 909
FILL_PRICE = 910
FILLED = 911  # cumulative
STATE = 913  # 접수, 체결, 확인, 거부
UNIT_PRICE = 914  # of this fill
UNIT_FILLED = 915
REFUSAL = 919
SCREEN = 920
HELD = 930
AVERAGE_PRICE = 931
PAID = 932
SELLABLE = 933
COMMISSION = 938
TAX = 939
CODE = 9001
ACCOUNT = 9201
ORDER_NUMBER = 9203

NAMES = {
    PRICE: "현재가",
    CHANGE_PCT: "등락율",
    VOLUME: "거래량",
    TRADE_TIME: "체결시간",
    BOOK_TIME: "호가시간",
    EXPECTED_PRICE: "예상체결가",
    EXPECTED_VOLUME: "예상체결수량",
    BEST_ASK: "최우선매도호가",
    BEST_BID: "최우선매수호가",
    SESSION_REMAINING: "장시작예상잔여시간",
    SESSION_STATE: "장운영구분",
    VI_PRICE: "VI발동가격",
    VI_TIME: "매매체결처리시각",
    VI_RELEASE_TIME: "VI해제시각",
    VI_STATE: "VI발동구분",
    ORDERED: "주문수량",
    ORDER_PRICE: "주문가격",
    REMAINING: "미체결수량",
    FILLED_VALUE: "체결누계금액",
    ACTION: "주문구분",
    SIDE: "매도수구분",
    ORDER_TIME: "주문/체결시간",
    FILL_PRICE: "체결가",
    FILLED: "체결량",
    UNIT_PRICE: "단위체결가",
    UNIT_FILLED: "단위체결량",
    HELD: "보유수량",
    AVERAGE_PRICE: "매입단가",
    PAID: "총매입가",
    SELLABLE: "주문가능수량",
    COMMISSION: "당일매매수수료",
    TAX: "당일매매세금",
    CODE: "종목코드",
    ORDER_NUMBER: "주문번호",
}
"""Kiwoom's own names, for error texts."""


def name(fid: int) -> str:
    """Return the field as people look it up: "FID 10 (현재가)"."""
    known = NAMES.get(fid)
    if known is None and FIRST_ASK <= fid < FIRST_BID_VOLUME + LEVELS:
        known = "호가" if fid < FIRST_ASK_VOLUME else "호가수량"
    return f"FID {fid} ({known})" if known else f"FID {fid}"
