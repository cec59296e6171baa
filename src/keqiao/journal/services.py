"""The only writer of the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from keqiao.journal.models import Entry, Head
from keqiao.journal.types import Actor, Subject, Verdict

_followers: list[Callable[[Entry], None]] = []


def follow(callback: Callable[[Entry], None]) -> None:
    """Have ``callback(entry)`` called inside the transaction of every entry; it may only enqueue work."""
    if callback not in _followers:
        _followers.append(callback)


def record(
    action: str,
    subject: Subject,
    *,
    by: Actor | None,
    data: Mapping[str, Any] | None = None,
    succeeded: bool = True,
) -> Entry:
    """Write one entry at the end of the chain, inside the caller's transaction.

    ``by`` is the person who acts, or None for the platform itself. ``data`` holds plain JSON values: what
    changed, never secrets and no more of a person than the deed needs.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "journal.record is called inside the transaction of the change it records"
        )
    head = _locked_head()
    entry = Entry(
        position=head.position + 1,
        at=timezone.now(),
        action=action,
        subject_kind=subject.kind,
        subject_key=subject.key,
        actor_id=by.pk if by is not None else None,
        is_success=succeeded,
        data=dict(data or {}),
        previous_hash=head.hash,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    Head.objects.filter(pk=1).update(position=entry.position, hash=entry.hash)
    for callback in _followers:
        callback(entry)
    return entry


def record_alone(
    action: str, subject: Subject, *, by: Actor | None, data: Mapping[str, Any] | None = None
) -> Entry:
    """Record a deed that changes no other row, such as a refused log-in, in a transaction of its own."""
    with transaction.atomic():
        return record(action, subject, by=by, data=data, succeeded=False)


def verify(*, batch: int = 2000) -> Verdict:
    """Walk the whole chain and say whether every entry still is what was written."""
    previous, expected = "", 1
    entries = Entry.objects.order_by("position").iterator(chunk_size=batch)
    for entry in entries:
        if entry.position != expected:
            return Verdict(expected - 1, expected, "an entry is missing")
        if entry.previous_hash != previous:
            return Verdict(expected - 1, expected, "the link to the entry before is wrong")
        if digest(entry) != entry.hash:
            return Verdict(expected - 1, expected, "the content was changed")
        previous, expected = entry.hash, expected + 1
    head = Head.objects.filter(pk=1).first()
    if (head.position if head else 0) != expected - 1:
        return Verdict(expected - 1, expected, "entries are missing from the end")
    return Verdict(expected - 1, None, "")


def digest(entry: Entry) -> str:
    """Return the SHA-256 of an entry's canonical JSON together with the hash before it."""
    content = {
        "position": entry.position,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_key],
        "actor": entry.actor_id,
        "success": entry.is_success,
        "data": entry.data,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _locked_head() -> Head:
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get(pk=1)
    return head
