"""What the control's local files say of each security; no request, no limit, no waiting."""

from __future__ import annotations

from broker.kiwoom.control import Control
from core.domain.instrument import Instrument
from core.domain.price import KRX_ETF, KRX_STOCK

# Markets of GetCodeListByMarket, and what they are called here. KOSPI's list also has the ETFs,
# ETNs and ELWs, so these come first.
_ETF_BOARDS = (("8", "ETF"), ("60", "ETN"), ("3", "ELW"))
_STOCK_BOARDS = (("10", "KOSDAQ"), ("50", "KONEX"), ("0", "KOSPI"))
_FINE_GRID = frozenset(board for _, board in _ETF_BOARDS)  # also: no securities tax

_HALTED = "거래정지"
_USUAL_STATES = ("증거금", "담보대출", "신용가능", "대용가능", _HALTED)  # nothing to warn of
_ORDER_WARNINGS = {"2": "정리매매", "3": "단기과열", "4": "투자위험", "5": "투자경고"}
_NORMAL = "정상"


class Masters:
    """Instruments by code; filled at login, as the files are renewed then."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._boards: dict[str, str] = {}

    def load(self) -> None:
        """Read which code is of which board."""
        boards: dict[str, str] = {}
        for market, board in (*_ETF_BOARDS, *_STOCK_BOARDS):
            for code in self._ask("GetCodeListByMarket(QString)", market).split(";"):
                if code:
                    boards.setdefault(code, board)
        self._boards = boards

    def instrument(self, code: str) -> Instrument | None:
        """Return what is known of a code today, None where there is no such security."""
        name = self._ask("GetMasterCodeName(QString)", code)
        if not name:
            return None
        board = self._boards.get(code, "")
        states = self._states(code)
        is_fine = board in _FINE_GRID
        return Instrument(
            symbol=code,
            name=name,
            previous_close=_number(self._ask("GetMasterLastPrice(QString)", code)),
            grid=KRX_ETF if is_fine else KRX_STOCK,
            is_taxed=not is_fine,
            board=board,
            listed_shares=_number(
                self._ask("KOA_Functions(QString, QString)", "GetMasterListedStockCntEx", code)
            ),
            is_halted=_HALTED in states,
            warnings=self._warnings(code, states),
        )

    def _states(self, code: str) -> list[str]:
        text = self._ask("GetMasterStockState(QString)", code)
        return [part.strip() for part in text.split("|") if part.strip()]

    def _warnings(self, code: str, states: list[str]) -> tuple[str, ...]:
        """Return the exchange's words on a security, each once."""
        found = [state for state in states if not state.startswith(_USUAL_STATES)]
        construction = self._ask("GetMasterConstruction(QString)", code)
        if construction and construction != _NORMAL:
            found.append(construction)
        level = self._ask("KOA_Functions(QString, QString)", "IsOrderWarningStock", code)
        if level in _ORDER_WARNINGS:
            found.append(_ORDER_WARNINGS[level])
        return tuple(dict.fromkeys(found))

    def _ask(self, signature: str, *values: str) -> str:
        return str(self._control.dynamicCall(signature, *values) or "").strip()


def _number(text: str) -> int | None:
    """Return a positive number, None for anything else."""
    digits = text.lstrip("+-")
    return int(digits) or None if digits.isdigit() else None
