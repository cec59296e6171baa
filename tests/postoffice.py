"""A real post office on the loopback: it takes mails over SMTP, refuses what a test tells it to, and keeps the rest."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar
from pytest_django.fixtures import Settings

SITE = "https://kx.keqiao.example"
logging.getLogger("mail.log").setLevel(logging.ERROR)  # the server's own log of every word


class PostOffice:
    """What arrived, and what is to be answered: to a sender, to an address, to a letter."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[tuple[str, bytes]] = []
        self.refused: dict[str, str] = {}  # address → answer, once a time it is asked
        self.refused_sender = ""
        self.answer = "250 OK"
        self.hangs_up = False
        self.holds = False
        self.calls = 0
        self.arrived, self.released = threading.Event(), threading.Event()

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.calls += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - the library's hooks
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.arrived.set()
        if self.holds:
            await asyncio.get_running_loop().run_in_executor(None, self.released.wait)
        if self.answer.startswith("250"):
            self.taken.extend((to, envelope.content) for to in envelope.rcpt_tos)
        if self.hangs_up:
            server.transport.abort()
        return self.answer

    def letters(self, *names: str) -> list[EmailMessage]:
        """Return what arrived, parsed; for some of the cast if named."""
        wanted = {f"{name}@keqiao.example" for name in names}
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(raw) for to, raw in self.taken if not names or to in wanted]

    def receivers(self) -> list[str]:
        """Return to whom letters came, by the names of their addresses."""
        return [to.partition("@")[0] for to, _raw in self.taken]


@contextmanager
def opened() -> Iterator[PostOffice]:
    """Run a post office until the block ends."""
    office = PostOffice()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        office.port = found.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        office.released.set()
        controller.stop()


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A post office to which all mail goes."""
    with opened() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.DEFAULT_FROM_EMAIL = "post@keqiao.example"
        settings.SITE_URL, settings.IS_SITE_KNOWN = SITE, True
        yield office


def part(letter: EmailMessage, kind: str) -> EmailMessage:
    """Return the first part of a kind, such as ``text/calendar``."""
    return next(one for one in letter.walk() if one.get_content_type() == kind)


def calendar(part: EmailMessage) -> Calendar:
    """Return the calendar that a part holds."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload)


def plain(letter: EmailMessage) -> str:
    """Return the words of a letter as a mail program without HTML shows them."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
