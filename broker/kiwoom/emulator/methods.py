"""The control's methods as its type library gives them, and QAx's way of calling them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

MAX_LOOSE_VALUES = 8

_LIBRARY = """
long CommConnect()
void CommTerminate()
long GetConnectState()
BSTR GetLoginInfo(BSTR sTag)
BSTR KOA_Functions(BSTR sFunctionName, BSTR sParam)
BSTR GetAPIModulePath()
long SetInfoData(BSTR sInfoData)
void SetInputValue(BSTR sID, BSTR sValue)
long CommRqData(BSTR sRQName, BSTR sTrCode, long nPrevNext, BSTR sScreenNo)
long CommKwRqData(BSTR sArrCode, long bNext, long nCodeCount, long nTypeFlag, BSTR sRQName, BSTR sScreenNo)
long GetRepeatCnt(BSTR sTrCode, BSTR sRecordName)
BSTR GetCommData(BSTR sTrCode, BSTR sRecordName, long nIndex, BSTR sItemName)
VARIANT GetCommDataEx(BSTR sTrCode, BSTR sRecordName)
void DisconnectRealData(BSTR sScnNo)
long SetRealReg(BSTR sScreenNo, BSTR sCodeList, BSTR sFidList, BSTR sOptType)
void SetRealRemove(BSTR sScnNo, BSTR sDelCode)
BSTR GetCommRealData(BSTR sCode, long nFid)
long SendOrder(BSTR sRQName, BSTR sScreenNo, BSTR sAccNo, long nOrderType, BSTR sCode, long nQty, long nPrice, BSTR sHogaGb, BSTR sOrgOrderNo)
long SendOrderCredit(BSTR sRQName, BSTR sScreenNo, BSTR sAccNo, long nOrderType, BSTR sCode, long nQty, long nPrice, BSTR sHogaGb, BSTR sCreditGb, BSTR sLoanDate, BSTR sOrgOrderNo)
BSTR GetChejanData(long nFid)
BSTR GetCodeListByMarket(BSTR sMarket)
BSTR GetMasterCodeName(BSTR sTrCode)
BSTR GetMasterLastPrice(BSTR sTrCode)
BSTR GetMasterStockState(BSTR sTrCode)
BSTR GetMasterConstruction(BSTR sTrCode)
BSTR GetMasterListedStockDate(BSTR sTrCode)
long GetMasterListedStockCnt(BSTR sTrCode)
BSTR GetBranchCodeName()
BSTR GetThemeGroupList(long nType)
BSTR GetThemeGroupCode(BSTR sThemeCode)
long GetMarketType(BSTR sTrCode)
long GetConditionLoad()
BSTR GetConditionNameList()
long SendCondition(BSTR sScrNo, BSTR sConditionName, long nIndex, long nSearch)
void SendConditionStop(BSTR sScrNo, BSTR sConditionName, long nIndex)
"""  # noqa: E501 - one method, one line


CONTROL = "{a1574a0d-6bfa-4bd7-9020-ded88711818d} [KHOpenAPI Control]"


class CallError(Exception):
    """A call that QAx can't make; the text is what it warns with, as users' logs have it."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the control."""

    name: str
    returns: str  # long, BSTR, VARIANT or void
    kinds: tuple[type, ...]  # int or str of each argument


def _method(line: str) -> Method:
    returns, name, arguments = _LINE.fullmatch(line).groups()  # type: ignore[union-attr]
    kinds = tuple(_KINDS[each.split()[0]] for each in arguments.split(", ") if each)
    return Method(name, returns, kinds)


_LINE = re.compile(r"(\w+) (\w+)\((.*)\)")
_KINDS: dict[str, type] = {"long": int, "BSTR": str}

METHODS = {method.name: method for method in map(_method, _LIBRARY.strip().splitlines())}
"""By name. Left out: derivatives, and old calls that Kiwoom has replaced."""


def method_of(signature: str) -> Method:
    """Return the method `Name(QString, ...)` means; QAx goes by the name, the types are hints.

    Raises:
        CallError: If the control has no such method.
    """
    name, bracket, _ = signature.partition("(")
    if not bracket or name not in METHODS:
        raise CallError(f"QAxBase::dynamicCallHelper: {signature}: No such property in {CONTROL}")
    return METHODS[name]


def loose(values: tuple[Any, ...]) -> Sequence[Any]:
    """Return the arguments that `dynamicCall` was given loose, or as one list.

    Raises:
        TypeError: If there are more than eight loose ones, as PyQt does.
    """
    if len(values) == 1 and isinstance(values[0], list):
        return values[0]
    if len(values) > MAX_LOOSE_VALUES:
        raise TypeError(
            f"dynamicCall(self, str, value1: Any = None, ..., value8: Any = None): "
            f"too many arguments: {len(values)} values; give more than 8 as one list"
        )
    return values


def converted(method: Method, values: Sequence[Any]) -> list[Any]:
    """Return `values` as the method takes them: numbers and texts turn into each other.

    Raises:
        CallError: If there are too many or too few, or one can't be turned.
    """
    if len(values) > len(method.kinds):
        raise _failed(method, "Bad parameter count")
    if len(values) < len(method.kinds):
        raise _failed(method, "Non-optional parameter missing")
    return [
        value if type(value) is kind else _convert(method, place, kind, value)
        for place, (kind, value) in enumerate(zip(method.kinds, values, strict=True))
    ]


def _convert(method: Method, place: int, kind: Callable[[Any], Any], value: Any) -> Any:
    try:
        if value is None or isinstance(value, (list, tuple, dict)):
            raise ValueError(value)
        return kind(value)
    except ValueError:
        raise _failed(method, f"Type mismatch in parameter {place}") from None


def _failed(method: Method, why: str) -> CallError:
    return CallError(f"QAxBase: Error calling IDispatch member {method.name}: {why}")
