"""What the list of the user's own code says."""

from __future__ import annotations

from config.text import Text
from core.backtest.lookahead import Verdict
from core.backtest.lookahead_texts import FAILED_ON_THE_WAY
from core.user_code import State, UserFile

TITLE = Text("내 코드", "My code")
ABOUT = Text(
    "내 코드 폴더의 파이썬 파일로 지표, 조건, 예측기를 더합니다. 신뢰한 파일만 프로그램을 시작할 "
    "때 불러옵니다.",
    "Python files of your own folder add indicators, rules and predictors. Only trusted ones are "
    "loaded, when the program starts.",
)
NAME, STATE, ADDS = Text("파일", "File"), Text("상태", "State"), Text("내용", "Adds")
ERRORS = Text("오류", "Errors")
STATES = {
    State.LOADED: Text("사용 중", "In use"),
    State.TRUSTED: Text("다음 시작부터 사용", "In use from the next start"),
    State.NEW: Text("신뢰 안 함", "Not trusted"),
    State.CHANGED: Text("바뀜, 신뢰 안 함", "Changed, not trusted"),
    State.IGNORED: Text("무시", "Ignored"),
    State.FAILED: Text("실패", "Failed"),
}
TONES = {
    State.LOADED: "ok",
    State.TRUSTED: "ok",
    State.NEW: "warning",
    State.CHANGED: "warning",
    State.IGNORED: "muted",
    State.FAILED: "error",
}
OFF = Text("오류로 꺼짐", "Off after errors")
KINDS = {
    "indicator": Text("지표", "Indicator"),
    "rule": Text("조건", "Rule"),
    "predictor": Text("예측기", "Predictor"),
}
OPEN, REFRESH = Text("내 코드 폴더 열기", "Open the folder"), Text("새로 고침", "Refresh")
TRUST, DISTRUST = Text("신뢰…", "Trust…"), Text("신뢰 취소", "Take trust back")
CHECK, CLOSE = Text("미래 참조 검사", "Check for look-ahead"), Text("닫기", "Close")
CREATE, NEW_NAME = (
    Text("새로 만들기", "Create"),
    Text("새 이름 (예: my_rule)", "New name (my_rule)"),
)
CREATED = Text(
    "{}을(를) 만들었습니다. 편집기로 고친 뒤 [신뢰…]를 누르세요.",
    "Made {}. Edit it, then press Trust….",
)
TRUSTED = Text("{}: 다음 시작부터 씁니다.", "{}: in use from the next start.")
DISTRUSTED = Text(
    "{}: 신뢰를 취소했습니다. 이미 불러온 코드는 끝낼 때까지 돕니다.",
    "{}: trust taken back. What is loaded runs until the program ends.",
)
NO_BARS = Text(
    "아직 봉이 없어 검사할 수 없습니다. 차트에 봉이 나타난 뒤 다시 누르세요.",
    "There are no bars to check on yet; try again when the chart has some.",
)
CHECKING = Text("{}: 차트의 봉 {}개로 검사하는 중…", "{}: checking on {} bars of the chart…")
NOT_CHECKED = Text("{}: 검사하지 못했습니다: {}", "{}: the check failed: {}")
_CLEAN = Text(
    "{}: 미래를 보지 않습니다(봉 {}개, 자른 지점 {}곳).",
    "{}: does not look ahead ({} bars, cut at {} places).",
)
_UNKNOWN = Text("{}: 봉이 너무 적어 알 수 없습니다.", "{}: too few bars to tell.")
_ADDS = Text.of("{} {} ({})")


def adds(file: UserFile) -> Text:
    """Return what a file has registered, or what it says of itself."""
    parts = [_ADDS.format(KINDS[r.kind], r.title, r.code) for r in file.registered]
    if not parts:
        return Text.of(file.described.summary)
    return Text(", ".join(part.ko for part in parts), ", ".join(part.en for part in parts))


def details(file: UserFile) -> Text:
    """Return everything else that is known of a file."""
    found = file.described
    lines = f"{found.path}\nSHA-256 {found.sha256[:16]}… · {', '.join(found.imports)}"
    why = Text("{}\n{}", "{}\n{}").format(lines, file.why) if file.why else Text.of(lines)
    return why


def verdict_line(verdict: Verdict) -> Text:
    """Return what came of looking at one indicator or rule."""
    if verdict.finding is not None:
        return verdict.finding.text
    if verdict.failures:
        return FAILED_ON_THE_WAY.format(verdict.title, verdict.failures)
    if not verdict.cuts:
        return _UNKNOWN.format(verdict.title)
    return _CLEAN.format(verdict.title, f"{verdict.bars:,}", verdict.cuts)
