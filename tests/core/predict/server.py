"""A real HTTP server that behaves as badly as a test wants, and a way to wait for answers."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import core.predict.exchange  # noqa: F401 - or the first test would wait for its import
from core.domain.messages import PredictionArrived
from core.predict.http import HttpPredictor
from core.predict.options import AiOptions
from tests.core.bar_samples import OPEN

Behaviour = Callable[["Handler"], None]
FEATURES = {"rsi": 55.5, "vwap": None, "return_1": -0.001, "close": 71_500.0}
PATIENCE_S = 20.0  # a test that waits so long has failed
GOOD = b'{"predicted_return": 0.0125, "model": "lstm-3"}'


class Handler(BaseHTTPRequestHandler):
    """Reads the request, then lets the test's function answer it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.put(json.loads(self.rfile.read(length)))
        self.server.behaviour(self)

    def answer(self, body: bytes = GOOD, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **named}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the test or so many seconds; return whether the test has ended."""
        return self.server.is_over.wait(seconds)

    def drip(self, body: bytes) -> None:
        """Send one byte every 10 ms until the test is over."""
        for byte in body:
            if self.wait(0.01):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.requests: Queue[Any] = Queue()
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/predict"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what many of these tests are about."""


@contextmanager
def serving(behaviour: Behaviour = Handler.answer) -> Iterator[Server]:
    with Server(behaviour) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


class Answers:
    """Collects what a predictor posts."""

    def __init__(self) -> None:
        self._queue: Queue[PredictionArrived] = Queue()

    def post(self, message: Any) -> None:
        assert isinstance(message, PredictionArrived)
        self._queue.put(message)

    def next(self) -> PredictionArrived:
        return self._queue.get(timeout=PATIENCE_S)

    def is_empty(self) -> bool:
        return self._queue.empty()


def options(url: str, timeout_ms: int = 5000, enabled: bool = True) -> AiOptions:
    return AiOptions(enabled=enabled, endpoint=url, timeout_ms=timeout_ms)


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


def hang(handler: Handler) -> None:
    handler.wait()
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
