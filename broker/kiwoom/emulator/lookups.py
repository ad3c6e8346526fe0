"""Master data and KOA_Functions: what the control answers from its own files, without an event."""

from __future__ import annotations

from collections.abc import Callable

from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Master, Masters
from broker.kiwoom.emulator.searches import Searches
from broker.kiwoom.emulator.session import Session

KOSPI = "0"
_ON_KOSPI = frozenset(("0", "4", "6", "8", "9", "60"))  # its list has funds, REITs, ETFs, ETNs too
_PRICE_WIDTH = 8
_UNKNOWN_MARKET = -1


class Lookups:
    """Empty texts before the first login and for unknown codes, as the real ones.

    The emulated market has no brokers' list, themes or sectors; their calls answer "".
    """

    def __init__(
        self, masters: Masters, session: Session, searches: Searches, options: ControlOptions
    ) -> None:
        self._all, self._session = masters, session
        self._searches, self._options = searches, options
        self._functions: dict[str, Callable[[str], str]] = {
            "ShowAccountWindow": self._show_account_window,
            "GetServerGubun": lambda _: session.server,
            "SetConditionSearchFlag": self._set_condition_flag,
            "GetMasterStockInfo": lambda code: self._text(code, lambda of: of.info),
            "GetMasterListedStockCntEx": lambda code: self._text(
                code, lambda of: str(of.listed_shares)
            ),
            "GetStockMarketKind": lambda code: self._text(code, lambda of: of.market),
            "IsOrderWarningStock": lambda code: self._text(code, lambda of: of.warning),
            "IsOrderWarningETF": lambda code: self._text(code, lambda of: of.warning),
        }

    def KOA_Functions(self, name: str, argument: str) -> str:
        function = self._functions.get(name)
        return function(argument) if function else ""

    def GetCodeListByMarket(self, market: str) -> str:
        """Return the codes of a market, all markets' for "", each with a ";" after it."""
        codes = sorted(of.code for of in self._masters.values() if _is_in(market, of))
        return "".join(f"{code};" for code in codes)

    def GetMasterCodeName(self, code: str) -> str:
        return self._text(code, lambda of: of.name)

    def GetMasterLastPrice(self, code: str) -> str:
        return self._text(code, lambda of: str(of.last_price).zfill(_PRICE_WIDTH))

    def GetMasterStockState(self, code: str) -> str:
        return self._text(code, lambda of: of.state)

    def GetMasterConstruction(self, code: str) -> str:
        return self._text(code, lambda of: of.construction)

    def GetMasterListedStockDate(self, code: str) -> str:
        return self._text(code, lambda of: of.listed_date)

    def GetMasterListedStockCnt(self, code: str) -> int:
        """Return the listed shares as a 32-bit long, which overflows for the largest companies."""
        master = self._masters.get(code)
        return (master.listed_shares + 2**31) % 2**32 - 2**31 if master else 0

    def GetMarketType(self, code: str) -> int:
        master = self._masters.get(code)
        return int(master.market) if master else _UNKNOWN_MARKET

    def GetBranchCodeName(self) -> str:
        return ""

    def GetThemeGroupList(self, type_: int) -> str:
        return ""

    def GetThemeGroupCode(self, theme: str) -> str:
        return ""

    @property
    def _masters(self) -> Masters:
        return self._all if self._session.has_masters else {}

    def _text(self, code: str, read: Callable[[Master], str]) -> str:
        master = self._masters.get(code)
        return read(master) if master else ""

    def _show_account_window(self, _: str) -> str:
        self._session.has_password = self._options.ask_password() or self._session.has_password
        return ""

    def _set_condition_flag(self, flag: str) -> str:
        self._searches.shows_prices = flag == "AddPrice"
        return ""


def _is_in(market: str, master: Master) -> bool:
    return market in ("", master.market) or (market == KOSPI and master.market in _ON_KOSPI)
