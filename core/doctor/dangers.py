"""Settings that are allowed and may ruin a day: named, so that nobody trades on them unknowing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from config.schema import Options, Settings, declared
from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check
from core.engine.vitals import ClockDriftOptions
from core.risk.checks.fresh_data import FreshDataOptions
from core.risk.checks.instrument_state import InstrumentStateOptions
from core.risk.checks.price_collar import PriceCollarOptions
from core.risk.checks.refusals import RefusalOptions
from core.risk.daily_limits import DailyLimitOptions
from core.risk.exits import ExitOptions
from core.risk.sizing import SizingOptions

_OFF = Text("끔", "off")
_Is = Callable[[Any], bool]


def _is_off(value: Any) -> bool:
    return not value


def _is_off_or_above(limit: float) -> _Is:
    return lambda value: not value or value > limit


def _is_above(limit: float) -> _Is:
    return lambda value: bool(value > limit)


_DANGERS: tuple[tuple[type[Options], str, _Is], ...] = (
    (DailyLimitOptions, "daily_max_loss_pct", _is_off_or_above(10)),
    (ExitOptions, "stop_loss_pct", _is_above(5)),
    (SizingOptions, "max_position_pct", _is_above(50)),
    (PriceCollarOptions, "price_collar_pct", _is_above(10)),
    (FreshDataOptions, "stale_after_s", _is_above(60)),
    (InstrumentStateOptions, "block_managed", _is_off),
    (InstrumentStateOptions, "block_liquidation", _is_off),
    (InstrumentStateOptions, "block_risk", _is_off),
    (RefusalOptions, "max_refusals", _is_off),
    (ClockDriftOptions, "max_clock_drift_s", _is_off_or_above(60)),
)
"""Which values are dangerous; a trader may want them all the same."""


@check("dangers")
def _dangers(context: DoctorContext) -> Judged:
    found = list(_found(context.settings))
    if not found:
        return Level.OK, Text("위험한 값이 없습니다", "no dangerous values")
    names = Text("; ".join(each.ko for each in found), "; ".join(each.en for each in found))
    return (
        Level.WARN,
        Text("위험한 설정: {}", "dangerous settings: {}").format(names),
        Text(
            "설정(Ctrl+,)에서 뜻대로인지 확인하세요",
            "see in the settings (Ctrl+,) that you mean it",
        ),
    )


def _found(settings: Settings) -> Iterator[Text]:
    metas = {(item.owner, item.name): item for item in declared()}
    for owner, name, is_dangerous in _DANGERS:
        value = getattr(settings[owner], name)
        if is_dangerous(value):
            item = metas[owner, name]
            shown = Text.of(f"{value:g}{{}}").format(item.meta.unit) if value else _OFF
            yield Text.of("{} {} ({})").format(item.meta.title, shown, item.key)
