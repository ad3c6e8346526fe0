"""Which symbols are followed: the watchlist, and whatever else is held or ordered."""

from __future__ import annotations

from collections.abc import Sequence

from config.schema import Settings
from config.sections import MarketOptions
from core.domain.instrument import Instrument
from core.domain.messages import EnableSymbol, HistoryLoaded
from core.engine.analyst import Analyst
from core.engine.desk import Desk
from core.engine.market import SymbolMarket
from core.ports import MarketFeed


class Watchlist:
    """Owned by the engine thread, as are the markets it keeps."""

    def __init__(
        self,
        markets: dict[str, SymbolMarket],
        feed: MarketFeed,
        desk: Desk,
        analyst: Analyst,
        settings: Settings,
    ) -> None:
        self._markets, self._feed, self._desk, self._analyst = markets, feed, desk, analyst
        self._settings = settings

    def request_history(self, symbols: Sequence[str]) -> None:
        if symbols:
            days = self._settings.value("market.historical_lookback_days")
            self._feed.request_history(symbols, days)

    def on_history(self, history: HistoryLoaded) -> None:
        self._analyst.on_history(history)
        symbol = history.instrument.symbol
        market = self._markets.get(symbol)
        if market is None:
            return
        if not history.error:
            self._feed.subscribe((symbol,))
        self._desk.watch_levels(market, self._settings)

    def follow(self, symbols: Sequence[str]) -> None:
        """Follow symbols that are held or ordered; those not in the watchlist are only sold."""
        for symbol in symbols:
            if symbol not in self._markets:
                market = SymbolMarket(Instrument(symbol, symbol), self._settings)
                market.is_enabled = False
                self._markets[symbol] = market
                self.request_history((symbol,))
            self._desk.watch_levels(self._markets[symbol], self._settings)

    def use(self, settings: Settings) -> None:
        """Follow the settings in what they changed; what was switched by hand stays as it is."""
        was, self._settings = self._settings[MarketOptions], settings
        now_is = settings[MarketOptions]
        added = [symbol for symbol in now_is.symbols if symbol not in was.symbols]
        for symbol in added:
            if symbol not in self._markets:
                self._markets[symbol] = SymbolMarket(Instrument(symbol, symbol), settings)
                self._markets[symbol].is_enabled = symbol in now_is.traded
        for symbol in was.traded ^ now_is.traded:
            if symbol in self._markets:
                self._markets[symbol].is_enabled = symbol in now_is.traded
        self.request_history([s for s in added if not self._markets[s].is_ready])

    def on_enable(self, command: EnableSymbol) -> None:
        market = self._markets.get(command.symbol)
        if market is not None:
            market.is_enabled = command.is_enabled
