"""Another platform on loopback: it says what a test lays out, signed by a key of its own unless told otherwise."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from keqiao.base import feed
from keqiao.sisters import services
from keqiao.sisters.models import Sister

NAME = "示例市科学技术协会"
Answer = tuple[int, dict[str, str], bytes]


class Platform:
    """A server of a feed. ``answers`` holds what it says to each position; to others it says that nothing is new."""

    def __init__(self) -> None:
        self.secret = "对方的密钥" * 12
        self.answers: dict[int, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.asked.append(self.path)
                parts = urlsplit(self.path)
                if parts.path == feed.KEY_PATH:
                    answer: Any = platform.introduced()
                else:
                    after = int(parse_qs(parts.query)["after"][0])
                    answer = platform.answers.get(after) or platform.page(after=after, next=after)
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def entry(self, code: str = "N-AAAA0001", **changes: object) -> dict[str, object]:
        """Return an open need as a page tells it."""
        told: dict[str, object] = {
            "code": code,
            "state": "open",
            "changed_at": "2026-11-01T00:00:00+00:00",
            "kind": "need",
            "title": "磷石膏的无害化处理",
            "text": "磷石膏堆存量大，需要稳定的无害化和资源化途径。",
            "region": "510600",
            "industries": ["C2613"],
            "subject": "E0205",
            "stage": 5,
            "keywords": ["磷石膏"],
            "cooperation": ["development"],
            "studio": "",
            "is_example": False,
            "opened_at": "2026-11-01T00:00:00+00:00",
            "expires_on": None,
            "url": f"{self.url}/needs/{code}/",
        }
        return told | changes

    def withdrawal(self, code: str = "N-AAAA0001") -> dict[str, object]:
        return {"code": code, "state": "withdrawn", "changed_at": "2026-11-02T00:00:00+00:00"}

    def page(self, *entries: object, secret: str = "", **changes: object) -> Answer:
        """Return a signed page that follows position 0; ``changes`` name what it says otherwise."""
        content: dict[str, object] = {
            "format": feed.FORMAT,
            "instance": self.url,
            "issued_at": dt.datetime.now(dt.UTC).isoformat(),
            "after": 0,
            "next": 10,
            "is_last": True,
            "entries": list(entries),
        }
        return self.signed(feed.canonical(content | changes), secret=secret)

    def say(self, *entries: object, **changes: object) -> None:
        """Have a page answer its position."""
        self.answers[int(str(changes.get("after", 0)))] = self.page(*entries, **changes)  # type: ignore[arg-type]

    def signed(self, body: bytes, *, secret: str = "") -> Answer:
        """Return any bytes with a right signature."""
        key = feed.key_from(secret or self.secret)
        headers = {
            feed.KEY_HEADER: feed.key_id(feed.public_hex(key)),
            feed.SIGNATURE_HEADER: feed.signature(key, body),
        }
        return 200, headers, body

    def introduced(self, **changes: object) -> Answer:
        public = feed.public_hex(feed.key_from(self.secret))
        content = {"format": feed.FORMAT, "instance": self.url, "key": public, "association": NAME}
        return self.signed(feed.canonical(content | changes))

    def subscribed(self) -> Sister:
        """Return this platform as a sister whose fingerprint was compared."""
        return services.subscribe(services.ask(self.url), by=None)


@contextmanager
def running() -> Iterator[Platform]:
    platform = Platform()
    thread = threading.Thread(target=platform.server.serve_forever, args=(0.01,))
    thread.start()
    yield platform
    platform.server.shutdown()
    platform.server.server_close()
    thread.join()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running() as one:
        yield one
