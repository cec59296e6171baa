"""Taking mails to the server: each is claimed, said once, and settled by what the server answered.

Until the server was given the letter itself, nothing was sent, and a mail may be tried again. From then on only its
answer counts; when none comes, nobody knows, and the mail is left to an operator.
"""

from __future__ import annotations

import logging
import re
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from typing import Any, Self

from django.conf import settings
from django.core import mail as django_mail
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils import timezone

from keqiao.messaging import letters, selectors, services
from keqiao.messaging.letters import Letter
from keqiao.messaging.models import Mail

log = logging.getLogger("keqiao.mail")
DONE, START = 250, 354  # the server's codes: it has done what was asked; it waits for the letter
ADDRESSES = re.compile(r"\S*@\S*")


class End(Enum):
    """What became of one attempt."""

    SENT = "sent"
    LATER = "later"  # refused for the time being
    NEVER = "never"  # refused for good
    UNSURE = "unsure"  # the letter was given, and no answer came
    NO_SERVER = "no server"  # it cannot be reached, or lets nobody in


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended, and what the server said, without addresses."""

    end: End
    said: str = ""


def is_waiting() -> bool:
    """Tell whether a mail's time has come, or one was abandoned."""
    now = timezone.now()
    return selectors.due(now).exists() or selectors.abandoned(now - services.STALE).exists()


def deliver(*, until: float, stopping: threading.Event) -> int:
    """Take the mails that are due to the server, each once; return how many it took. Ends early at ``until``.

    When the server cannot be reached, the others keep waiting and lose no attempt.
    """
    services.doubt_abandoned()
    count = 0
    with Line() as line:
        for number in list(selectors.due(timezone.now()).values_list("pk", flat=True)):
            if stopping.is_set() or time.monotonic() >= until:
                break
            mail = services.claim(number)
            if mail is None:
                continue
            end = _take(mail, line)
            count += end == End.SENT
            if end == End.NO_SERVER:
                break
    return count


def _take(mail: Mail, line: Line) -> End | None:
    if not selectors.is_wanted(mail):
        services.drop(mail)
        return None
    try:
        letter = letters.compose(mail, selectors.reader(mail.person).language)
    except (
        Exception
    ) as error:  # ours, not the server's: shown to the operator, and no other mail waits for it
        log.exception("mail %s could not be written", mail.pk)
        services.fail(mail, f"--- {type(error).__name__}")
        return End.NEVER
    answer = line.say(letter)
    settle: dict[End, Callable[[Mail, str], Any]] = {
        End.SENT: services.sent,
        End.LATER: services.postpone,
        End.NO_SERVER: services.postpone,
        End.NEVER: services.fail,
        End.UNSURE: services.doubt,
    }
    settle[answer.end](mail, answer.said)
    if answer.end != End.SENT:
        log.warning("mail %s: %s, %s", mail.pk, answer.end.value, answer.said)
    return answer.end


class Line:
    """The way to wherever mail goes by the settings; a server is called once for many letters.

    After anything but a letter that was taken the line is hung up, and the next letter calls again.
    """

    def __init__(self) -> None:
        self._way = django_mail.get_connection()

    def __enter__(self) -> Self:
        """Return the line; nothing is called yet."""
        return self

    def __exit__(self, *_trouble: object) -> None:
        """Hang up."""
        self._hang_up()

    def say(self, letter: Letter) -> Answer:
        """Give one letter to the server."""
        if not isinstance(self._way, EmailBackend):
            return self._put(letter)
        try:
            self._way.open()
        except smtplib.SMTPResponseException as error:
            return Answer(End.NO_SERVER, _told(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            return Answer(End.NO_SERVER, type(error).__name__)
        server = self._way.connection
        answer = _converse(server, letter) if server is not None else Answer(End.NO_SERVER)
        if answer.end != End.SENT:
            self._hang_up()
        return answer

    def _put(self, letter: Letter) -> Answer:
        """Print or write a letter, where no server is set."""
        try:
            self._way.send_messages([letter])
        except OSError as error:  # the disk is full, say
            return Answer(End.NO_SERVER, type(error).__name__)
        return Answer(End.SENT)

    def _hang_up(self) -> None:
        if not isinstance(self._way, EmailBackend) or self._way.connection is None:
            return
        server, self._way.connection = self._way.connection, None
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _converse(server: smtplib.SMTP, letter: Letter) -> Answer:
    payload = letter.made.as_bytes()
    try:
        refusal = _envelope(server, letter.to[0])
    except (smtplib.SMTPException, OSError) as error:
        return Answer(End.LATER, type(error).__name__)
    if refusal is not None:
        return refusal
    try:
        server.send(_framed(payload))
        code, said = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Answer(End.UNSURE, type(error).__name__)
    return Answer(End.SENT, _told(code, said)) if _is_done(code) else _refused(code, said)


def _envelope(server: smtplib.SMTP, address: str) -> Answer | None:
    """Say from whom and to whom, and ask to be given the word; return the server's refusal, None if it waits."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(sanitize_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], "utf-8"))
    if not _is_done(code):  # the sender is ours: no fault of this letter
        return Answer(End.NO_SERVER, _told(code, said))
    code, said = server.rcpt(address)
    if not _is_done(code):
        return _refused(code, said)
    code, said = server.docmd("DATA")
    return None if code == START else _refused(code, said)


def _is_done(code: int) -> bool:
    return code // 100 == DONE // 100


def _refused(code: int, said: bytes | str) -> Answer:
    """Read a refusal: 5xx is for good; anything else, as 421 of a server that goes, is for the time being."""
    is_final = code // 100 == 5  # noqa: PLR2004 - RFC 5321, 4.2.1
    return Answer(End.NEVER if is_final else End.LATER, _told(code, said))


def _told(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    shown = letters.one_line(ADDRESSES.sub("…", text), most=150)
    return f"{code} {shown}"


def _framed(payload: bytes) -> bytes:
    """Return a letter as it goes after DATA: dots at the start of lines doubled, a lone dot at the end."""
    lines = re.sub(rb"(?m)^\.", b"..", payload)
    return lines.rstrip(b"\r\n") + b"\r\n.\r\n"
