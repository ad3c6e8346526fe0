"""Getting in and staying in: the login, its time-outs and retries, the account, the server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from broker.kiwoom import errors
from broker.kiwoom.control import Control
from broker.kiwoom.notes import Notes
from broker.kiwoom.options import KiwoomOptions
from broker.kiwoom.watch import Alarms
from config.masking import masked_text
from config.text import Text
from core.ports import Clock

logger = logging.getLogger(__name__)

_RETRIES_S = (5, 10, 20, 40, 60, 120, 300)  # after the first failure, the second, ...; no jitter
_HOPELESS = 5  # failures in a row after a lost line: the control may need a new process
_STEADY = timedelta(seconds=60)  # of a line: then its loss is a new matter
_CLOSED_WINDOW_S = 60  # a person has closed the login window: not at once again
_ALARM = "login"
_NIGHT = "nightly restart"

_STOCKS, _DERIVATIVES = "11", "31"  # the product of an account: its last two digits

_LOGIN_FAILED = -100
_NEEDS_A_PERSON = frozenset({-102, -103, -104, -107, -108})
"""Version update, firewall, memory protection, security module, certificate: no retry mends it."""

_NO_ANSWER = Text(
    "{}초 안에 로그인되지 않았습니다. 로그인 창이 닫혔거나 가려져 있는지 확인하십시오.",
    "no login within {} s: see whether the login window was closed or is behind another one.",
)
_WINDOW = Text(
    "로그인 창이 닫혔거나 로그인 정보가 맞지 않습니다.",
    "the login window was closed, or the login data are wrong.",
)
_VERSION = Text(
    "OpenAPI 버전 갱신이 필요합니다. OpenAPI 프로그램을 모두 닫고 다시 시작하면 갱신됩니다.",
    "OpenAPI needs an update: close every OpenAPI program and start again; it then runs by itself.",
)
_NO_ACCOUNT = Text(
    "뒷자리 {}인 계좌가 없습니다. 설정의 계좌 뒷자리를 확인하십시오. 이 로그인의 계좌: {}",
    "no account ends in {}: check the account setting. This login has {}",
)
_NO_STOCKS = Text(
    "주식 위탁계좌(11로 끝나는 계좌)가 없습니다. 설정에 계좌 뒷자리를 적으십시오. "
    "이 로그인의 계좌: {}",
    "there is no stock account (ending in 11): set the account's last digits. This login has {}",
)
_NOT_CLEAR = Text(
    "뒷자리가 {}인 계좌가 둘 이상입니다. 설정의 계좌 뒷자리를 더 길게 적으십시오.",
    "more than one account ends in {}: give more of its digits in the account setting.",
)
_FUTURES = Text(
    "{}은(는) 선물옵션 계좌라 주식 주문을 낼 수 없습니다. 설정의 계좌 뒷자리를 확인하십시오.",
    "{} is for futures and options, and takes no stock orders: check the account setting.",
)
_RETRY = Text("{} {:%H:%M:%S}에 다시 접속합니다.", "{} The next try is at {:%H:%M:%S}.")
_NOT_ENTERED = Text(
    "로그인했지만 시작하지 못했습니다: {}.", "logged in, but nothing could be begun: {}."
)
_RESTART = Text(
    "다시 접속하지 못하고 있습니다. 끊긴 OpenAPI는 프로그램을 다시 시작해야 붙는 경우가 많습니다.",
    "it can't reconnect: a lost OpenAPI often comes back only in a program that was restarted.",
)
_NIGHTLY = Text(
    "키움 새벽 점검 시간입니다. {:%H:%M}에 다시 로그인합니다.",
    "Kiwoom's nightly restart: the login is repeated at {:%H:%M}.",
)
_NIGHT_IS_OVER = Text(
    "키움 새벽 점검이 지나 다시 로그인합니다.",
    "Kiwoom's nightly restart is over: logging in again.",
)
_UNPROTECTED = {
    "KEY_BSECGB": (
        "1",
        Text("키보드 보안이 꺼져 있습니다.", "the keyboard security is off."),
    ),
    "FIREW_SECGB": (
        "2",
        Text("개인 방화벽이 꺼져 있습니다.", "the personal firewall is off."),
    ),
}


class State(Enum):
    DISCONNECTED = "DISCONNECTED"  # and nothing is tried: a person is needed
    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    WAITING = "WAITING"  # for the next try


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is logged in, and where; `account` in full, so it never leaves the adapter."""

    server: str  # "real", "mock", "emulated"
    account: str

    @property
    def masked(self) -> str:
        return masked(self.account)


def masked(account: str) -> str:
    """Return an account number as it may be shown: the first and the last two digits."""
    return f"{account[:2]}{'*' * (len(account) - 4)}{account[-2:]}" if len(account) > 4 else "****"


class Login:
    """Keeps us logged in. `entered` and `lost` are called as it happens, `lost` with the reason."""

    def __init__(
        self,
        control: Control,
        clock: Clock,
        alarms: Alarms,
        notes: Notes,
        options: KiwoomOptions,
        server_name: str,
        entered: Callable[[Identity], None],
        lost: Callable[[Text], bool],
    ) -> None:
        """`lost` returns whether people heard the reason by it; else they are told here.

        `server_name` is said in place of what the control says, for an emulated one."""
        self._control, self._clock, self._alarms, self._notes = control, clock, alarms, notes
        self._options, self._server_name = options, server_name
        self._entered, self._lost = entered, lost
        self._failures = 0  # in a row, and lines that broke soon after a login
        self._has_been_in = False
        self._since = clock.now()  # when the present line was got
        self.state = State.DISCONNECTED

    def connect(self) -> None:
        """Log in, unless that is done or under way."""
        if self.state in (State.DISCONNECTED, State.WAITING):
            self._try(self._clock.now())

    def reconnect(self, why: Text) -> None:
        """The line is taken for dead: log in anew."""
        self._drop(why)
        self._try(self._clock.now())

    def on_event(self, code: int) -> None:
        """Take OnEventConnect: the end of a login, or of a line."""
        if code == 0:
            if self.state is not State.CONNECTED:
                self._enter()
            return
        if self.state in (State.DISCONNECTED, State.WAITING):
            return  # said twice, or the end of a try that was given up
        was_connected = self.state is State.CONNECTED
        text = errors.of(code).text if was_connected else _said(code)
        if was_connected and self._clock.now() - self._since >= _STEADY:
            self._failures = 0
        self._fail(text, code)

    def watch_line(self) -> None:
        """Ask the control whether it is connected; it may have lost the line without a word."""
        if self.state is State.CONNECTED and not self._control.dynamicCall("GetConnectState()"):
            self.on_event(errors.SOCKET_CLOSED)

    def close(self) -> None:
        self._alarms.drop(_ALARM)
        self._alarms.drop(_NIGHT)
        self.state = State.DISCONNECTED

    def info(self, tag: str) -> str:
        return str(self._control.dynamicCall("GetLoginInfo(QString)", tag) or "").strip()

    # -- inside -------------------------------------------------------------------------------

    def _try(self, now: datetime) -> None:
        night = self._options.restart_ends(now)
        if night is not None:
            self._wait_for(night, _NIGHTLY.format(night))
            return
        self.state = State.CONNECTING
        timeout_s = self._options.kiwoom_login_timeout_s
        deadline = now + timedelta(seconds=timeout_s)
        self._alarms.set(_ALARM, deadline, lambda _: self._on_timeout(timeout_s))
        code: int | None = self._control.dynamicCall("CommConnect()")
        if code != 0 and self.state is State.CONNECTING:
            self._fail(errors.of(code).text, code)

    def _on_timeout(self, timeout_s: int) -> None:
        self._fail(_NO_ANSWER.format(timeout_s), _LOGIN_FAILED)

    def _enter(self) -> None:
        self._alarms.drop(_ALARM)
        identity = self._identify()
        if identity is None:
            return
        self.state, self._has_been_in = State.CONNECTED, True
        self._since = self._clock.now()
        self._note_security()
        self._await_night()
        try:
            self._entered(identity)
        except Exception as error:  # whatever it is, nobody may stay half inside
            logger.exception("after the login")
            self._fail_to_enter(error)

    def _fail_to_enter(self, error: Exception) -> None:
        """Logged in with nothing open: leave all of it, and enter anew a little later."""
        wait_s = _RETRIES_S[min(self._failures, len(_RETRIES_S) - 1)]
        self._failures += 1
        again = self._clock.now() + timedelta(seconds=wait_s)
        self._wait_for(
            again,
            _RETRY.format(_NOT_ENTERED.format(masked_text(repr(error))), again),
            self._enter_again,
        )

    def _enter_again(self, now: datetime) -> None:
        if self._control.dynamicCall("GetConnectState()"):
            self._enter()
        else:
            self._try(now)

    def _identify(self) -> Identity | None:
        accounts = [part.strip() for part in self.info("ACCNO").split(";") if part.strip()]
        wanted = self._options.kiwoom_account
        found = [account for account in accounts if account.endswith(wanted or _STOCKS)]
        refusal = _refusal(wanted, found, accounts)
        if refusal is not None:
            self._stop(refusal)
            return None
        if self._server_name:
            return Identity(self._server_name, found[0])
        # Kiwoom says '1' for 모의투자; anything else, also nothing at all, is the real server.
        return Identity("mock" if self.info("GetServerGubun") == "1" else "real", found[0])

    def _note_security(self) -> None:
        for tag, (off, text) in _UNPROTECTED.items():
            if not self._server_name and self.info(tag) == off:
                self._notes.info(text)

    def _await_night(self) -> None:
        """Go offline for the restart by ourselves: whoever stays on has stale data after it."""
        night = self._options.next_restart(self._clock.now())
        if night is not None:
            self._alarms.set(_NIGHT, night, self._on_night)
        else:
            # None is left today: look again after midnight.
            now = self._clock.now()
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            self._alarms.set(_NIGHT, midnight, lambda _: self._await_night())

    def _on_night(self, now: datetime) -> None:
        until = self._options.restart_ends(now)
        if until is None:  # told too late: the machine slept through it
            self.reconnect(_NIGHT_IS_OVER)
        else:
            self._wait_for(until, _NIGHTLY.format(until))

    def _fail(self, text: Text, code: int | None) -> None:
        if code in _NEEDS_A_PERSON:
            self._stop(text)
            return
        now = self._clock.now()
        night = self._options.restart_ends(now)
        if night is not None:
            self._wait_for(night, _NIGHTLY.format(night))
            return
        wait_s = _RETRIES_S[min(self._failures, len(_RETRIES_S) - 1)]
        if code == _LOGIN_FAILED:
            wait_s = max(wait_s, _CLOSED_WINDOW_S)
        self._failures += 1
        if self._failures == _HOPELESS and self._has_been_in:
            self._notes.error(_RESTART)
        again = now + timedelta(seconds=wait_s)
        self._wait_for(again, _RETRY.format(text, again))

    def _stop(self, text: Text) -> None:
        if not self._drop(text):
            self._notes.error(text)

    def _wait_for(
        self, moment: datetime, text: Text, then: Callable[[datetime], None] | None = None
    ) -> None:
        if not self._drop(text):
            self._notes.warn(text)
        self.state = State.WAITING
        self._alarms.set(_ALARM, moment, then or self._try)

    def _drop(self, why: Text) -> bool:
        """Return whether people heard why."""
        self._alarms.drop(_ALARM)
        self._alarms.drop(_NIGHT)
        self.state = State.DISCONNECTED
        return self._lost(why)


def _refusal(wanted: str, found: Sequence[str], accounts: Sequence[str]) -> Text | None:
    """Return why none of the accounts is traded with; None where the first one found is."""
    if not found:
        known = ", ".join(masked(account) for account in accounts) or "-"
        return _NO_ACCOUNT.format(wanted, known) if wanted else _NO_STOCKS.format(known)
    if wanted and len(found) > 1:
        return _NOT_CLEAR.format(wanted)
    return _FUTURES.format(masked(found[0])) if found[0].endswith(_DERIVATIVES) else None


_WORDS: Mapping[int, Text] = {_LOGIN_FAILED: _WINDOW, -102: _VERSION}


def _said(code: int) -> Text:
    """Return what a failed login means."""
    return _WORDS.get(code) or errors.of(code).text
