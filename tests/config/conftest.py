"""A small set of options of our own, so that these tests don't depend on the program's."""

from __future__ import annotations

from typing import Literal, Self

import pytest
from pydantic import model_validator

import config.sections  # noqa: F401 - registers its options before the registry is replaced
import core.sessions  # noqa: F401 - likewise
from config import schema, secrets
from config.errors import Refused
from config.schema import Options, option, section
from config.text import Text


def words(title: str) -> dict[str, Text]:
    return {"title": Text(f"{title} 제목", title), "help": Text("설명", "Help.")}


@pytest.fixture
def registry(monkeypatch):
    """No option and no secret is declared yet."""
    monkeypatch.setattr(schema, "_declared", {})
    monkeypatch.setattr(secrets, "_declared", {})


@pytest.fixture
def options(registry):
    """The options most tests work with."""

    @section("market")
    class Market(Options):
        symbols: list[str] = option(["005930"], min_length=1, max_length=3, **words("Symbols"))

    @section("strategy")
    class Strategy(Options):
        ema_short: int = option(9, ge=2, le=400, unit=Text("봉", "bars"), **words("Short"))
        ema_long: int = option(21, ge=2, le=400, unit=Text("봉", "bars"), **words("Long"))

        @model_validator(mode="after")
        def _short_is_shorter(self) -> Self:
            if self.ema_short >= self.ema_long:
                raise Refused(Text("단기는 장기보다 짧아야", "short must be below long"))
            return self

    @section("risk")
    class Risk(Options):
        stop_loss_pct: float = option(1.0, ge=0.1, le=30, unit="%", **words("Stop"))
        max_position_pct: float = option(10.0, ge=0.1, le=100, unit="%", **words("Size"))
        start_capital: int = option(10_000_000, gt=0, unit=Text("원", "won"), **words("Capital"))

    @section("ai")
    class Ai(Options):
        enabled: bool = option(False, **words("AI"))
        endpoint: str = option("", **words("Endpoint"))

    @section("ui")
    class Ui(Options):
        theme: Literal["dark", "light"] = option("dark", **words("Theme"))

    return {cls.__name__: cls for cls in (Market, Strategy, Risk, Ai, Ui)}
