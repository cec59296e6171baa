"""``keqiao mail``: how many mails wait, what did not arrive, and another try on purpose."""

from __future__ import annotations

import argparse

HELP = "Show the outbox, the mails that failed or may not have arrived; send one again on purpose; deliver what is due."
NEEDS_DATABASE = True
MOST_SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["status", "failures", "retry", "deliver"])
    parser.add_argument(
        "numbers", nargs="*", type=int, help="with retry: numbers that failures prints"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do one of the four."""
    match arguments.what:
        case "status":
            return _status()
        case "failures":
            return _failures()
        case "deliver":
            return _deliver()
        case _:
            return _retry(arguments.numbers)


def _status() -> int:
    from keqiao.messaging import selectors
    from keqiao.messaging.states import State

    counts = selectors.counts()
    for state in State:
        print(f"{state.value:<10}{counts.get(state, 0)}")
    return int(bool(counts.get(State.FAILED) or counts.get(State.UNSURE)))


def _failures() -> int:
    from keqiao.messaging import selectors

    troubled = selectors.troubled()
    for mail in troubled[:MOST_SHOWN]:
        kind = mail.kind or "digest"
        when = f"{mail.settled_at:%Y-%m-%d %H:%M}" if mail.settled_at else ""
        print(
            f"{mail.pk:>8}  {mail.state:<7} {kind:<12} person={mail.person_id}  {when}  {mail.answer}"
        )
    count = troubled.count()
    print(f"{count} mails failed or may not have arrived")
    return int(bool(count))


def _retry(numbers: list[int]) -> int:
    """Send again what the operator names; of an unsure one the person may get a second copy."""
    from keqiao.messaging import selectors, services
    from keqiao.reactions import tasks

    found = list(selectors.troubled().filter(pk__in=numbers).select_related("person"))
    for mail in found:
        services.retry(mail, by=None)
    unknown = set(numbers) - {mail.pk for mail in found}
    if unknown or not numbers:
        named = ", ".join(map(str, sorted(unknown))) or "none named"
        print(f"not among the failures: {named}; keqiao mail failures lists them")
    if found:
        tasks.ring_all()
        print(f"{len(found)} mails are sent again by the worker")
    return 2 if unknown or not numbers else 0


def _deliver() -> int:
    import math
    import threading

    from keqiao.messaging import post

    count = post.deliver(until=math.inf, stopping=threading.Event())
    print(f"{count} mails taken to the server")
    return 0
