"""The steps of the live check, in order; each asks one thing that no public source could prove.

Certainty tags of what is asked stand in resources/docs/kiwoom.md, with what a difference means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from broker.kiwoom.live_check import Await, Observed, Probe, Step, Verdict, Waiting, shape
from config.text import Text

_CODE = "005930"  # 삼성전자: listed for good, trades every second
_LOGIN_S, _TR_S, _REAL_S, _NOTICE_S = 300.0, 15.0, 30.0, 75.0
_SCREENS = {"opt10001": "9101", "opt10080": "9102", "opt10081": "9103", "account": "9104"}
_REAL_SCREEN = "9110"
_PAUSE = Await("", 1.0)  # no such event: only time passes, so that no request comes too soon


def _saw(step: str, is_right: bool, expected: Text, found: object) -> Observed:
    verdict = Verdict.AS_EXPECTED if is_right else Verdict.DIFFERS
    return Observed(step, verdict, expected, str(found))


def _skipped(step: str, why: str) -> Observed:
    return Observed(step, Verdict.SKIPPED, Text("확인하지 못함", "could not be looked at"), why)


def _login(probe: Probe) -> Waiting:
    code = probe.call("CommConnect()")
    found = [_saw("login.call", code == 0, Text("CommConnect는 0", "CommConnect gives 0"), code)]
    if code == 0:
        got = yield Await("OnEventConnect", _LOGIN_S)
        expected = Text("OnEventConnect(0)", "OnEventConnect(0)")
        found.append(_saw("login.event", got is not None and got[0] == 0, expected, got))
        state = probe.call("GetConnectState()")
        expected = Text("접속 상태 1", "GetConnectState gives 1")
        found.append(_saw("login.state", state == 1, expected, state))
    return iter(found)


def _tags(probe: Probe) -> Waiting:
    yield from ()

    def info(tag: str) -> str:
        return str(probe.call("GetLoginInfo(QString)", tag))

    listed = info("ACCNO")
    accounts = [part for part in listed.split(";") if part]
    probe.account = next((one for one in accounts if one.endswith("11")), "")
    server = info("GetServerGubun")
    return iter(
        (
            _saw(
                "tags.accounts",
                listed.endswith(";") and len(accounts) == int(info("ACCOUNT_CNT") or 0),
                Text("계좌 목록은 ;로 끝남", "the list of accounts ends with ;"),
                shape(listed),
            ),
            _saw(
                "tags.stock_account",
                len(probe.account) == 10,
                Text("10자리, 11로 끝나는 주식 계좌", "a 10-digit stock account ending in 11"),
                shape(probe.account) or "none",
            ),
            _saw(
                "tags.server",
                server in ("", "0", "1"),
                Text("서버 구분은 1(모의) 아니면 빈 값", "server is 1 (mock) or empty (real)"),
                repr(server),
            ),
        )
    )


def _masters(probe: Probe) -> Waiting:
    yield from ()

    def master(name: str) -> str:
        return str(probe.call(f"GetMaster{name}(QString)", _CODE))

    price, state = master("LastPrice"), master("StockState")
    count = str(probe.call("KOA_Functions(QString, QString)", "GetMasterListedStockCntEx", _CODE))
    found = [
        _saw("masters.name", master("CodeName").strip() == "삼성전자", Text.of("삼성전자"), "…"),
        _saw(
            "masters.last_price",
            price.strip().isdigit(),
            Text("기준가는 부호 없는 숫자", "the base price is digits without a sign"),
            f"{len(price)} characters, {shape(price)}",
        ),
        _saw("masters.state", "증거금" in state, Text("증거금N%|…", "증거금N%|…"), state),
        _saw(
            "masters.listed_shares",
            count.strip().isdigit() and int(count) > 2**31,
            Text("상장주식수 Ex는 2^31을 넘음", "listed shares (Ex) are above 2^31"),
            shape(count),
        ),
    ]
    for market in ("0", "10", "8", "NXT"):
        codes = str(probe.call("GetCodeListByMarket(QString)", market))
        is_right = codes.endswith(";") or (market == "NXT" and not codes)
        expected = Text(f"시장 {market}의 종목, ;로 끝남", f"codes of market {market}, ending in ;")
        found.append(_saw(f"masters.codes_{market}", is_right, expected, codes.count(";")))
    return iter(found)


def _stock(probe: Probe) -> Waiting:
    tr, screen = "opt10001", _SCREENS["opt10001"]
    yield _PAUSE
    code = probe.query(tr, (("종목코드", _CODE),), screen)
    got = yield _answer(screen)
    if got is None:
        return iter((_skipped("opt10001", f"code {code}, no answer in {_TR_S:.0f} s"),))
    readings = {
        "request name": probe.item(tr, tr, 0, "현재가"),
        "record name": probe.item(tr, "주식기본정보", 0, "현재가"),
        "empty": probe.item(tr, "", 0, "현재가"),
    }
    base = probe.item(tr, "", 0, "기준가")
    seen = list(readings.values())
    return iter(
        (
            _saw(
                "opt10001.second_argument",
                bool(seen[0].strip()) and len({text.strip() for text in seen}) == 1,
                Text(
                    "GetCommData 둘째 값은 셋 다 됨", "GetCommData takes all three second arguments"
                ),
                {name: shape(text) for name, text in readings.items()},
            ),
            _saw(
                "opt10001.base_unsigned",
                base.strip().isdigit(),
                Text("기준가에 부호 없음", "기준가 has no sign"),
                shape(base),
            ),
            _saw("opt10001.event", len(got) >= 5, Text("인수 9개", "nine arguments"), len(got)),
        )
    )


def _scope(probe: Probe) -> Waiting:
    yield _PAUSE  # the handler of the step before has returned
    left = probe.item("opt10001", "", 0, "현재가")
    expected = Text("핸들러 밖에서는 빈 값", "empty outside the handler")
    return iter((_saw("opt10001.scope", left.strip() == "", expected, shape(left) or "''"),))


def _minutes(probe: Probe) -> Waiting:
    inputs = (("종목코드", _CODE), ("틱범위", "1"), ("수정주가구분", "1"))
    found: list[Observed] = []
    oldest = ""
    for page in ("first", "second"):
        yield _PAUSE
        probe.query("opt10080", inputs, _SCREENS["opt10080"], is_next=page == "second")
        got = yield _answer(_SCREENS["opt10080"])
        if got is None:
            found.append(_skipped(f"opt10080.{page}", "no answer"))
            break
        rows = probe.call("GetCommDataEx(QString, QString)", "opt10080", "주식분봉차트조회") or []
        times = [str(row[2]).strip() for row in rows]
        is_newest_first = times == sorted(times, reverse=True)
        is_older = not oldest or (bool(times) and times[0] <= oldest)
        oldest = times[-1] if times else ""
        expected = Text("900행, 최신순, prevNext 2", "900 rows, newest first, prevNext 2")
        found.append(
            _saw(
                f"opt10080.{page}",
                len(rows) == 900 and is_newest_first and is_older and str(got[4]) == "2",
                expected,
                f"{len(rows)} rows, prevNext {got[4]!r}, newest first: {is_newest_first}, "
                f"row {[shape(str(cell)) for cell in (rows[0] if rows else [])][:6]}",
            )
        )
    return iter(found)


def _days(probe: Probe) -> Waiting:
    inputs = (("종목코드", _CODE), ("기준일자", ""), ("수정주가구분", "1"))
    yield _PAUSE
    probe.query("opt10081", inputs, _SCREENS["opt10081"])
    got = yield _answer(_SCREENS["opt10081"])
    if got is None:
        return iter((_skipped("opt10081", "no answer"),))
    price = probe.item("opt10081", "", 0, "현재가")
    rows = int(probe.call("GetRepeatCnt(QString, QString)", "opt10081", "opt10081"))
    expected = Text("일봉 가격은 부호 없음, 600행", "daily prices unsigned, 600 rows")
    is_right = price.strip().isdigit() and rows == 600
    return iter((_saw("opt10081", is_right, expected, f"{rows} rows, {shape(price)}"),))


def _account_step(tr: str, inputs: Sequence[tuple[str, str]], field: str, expected: Text) -> Step:
    def run(probe: Probe) -> Waiting:
        yield _PAUSE
        given = [("계좌번호", probe.account), *inputs]
        code = probe.query(tr, given, _SCREENS["account"])
        got = yield _answer(_SCREENS["account"])
        if got is None:
            why = f"code {code}, no answer: is the account password stored (AUTO)?"
            return iter((_skipped(tr, why),))
        text = probe.item(tr, "", 0, field)
        rows = probe.call("GetRepeatCnt(QString, QString)", tr, tr)
        return iter(
            (
                _saw(
                    tr,
                    not text or text.strip().lstrip("+-").isdigit(),
                    expected,
                    f"{field}: {len(text)} characters, {shape(text)}; {rows} rows, "
                    f"prevNext {got[4]!r}",
                ),
            )
        )

    guide = Text(f"계좌를 조회합니다({tr})", f"asks for the account ({tr})")
    return Step(tr, guide, run)


def _real(probe: Probe) -> Waiting:
    fids = "20;10;15;13;27;28;41;51;61;71"
    signature = "SetRealReg(QString, QString, QString, QString)"
    code = probe.call(signature, _REAL_SCREEN, _CODE, fids, "0")
    found = [_saw("real.register", code == 0, Text("SetRealReg는 0", "SetRealReg gives 0"), code)]
    for kind, count in (("주식체결", 42), ("주식호가잔량", 0)):
        got = yield Await(
            "OnReceiveRealData", _REAL_S, lambda _, name, *__, kind=kind: name == kind
        )
        if got is None:
            found.append(_skipped(f"real.{kind}", "nothing came; is the market open?"))
            continue
        found.extend(_read_real(probe, kind, count, got))
    probe.call("SetRealRemove(QString, QString)", "ALL", "ALL")
    return iter(found)


def _read_real(probe: Probe, kind: str, count: int, got: tuple[Any, ...]) -> Iterator[Observed]:
    fields = str(got[2]).split("\t")
    texts = {number: probe.fid(_CODE, number) for number in (20, 10, 15, 27, 9081, 41, 61, 21, 215)}
    shapes = {number: shape(text) for number, text in texts.items() if text}
    expected = Text(f"값 {count or '여러'}개", f"{count or 'many'} values")
    yield _saw(
        f"real.{kind}.fields", not count or len(fields) >= count, expected, f"{len(fields)} values"
    )
    expected = Text("FID로 읽힘", "can be read by FID")
    yield _saw(f"real.{kind}.values", bool(shapes), expected, shapes)
    time = (texts[20] or texts[21]).strip()
    if len(time) == 6 and time.isdigit():
        now = probe.clock.now()
        told = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:])
        behind = now.hour * 3600 + now.minute * 60 + now.second - told
        expected = Text("거래소와 시계 차이 3초 안", "this clock is within 3 s of the exchange's")
        yield _saw(f"real.{kind}.clock", abs(behind) <= 3, expected, f"{behind:+d} s")


def _notice(probe: Probe) -> Waiting:
    signature = "SetRealReg(QString, QString, QString, QString)"
    probe.call(signature, _REAL_SCREEN, "", "215;20;214", "0")
    got = yield Await("OnReceiveRealData", _NOTICE_S, lambda _, name, *__: name == "장시작시간")
    if got is None:
        return iter((_skipped("real.장시작시간", "sent before the open and the close only"),))
    texts = [probe.fid(str(got[0]), number) for number in (215, 20, 214)]
    expected = Text("215;20;214", "215;20;214")
    return iter((_saw("real.장시작시간", bool(texts[0].strip()), expected, texts),))


def _indices(probe: Probe) -> Waiting:
    """Ask for what no public source has recorded: an event of 업종지수 (0J)."""
    signature = "SetRealReg(QString, QString, QString, QString)"
    code = probe.call(signature, _REAL_SCREEN, "001;101", "20;10;12", "0")
    expected = Text("업종코드 등록은 0", "SetRealReg of sectors gives 0")
    found = [_saw("real.업종지수.register", code == 0, expected, code)]
    got = yield Await("OnReceiveRealData", _REAL_S, lambda _, name, *__: name == "업종지수")
    probe.call("SetRealRemove(QString, QString)", "ALL", "ALL")
    if got is None:
        return iter((*found, _skipped("real.업종지수", "nothing came; is the market open?")))
    sector = str(got[0])
    texts = {number: probe.fid(sector, number) for number in (20, 10, 11, 12)}
    value, shapes = texts[10].strip().lstrip("+-"), {fid: shape(t) for fid, t in texts.items()}
    whole, dot, decimals = value.partition(".")
    is_value = whole.isdigit() and bool(dot) and len(decimals) == 2 and decimals.isdigit()
    expected = Text("001이나 101", "001 or 101")
    found.append(_saw("real.업종지수.code", sector.strip() in ("001", "101"), expected, sector))
    expected = Text("부호와 소수 둘째 자리", "a sign, and two decimals")
    found.append(_saw("real.업종지수.values", is_value, expected, shapes))
    return iter(found)


def _answer(screen: str) -> Await:
    return Await("OnReceiveTrData", _TR_S, lambda of, *_: of == screen)


_TRADING = Text("장중이면 실시간 시세를 봅니다(최대 1분)", "watches real-time data (up to 1 min)")
STEPS = (
    Step(
        "login",
        Text("로그인 창이 뜨면 접속하세요(5분)", "log in when the window opens (5 min)"),
        _login,
        is_needed=True,
    ),
    Step("tags", Text("로그인 정보를 봅니다", "looks at the login's details"), _tags),
    Step("masters", Text("종목 정보를 봅니다", "looks at master data"), _masters),
    Step("opt10001", Text("opt10001을 조회합니다", "asks for opt10001"), _stock),
    Step("scope", Text("핸들러 밖 읽기를 봅니다", "reads outside the handler"), _scope),
    Step("opt10080", Text("분봉 두 쪽을 조회합니다", "asks for two pages of minutes"), _minutes),
    Step("opt10081", Text("일봉을 조회합니다", "asks for daily bars"), _days),
    _account_step(
        "opw00001",
        (("비밀번호", ""), ("비밀번호입력매체구분", "00"), ("조회구분", "3")),
        "d+2추정예수금",
        Text("15자리로 채운 숫자", "a number padded to 15 characters"),
    ),
    _account_step(
        "opw00018",
        (("비밀번호", ""), ("비밀번호입력매체구분", "00"), ("조회구분", "1")),
        "총매입금액",
        Text("0으로 채운 숫자", "a zero-padded number"),
    ),
    _account_step(
        "opt10075",
        (("전체종목구분", "0"), ("매매구분", "0"), ("종목코드", ""), ("체결구분", "0")),
        "주문번호",
        Text("7자리 주문번호, 없으면 빈 값", "a 7-digit order number, or empty"),
    ),
    Step("real", _TRADING, _real),
    Step("indices", Text("업종지수를 봅니다(최대 30초)", "watches the indices (30 s)"), _indices),
    Step("notice", Text("장시작시간 통보를 기다립니다", "waits for a market notice"), _notice),
)
