"""What the trader tells the whole engine: start, stop, flatten, other settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from config.text import Text
from core.domain.messages import ApplySettings, Flatten, Severity, Start, Stop
from core.domain.order import Reason
from core.engine.analyst import Analyst
from core.engine.closer import Closer
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.engine.watch import Watch
from core.engine.watchlist import Watchlist
from core.ports import Predictor
from core.predict.options import AiOptions

_APPLIED = Text("설정을 적용했습니다", "settings applied")


class Trader:
    """Owned by the engine thread."""

    def __init__(
        self,
        parts: Parts,
        analyst: Analyst,
        closer: Closer,
        watch: Watch,
        watchlist: Watchlist,
        predictor: Predictor | None,
    ) -> None:
        self._parts, self._analyst, self._closer = parts, analyst, closer
        self._watch, self._watchlist, self._predictor = watch, watchlist, predictor

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {
            Start: self._on_start,
            Stop: self._on_stop,
            Flatten: self._on_flatten,
            ApplySettings: self._on_settings,
        }

    def _on_start(self, _: Start) -> None:
        now = self._parts.clock.now()
        if self._watch.acknowledge(now):
            self._parts.day.start(now)
        self._parts.outbox.commit(now)

    def _on_stop(self, _: Stop) -> None:
        now = self._parts.clock.now()
        self._parts.day.stop(now)
        self._parts.desk.cancel_buys(now)
        self._parts.outbox.commit(now)

    def _on_flatten(self, command: Flatten) -> None:
        self._closer.begin(Reason.FLATTEN, self._parts.clock.now(), command.note)

    def _on_settings(self, command: ApplySettings) -> None:
        """Trade by new settings from now on; indicators are warmed anew with every bar seen."""
        parts, settings = self._parts, command.settings
        parts.settings = settings
        for market in parts.markets.values():
            self._use(market)
        self._analyst.use()
        parts.day.use(settings)
        if self._predictor is not None:
            self._predictor.use(settings[AiOptions])
        self._watchlist.use(settings)
        now = parts.clock.now()
        parts.day.advance(now)
        parts.outbox.note(now, Severity.INFO, _APPLIED)

    def _use(self, market: SymbolMarket) -> None:
        market.use(self._parts.settings)
        self._parts.desk.watch_levels(market, self._parts.settings)
