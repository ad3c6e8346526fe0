"""The HTTP predictor against a real server that is slow, broken, huge or lying."""

import socket
from datetime import timedelta

import pytest

from core.predict.http import WORKERS
from tests.core.bar_samples import OPEN
from tests.core.predict.server import (
    FEATURES,
    GOOD,
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

TIME_FOR_FOUR_TRIES_MS = 700  # made 0, 50, 150 and 350 ms after the request

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
