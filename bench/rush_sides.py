"""Who is compared in the rush: how each is set up, served, signed up at, and counted."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from rush_client import Answer, Browser

BENCH = Path(__file__).resolve().parent
PRETIX = ("pretix==2026.8.0", "gunicorn", "psycopg2-binary")
PROCESSES = ["--workers", "2", "--backlog", "4096"]
OK = 200
TURN = re.compile(r"第 (\d+) 位")
SEAT, FULL, ALREADY = "报名成功", "名额已满", "已经报过名了"
MOST_BUSY = 50  # times that pretix says it is too busy, and is asked again


@dataclass(frozen=True, slots=True)
class Doors:
    """What an event looks like to the crowd: its name, the cookies of each, the form's token, the home page."""

    name: str
    cookies: Mapping[str, Mapping[str, str]]
    token: str
    home: str
    item: str = ""


class Side(Protocol):
    """One of those compared."""

    name: str

    def open(self, persons: int, places: int, waiting: int) -> Doors:
        """Make an event that nobody has come to yet."""

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Yield the address of the running site."""

    async def sign_up(self, browser: Browser, doors: Doors, email: str) -> str:
        """Press until there is an answer; return it in a word."""

    def count(self, doors: Doors, told: Mapping[str, str]) -> dict[str, object]:
        """Return what the rows say."""


def made(which: str, home: Path, address: str, pretix_threads: int) -> list[Side]:
    """Return the sides, each with its tables made."""
    sides: list[Side] = [] if which == "pretix" else [Keqiao(home, address)]
    return sides if which == "ours" else [*sides, Pretix(home, address, pretix_threads)]


class Keqiao:
    """Ours: as the documentation says it is served."""

    name = "Keqiao"

    def __init__(self, home: Path, address: str) -> None:
        self.port = free_port()
        self.environment = {
            **without_settings(),
            "KEQIAO_HOME": str(home / "keqiao"),
            "KEQIAO_SECRET_KEY": secrets.token_urlsafe(60),
            "KEQIAO_HTTPS": "0",
            "KEQIAO_ENCODER": "none",
            "KEQIAO_DATABASE_URL": database_url(address, "keqiao") if address else "",
        }
        run([sys.executable, "-m", "keqiao.ops", "setup"], self.environment)

    def open(self, persons: int, places: int, waiting: int) -> Doors:
        """Make a session, and persons who are logged in."""
        words = ["session", str(persons), str(places), str(waiting)]
        told = self._asked(words)
        token = secrets.token_hex(16)
        cookies = {
            email: {told["cookie"]: key, "csrftoken": token}
            for email, key in told["logins"].items()
        }
        return Doors(told["code"], cookies, token, "/")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Yield the address of gunicorn with our settings."""
        words = [sys.executable, "-m", "gunicorn", "-c", "python:keqiao.config.gunicorn"]
        words += [*PROCESSES, "keqiao.config.wsgi"]
        with gunicorn(words, self.port, self.environment, "/") as base:
            yield base

    async def sign_up(self, browser: Browser, doors: Doors, email: str) -> str:  # noqa: ARG002 - who is in the cookie
        """Press for oneself, send the form, read what is said; who is told "already" looks at what they have."""
        session = f"/sessions/{doors.name}/"
        answer = await browser.post(f"{session}hold/", {"children": "0", "own": "on"})
        if "/sign-up/" in answer.url and answer.status == OK:
            answer = await browser.post(answer.url, {"is_of_age": "on"})
        if ALREADY in answer.text:
            answer = await browser.get("/registrations/")
        if answer.url.endswith("/registrations/"):
            turn = TURN.search(answer.text)
            if turn or SEAT in answer.text:
                return f"wait {turn[1]}" if turn else "seat"
        return "full" if FULL in answer.text else said(answer)

    def count(self, doors: Doors, told: Mapping[str, str]) -> dict[str, object]:
        """Return what the rows say, and which answers they do not bear out."""
        found = self._asked(["count", doors.name], json.dumps(told))
        return {"sold": found["seated"], **found}

    def _asked(self, words: list[str], given: str = "") -> dict[str, Any]:
        script = [sys.executable, str(BENCH / "rush_keqiao.py"), *words]
        return answered(script, self.environment, given)


class Pretix:
    """pretix from PyPI, its own checkout of a free product with a quota."""

    name = "pretix"

    def __init__(self, home: Path, address: str, threads: int) -> None:
        self.threads = threads
        self.port = free_port()
        self.home = home / "pretix"
        self.home.mkdir(parents=True, exist_ok=True)
        self.python = python_of(home.parent)
        base = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **without_settings(),
            "PYTHONPATH": str(BENCH),
            "HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "rush_pretix_settings",
            "PRETIX_PRETIX_DATADIR": str(self.home),
            "PRETIX_PRETIX_URL": base,
        }
        if address:
            named = parse_qs(urlsplit(address).query)
            self.environment |= {
                "PRETIX_DATABASE_BACKEND": "postgresql",
                "PRETIX_DATABASE_NAME": "pretix",
                "PRETIX_DATABASE_USER": urlsplit(address).username or "",
                "PRETIX_DATABASE_HOST": named["host"][0],
            }
        run([self.python, "-m", "pretix", "migrate"], self.environment)

    def open(self, persons: int, places: int, waiting: int) -> Doors:  # noqa: ARG002 - it has no turns
        """Make an event with one product; nobody there is logged in."""
        words = [self.python, str(BENCH / "rush_pretix.py"), "shop", str(places)]
        told = answered(words, self.environment)
        token = secrets.token_hex(16)
        cookies = {f"p{n}@keqiao.example": {"pretix_csrftoken": token} for n in range(persons)}
        home = f"/rush/{told['event']}/"
        return Doors(str(told["event"]), cookies, token, home, str(told["item"]))

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Yield the address of gunicorn."""
        words = [
            self.python,
            "-m",
            "gunicorn",
            *PROCESSES,
            "--threads",
            str(self.threads),
            "pretix.wsgi",
        ]
        with gunicorn(words, self.port, self.environment, "/rush/") as base:
            yield base

    async def sign_up(self, browser: Browser, doors: Doors, email: str) -> str:
        """Put one into the cart, give the address, confirm; press again whenever it says that it was too busy."""
        shop = doors.home
        answer = await patient(browser, f"{shop}cart/add", {f"item_{doors.item}": "1"})
        if "no longer available" in answer.text:
            return "full"
        if "added to your cart" not in answer.text:
            return said(answer)
        await browser.get(f"{shop}checkout/start")
        await browser.post(f"{shop}checkout/questions/", {"email": email})
        answer = await patient(browser, f"{shop}checkout/confirm/", {})
        if "/order/" in answer.url:
            return "seat"
        return "full" if "no longer available" in answer.text else said(answer)

    def count(self, doors: Doors, told: Mapping[str, str]) -> dict[str, object]:
        """Return what the rows say; an answer is false if it tells of a place that is not there, or of none."""
        words = [self.python, str(BENCH / "rush_pretix.py"), "count", doors.name]
        found = answered(words, self.environment)
        seats = {email for email, answer in told.items() if answer == "seat"}
        sold = found.pop("emails")
        unclear = [email for email, answer in told.items() if answer not in {"seat", "full"}]
        return {**found, "false": sorted(seats ^ set(sold)) + unclear}


async def patient(browser: Browser, path: str, entered: dict[str, str]) -> Answer:
    """Press again as long as it says so."""
    for _time in range(MOST_BUSY):
        answer = await browser.post(path, entered)
        if "server was too busy" not in answer.text:
            break
    return answer


def said(answer: Answer) -> str:
    """Return an answer that is none of those expected, shortened."""
    alerts = re.findall(r'class="(?:alert|message)[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    plain = " ".join(re.sub(r"<[^>]+>", " ", " ".join(alerts)).split())
    return f"{answer.status}:{plain[:80]}"


def fetch_pretix(home: Path) -> None:
    """Make the environment of pretix, unless it is there."""
    if Path(python_of(home)).exists():
        return
    venv.create(home / "pretix-venv", with_pip=True)
    subprocess.run([python_of(home), "-m", "pip", "install", "--quiet", *PRETIX], check=True)


def python_of(home: Path) -> str:
    """Return the interpreter of pretix' environment."""
    return str(home / "pretix-venv" / "bin" / "python")


def without_settings() -> dict[str, str]:
    """Return the environment without settings of ours."""
    return {name: text for name, text in os.environ.items() if not name.startswith("KEQIAO_")}


def database_url(address: str, name: str) -> str:
    """Return the address of one database of a server."""
    parts = urlsplit(address)
    return f"postgres://{parts.username}@/{name}?{parts.query}"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def run(words: list[str], environment: dict[str, str]) -> None:
    """Run a command that says nothing unless it fails."""
    done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def answered(words: list[str], environment: dict[str, str], given: str = "") -> dict[str, Any]:
    """Run a command; return the JSON of its last line."""
    done = subprocess.run(
        words, env=environment, check=False, capture_output=True, text=True, input=given
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def gunicorn(words: list[str], port: int, environment: dict[str, str], path: str) -> Iterator[str]:
    """Yield the address of a server, once it has answered in each process."""
    base = f"http://127.0.0.1:{port}"
    bind = ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    with subprocess.Popen([*words, *bind], env=environment) as server:
        try:
            for _time in range(20):
                warm(base + path)
            yield base
        finally:
            server.terminate()


def warm(url: str) -> None:
    """Ask for a page until it is there."""
    for _try in range(300):
        try:
            with urlopen(url) as answer:  # noqa: S310 - of this machine
                answer.read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"{url} does not answer")
