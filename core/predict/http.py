"""Asks an AI server over HTTP, or the user's own predictor, in threads; the engine never waits."""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.clock import monotonic, wait
from core.domain.messages import PredictionArrived
from core.domain.signal import Values
from core.ports import Post
from core.predict import own
from core.predict.answer import NoAnswer, Prediction, parse
from core.predict.breaker import Breaker
from core.predict.options import ENDPOINT, AiOptions

if TYPE_CHECKING:
    from core.predict.exchange import Exchange

WORKERS = 4
_FIRST_PAUSE_S = 0.05  # before asking again; doubles each time
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Ask:
    symbol: str
    bar_start: datetime
    features: Values
    url: str
    own: str  # name of the user's predictor to ask, "": the server
    asked: float  # by `monotonic`
    end: float


class HttpPredictor:
    """Posts {"symbol", "time", "features"} as JSON and reads {"predicted_return", "model"}.

    `time` is the start of the bar in ISO 8601 with offset. Every request is answered by exactly one
    `PredictionArrived`, at the latest about two time limits after it was made; without a prediction
    its `error` is a code of `NoAnswer`. A symbol's newer bar takes the place of one still waiting.
    """

    def __init__(
        self, options: AiOptions, post: Post, monotonic: Callable[[], float] = monotonic
    ) -> None:
        """`monotonic` paces the circuit breaker only."""
        self._send = post
        self._breaker = Breaker(monotonic)
        self._changed = threading.Condition()  # guards all below
        self._waiting: dict[str, _Ask] = {}  # by symbol, oldest first
        self._newest: dict[str, datetime] = {}  # bar last asked about, by symbol
        self._closed = threading.Event()
        self._has_workers = False
        self.use(options)

    @property
    def is_open(self) -> bool:
        """Whether the circuit breaker holds requests back."""
        return self._breaker.is_open

    def use(self, options: AiOptions) -> None:
        """Take new settings for the requests to come."""
        with self._changed:
            self._options = options
            if options.enabled and not self._has_workers:
                self._start_workers()

    def request(self, symbol: str, bar_start: datetime, features: Values) -> None:
        """Ask about a closed bar; a bar asked about before, or older than that, is left out."""
        options, now = self._options, monotonic()
        ask = _Ask(
            symbol,
            bar_start,
            dict(features),
            options.endpoint,
            "" if options.source == ENDPOINT else options.source,
            now,
            now + options.timeout_ms / 1000,
        )
        with self._changed:
            newest = self._newest.get(symbol)
            if self._closed.is_set() or (newest is not None and bar_start <= newest):
                return
            self._newest[symbol] = bar_start
            if not options.enabled or not (ask.own or options.endpoint):
                self._refuse(ask, "no_endpoint" if options.enabled else "off")
                return
            overtaken = self._waiting.pop(symbol, None)
            if overtaken is not None:
                self._refuse(overtaken, "busy")
            self._waiting[symbol] = ask
            self._changed.notify()

    def close(self) -> None:
        """Stop asking; nothing is posted any more. Threads end with the request they are in."""
        with self._changed:
            self._closed.set()
            self._waiting.clear()
            self._changed.notify_all()

    def _start_workers(self) -> None:
        self._has_workers = True
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"ai-{number}", daemon=True).start()

    def _work(self) -> None:
        from core.predict.exchange import Exchange  # slow to import, and only a used AI needs it

        exchange = Exchange()
        while (ask := self._take()) is not None:
            answer = self._answered(ask, exchange)
            with self._changed:
                self._post(answer)
        exchange.close()

    def _take(self) -> _Ask | None:
        """Wait for something to ask, the oldest first; None once closed."""
        with self._changed:
            while not self._waiting and not self._closed.is_set():
                self._changed.wait()
            if self._closed.is_set():
                return None
            return self._waiting.pop(next(iter(self._waiting)))

    def _answered(self, ask: _Ask, exchange: Exchange) -> PredictionArrived:
        try:
            found = self._guarded(ask, exchange)
        except NoAnswer as reason:
            is_well = reason.code == own.NO_OPINION
            return _arrived(ask, None, ask.own, "" if is_well else reason.code)
        except Exception:  # the thread's edge: the engine must hear of it, and the worker go on
            _log.exception("AI request for %s failed", ask.symbol)
            return _arrived(ask, None, "", "internal")
        return _arrived(ask, found.value, found.model, "")

    def _guarded(self, ask: _Ask, exchange: Exchange) -> Prediction:
        """Ask unless it is too late or the breaker is open; tell the breaker how it went."""
        if monotonic() >= ask.end:
            raise NoAnswer("busy")
        token = self._breaker.begin()
        if token is None:
            raise NoAnswer("breaker_open")
        succeeded = False
        try:
            found = _own_answer(ask) if ask.own else self._repeated(ask, exchange)
            succeeded = True
        except NoAnswer as reason:
            succeeded = reason.code == own.NO_OPINION  # it works, and has nothing to say
            raise
        finally:
            self._breaker.end(token, succeeded=succeeded)
        return found

    def _repeated(self, ask: _Ask, exchange: Exchange) -> Prediction:
        """Ask, and ask again after failures that may pass, while there is time."""
        payload = _payload(ask)
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return parse(exchange.post(ask.url, payload, ask.end))
            except NoAnswer as reason:
                has_time = monotonic() + pause_s < ask.end
                if not reason.may_pass or not has_time or wait(self._closed, pause_s):
                    raise
            pause_s *= 2

    def _refuse(self, ask: _Ask, code: str) -> None:
        self._post(_arrived(ask, None, "", code))

    def _post(self, answer: PredictionArrived) -> None:
        if not self._closed.is_set():
            self._send(answer)


def _arrived(ask: _Ask, value: float | None, model: str, error: str) -> PredictionArrived:
    # To the microsecond: more digits are noise, which journals and tables would carry about.
    latency_ms = round((monotonic() - ask.asked) * 1000, 3)
    return PredictionArrived(ask.symbol, ask.bar_start, value, model, latency_ms, error)


def _own_answer(ask: _Ask) -> Prediction:
    """Ask the user's predictor here and now; nothing can break it off, so it may be too late."""
    found = own.ask(ask.own, ask.features)
    if monotonic() >= ask.end:
        raise NoAnswer("timeout")
    return found


def _payload(ask: _Ask) -> bytes:
    features = {name: _number(value) for name, value in ask.features.items()}
    fields = {"symbol": ask.symbol, "time": ask.bar_start.isoformat(), "features": features}
    return json.dumps(fields, allow_nan=False).encode()


def _number(value: float | None) -> float | None:
    """Return what JSON can carry: it has no NaN."""
    return value if value is not None and math.isfinite(value) else None
