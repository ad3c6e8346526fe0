"""Every indicator of the `ta` package for the chart; the strategy itself uses our own.

`ta` and pandas are imported by the first call, not with this module: that takes half a second.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np

from core.indicators.registry import Arrays, Pane
from core.series import BarColumns

_MODULES = ("trend", "momentum", "volatility", "volume", "others")
_INPUTS = ("open", "high", "low", "close", "volume")
# `fillna` invents values, `dropnans` changes the length, `smoothing_factor` is off by default.
_HIDDEN = {"self", *_INPUTS, "fillna", "dropnans", "smoothing_factor"}
_SMA_WINDOW = 20  # bars; the only parameter that `ta` has no default for
_LARGEST = 10_000
_ON_PRICE_SCALE = frozenset(
    {
        *("ema_indicator", "sma_indicator", "wma", "kama", "volume_weighted_average_price"),
        *("ichimoku_a", "ichimoku_b", "ichimoku_base_line", "ichimoku_conversion_line"),
        *("psar", "psar_up", "psar_down"),
        *("bollinger_hband", "bollinger_mavg", "bollinger_lband"),
        *("keltner_channel_hband", "keltner_channel_mband", "keltner_channel_lband"),
        *("donchian_channel_hband", "donchian_channel_mband", "donchian_channel_lband"),
    }
)

Parameter = float | bool
"""A window in bars, a factor, or a switch; whole, real or true by its default."""


@dataclass(frozen=True, slots=True)
class TaIndicator:
    """One class of `ta`, ready to be computed."""

    name: str  # of the class, e.g. "MACD"
    title: str  # `ta`'s own, in English
    inputs: tuple[str, ...]  # bar columns
    parameters: MappingProxyType[str, Parameter]  # with their defaults
    outputs: tuple[str, ...]
    _class: Any

    def pane(self, output: str) -> Pane:
        """Return whether an output is drawn over the candles or below them."""
        return Pane.PRICE if output in _ON_PRICE_SCALE else Pane.OWN

    def compute(self, columns: BarColumns, **parameters: Parameter) -> Arrays:
        """Return all outputs by name, one element for each bar, NaN while undefined.

        Raises:
            ValueError: A parameter that is not known or can't be used, with the reason.
        """
        import pandas as pd

        chosen = {**self.parameters, **self._checked(parameters)}
        series = {name: pd.Series(columns[name], dtype=np.float64) for name in self.inputs}
        try:
            made = self._class(**series, **chosen)
            return {name: getattr(made, name)().to_numpy(np.float64) for name in self.outputs}
        except (IndexError, ValueError):
            # Its answer to fewer bars than some windows need.
            return {name: np.full(len(columns), np.nan) for name in self.outputs}

    def _checked(self, parameters: dict[str, Parameter]) -> dict[str, Parameter]:
        for name, value in parameters.items():
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise ValueError(f"{self.name} has no parameter {name}; it has: {known}")
            default = self.parameters[name]
            kinds = (int, float) if type(default) is float else (type(default),)
            low = 0 if default == 0 or type(default) is not int else 1
            if type(value) not in kinds or not low <= value <= _LARGEST:
                kind = "a number" if type(default) is float else type(default).__name__
                raise ValueError(
                    f"{self.name} {name} must be {kind} from {low} to {_LARGEST}, was {value!r}"
                )
        return parameters


@cache
def offered() -> MappingProxyType[str, TaIndicator]:
    """Return every indicator of `ta` by the name of its class."""
    return MappingProxyType({found.name: found for found in _found()})


def _found() -> Iterator[TaIndicator]:
    for module_name in _MODULES:
        module = import_module(f"ta.{module_name}")
        for name, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__:
                yield _described(name, cls)


def _described(name: str, cls: Any) -> TaIndicator:
    signature = inspect.signature(cls.__init__).parameters
    parameters = {
        key: _SMA_WINDOW if given.default is given.empty else given.default
        for key, given in signature.items()
        if key not in _HIDDEN
    }
    methods = inspect.getmembers(cls, inspect.isfunction)
    return TaIndicator(
        name=name,
        title=(inspect.getdoc(cls) or name).splitlines()[0],
        inputs=tuple(key for key in signature if key in _INPUTS),
        parameters=MappingProxyType(parameters),
        outputs=tuple(method for method, _ in methods if not method.startswith("_")),
        _class=cls,
    )
