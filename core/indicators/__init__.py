"""The indicators of the strategy; each module of this package registers its own."""

from importlib import import_module
from pkgutil import iter_modules

from core.indicators.indicator_set import IndicatorSet
from core.indicators.registry import Arrays, Indicator, Pane, Plot, Shape, register, registered

__all__ = ["Arrays", "Indicator", "IndicatorSet", "Pane", "Plot", "Shape", "register", "registered"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
