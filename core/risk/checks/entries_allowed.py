"""Nothing forbids entries altogether: a stop, a daily limit, the cut-off, a broken journal."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class TimetableOptions(Options):
    entry_cutoff_min: int = option(
        20,
        ge=0,
        le=390,
        unit=Text("분", "min"),
        page="risk",
        title=Text("신규 진입 마감", "Last entries before the close"),
        help=Text(
            "장 마감 이 시간 전부터는 새로 사지 않습니다.",
            "From this long before the session's close nothing is bought.",
        ),
    )
    flatten_before_close_min: int = option(
        15,
        ge=0,
        le=390,
        unit=Text("분", "min"),
        page="risk",
        title=Text("장 마감 전 청산", "Close positions before the close"),
        help=Text(
            "장 마감 이 시간 전에 보유를 모두 시장가로 정리합니다. "
            "15분이면 15:15, 동시호가 전입니다.",
            "This long before the session's close every position is sold "
            "(15 min: 15:15, before the closing auction).",
        ),
    )


BLOCKS = {
    "stopped": Text("자동매매가 중지 상태입니다", "trading is stopped"),
    "halted": Text(
        "청산 후 정지 상태입니다. 시작을 누르세요", "halted after a flatten; press START"
    ),
    "flattening": Text("전량청산 중입니다", "a flatten is under way"),
    "daily_limit": Text(
        "일일 한도에 닿았습니다. 다음 거래일부터 가능합니다",
        "a daily limit was reached; entries again on the next trading day",
    ),
    "cutoff": Text("신규 진입 마감 시간이 지났습니다", "past the time for new entries"),
    "symbol_off": Text("관심종목에서 꺼진 종목입니다", "the symbol is switched off"),
    "working_order": Text("이 종목의 주문이 진행 중입니다", "the symbol has a working order"),
    "position": Text("이미 보유 중입니다", "the symbol is already held"),
    "journal": Text(
        "매매일지를 쓸 수 없습니다. 디스크를 확인하세요",
        "the journal can't be written; check the disk",
    ),
    "account": Text(
        "계좌 확인이 끝나지 않았습니다", "the account has not been confirmed by the broker yet"
    ),
    "frozen": Text(
        "증권사 잔고와 우리 기록이 달라 멈춘 종목입니다. 메뉴 매매 > 잔고 차이에서 정하세요",
        "frozen, as the broker's shares and our record differ; decide in menu Trade > "
        "Holdings that differ",
    ),
    "gap": Text(
        "끊긴 동안의 분봉을 아직 받지 못했습니다",
        "the minutes missed while the line was down are not there yet",
    ),
    "unconfirmed": Text(
        "실계좌 확인이 끝나지 않았습니다. 계좌번호 끝 네 자리를 입력하세요",
        "the real account has not been confirmed; type its last four digits",
    ),
    "interrupted": Text(
        "변동성완화장치(VI)·거래정지 등으로 연속매매가 멈췄습니다",
        "continuous trading has stopped (volatility interruption, halt)",
    ),
    "refused": Text(
        "방금 이 종목의 주문이 거부되어 잠시 기다립니다",
        "an order of the symbol was refused just now; waiting for a moment",
    ),
    "refused_today": Text(
        "증권사가 이 종목의 주문을 거부해 오늘은 사지 않습니다",
        "the broker refused an order of the symbol for good; nothing is bought of it today",
    ),
    "unanswered": Text(
        "이 종목의 주문에 응답이 없어 증권사에 확인하고 있습니다",
        "an order of the symbol has no answer yet; the broker is being asked",
    ),
    "disconnected": Text("증권사와 연결이 끊겼습니다", "not connected to the broker"),
    "invariant": Text(
        "지켜야 할 것이 깨졌습니다. 위험 창의 등을 보고, 고친 뒤 시작을 누르세요",
        "what must always hold does not: see the lamps in the risk panel; press START once mended",
    ),
    "fault": Text(
        "내부 오류로 멈췄습니다. 로그를 보내 알려 주시고, 다시 하려면 시작을 누르세요",
        "stopped by an internal error; report it with the log, press START to trade again",
    ),
    "fault_symbol": Text(
        "이 종목을 처리하다 내부 오류가 났습니다. 다시 하려면 중지 후 시작을 누르세요",
        "an internal error in handling this symbol; press STOP and START to trade it again",
    ),
    "window_silent": Text("창이 5초 넘게 응답하지 않습니다", "the window has not answered for 5 s"),
    "broker_silent": Text(
        "증권사가 계좌 조회에 30초 넘게 답하지 않습니다. 영웅문에서 접속을 확인하세요",
        "the broker has not answered an account request for 30 s; check the line in the HTS",
    ),
    "feed_dead": Text(
        "장중인데 어느 종목에서도 시세가 오지 않습니다. 다시 접속하세요",
        "no data of any symbol in the middle of the session; log in again",
    ),
    "clock_drift": Text(
        "이 컴퓨터의 시계가 거래소와 어긋납니다. 시간 동기화를 하세요",
        "this machine's clock disagrees with the exchange's; synchronise it",
    ),
    "data_dead": Text(
        "이 종목의 시세가 끊긴 듯합니다. 다시 오면 풀립니다",
        "the symbol's data seem dead; free again once they come",
    ),
    "data_suspect": Text(
        "이 종목의 시세가 이상합니다. 영웅문의 호가와 비교하세요",
        "the symbol's data can't be right; compare with the order book of the HTS",
    ),
}


@register
def entries_allowed(intent: OrderIntent, context: RiskContext) -> Check:
    block = context.entry_block
    return Check(
        "entries_allowed",
        Text("진입 허용", "Entries allowed"),
        passed=not block,
        reason=BLOCKS[block] if block else None,
    )
