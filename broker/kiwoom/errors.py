"""Kiwoom's error codes: what each means and what to do about it.

They come back from methods of the control, and with OnEventConnect. Every negative number is a
failure, known or not. What OnReceiveMsg says is never looked up: its codes change without notice.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.text import Text
from core.domain.order import Refusal

_NONE = Text.of("")


@dataclass(frozen=True, slots=True)
class ApiError:
    """One negative return code."""

    code: int
    meaning: Text
    advice: Text = _NONE

    @property
    def text(self) -> Text:
        """Say it in one line: meaning, code, and what to do."""
        form = Text.of("{} ({}): {}" if self.advice.ko else "{} ({})")
        return form.format(self.meaning, self.code, self.advice)


_LOG_IN_AGAIN = Text("다시 로그인하십시오.", "Log in again.")
_WAIT = Text("잠시 뒤 저절로 다시 보냅니다.", "It is sent again by itself shortly.")
_RESTART = Text(
    "장시간 제한이면 프로그램을 다시 시작해 로그인해야 풀립니다.",
    "The long-term limit ends only with a new login after a restart.",
)
_PASSWORD = Text(
    "메뉴 매매 > 계좌 비밀번호 등록, 또는 작업 표시줄의 OpenAPI 아이콘 > 계좌비밀번호 저장에서 "
    "비밀번호를 등록하십시오.",
    "Register the password: menu Trade > Register account password, or OpenAPI icon in the system "
    "tray > 계좌비밀번호 저장.",
)
_OWN_FAULT = Text("로그를 첨부해 알려 주십시오.", "Please report it with the log.")
_BY_HAND = Text(
    "정말 필요하면 영웅문에서 확인 창을 거쳐 직접 주문하십시오.",
    "If it is meant, order by hand in the HTS, which asks for confirmation.",
)

_TABLE = (
    ApiError(-10, Text("실패", "failed")),
    ApiError(
        -11,
        Text("조건번호 없음", "no such condition"),
        Text("목록을 새로 고치십시오.", "Refresh the list."),
    ),
    ApiError(
        -12,
        Text("조건번호와 조건식 불일치", "condition number and name differ"),
        Text("목록을 새로 고치십시오.", "Refresh the list."),
    ),
    ApiError(
        -13,
        Text("조건검색 조회요청 초과", "too many condition searches"),
        Text("같은 조건은 1분에 한 번만 됩니다.", "One a minute for each condition."),
    ),
    ApiError(-22, Text("전문 처리 실패", "request could not be processed")),
    ApiError(-100, Text("사용자정보 교환 실패", "exchange of login data failed"), _LOG_IN_AGAIN),
    ApiError(
        -101,
        Text("서버 접속 실패", "server can't be reached"),
        Text(
            "인터넷 연결과 키움 점검 시간을 확인하십시오.",
            "Check the line, and Kiwoom's maintenance hours.",
        ),
    ),
    ApiError(
        -102,
        Text("버전처리 실패", "version update failed"),
        Text(
            "OpenAPI 프로그램을 모두 닫고 다시 시작하십시오.",
            "Close all OpenAPI programs and start again.",
        ),
    ),
    ApiError(
        -103,
        Text("개인방화벽 실패", "personal firewall failed"),
        Text("방화벽에서 OpenAPI를 허용하십시오.", "Allow OpenAPI in the firewall."),
    ),
    ApiError(
        -104,
        Text("메모리보호 실패", "memory protection failed"),
        Text("다시 시작하십시오.", "Start again."),
    ),
    ApiError(-105, Text("함수입력값 오류", "bad function argument"), _OWN_FAULT),
    ApiError(
        -106,
        Text("통신연결 종료", "connection lost"),
        Text("저절로 다시 연결합니다.", "It reconnects by itself."),
    ),
    ApiError(
        -107,
        Text("보안모듈 오류", "security module failed"),
        Text("보안 프로그램을 다시 설치하십시오.", "Reinstall the security programs."),
    ),
    ApiError(
        -108,
        Text("공인인증 로그인 필요", "certificate login required"),
        Text("인증서로 로그인하십시오.", "Log in with the certificate."),
    ),
    ApiError(-200, Text("시세조회 과부하", "too many requests"), _RESTART),
    ApiError(-201, Text("전문작성 초기화 실패", "request could not be built"), _OWN_FAULT),
    ApiError(-202, Text("전문작성 입력값 오류", "bad request input"), _OWN_FAULT),
    ApiError(-203, Text("데이터 없음", "no data")),
    ApiError(-204, Text("조회 가능한 종목수 초과", "more than 100 codes"), _OWN_FAULT),
    ApiError(-205, Text("데이터 수신 실패", "no data received"), _WAIT),
    ApiError(-206, Text("조회 가능한 FID수 초과", "more than 100 fields"), _OWN_FAULT),
    ApiError(-207, Text("실시간 해제 오류", "real-time data could not be stopped")),
    ApiError(-209, Text("시세조회 제한", "requests limited"), _RESTART),
    ApiError(-210, Text("시세조회 제한", "requests limited"), _RESTART),
    ApiError(-211, Text("계좌조회 과부하", "too many account requests"), _WAIT),
    ApiError(-300, Text("주문 입력값 오류", "bad order input"), _OWN_FAULT),
    ApiError(-301, Text("계좌비밀번호 없음", "no account password"), _PASSWORD),
    ApiError(
        -302,
        Text("타인계좌 사용오류", "somebody else's account"),
        Text("설정의 계좌번호를 확인하십시오.", "Check the account number in the settings."),
    ),
    ApiError(-303, Text("주문금액이 20억원 초과", "order above 2 billion won"), _BY_HAND),
    ApiError(-304, Text("주문금액이 50억원 초과", "order above 5 billion won"), _BY_HAND),
    ApiError(
        -305,
        Text("주문수량이 총발행주수의 1% 초과", "more than 1 % of the listed shares"),
        _BY_HAND,
    ),
    ApiError(
        -306,
        Text("주문수량이 총발행주수의 3% 초과", "more than 3 % of the listed shares"),
        _BY_HAND,
    ),
    ApiError(
        -307,
        Text("주문전송 실패", "order could not be sent"),
        Text(
            "들어갔는지 주문 목록에서 확인합니다. 그 전에는 다시 주문하지 마십시오.",
            "The list of orders will show whether it arrived: do not order again before.",
        ),
    ),
    ApiError(-308, Text("주문전송 과부하", "more than 5 orders a second"), _WAIT),
    ApiError(-309, Text("주문수량 300계약 초과", "more than 300 contracts")),
    ApiError(-310, Text("주문수량 500계약 초과", "more than 500 contracts")),
    ApiError(-311, Text("주문전송제한 과부하", "order rate limit"), _WAIT),
    ApiError(
        -340,
        Text("계좌정보 없음", "no such account"),
        Text(
            "설정의 계좌번호를 확인하고 다시 로그인하십시오.",
            "Check the account number in the settings and log in again.",
        ),
    ),
    ApiError(-500, Text("종목코드 없음", "no stock code"), _OWN_FAULT),
)

_BY_CODE = {error.code: error for error in _TABLE}

SOCKET_CLOSED = -106
NO_PASSWORD = -301
SEND_FAILED = -307
TOO_MANY_REQUESTS = frozenset({-200, -209, -210, -211})
TOO_MANY_ORDERS = frozenset({-308, -311})
DOUBTFUL = frozenset({SEND_FAILED, None})
"""Of SendOrder: the order may have arrived all the same. None: the control did not answer."""

_REFUSALS = {
    **dict.fromkeys((-106, SEND_FAILED), Refusal.LINE),
    **dict.fromkeys((NO_PASSWORD, -302, -340), Refusal.ACCOUNT),
    **dict.fromkeys((-303, -304, -305, -306, -309, -310), Refusal.SIZE),
    **dict.fromkeys(TOO_MANY_ORDERS, Refusal.RATE),
    -500: Refusal.SYMBOL,
}


def refusal_of(code: int | None) -> Refusal:
    """Return why an order did not leave, by SendOrder's return code; None: the control is dead."""
    return Refusal.LINE if code is None else _REFUSALS.get(code, Refusal.OTHER)


def of(code: int | None) -> ApiError:
    """Return what a return code means; one that is in no list of Kiwoom's is a failure too.

    None is what a control gives that is not registered, or has died.
    """
    if code is None:
        return ApiError(
            -10,
            Text("컨트롤이 응답하지 않음", "the control does not answer"),
            Text("프로그램을 다시 시작하십시오.", "Start the program again."),
        )
    return _BY_CODE.get(code) or ApiError(code, Text("알 수 없는 오류", "unknown error"))
