"""How the HTTP predictor paces itself: retries, one request a bar, the breaker, the switches."""

import threading
from datetime import timedelta

import pytest

from core.clock import monotonic
from core.predict.answer import NoAnswer
from core.predict.breaker import FAILURES, FIRST_PAUSE_S
from core.predict.exchange import Exchange
from core.predict.http import WORKERS
from tests.core.bar_samples import OPEN
from tests.core.predict.server import (
    FEATURES,
    PATIENCE_S,
    Behaviour,
    Handler,
    ask_once,
    asking,
    hang,
    hang_up,
    options,
    serving,
)

# Trying again


@pytest.mark.parametrize("failure", [hang_up, lambda handler: handler.answer(b"", 503)])
def test_what_may_pass_is_tried_again_within_the_time(failure: Behaviour) -> None:
    tries: list[Handler] = []

    def behaviour(handler: Handler) -> None:
        tries.append(handler)
        failure(handler) if len(tries) < 3 else handler.answer()

    assert ask_once(behaviour) == ""
    assert len(tries) == 3


@pytest.mark.parametrize("failure", [(b"", 404), (b"x", 200)])
def test_what_will_not_pass_is_not_tried_again(failure: tuple[bytes, int]) -> None:
    tries: list[Handler] = []

    def behaviour(handler: Handler) -> None:
        tries.append(handler)
        handler.answer(*failure)

    assert ask_once(behaviour)
    assert len(tries) == 1


# One request a symbol and bar


def test_a_bar_is_asked_about_once() -> None:
    with serving() as server, asking(options(server.url)) as (predictor, answers):
        for _ in range(3):
            predictor.request("005930", OPEN, FEATURES)
        predictor.request("005930", OPEN - timedelta(minutes=1), FEATURES)
        predictor.request("000660", OPEN, FEATURES)
        assert {answers.next().symbol for _ in range(2)} == {"005930", "000660"}
        assert server.requests.qsize() == 2
        assert answers.is_empty()


def test_a_newer_bar_takes_the_place_of_one_that_waits() -> None:
    release = threading.Event()

    def behaviour(handler: Handler) -> None:
        release.wait(PATIENCE_S)
        handler.answer()

    with serving(behaviour) as server, asking(options(server.url)) as (predictor, answers):
        for number in range(WORKERS):
            predictor.request(f"00000{number}", OPEN, FEATURES)
        asked = {server.requests.get(timeout=PATIENCE_S)["symbol"] for _ in range(WORKERS)}
        assert len(asked) == WORKERS  # every worker is held now
        predictor.request("005930", OPEN, FEATURES)
        predictor.request("005930", OPEN + timedelta(minutes=1), FEATURES)
        overtaken = answers.next()
        assert (overtaken.bar_start, overtaken.error) == (OPEN, "busy")
        release.set()
        rest = [answers.next() for _ in range(WORKERS + 1)]
        assert [a.bar_start for a in rest if a.symbol == "005930"] == [OPEN + timedelta(minutes=1)]
        assert {a.error for a in rest} == {""}


def test_what_waited_too_long_is_not_asked_any_more() -> None:
    with serving(hang) as server, asking(options(server.url, 400)) as (predictor, answers):
        for number in range(WORKERS):
            predictor.request(f"00000{number}", OPEN, FEATURES)
        predictor.use(options(server.url, timeout_ms=50))
        for number in range(2 * WORKERS):
            predictor.request(f"10000{number}", OPEN, FEATURES)
        arrived = [answers.next() for _ in range(3 * WORKERS)]
        assert {(a.symbol[0], a.error) for a in arrived} == {("0", "timeout"), ("1", "busy")}
        assert server.requests.qsize() == WORKERS


def test_every_request_of_many_symbols_is_answered_once() -> None:
    with serving() as server, asking(options(server.url, 10_000)) as (predictor, answers):
        for number in range(200):
            predictor.request(f"{number:06}", OPEN, FEATURES)
        arrived = [answers.next() for _ in range(200)]
        assert sorted(a.symbol for a in arrived) == [f"{number:06}" for number in range(200)]
        assert {a.error for a in arrived} == {""}
        assert answers.is_empty()


# The circuit breaker


def test_a_failing_server_is_left_alone_and_tried_again_by_itself() -> None:
    now = {"s": 0.0}
    healthy = {"is": False}

    def behaviour(handler: Handler) -> None:
        handler.answer() if healthy["is"] else handler.answer(b"", 404)

    with (
        serving(behaviour) as server,
        asking(options(server.url), monotonic=lambda: now["s"]) as (predictor, answers),
    ):
        minutes = iter(range(100))

        def error() -> str:
            predictor.request("005930", OPEN + timedelta(minutes=next(minutes)), FEATURES)
            return answers.next().error

        assert [error() for _ in range(FAILURES + 2)] == ["bad_status"] * FAILURES + [
            "breaker_open"
        ] * 2
        assert predictor.is_open
        assert server.requests.qsize() == FAILURES
        now["s"] += FIRST_PAUSE_S
        healthy["is"] = True
        assert [error() for _ in range(2)] == ["", ""]
        assert not predictor.is_open


# Switched off, closed, changed


def test_switched_off_or_without_endpoint_nothing_is_asked() -> None:
    with serving() as server, asking(options(server.url, enabled=False)) as (predictor, answers):
        predictor.request("005930", OPEN, FEATURES)
        assert answers.next().error == "off"
        predictor.use(options(""))
        predictor.request("005930", OPEN + timedelta(minutes=1), FEATURES)
        assert answers.next().error == "no_endpoint"
        predictor.use(options(server.url))
        predictor.request("005930", OPEN + timedelta(minutes=2), FEATURES)
        assert answers.next().error == ""
        assert server.requests.qsize() == 1


def test_after_close_nothing_is_posted_and_no_one_waits() -> None:
    with serving(hang) as server, asking(options(server.url)) as (predictor, answers):
        predictor.request("005930", OPEN, FEATURES)
        server.requests.get(timeout=PATIENCE_S)
        predictor.close()
        assert any(one.name.startswith("ai-") for one in threading.enumerate())  # still held
        predictor.request("000660", OPEN, FEATURES)
        server.is_over.set()
    assert answers.is_empty()


def test_an_exchange_whose_time_is_over_sends_nothing() -> None:
    with serving() as server:
        exchange = Exchange()
        with pytest.raises(NoAnswer, match="timeout"):
            exchange.post(server.url, b"{}", end=monotonic())
        exchange.close()
        assert server.requests.empty()


def test_a_fault_of_ours_is_logged_and_answered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.predict.http.parse", lambda body: 1 / 0)
    assert ask_once(Handler.answer) == "internal"
    assert "ZeroDivisionError" in caplog.text
