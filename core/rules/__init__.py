"""The rules of the strategy; each module of this package registers its own."""

from importlib import import_module
from pkgutil import iter_modules

from core.rules.registry import Rule, register, registered

__all__ = ["Rule", "register", "registered"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
