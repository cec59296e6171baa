"""One question to another server, bounded in bytes and in time whatever the server does."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

STEP_SECONDS = 10.0  # for which one step may be silent
PORTS = {"http": 80, "https": 443}


class Why(StrEnum):
    """What hindered it."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    LARGE = "large"
    REFUSED = "refused"


class NotFetched(Exception):  # noqa: N818 - it says what is missing
    """There is no answer that could be read."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}")
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer."""

    body: bytes
    headers: http.client.HTTPMessage


def get(url: str, *, most: int, seconds: float) -> Fetched:
    """Return the answer to a GET; raise NotFetched. ``most`` in bytes, ``seconds`` for all that follows connecting.

    No redirection is followed: an answer from elsewhere is none.
    """
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    step = min(seconds, STEP_SECONDS)
    try:
        connection, held = _connected(parts.scheme, parts.hostname or "", parts.port, step)
    except (OSError, UnicodeError) as error:
        raise _hindered(error, is_over=False) from error
    with _hung_up_after(held, seconds) as is_over:
        try:
            if isinstance(held, ssl.SSLSocket):
                held.do_handshake()
            connection.request("GET", target, headers={"Accept": "application/json"})
            with connection.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise NotFetched(Why.REFUSED, str(answer.status))
                body, missing = answer.read(most + 1), answer.length
        except (OSError, http.client.HTTPException) as error:
            raise _hindered(error, is_over=is_over.is_set()) from error
        finally:
            connection.close()
    if is_over.is_set():
        raise NotFetched(Why.SLOW)
    if len(body) > most:
        raise NotFetched(Why.LARGE)
    if missing:
        raise NotFetched(Why.UNREACHABLE, "broken off")
    return Fetched(body, answer.headers)


def _connected(
    scheme: str, host: str, port: int | None, step: float
) -> tuple[http.client.HTTPConnection, socket.socket]:
    """Return a connection and its socket, which the connection itself lets go of when an answer begins."""
    held = socket.create_connection((host, port or PORTS[scheme]), step)
    if scheme == "https":
        context = ssl.create_default_context()
        wrapped = context.wrap_socket(held, server_hostname=host, do_handshake_on_connect=False)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port)
        connection.sock = wrapped
        return connection, wrapped
    connection = http.client.HTTPConnection(host, port)
    connection.sock = held
    return connection, held


def _hindered(error: Exception, *, is_over: bool) -> NotFetched:
    if is_over or isinstance(error, TimeoutError):
        return NotFetched(Why.SLOW)
    return NotFetched(Why.UNREACHABLE, type(error).__name__)


@contextmanager
def _hung_up_after(held: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Cut a connection after ``seconds``: a server that sends a byte now and then never lets a step time out."""
    is_done, is_over = threading.Event(), threading.Event()

    def watch() -> None:
        if not is_done.wait(seconds):
            is_over.set()
            with suppress(OSError):  # closed in this moment
                held.shutdown(socket.SHUT_RDWR)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield is_over
    finally:
        is_done.set()
        watcher.join()
