"""The only writer of proofs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.journal import services as journal
from keqiao.journal.types import Actor, Subject
from keqiao.places.models import Association
from keqiao.proofs import selectors
from keqiao.proofs.models import Head, Proof
from keqiao.proofs.types import Content, Kind

RENAMED = N_("姓名已更正，以新出具的证明为准")  # why a proof stands no more, on its page


class VoidedAlready(Refused):
    """Somebody said before that the proof stands no more."""

    text = N_("这份证明已经作废。")


def subject_of(proof: Proof) -> Subject:
    """Return how the journal names a proof."""
    return Subject("proof", proof.code)


@transaction.atomic
def issue(
    kind: Kind,
    *,
    content: Content,
    association: Association,
    holder: Person,
    name: str,
    about: str,
    by: Actor | None,
) -> Proof:
    """Add a proof to the chain and return it. ``name`` goes on the paper; here only its salted hash is kept.

    ``about`` is the key of what is proved, such as a registration's code; may somebody have it, the caller asks.
    """
    head = _locked_head()
    proof = Proof(
        code=new_code("P"),
        number=head.number + 1,
        kind=kind,
        association=association,
        holder=holder,
        about=about,
        content=content.plain(),
        salt=secrets.token_hex(16),
        previous_hash=head.hash,
        issued_by_id=by.pk if by is not None else None,
        issued_at=timezone.now(),
    )
    proof.name_hash = selectors.name_hash(name, proof.salt)
    proof.hash = selectors.digest(proof)
    proof.save(force_insert=True)
    Head.objects.filter(pk=1).update(number=proof.number, hash=proof.hash)
    told = {"kind": kind, "about": about, "hash": proof.hash}
    journal.record("proof.issued", subject_of(proof), by=by, data=told)
    return proof


@transaction.atomic
def void_other_names(proofs: Iterable[Proof], name: str, *, by: Actor) -> None:
    """Void, inside the caller's transaction, those of some proofs that stand under another name than somebody's now.

    One deed is not proved under two names: whoever is called otherwise gets a new paper.
    """
    for proof in proofs:
        if proof.voided_at is None and not selectors.is_of(proof, name):
            void(proof, RENAMED, by=by)


@transaction.atomic
def void(proof: Proof, why: str, *, by: Actor | None) -> Proof:
    """Say that a proof stands no more, and why: its page tells whoever checks it. Raise Invalid or VoidedAlready."""
    intake = Intake()
    said = intake.line("why", why, most=200, required=True)
    intake.finish()
    rows = Proof.objects.filter(pk=proof.pk, voided_at=None)
    if not rows.update(voided_at=timezone.now(), void_why=said):
        raise VoidedAlready
    proof.refresh_from_db()
    journal.record("proof.voided", subject_of(proof), by=by, data={"why": said})
    return proof


def _locked_head() -> Head:
    Head.objects.get_or_create(pk=1)
    return Head.objects.select_for_update().get(pk=1)
