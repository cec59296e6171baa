"""How lots are drawn so that anybody can check it: promised, sealed, shuffled by a hash; nothing else decides.

Before anybody can enter, the SHA-256 of a random seed is published. When sign-up closes, the list of all lots is fixed
by its own SHA-256, the digest. Then the seed is published, and the order of the lots follows from the three of them:

    order by SHA-256(seed + ":" + digest + ":" + line)

A line is a family: the lots that one person entered, sorted, with a space between; so they stand together and as one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

SEED = re.compile(r"[0-9a-f]{64}")
LINE = re.compile(r"[0-9A-Z-]+(?: [0-9A-Z-]+)*")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is published of one draw; ``order`` are the lines as they were drawn."""

    session: str
    seed_hash: str
    digest: str
    seed: str
    order: tuple[str, ...]


def new_seed() -> str:
    """Return 256 random bits as hexadecimal digits."""
    return secrets.token_hex(32)


def hashed(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(families: Iterable[Iterable[str]]) -> str:
    """Return the list of lots as it is fixed: a family a line, lots and lines sorted, lines ended by a line feed."""
    return "".join(f"{line}\n" for line in sorted(" ".join(sorted(one)) for one in families))


def order(seed: str, listed: str) -> list[str]:
    """Return the lines of a sealed list in the order in which they are drawn."""
    digest = hashed(listed)
    return sorted(listed.splitlines(), key=lambda line: hashed(f"{seed}:{digest}:{line}"))


def written(paper: Paper) -> str:
    """Return the paper as the text that is handed out: names and values, an empty line, the lines in order."""
    head = (
        f"session {paper.session}\nseed_hash {paper.seed_hash}\ndigest {paper.digest}\n"
        f"seed {paper.seed}\n"
    )
    return f"{head}\n" + "".join(f"{line}\n" for line in paper.order)


def read(text: str) -> Paper:
    """Return the paper that a text is; raise ValueError when it is none."""
    head, _gap, body = text.replace("\r\n", "\n").partition("\n\n")
    named = dict(line.partition(" ")[::2] for line in head.splitlines())
    if set(named) != {"session", "seed_hash", "digest", "seed"}:
        raise ValueError("this is not the paper of a draw: its first lines are missing")
    lines = tuple(body.splitlines())
    if not all(LINE.fullmatch(line) for line in lines):
        raise ValueError("this is not the paper of a draw: a line is no list of lots")
    return Paper(named["session"], named["seed_hash"], named["digest"], named["seed"], lines)


def faults(paper: Paper) -> list[str]:
    """Return what does not hold of a paper, in words; nothing when it is as it was promised."""
    listed = "".join(f"{line}\n" for line in sorted(paper.order))
    found = []
    if not SEED.fullmatch(paper.seed):
        found.append("the seed is not 64 hexadecimal digits")
    if hashed(paper.seed) != paper.seed_hash:
        found.append("the seed is not the one whose hash was published before sign-up")
    if hashed(listed) != paper.digest:
        found.append("the lots are not those that were sealed when sign-up closed")
    drawn = [lot for line in paper.order for lot in line.split(" ")]
    if len(set(drawn)) != len(drawn):
        found.append("a lot stands in the list twice")
    if list(paper.order) != order(paper.seed, listed):
        found.append("the order is not the one that follows from the seed and the lots")
    return found
