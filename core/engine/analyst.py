"""From ticks to decisions: the market side of the engine."""

from __future__ import annotations

import logging
from datetime import datetime

from config.text import Text
from core.bars import GRACE
from core.domain.market import Bar, Tick
from core.domain.messages import (
    BarClosed,
    Decided,
    HistoryLoaded,
    HistoryReady,
    PredictionArrived,
    PredictorReported,
    Severity,
)
from core.domain.order import Reason, Side
from core.domain.price import Price
from core.domain.session import Phase
from core.domain.signal import Action, Decision, Score, Snapshot
from core.engine.clock_drift import Arrival
from core.engine.entry_blocks import EntryBlocks
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.journal.records import decision_record, prediction_record
from core.ports import Predictor
from core.predict.options import AiOptions
from core.risk.exits import touched
from core.scoring import Scorer

logger = logging.getLogger(__name__)
_NO_HISTORY = Text("과거 시세 없음: {}", "no history: {}")
_BUY, _SELL = Side.BUY, Side.SELL  # looking a member up takes a tenth of a tick's time


class Analyst:
    """Bars, indicators, scores and decisions of every symbol; owned by the engine thread."""

    def __init__(self, parts: Parts, predictor: Predictor | None) -> None:
        """`blocks` is to be set before the first bar."""
        self.blocks: EntryBlocks
        self._parts, self._predictor = parts, predictor
        self._markets, self._account, self._desk = parts.markets, parts.account, parts.desk
        self._day, self._outbox = parts.day, parts.outbox
        self._counts, self._clock = parts.counts, parts.clock
        self._arrivals = parts.arrivals
        self.answers, self.answer_error = 0, ""  # of the AI
        self.due: datetime | None = None  # when `close_due` has a bar to close
        self.has_acted = False  # a trade was more than a trade: it closed a bar or touched a level
        self.is_silent = False  # bars still close, but nothing is decided (end of the data)
        self.use()

    def use(self) -> None:
        """Decide by the settings in force from the next bar on."""
        self._scorer = Scorer(self._parts.settings)

    # Ticks

    def on_tick(self, tick: Tick) -> None:  # noqa: C901, PLR0912
        """Take one trade; this is the program's hottest path, so it is one plain function."""
        self._counts.ticks += 1
        market = self._markets.get(tick.symbol)
        if market is None:
            self._counts.unknown_ticks += 1
            return
        price, quantity = tick.price, tick.quantity
        if not market.lowest <= price <= market.highest or quantity <= 0:
            self._refuse(tick, market)
            return
        builder, closed = market.builder, None
        if not builder.extend(tick):
            if not self._day.first <= tick.time <= self._day.last:
                self._outside_session(tick, market)
                return
            closed = builder.add(tick)
            if builder.late != market.late:
                self._late(tick, market)
                return
            self._watch(market)
            self._arrivals.append(Arrival(self._clock.now(), tick.time))
        if price != market.last_price:
            market.last_price = self._account.prices[tick.symbol] = price
            if price not in market.on_grid:
                self._check_grid(price, market)
        market.last_tick = tick
        market.volume += quantity
        if tick.side is _BUY:
            market.bought += quantity
        elif tick.side is _SELL:
            market.sold += quantity
        market.is_changed = True
        if price <= market.stop or price >= market.target:
            self._on_level(market, price)
        if closed is not None:
            self._on_bar(market, closed)

    def exit_on(self, tick: Tick) -> None:
        """Look at stop and target alone: what must be done of a tick that could not be handled."""
        market, price = self._markets.get(tick.symbol), tick.price
        if market is None or not market.lowest <= price <= market.highest or tick.quantity <= 0:
            return
        market.last_price = self._account.prices[tick.symbol] = price
        if price <= market.stop or price >= market.target:
            self._on_level(market, price)

    def _watch(self, market: SymbolMarket) -> None:
        due = market.builder.due
        if due is not None and (self.due is None or due + GRACE < self.due):
            self.due = due + GRACE

    def _refuse(self, tick: Tick, market: SymbolMarket) -> None:
        self._counts.refused_ticks += 1
        market.refused += 1
        limits = market.instrument.price_limits()
        text = Text(
            f"버린 틱({market.refused:,}번째): 가격 {tick.price:,}, 수량 {tick.quantity:,}, "
            f"상·하한가 {limits}",
            f"tick refused ({market.refused:,} so far): price {tick.price:,}, "
            f"quantity {tick.quantity:,}, limits {limits}",
        )
        self._tell_rarely(market.refused, text, tick)

    def _late(self, tick: Tick, market: SymbolMarket) -> None:
        market.late = market.builder.late
        self._counts.late_ticks += 1
        at = f"{tick.time:%m-%d %H:%M:%S}"
        text = Text(
            f"늦은 틱({market.late:,}번째): {at}의 봉은 이미 닫혔습니다",
            f"late tick ({market.late:,} so far): the bar of {at} had closed",
        )
        self._tell_rarely(market.late, text, tick)

    def _tell_rarely(self, count: int, text: Text, tick: Tick) -> None:
        """Log each bad tick; tell a person of the 1st, 10th, 100th ... of a symbol."""
        if str(count).strip("0") == "1":
            self._outbox.note(self._clock.now(), Severity.WARNING, text, tick.symbol)
        else:
            logger.info("%s %s", tick.symbol, text.en)

    def _outside_session(self, tick: Tick, market: SymbolMarket) -> None:
        """Count a tick of another day as late, one before the open or after the close as such."""
        if market.last_tick is not None and tick.time < market.last_tick.time:
            market.builder.late += 1
            self._late(tick, market)
            return
        self._counts.off_session_ticks += 1

    def _check_grid(self, price: Price, market: SymbolMarket) -> None:
        # A price off the grid is real (mid-point trades), so it is counted each time it is new.
        if market.instrument.grid.is_valid(price):
            market.on_grid.add(price)
        else:
            self._counts.off_grid_ticks += 1

    @property
    def _is_over(self) -> bool:
        """Whether nobody can sell any more: the closing auction is printed after the close."""
        return self._day.phase is Phase.AFTER_CLOSE

    def _on_level(self, market: SymbolMarket, price: Price) -> None:
        self.has_acted = True
        position = self._account.portfolio.position(market.instrument.symbol)
        action = touched(position, price) if position else None
        if position is None or self._is_over:
            return
        if action is None:
            if price >= market.rises_at:
                self._desk.raise_stop(market, price, self._parts.settings, self._clock.now())
            return
        level = position.stop_level if action is Action.SELL_SL else position.target_level
        now = self._clock.now()
        decision = Decision(position.symbol, now, action, price, level=level)
        if self._desk.sell(market, price, decision.reason, now):
            self._decided(decision)

    # Bars

    def close_due(self, now: datetime) -> None:
        """Close the bars whose minute ended a second or more before `now`."""
        if self.due is None or now < self.due:
            return
        self.due = None
        for market in self._markets.values():
            bar = market.builder.close_due(now)
            if bar is not None:
                self._on_bar(market, bar)
            self._watch(market)

    def close_all(self) -> None:
        """Close every forming bar now: at the end of the day or of the data."""
        self.due = None
        for market in self._markets.values():
            bar = market.builder.close()
            if bar is not None:
                self._on_bar(market, bar)

    def _on_bar(self, market: SymbolMarket, bar: Bar) -> None:
        self.has_acted = True
        self._counts.bars += 1
        latest, score = self._score(market, bar)
        self._outbox.publish(BarClosed(latest, score))
        # Before the decision: a daily limit comes before a signal (strategy.md, section 5).
        self._parts.money_changed(self._clock.now())
        if not self.is_silent:
            self._decided(self._decide(market, bar, score))
            self._ask_ai(market, bar)

    def _score(self, market: SymbolMarket, bar: Bar) -> tuple[Snapshot, Score]:
        prediction = market.fresh_prediction()
        previous = market.latest
        latest = market.take_bar(bar, prediction)
        notes = {"ai": prediction.error} if prediction and prediction.error else None
        return latest, self._scorer.score(previous, latest, market.is_warm, notes)

    def _decide(self, market: SymbolMarket, bar: Bar, score: Score) -> Decision:
        """Return what became of the bar, with its order already sent if there is one."""
        symbol, now = bar.symbol, self._clock.now()
        position = self._account.portfolio.position(symbol)
        held = position.quantity if position else 0
        is_ours = position is not None and held > 0 and not position.is_foreign
        says_sell = is_ours and score.says_sell and not self._is_over
        if says_sell and self._desk.sell(market, bar.close, Reason.SIGNAL, now):
            return Decision(symbol, bar.start, Action.SELL, bar.close, score)
        if held or not score.says_buy or self._desk.is_working(symbol):
            return Decision(symbol, bar.start, Action.HOLD, bar.close, score)
        moment = self.blocks.moment(market, bar.start)
        failed = self._desk.buy(market, bar.close, moment, self._parts.settings)
        if failed:
            why = " · ".join(check.name for check in failed)
            return Decision(symbol, bar.start, Action.HOLD, bar.close, score, note=why)
        return Decision(symbol, bar.start, Action.BUY, bar.close, score)

    def _decided(self, decision: Decision) -> None:
        self._outbox.publish(Decided(decision))
        if decision.action is not Action.HOLD:
            self._counts.signals += 1
            self._outbox.record(decision_record(decision), self._clock.now())

    # The AI

    def _ask_ai(self, market: SymbolMarket, bar: Bar) -> None:
        if self._predictor is None or not self._parts.settings[AiOptions].enabled:
            return
        if market.is_warm:
            self._predictor.request(bar.symbol, bar.start, market.features())

    def on_prediction(self, answer: PredictionArrived) -> None:
        """Keep an answer for the next bar; one for an older bar is late and counts 0."""
        market = self._markets.get(answer.symbol)
        if market is None:
            return
        market.prediction = answer
        self.answers, self.answer_error = self.answers + 1, answer.error
        self._outbox.record(prediction_record(answer), self._clock.now())
        self._outbox.publish(
            PredictorReported(answer.symbol, answer.value, answer.latency_ms, answer.error)
        )

    # History

    def on_history(self, history: HistoryLoaded) -> None:
        """Warm a symbol's indicators with the bars before now."""
        symbol = history.instrument.symbol
        market = self._markets.get(symbol)
        if market is None:
            return
        market.describe(history.instrument)
        market.load(history.bars, history.forming, self._parts.settings)
        self._watch(market)
        if market.last_price is not None:
            self._account.prices.setdefault(symbol, market.last_price)
        market.is_changed = True
        self._outbox.publish(HistoryReady(history.instrument, tuple(market.bars), history.error))
        if history.error:
            text = _NO_HISTORY.format(history.error)
            self._outbox.note(self._clock.now(), Severity.ERROR, text, symbol)
        self.close_due(self._clock.now())  # a slow answer may bring a minute that is over
