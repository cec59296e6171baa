"""How a mail reads: its words in the reader's language, its headers, its way out, and the links that need no log-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail as django_mail
from django.core import signing
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing
from keqiao.messaging.models import Mail
from keqiao.messaging.types import SPECS, Kind, Language, Way, unpacked

SALT = "keqiao.messaging.way-out"
DIGEST = "digest"
FOR_PROGRAMS = frozenset({"Message-ID", "References", "List-Unsubscribe"})
LONGEST_SUBJECT = 120  # characters
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class Policy(EmailPolicy):
    """How headers are written: the library's way, but for those that programs read and no encoding may touch.

    It would encode any word longer than a line, a signed link for one, which mail programs then do not know as a link.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as it goes over the wire."""
        if name not in FOR_PROGRAMS:
            return super().fold_binary(name, value)
        return f"{name}: {value}\r\n".encode("ascii")


ON_THE_WIRE = Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class WayOut:
    """What a link without log-in stops: mails of one kind, or the digest."""

    person_id: int
    kind: Kind | None


class Letter(django_mail.EmailMessage):
    """A mail for any of Django's ways out, made by the standard library: it encodes well, refuses injected headers."""

    def __init__(self, made: EmailMessage, address: str) -> None:
        super().__init__(to=[address])
        self.made = made

    def message(self) -> EmailMessage:  # type: ignore[override]  # any message will do
        """Return what goes over the wire."""
        return self.made


def one_line(text: str, *, most: int) -> str:
    """Return a text as a header may carry it: no line ends or controls, none in disguise either, and not endless.

    The standard library decodes what looks like an encoded word, ``=?utf-8?q?=0a?=``, and writes what was in it.
    """
    line = " ".join(BREAKS.sub(" ", text).replace("=?", "= ?").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def message_id(person_id: int, key: str) -> str:
    """Return the Message-ID of a mail, always the same for the same person and key; it tells neither."""
    digest = salted_hmac("keqiao.messaging.message-id", f"{person_id}:{key}").hexdigest()
    return f"<{digest}@{domain()}>"


def thread_id(about: str) -> str:
    """Return the Message-ID under which mail programs gather all mails about one thing."""
    digest = salted_hmac("keqiao.messaging.thread", about).hexdigest()
    return f"<{digest}@{domain()}>"


def domain() -> str:
    """Return the host of this site as an address may have it."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return host.encode("idna").decode("ascii")


def link(path: str) -> str:
    """Return a path of this site as an address."""
    return f"{settings.SITE_URL}{path}"


def way_out(person: Person, kind: str) -> str:
    """Return the address that stops mails of a kind, the digest when the kind is empty, without a log-in."""
    token = signing.dumps([person.pk, kind or DIGEST], salt=SALT, compress=True)
    return link(reverse("unsubscribe", args=[token]))


def read_way_out(token: str) -> WayOut:
    """Return what a link stops; raise Missing for one that we did not make."""
    try:
        number, kind = signing.loads(token, salt=SALT)
        return WayOut(int(number), None if kind == DIGEST else Kind(kind))
    except (signing.BadSignature, ValueError, TypeError):
        raise Missing from None


def compose(mail: Mail, language: str) -> Letter:
    """Return a mail in the reader's language, ready to go to the person's address of now."""
    known = language if language in Language.values else settings.LANGUAGE_CODE
    with translation.override(known):
        return _composed(mail)


def _composed(mail: Mail) -> Letter:
    person = mail.person
    lines = [
        {
            "text": unpacked(line["said"]).say(_),
            "link": link(line["path"]),
            "why": line.get("why", []),
        }
        for line in mail.lines
    ]
    may_stop = not mail.kind or Way.SITE in SPECS[Kind(mail.kind)].ways
    out = way_out(person, mail.kind) if may_stop else ""
    subject = (
        str(lines[0]["text"])
        if mail.kind
        else _("汇总：%(count)s 件事等您看") % {"count": len(lines)}
    )
    context = {
        "person": person,
        "lines": lines,
        "subject": subject,
        "is_digest": not mail.kind,
        "needs_consent": not mail.kind or SPECS[Kind(mail.kind)].needs_consent,
        "kind": Kind(mail.kind).label if mail.kind else "",
        "is_fitting": any(line.get("is_fitting") for line in mail.lines),
        "for_whom": SPECS[Kind(mail.kind)].for_whom if mail.kind else "",
        "has_calendar": bool(mail.ics),
        "site_name": settings.SITE_NAME,
        "association": settings.ASSOCIATION,
        "site": link(reverse("home")),
        "preferences": link(reverse("notice_preferences")),
        "consent": link(reverse("consent")),
        "how": link(reverse("how_matching_works")),
        "way_out": out,
    }
    made = EmailMessage(policy=ON_THE_WIRE)
    _head(made, mail, subject, out)
    text = _mailable(render_to_string("messaging/mail.txt", context))
    made.set_content(text, charset="utf-8", cte="base64")
    html = _mailable(render_to_string("messaging/mail.html", context))
    made.add_alternative(html, subtype="html", charset="utf-8", cte="base64")
    if mail.ics:
        _add_calendar(made, mail)
    return Letter(made, sanitize_address(person.email, "utf-8"))


def _head(made: EmailMessage, mail: Mail, subject: str, out: str) -> None:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    made["From"] = _address(name or settings.SITE_NAME, address)
    made["To"] = _address(mail.person.name, mail.person.email)
    site = one_line(settings.SITE_NAME, most=40)
    made["Subject"] = f"[{site}] {one_line(subject, most=LONGEST_SUBJECT)}"
    made["Date"] = mail.created_at
    made["Message-ID"] = mail.message_id
    if mail.about:
        made["References"] = thread_id(mail.about)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if out:
        made["List-Unsubscribe"] = f"<{out}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _address(name: str, address: str) -> Address:
    plain = sanitize_address(address, "utf-8")
    return Address(display_name=one_line(name, most=80), addr_spec=plain)


def _add_calendar(made: EmailMessage, mail: Mail) -> None:
    """Add the entry twice, as calendars want it: beside the words for those that answer, attached for the others."""
    params = {"method": mail.method}
    made.add_alternative(mail.ics, subtype="calendar", charset="utf-8", cte="base64", params=params)
    made.make_mixed()
    made.add_attachment(
        mail.ics.encode(), maintype="application", subtype="ics", filename="invitation.ics"
    )


def _mailable(text: str) -> str:
    """Return a body whose lines end as mail wants, without what would break it."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", text.replace("\r\n", "\n"))
