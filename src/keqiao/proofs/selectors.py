"""Questions about proofs."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from datetime import UTC

from django.conf import settings
from django.db.models import QuerySet

from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.proofs.models import Head, Proof
from keqiao.proofs.types import Kind

SPACES_AND_DOTS = str.maketrans("•・‧∙.", "·····", " \u3000")


def get(code: str) -> Proof:
    """Return the proof of ``code``, for anybody who has it; raise Missing."""
    rows = Proof.objects.filter(code=code.upper()).select_related("association")
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def is_issued(code: str) -> bool:
    """Tell whether a proof has the number, whether it stands or not."""
    return is_code(code) and Proof.objects.filter(code=code).exists()


def about(kind: Kind, key: str) -> QuerySet[Proof]:
    """Return the proofs of one thing that stand, newest first."""
    return Proof.objects.filter(kind=kind, about=key, voided_at=None).order_by("-number")


def of_person(person: Person) -> QuerySet[Proof]:
    """Return the proofs that a person holds, newest first."""
    return Proof.objects.filter(holder=person).order_by("-number")


def address(proof: Proof) -> str:
    """Return the address at which anybody checks the proof."""
    return f"{settings.SITE_URL}/proofs/{proof.code}/"


def name_hash(name: str, salt: str) -> str:
    """Return the salted SHA-256 of a name: NFKC, without spaces, every middle dot the same."""
    plain = unicodedata.normalize("NFKC", name).translate(SPACES_AND_DOTS).casefold()
    return hashlib.sha256(f"{salt}:{plain}".encode()).hexdigest()


def is_of(proof: Proof, name: str) -> bool:
    """Tell whether a name is the one on the paper."""
    return hmac.compare_digest(name_hash(name, proof.salt), proof.name_hash)


def digest(proof: Proof) -> str:
    """Return the SHA-256 of what the proof says, of whom, by which node, since when, with the hash before it."""
    content = {
        "number": proof.number,
        "code": proof.code,
        "kind": proof.kind,
        "association": proof.association.code,
        "about": proof.about,
        "content": proof.content,
        "name": proof.name_hash,
        "at": proof.issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": proof.previous_hash,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_unchanged(proof: Proof) -> bool:
    """Tell whether the proof says what it said, and hangs on the proof before it."""
    before = Proof.objects.filter(number=proof.number - 1).values_list("hash", flat=True).first()
    return proof.previous_hash == (before or "") and hmac.compare_digest(digest(proof), proof.hash)


def first_broken() -> int | None:
    """Walk the whole chain; return the number of the first proof that does not hold, None when all do."""
    previous, expected = "", 1
    rows = Proof.objects.select_related("association").order_by("number")
    for proof in rows.iterator(chunk_size=1000):
        if (proof.number, proof.previous_hash) != (expected, previous):
            return expected
        if digest(proof) != proof.hash:
            return expected
        previous, expected = proof.hash, expected + 1
    head = Head.objects.filter(pk=1).first()
    return None if (head.number if head else 0) == expected - 1 else expected


def held_about(person: Person) -> Held:
    """Return what is held about a person: proofs that they hold, and that they issued."""
    return {
        "proofs": [
            {
                "code": one.code,
                "kind": one.kind,
                "content": one.content,
                "at": one.issued_at,
                "void_why": one.void_why,
            }
            for one in of_person(person).order_by("number")
        ],
        "proofs_issued": [
            {"code": one.code, "kind": one.kind, "at": one.issued_at}
            for one in Proof.objects.filter(issued_by=person).order_by("number")
        ],
    }
