"""What `core.journal.accounts` says of a record that doesn't add up."""

from __future__ import annotations

from config.text import Text

NO_SESSION = Text(
    "세션이 시작 기록(session)으로 시작하지 않습니다",
    "its session does not begin with a session record",
)
TWO_SESSIONS = Text("세션 시작 기록이 두 번 있습니다", "the session begins a second time")
UNREADABLE = Text(
    "{} 기록의 내용이 올바르지 않습니다: {}", "the fields of this {} are not as they should be: {}"
)
NO_END = Text(
    "세션 {}: 종료 기록이 없습니다 (비정상 종료이거나 아직 실행 중)",
    "session {}: has no end record (a crash, or it still runs)",
)
AFTER_END = Text("세션 종료 기록 뒤에 있습니다", "comes after the end of its session")
ORDER_TWICE = Text("주문 {}이(가) 두 번 기록되었습니다", "order {} is written a second time")
NO_ORDER = Text("주문 {}의 기록이 앞에 없습니다", "order {} was not written before")
OTHER_ORDER = Text(
    "주문 {}은(는) {} {}인데 체결은 {} {}입니다", "order {} is {} {}, the fill is {} {}"
)
AMENDED = Text(
    "주문 {}: {}주 주문이 {}주로 정정되었다고 기록되었습니다",
    "order {}: an order of {} shares is written as amended to {}",
)
OVERFILLED = Text(
    "주문 {}: 체결 수량 {}주가 주문 수량 {}주보다 많습니다",
    "order {}: {} shares filled, more than the {} ordered",
)
AMOUNTS = Text(
    "체결 값이 올바르지 않습니다: 가격 {}, 수량 {}, 수수료 {}, 세금 {}",
    "impossible fill: price {}, quantity {}, commission {}, tax {}",
)
FILL_TWICE = Text("체결번호 {}이(가) 같은 날 두 번 있습니다", "fill {} is there twice on one day")
SLIPPAGE = Text(
    "주문 {}: 슬리피지 {}원으로 기록되었으나 체결가와 기준가로는 {}원입니다",
    "order {}: {} won of slippage by the record, {} by its price and the price decided at",
)
POSITION = Text(
    "{}: 체결 후 보유 {}주로 기록되었으나 체결 합계는 {}주입니다",
    "{}: {} shares held by the record, {} by the fills",
)
NEGATIVE = Text("{}: 보유 수량이 음수입니다 ({}주)", "{}: the position is negative ({} shares)")
CASH = Text(
    "현금이 {}원으로 기록되었으나 현금 + 보유 원가 + 비용 - 실현손익으로 계산하면 {}원입니다",
    "cash is {} by the record, but cash + positions at cost + costs - profit make it {}",
)
HOLDINGS = Text(
    "보유 수량이 {}(으)로 기록되었으나 체결 합계는 {}입니다",
    "holds {} by the record, {} by the fills",
)
NO_ROUND = Text(
    "{}: 이 매매를 이루는 체결이 없습니다", "{}: no closed round of fills makes this trade"
)
NO_TRADE = Text(
    "{}: 청산된 매매 {}건의 기록이 없습니다", "{}: {} closed round(s) without a trade record"
)
TRADE = Text(
    "{} 매매의 {}이(가) {}(으)로 기록되었으나 체결로는 {}입니다",
    "trade of {}: {} is {} by the record, {} by its fills",
)
COUNT = Text(
    "{} 수가 {}(으)로 기록되었으나 실제 기록은 {}건입니다", "counts {} as {}, but {} are written"
)
ADOPTED = Text(
    "{}번 기록: 증권사 잔고를 기준으로 바꾸었습니다 (현금 {}원 → {}원)",
    "record {}: the books were set to the broker's account (cash {} -> {})",
)
NOTHING_BEFORE = Text(
    "지난 실행에서 이어간다는데, 그 계좌의 앞선 기록이 없습니다",
    "goes on from an earlier run's books, and there are none of that account",
)
NOT_CONTINUED = Text(
    "지난 실행에서 이어간 현금 {}원·보유 {}이(가) 세션 {}이 남긴 {}원·{}과(와) 다릅니다",
    "goes on with cash {} and holdings {}, but session {} has left {} and {}",
)
