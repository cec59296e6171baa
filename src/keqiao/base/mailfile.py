"""A mail as a file (.eml, RFC 5322), read so that nothing in it can do harm: bytes in, plain text out.

Whatever a mail program or an enemy wrote is read as well as can be: unknown character sets are guessed, broken headers
are left out, HTML becomes text, control characters go. Only what is no mail, or is nested without end, is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from keqiao.base.errors import invalid
from keqiao.base.phrases import N_
from keqiao.base.text import BIDI_CONTROLS, CONTROLS, INVISIBLE, SURROGATES

MOST_PARTS = 200
MOST_TEXT = 50_000  # characters of a body that are kept
MOST_LINE = 300  # characters of a header
MOST_IDS = 50  # of a thread
YEARS = range(1970, 2101)
IDS = re.compile(r"<[^<>\s]{1,250}>")
TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9]*)")
HEADINGS = tuple(f"h{level}" for level in range(1, 7))
BLOCKS = frozenset(
    [*HEADINGS, "address", "blockquote", "br", "dd", "div", "dl", "dt", "hr", "li", "ol", "p"]
) | {"pre", "table", "tr", "ul"}
UNSEEN = frozenset({"head", "script", "style", "title", "template"})
GUESSES = ("utf-8", "gb18030")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "iso-8859-1": "cp1252"}
NO_MAIL = N_("这不像一封邮件：请在邮箱里把邮件另存为 .eml 文件再上传。")
TOO_DEEP = N_("这封邮件的结构太复杂，无法读取。请把正文复制成记事。")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Something that came with a mail: its name, and its bytes; those of a mail within the mail are left out."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailFile:
    """What a mail says. Names and addresses are one line as the mail has them; ``sent_at`` is aware, None if unknown.

    ``answers`` are the Message-IDs of the mails before it in its thread, the first one first.
    """

    message_id: str
    answers: tuple[str, ...]
    sender: str
    to: str
    sent_at: dt.datetime | None
    subject: str
    text: str
    enclosed: tuple[Enclosed, ...]


def read(raw: bytes) -> MailFile:
    """Read a mail; raise Invalid for what is none."""
    try:
        made = BytesParser(policy=policy.default).parsebytes(raw)
        parts = list(_parts(made))
    except (RecursionError, MessageError, ValueError, LookupError):
        raise invalid("files", TOO_DEEP) from None
    sender = _header(made, "From")
    if not sender or not (_header(made, "Date") or _header(made, "Message-ID")):
        raise invalid("files", NO_MAIL)
    ids = IDS.findall(_header(made, "Message-ID", most=2000))
    before = IDS.findall(_header(made, "References", most=20_000))
    before += IDS.findall(_header(made, "In-Reply-To", most=2000))
    to = [_header(made, name, most=MOST_LINE) for name in ("To", "Cc")]
    return MailFile(
        message_id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@no-id>",
        answers=tuple(dict.fromkeys(before))[:MOST_IDS],
        sender=sender,
        to="、".join(one for one in to if one)[:MOST_LINE],
        sent_at=_moment(_header(made, "Date")),
        subject=_header(made, "Subject"),
        text=_body(parts),
        enclosed=tuple(_enclosed(parts)),
    )


def tamed(text: str) -> str:
    """Return text without what hides, overrides or breaks: the rest stays as it was written."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for unsafe in (INVISIBLE, BIDI_CONTROLS, CONTROLS):
        plain = unsafe.sub("", plain)
    return SURROGATES.sub("\N{WHITE SQUARE}", plain).strip()


def text_of_html(source: str) -> str:
    """Return the words of HTML, each block on lines of its own. One walk from left to right, however broken it is."""
    words: list[str] = []
    hidden = ""  # what has to end before words show again
    for number, piece in enumerate(source.split("<")):
        if hidden == "--":
            hidden, words = _after_comment(piece, words)
            continue
        tag, closed, rest = piece.partition(">")
        if number == 0:
            tag, rest = "", piece
        elif piece.startswith("!--"):
            hidden, words = _after_comment(piece[1:], words)
            continue
        named = TAG.match(tag)
        if number and not (named or hidden or tag.startswith(("!", "?", "/"))):
            words.append(f"<{piece}")  # a sign between words, not the start of a tag
            continue
        name = named[2].lower() if named else ""
        if hidden:
            hidden = "" if named and named[1] and name == hidden else hidden
            rest = "" if hidden else rest
        elif name in UNSEEN and named and not named[1]:
            hidden, rest = name, ""
        elif name in BLOCKS:
            words.append("\n")
        if not closed and number:
            rest = f" {rest}"
        words.append(rest)
    lines = (" ".join(line.split()) for line in html.unescape("".join(words)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _after_comment(piece: str, words: list[str]) -> tuple[str, list[str]]:
    _comment, ends, rest = piece.partition("-->")
    return ("", [*words, rest]) if ends else ("--", words)


def _parts(made: Message) -> Iterator[Message]:
    """Yield the parts that are no containers, in their order; a mail within the mail is one part."""
    waiting, seen = [made], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise invalid("files", TOO_DEEP)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(one for one in reversed(inner) if isinstance(one, Message))
        else:
            yield part


def _header(made: Message, name: str, *, most: int = MOST_LINE) -> str:
    """Return a header as one line, the words decoded; empty when it is missing or broken beyond reading."""
    try:
        value = str(made.get(name) or "")
    except Exception:  # noqa: BLE001 - the library's parser raises whatever a hostile header makes it
        value = next((text for key, text in made.raw_items() if key.lower() == name.lower()), "")
    return " ".join(tamed(str(value)).split())[:most]


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
        utc = aware.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return utc if utc.year in YEARS else None


def _is_enclosed(part: Message) -> bool:
    if part.get_content_maintype() != "text" or _name(part):
        return True
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _body(parts: list[Message]) -> str:
    shown = [part for part in parts if not _is_enclosed(part)]
    plain = [_decoded(part) for part in shown if part.get_content_subtype() == "plain"]
    text = tamed("\n\n".join(plain))
    if not text:
        pages = [_decoded(part) for part in shown if part.get_content_subtype() == "html"]
        text = tamed("\n\n".join(text_of_html(page) for page in pages))
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def _decoded(part: Message) -> str:
    raw = _bytes(part)
    told = (part.get_content_charset() or "").lower()
    for charset in (WIDER.get(told, told), *GUESSES):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def _enclosed(parts: list[Message]) -> Iterator[Enclosed]:
    for number, part in enumerate(parts, start=1):
        if _is_enclosed(part):
            unnamed = f"{number}.{tamed(part.get_content_subtype())}"[:60]
            yield Enclosed(_name(part) or unnamed, _bytes(part))


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001 - as for headers
        return ""
    return " ".join(tamed(str(name)).split())[:120]


def _bytes(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - as for headers
        return b""
    return raw if isinstance(raw, bytes) else b""
