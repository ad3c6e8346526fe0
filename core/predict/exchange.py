"""One POST over HTTP that ends by a given moment, whatever the server does.

A time-out of `requests` is for each read of the socket, so a server that sends one byte now and
then holds its client for ever. Here every send and read gets only the time that is left. Two waits
remain outside: looking up a host's name, and trying a second address after a first was silent.
"""

from __future__ import annotations

import io
import socket
from contextvars import ContextVar
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.clock import monotonic
from core.predict.answer import MAX_BYTES, NoAnswer

_end: ContextVar[float] = ContextVar("end")  # of this thread's running exchange, by `monotonic`
_WORTH_REPEATING = {429, 500, 502, 503, 504}


class Exchange:
    """Connections to the server, kept open between requests; for one thread."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # No proxies and no .netrc passwords out of the environment for this endpoint.
        self._session.trust_env = False
        # Unpacking could turn a small answer into a huge one.
        self._session.headers["Accept-Encoding"] = "identity"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter())

    def post(self, url: str, payload: bytes, end: float) -> bytes:
        """Return the body of the answer; redirects are not followed.

        Raises:
            NoAnswer: "timeout" once `monotonic` has reached `end`, "connection", "bad_status" (any
                but 200) or "too_large".
        """
        token = _end.set(end)
        try:
            return self._post(url, payload)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            is_over = monotonic() >= end or isinstance(error, requests.Timeout | TimeoutError)
            code = "timeout" if is_over else "connection"
            raise NoAnswer(code, may_pass=not is_over) from error
        finally:
            _end.reset(token)

    def _post(self, url: str, payload: bytes) -> bytes:
        sent = self._session.post(
            url,
            payload,
            headers={"Content-Type": "application/json"},
            timeout=_left_s(),
            stream=True,
            allow_redirects=False,
        )
        with sent as response:
            status = response.status_code
            if status != requests.codes.ok:
                raise NoAnswer("bad_status", may_pass=status in _WORTH_REPEATING)
            return _body(response.raw)

    def close(self) -> None:
        self._session.close()


def _body(stream: urllib3.BaseHTTPResponse) -> bytes:
    body = b""
    # Up to the empty read: only that one finds out that the server had promised more.
    while part := stream.read(MAX_BYTES + 1 - len(body), decode_content=False):
        body += part
        if len(body) > MAX_BYTES:
            raise NoAnswer("too_large")
    return body


def _left_s() -> float:
    left = _end.get() - monotonic()
    if left <= 0:
        raise TimeoutError("the time for this exchange is over")
    return left


class _Socket:
    """A connected socket whose every wait ends with the exchange."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner

    def sendall(self, data: Any) -> None:
        self._inner.settimeout(_left_s())
        self._inner.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._inner))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        # Holds the socket open for as long as the answer is being read.
        self._file = inner.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._inner.settimeout(_left_s())
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
