"""Makes every option of the program known, as starting it does."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import broker
import config
import core
from config.schema import Declared, declared


def every_option() -> list[Declared]:
    for package in (broker, config, core):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return list(declared())
