"""``keqiao journal``: verify its chain and that of the proofs, show what happened and what could not follow."""

from __future__ import annotations

import argparse

HELP = "Verify the chain, show what happened to a thing, show or retry what could not follow."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["verify", "show", "failures", "retry"])
    parser.add_argument(
        "subject", nargs="?", default="", help="with show: kind:key, such as need:N-7K3M9QXA"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do one of the four."""
    match arguments.what:
        case "verify":
            return _verify()
        case "show":
            return _show(arguments.subject)
        case "retry":
            return _retry()
        case _:
            return _failures()


def _verify() -> int:
    from keqiao.journal import services as journal
    from keqiao.proofs import selectors as proofs

    verdict = journal.verify()
    if verdict.holds:
        print(f"the chain holds: {verdict.count} entries")
    else:
        print(f"the chain is broken at position {verdict.broken_at}: {verdict.reason}")
    broken = proofs.first_broken()
    print("the proofs hold" if broken is None else f"the proofs are broken at number {broken}")
    return 0 if verdict.holds and broken is None else 1


def _show(subject: str) -> int:
    from keqiao.journal import selectors as journal
    from keqiao.journal.types import Subject

    kind, _colon, key = subject.partition(":")
    if not key:
        print("say what: keqiao journal show need:N-7K3M9QXA")
        return 2
    for entry in journal.about(Subject(kind, key)):
        print(
            f"{entry.position:>8}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.action}  actor={entry.actor_id}"
        )
    return 0


def _failures() -> int:
    from keqiao.reactions import selectors as reactions

    failures = list(reactions.failures())
    for failure in failures:
        print(
            f"{failure.reaction} at {failure.position}, {failure.attempts} times: {failure.error}"
        )
    print(f"{len(failures)} unresolved")
    return int(bool(failures))


def _retry() -> int:
    from keqiao.reactions import services, tasks

    count = services.try_again()
    tasks.ring_all()
    print(f"{count} failures are tried again by the worker")
    return 0
