"""``keqiao sister``: read the public needs and offers of another association's platform."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keqiao.sisters.models import Sister
    from keqiao.sisters.types import Introduction

HELP = "Subscribe to another platform's feed (add), look (list), read, pause, resume, drop."
NEEDS_DATABASE = True
log = logging.getLogger("keqiao.sisters")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="subscribe, or pin a changed key, after comparing it")
    add.add_argument("address", help="https://keqiao.example")
    add.add_argument("--name", default="", help="what she is called here, instead of her own name")
    add.add_argument("--fingerprint", default="", help="as the other side read it out")
    add.add_argument("--yes", action="store_true", help="do not ask whether it is the same")
    verbs.add_parser("list", help="every sister, and how reading her goes")
    read = verbs.add_parser(
        "read", help="read now: one, or all that are neither paused nor in doubt"
    )
    read.add_argument("name", nargs="?", default="", help="name, code or address")
    for verb, sentence in (
        ("pause", "stop reading, and showing what was read"),
        ("resume", "read on"),
        ("drop", "forget a sister and her entries"),
    ):
        one = verbs.add_parser(verb, help=sentence)
        one.add_argument("name", help="name, code or address")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the six."""
    from keqiao.sisters import selectors, services

    match arguments.verb:
        case "add":
            return _add(arguments)
        case "list":
            return _list()
        case "read":
            return _read(arguments.name)
        case "pause":
            print(f"paused {services.pause(selectors.sister(arguments.name), by=None).name}")
        case "resume":
            print(f"resumed {services.resume(selectors.sister(arguments.name), by=None).name}")
        case _:
            sister = selectors.sister(arguments.name)
            count = services.drop(sister, by=None)
            print(f"dropped {sister.name} and {count} entries")
    return 0


def read_due() -> None:
    """Read every sister whose time has come; what goes wrong with one holds up no other."""
    from django.utils import timezone

    from keqiao.sisters import selectors, services

    for sister in list(selectors.due(timezone.now())):
        try:
            services.read(sister, by=None)
        except Exception:
            log.exception("%s could not be read", sister.address)


def _add(arguments: argparse.Namespace) -> int:
    from keqiao.base import feed
    from keqiao.sisters import selectors, services

    met = services.ask(arguments.address)
    known = selectors.at(met.address)
    print(f"name         {met.name}\naddress      {met.address}")
    print(f"fingerprint  {feed.fingerprint(met.key)}")
    if known is not None and known.key == met.key:
        print("she is subscribed to already, with this key")
        return 0
    if known is not None:
        print(f"before       {feed.fingerprint(known.key)}")
    if not _is_compared(met, arguments):
        print("not subscribed: the fingerprint was not confirmed", file=sys.stderr)
        return 2
    if known is not None:
        sister = services.trust(known, met, by=None)
    else:
        sister = services.subscribe(met, by=None, name=arguments.name)
    print(f"subscribed to {sister.name} as {sister.code}; the worker reads her every 15 minutes")
    return 0


def _is_compared(met: Introduction, arguments: argparse.Namespace) -> bool:
    """Tell whether the fingerprint is the one that was told, or somebody says that it is."""
    from keqiao.base import feed

    if arguments.fingerprint:
        told = "".join(arguments.fingerprint.split()).lower()
        return told == feed.key_id(met.key)
    if arguments.yes:
        return True
    print(
        "Have the other side read out its fingerprint over the telephone (keqiao sister is not enough:"
    )
    print("whoever stands between you could show you a key of their own).")
    try:
        return input("Is it the same? [y/N] ").strip().lower() in {"y", "yes", "是"}
    except EOFError:
        return False


def _list() -> int:
    from django.utils import timezone

    from keqiao.ops.tables import aligned
    from keqiao.sisters import selectors

    rows = [("code", "name", "state", "entries", "position", "last read", "trouble", "address")]
    for sister in selectors.sisters():
        read_at = sister.last_read_at
        shown = timezone.localtime(read_at).strftime("%Y-%m-%d %H:%M") if read_at else "never"
        count, position = str(sister.open_count), str(sister.position)  # type: ignore[attr-defined]
        trouble = f"{sister.trouble} {sister.detail}".strip() or "-"
        rows.append(
            (
                sister.code,
                sister.name,
                sister.state,
                count,
                position,
                shown,
                trouble,
                sister.address,
            )
        )
    print("\n".join(aligned(rows)) if len(rows) > 1 else "no sisters: keqiao sister add ADDRESS")
    return 0


def _read(name: str) -> int:
    """Read one or all now; return 1 when one of them could not be read."""
    from keqiao.sisters import selectors, services
    from keqiao.sisters.states import READ

    chosen: Iterable[Sister] = [selectors.sister(name)] if name else selectors.sisters()
    has_failed = False
    for sister in [one for one in chosen if name or one.state in READ]:
        tally = services.read(sister, by=None)
        has_failed |= bool(tally.trouble)
        said = f"{tally.shown_count} shown or changed, {tally.withdrawn_count} withdrawn"
        if tally.trouble:
            said += f"; not read to the end: {tally.trouble} {sister.detail}".rstrip()
        elif tally.has_more:
            said += "; there is more, read again"
        print(f"{sister.name}: {said}")
    return int(has_failed)
