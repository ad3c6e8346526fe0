"""How a backtest reckons, in words a trader can check (strategy.md, section 5)."""

from config.text import Text

CONVENTIONS = (
    Text(
        "신호는 1분봉의 종가에서만 판단하고, 시장가 주문은 그 종목의 다음 봉 시가에 체결합니다. "
        "다음 봉이 다른 날이면 주문하지 않습니다.",
        "Signals are judged at the close of a one-minute bar; the market order fills at the open "
        "of the symbol's next bar, and none is sent where that is another day's.",
    ),
    Text(
        "손절과 익절은 봉 안에서 봅니다. 시가가 이미 넘었으면 시가에, 아니면 그 가격에 팝니다. "
        "한 봉에서 둘 다 닿으면 손절로 봅니다.",
        "Stop and target are watched inside the bar: sold at the open where that is beyond, else "
        "at the level. Where one bar touches both, it was the stop.",
    ),
    Text(
        "체결가는 호가단위에 맞춘 뒤 슬리피지만큼 불리하게 옮깁니다.",
        "Fill prices are put on the price grid, then moved by the slippage against the trader.",
    ),
    Text(
        "수수료는 매수와 매도 양쪽, 세금은 모든 매도에 붙습니다(ETF도).",
        "Commission is paid on both sides, tax on every sale (also of ETFs).",
    ),
    Text(
        "수량은 자본(시작 자본 + 실현손익) × 종목당 비중 ÷ 신호 봉 종가, 소수점은 버립니다.",
        "Shares: capital (start capital plus realised profit) x position size over the signal "
        "bar's close, cut to whole ones.",
    ),
    Text(
        "장 마감 전 정한 시각에 모두 팔고, 밤을 넘기는 포지션은 없습니다.",
        "Everything is sold at the set time before the close; nothing is held overnight.",
    ),
    Text(
        "일일 한도는 봉이 끝날 때마다 보며, 닿으면 다음 시가에 모두 팔고 그날은 더 사지 않습니다.",
        "Daily limits are looked at after every bar; when one is hit, all is sold at the next open "
        "and nothing more is bought that day.",
    ),
    Text(
        "정규장 밖의 봉은 빼고, 거래가 없던 분은 봉을 만들지 않습니다.",
        "Bars outside the regular session are left out; minutes without a trade make no bar.",
    ),
    Text(
        "실제와 다른 점: 호가 잔량, 부분 체결, 상·하한가와 VI, 주문 지연, 우리 주문이 시장에 주는 "
        "영향은 없습니다.",
        "Unlike the real market there is no depth, no partial fill, no price limit or volatility "
        "halt, no delay, and our orders move nothing.",
    ),
    Text(
        "지난 데이터에 맞춰 고른 설정은 앞으로도 그만큼 좋다는 뜻이 아닙니다. 지금 살아남은 종목만 "
        "골랐다면 더욱 그렇습니다.",
        "Settings chosen on past data promise nothing for the future, all the less if the symbols "
        "were chosen among those that survived.",
    ),
)
