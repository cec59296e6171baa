"""Questions about proofs."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable
from datetime import UTC

from django.conf import settings
from django.db.models import QuerySet

from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.journal import selectors as journal
from keqiao.proofs.models import Head, Proof
from keqiao.proofs.types import Kind

AT_ONCE = 500  # proofs that are looked at together
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
    """Tell whether the proof says what it said, hangs on the proof before it, and holds what comes after it."""
    head = Head.objects.filter(pk=1).first()  # first: whatever is issued meanwhile is found below
    before = Proof.objects.filter(number=proof.number - 1).values_list("hash", flat=True).first()
    after = Proof.objects.filter(number=proof.number + 1).values_list("previous_hash", flat=True)
    held = after.first() or (head.hash if head is not None else "")
    hangs = proof.previous_hash == (before or "") and held == proof.hash
    return hangs and hmac.compare_digest(digest(proof), proof.hash)


def first_broken() -> int | None:
    """Walk the whole chain; return the number of the first proof that does not hold, None when all do.

    What the journal tells of each is asked too: a chain that was reckoned anew, or a void proof that is void no more,
    holds by itself only.
    """
    previous, expected = "", 1
    rows = Proof.objects.select_related("association").order_by("number")
    while some := list(rows.filter(number__gte=expected)[:AT_ONCE]):
        issued, voided = _told([one.code for one in some])
        for proof in some:
            if (proof.number, proof.previous_hash) != (expected, previous):
                return expected
            if digest(proof) != proof.hash or issued.get(proof.code, proof.hash) != proof.hash:
                return expected
            if proof.code in voided and proof.voided_at is None:
                return expected
            previous, expected = proof.hash, expected + 1
    head = Head.objects.filter(pk=1).first()
    if head is None:
        return None if expected == 1 else expected - 1
    if head.number != expected - 1:
        return expected
    return None if head.hash == previous else max(1, expected - 1)


def _told(codes: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Return what the journal tells of proofs: the hashes with which they were issued, and which were voided."""
    told = journal.moves_of(["proof"], codes, ["proof.issued", "proof.voided"])
    issued = {one.subject_key: one.data["hash"] for one in told if one.action == "proof.issued"}
    return issued, {one.subject_key for one in told if one.action == "proof.voided"}


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
