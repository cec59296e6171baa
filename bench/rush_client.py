"""A crowd of browsers for the bench of the rush: cookies, redirects, the waiting page; one connection a request.

Requests are HTTP/1.0, so that an answer ends where its connection does. Nothing is pressed twice by itself except where
a waiting page says so, after as many seconds as it says.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

MOST_HOPS, MOST_WAITS = 6, 200
REDIRECTS = {301, 302, 303}
LIMIT = 2**22  # bytes of an answer
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
AGAIN = re.compile(r'data-again="([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; status 0 is none: refused, or broken off."""

    status: int
    url: str
    text: str
    headers: dict[str, str]
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def wait(self) -> float | None:
        """Return after how many seconds a waiting page asks again."""
        again = self.headers.get("refresh", "") or next(iter(AGAIN.findall(self.text)), "")
        return float(again) if again else None


@dataclass(slots=True)
class Seen:
    """What all browsers of a crowd saw: milliseconds of every answer, how many of each status, waiting pages."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    waits: int = 0
    started: float = field(default_factory=time.perf_counter)
    ended: float = 0.0

    def note(self, answer: Answer, started: float) -> None:
        """Count one answer."""
        self.ended = time.perf_counter()
        self.milliseconds.append(1000 * (self.ended - started))
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.waits += answer.wait is not None


@dataclass(slots=True)
class Browser:
    """One visitor's browser."""

    base: str
    seen: Seen
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    async def get(self, path: str) -> Answer:
        """Ask for a page, and for where it leads; come back after each waiting page."""
        return await self._patient("GET", path, None)

    async def post(self, path: str, entered: dict[str, str]) -> Answer:
        """Press a button; the form's token goes with it."""
        return await self._patient("POST", path, {"csrfmiddlewaretoken": self.token, **entered})

    async def _patient(self, method: str, path: str, entered: dict[str, str] | None) -> Answer:
        for _wait in range(MOST_WAITS):
            answer = await self._followed(method, path, entered)
            if answer.wait is None:
                return answer
            await asyncio.sleep(answer.wait)
            if answer.url != urljoin(self.base, path):  # redirected, then asked to wait there
                method, path, entered = "GET", answer.url, None
        return answer

    async def _followed(self, method: str, path: str, entered: dict[str, str] | None) -> Answer:
        url = urljoin(self.base, path)
        answer = await self._once(method, url, entered)
        for _hop in range(MOST_HOPS):
            if answer.status not in REDIRECTS:
                break
            answer = await self._once("GET", urljoin(answer.url, answer.headers["location"]), None)
        self.token = next(iter(TOKEN.findall(answer.text)), self.token)
        return answer

    async def _once(self, method: str, url: str, entered: dict[str, str] | None) -> Answer:
        started = time.perf_counter()
        try:
            answer = await exchange(method, url, entered, self.cookies, self.base)
        except (OSError, asyncio.IncompleteReadError, ValueError, IndexError):
            answer = Answer(0, url, "", {})
        self.cookies.update(answer.cookies)
        self.seen.note(answer, started)
        return answer


async def exchange(
    method: str, url: str, entered: dict[str, str] | None, cookies: dict[str, str], base: str
) -> Answer:
    """Send one request over a connection of its own; return what came back."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LIMIT)
    body = urlencode(entered or {}).encode()
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{method} {path} HTTP/1.0", f"Host: {parts.netloc}", f"Referer: {base}"]
    lines += ["Cookie: " + "; ".join(f"{name}={text}" for name, text in cookies.items())]
    if entered is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body * (entered is not None))
        await writer.drain()
        raw = await reader.read(-1)
    finally:
        writer.close()
    return parsed(url, raw)


def parsed(url: str, raw: bytes) -> Answer:
    """Return an answer from its bytes; raise IndexError or ValueError if it is none."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [
        (name.lower(), text.strip()) for name, _colon, text in (x.partition(":") for x in lines)
    ]
    cookies = [
        text.partition(";")[0].partition("=") for name, text in pairs if name == "set-cookie"
    ]
    told = tuple((name.strip(), text) for name, _equals, text in cookies)
    return Answer(int(first.split()[1]), url, body.decode(errors="replace"), dict(pairs), told)


async def crowd(journeys: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Set everybody off in the same moment; return when all are done."""
    off = asyncio.Event()

    async def one(journey: Callable[[], Awaitable[None]]) -> None:
        await off.wait()
        await journey()

    async with asyncio.TaskGroup() as group:
        for journey in journeys:
            group.create_task(one(journey))
        off.set()
