"""The login: CommConnect and what is known after it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from broker.kiwoom.emulator.limits import Limits
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Connected, LogIn, Send

_log = logging.getLogger(__name__)

SOCKET_CLOSED = -106
NOT_CONNECTED = -101

_DEFAULTS = {"KEY_BSECGB": "1", "FIREW_SECGB": "0"}
_ACCOUNT_TAGS = ("ACCNO", "ACCLIST")


class Session:
    """Whether the control is logged in, as whom, and with which account password registered."""

    def __init__(self, send: Send, limits: Limits, options: ControlOptions) -> None:
        self._send, self._limits = send, limits
        self._is_mock = options.is_mock
        self._info: Mapping[str, str] = {}
        self.has_password = options.has_password
        self.is_connected = False
        self.has_masters = False  # the login loads them; they stay when the line is lost

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(filter(None, self._info.get("ACCNO", "").split(";")))

    @property
    def server(self) -> str:
        """GetServerGubun: "1" of simulated investment; the real one says nothing, not "0"."""
        return "1" if self._is_mock else ""

    def take(self, packet: Connected) -> None:
        """Remember how a login ended, or that the line is lost."""
        self.is_connected = packet.code == 0
        self.has_masters = self.has_masters or self.is_connected
        self._info = packet.info if self.is_connected else {}

    def CommConnect(self) -> int:
        """Start a login, also during another one or after it; the answer is an event."""
        self._limits.log_in()
        self._send(LogIn())
        return 0

    def CommTerminate(self) -> None:
        """Do nothing: Kiwoom no longer supports it, and to log out is to end the program."""
        _log.warning("CommTerminate is no longer supported; end the program to log out")

    def GetConnectState(self) -> int:
        return int(self.is_connected)

    def GetLoginInfo(self, tag: str) -> str:
        if not self.is_connected:
            return ""
        if tag in _ACCOUNT_TAGS:
            return "".join(f"{account};" for account in self.accounts)
        known = {
            **_DEFAULTS,
            "ACCOUNT_CNT": str(len(self.accounts)),
            **self._info,
            "GetServerGubun": self.server,
        }
        return known.get(tag, "")

    def GetAPIModulePath(self) -> str:
        return r"C:\OpenAPI"

    def SetInfoData(self, info: str) -> int:
        return 0
