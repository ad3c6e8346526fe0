"""The HTTP predictor against a real server that is slow, broken, huge or lying."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from core.clock import monotonic
from core.predict.answer import NoAnswer
from core.predict.breaker import FAILURES, FIRST_PAUSE_S
from core.predict.exchange import Exchange
from core.predict.http import WORKERS, HttpPredictor
from core.predict.options import AiOptions
from tests.core.bar_samples import OPEN
from tests.core.predict.server import (
    GOOD,
    PATIENCE_S,
    Answers,
    Behaviour,
    Handler,
    options,
    serving,
)

TIME_FOR_FOUR_TRIES_MS = 700  # made 0, 50, 150 and 350 ms after the request
FEATURES = {"rsi": 55.5, "vwap": None, "return_1": -0.001, "close": 71_500.0}


@contextmanager
def asking(chosen: AiOptions, **arguments: object) -> Iterator[tuple[HttpPredictor, Answers]]:
    answers = Answers()
    predictor = HttpPredictor(chosen, answers.post, **arguments)
    try:
        yield predictor, answers
    finally:
        predictor.close()
        for thread in threading.enumerate():
            if thread.name.startswith("ai-"):
                thread.join(PATIENCE_S)
                assert not thread.is_alive(), "a worker did not end"


def ask_once(behaviour: Behaviour, timeout_ms: int = 5000) -> str:
    """Return the error code of one request to such a server."""
    with (
        serving(behaviour) as server,
        asking(options(server.url, timeout_ms)) as (predictor, answers),
    ):
        predictor.request("005930", OPEN, FEATURES)
        answer = answers.next()
        assert (answer.value is None) == bool(answer.error)
        return answer.error


# What is asked and answered


def test_a_good_answer_arrives() -> None:
    with serving() as server, asking(options(server.url)) as (predictor, answers):
        predictor.request("005930", OPEN, FEATURES)
        answer = answers.next()
        assert (answer.symbol, answer.bar_start) == ("005930", OPEN)
        assert (answer.value, answer.model, answer.error) == (0.0125, "lstm-3", "")
        assert 0 < answer.latency_ms < PATIENCE_S * 1000


def test_the_server_is_told_symbol_time_and_features() -> None:
    with serving() as server, asking(options(server.url)) as (predictor, answers):
        predictor.request("005930", OPEN, {**FEATURES, "bb_mid": float("nan")})
        answers.next()
        assert server.requests.get_nowait() == {
            "symbol": "005930",
            "time": "2024-01-02T09:00:00+09:00",
            "features": {**FEATURES, "bb_mid": None},
        }


def test_a_connection_is_used_again() -> None:
    ports: list[int] = []

    def behaviour(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        handler.answer()

    with serving(behaviour) as server, asking(options(server.url)) as (predictor, answers):
        for minute in range(2 * WORKERS + 1):
            predictor.request("005930", OPEN + timedelta(minutes=minute), FEATURES)
            assert answers.next().error == ""
    assert len(set(ports)) <= WORKERS


# Servers that fail


def hang(handler: Handler) -> None:
    handler.wait()
    handler.close_connection = True


def drip_the_head(handler: Handler) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 10_000)


def drip_the_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    handler.drip(b" " * 10_000)


def drip_chunks(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    handler.drip(b"1\r\n \r\n" * 2_000)


@pytest.mark.parametrize("behaviour", [hang, drip_the_head, drip_the_body, drip_chunks])
def test_a_slow_server_does_not_hold_a_worker(behaviour: Behaviour) -> None:
    """Each worker is caught once; all are free again when the time limit is over."""
    slow = {"is": True}

    def turning(handler: Handler) -> None:
        behaviour(handler) if slow["is"] else handler.answer()

    with (
        serving(turning) as server,
        asking(options(server.url, timeout_ms=150)) as (predictor, answers),
    ):
        for number in range(WORKERS):
            predictor.request(f"00000{number}", OPEN, FEATURES)
        assert {answers.next().error for _ in range(WORKERS)} == {"timeout"}
        slow["is"] = False
        predictor.use(options(server.url))
        for number in range(WORKERS):
            predictor.request(f"00000{number}", OPEN + timedelta(minutes=1), FEATURES)
        assert {answers.next().error for _ in range(WORKERS)} == {""}


@pytest.mark.parametrize("status", [204, 301, 302, 307, 308, 400, 404, 500, 503])
def test_any_status_but_200_is_no_answer(status: int) -> None:
    def behaviour(handler: Handler) -> None:
        handler.answer(GOOD, status, Location="ftp://example.invalid/")

    assert ask_once(behaviour, TIME_FOR_FOUR_TRIES_MS) == "bad_status"


def test_a_redirect_is_not_followed() -> None:
    with serving() as other:

        def behaviour(handler: Handler) -> None:
            handler.answer(b"", 307, Location=other.url)

        assert ask_once(behaviour) == "bad_status"
        assert other.requests.empty()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"hello", "bad_json"),
        (GOOD[:-1], "bad_json"),
        (b"\xff\xfe\x00", "bad_json"),
        (b"[" * 60_000, "bad_json"),
        (b'{"predicted_return": NaN, "model": "m"}', "bad_value"),
        (b'{"predicted_return": 1e999, "model": "m"}', "bad_value"),
        (b'{"predicted_return": "0.01", "model": "m"}', "bad_value"),
    ],
)
def test_a_wrong_body_is_no_answer(body: bytes, code: str) -> None:
    assert ask_once(lambda handler: handler.answer(body)) == code


def huge(handler: Handler) -> None:
    handler.answer(b" " * (64 * 1024) + GOOD)


def endless(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while not handler.server.is_over.is_set():
        handler.wfile.write(b" " * 65_536)


def bomb(handler: Handler) -> None:
    """4 GB announced, and 100 kB of them sent."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\n" + b" " * 100_000)
    handler.wait()


@pytest.mark.parametrize("behaviour", [huge, endless, bomb])
def test_a_huge_answer_is_cut_off(behaviour: Behaviour) -> None:
    assert ask_once(behaviour) == "too_large"


def test_an_answer_of_just_the_size_allowed_is_read() -> None:
    body = GOOD + b" " * (64 * 1024 - len(GOOD))
    assert ask_once(lambda handler: handler.answer(body)) == ""


def test_packed_bodies_are_not_unpacked() -> None:
    assert (
        ask_once(lambda handler: handler.answer(b"\x1f\x8b", Content_Encoding="gzip")) == "bad_json"
    )


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def promise_more(handler: Handler) -> None:
    handler.answer(GOOD, Content_Length=str(len(GOOD) + 10))
    hang_up(handler)


def talk_nonsense(handler: Handler) -> None:
    handler.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
    hang_up(handler)


def break_a_chunk(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    hang_up(handler)


@pytest.mark.parametrize("behaviour", [hang_up, promise_more, talk_nonsense, break_a_chunk])
def test_a_broken_connection_is_no_answer(behaviour: Behaviour) -> None:
    assert ask_once(behaviour, TIME_FOR_FOUR_TRIES_MS) == "connection"


def test_promising_less_than_sent_cuts_the_answer() -> None:
    def behaviour(handler: Handler) -> None:
        handler.answer(GOOD, Content_Length="10")
        hang_up(handler)

    assert ask_once(behaviour) == "bad_json"


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with asking(options(url, TIME_FOR_FOUR_TRIES_MS)) as (predictor, answers):
            predictor.request("005930", OPEN, FEATURES)
            assert answers.next().error == "connection"


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
