"""Questions to the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max, Q, QuerySet

from keqiao.journal.models import Entry
from keqiao.journal.types import Subject


def last_position() -> int:
    """Return the position of the newest entry; 0 when there is none."""
    newest: int | None = Entry.objects.aggregate(newest=Max("position"))["newest"]
    return newest or 0


def after(position: int, *, most: int) -> list[Entry]:
    """Return up to ``most`` entries after ``position``, oldest first."""
    return list(Entry.objects.filter(position__gt=position).order_by("position")[:most])


def moves(actions: Iterable[str], *, after: int, until: int, most: int) -> list[Entry]:
    """Return up to ``most`` entries of these ``actions`` after one position and up to another, oldest first."""
    rows = Entry.objects.filter(position__gt=after, position__lte=until, action__in=list(actions))
    return list(rows.order_by("position")[:most])


def moves_of(kinds: Iterable[str], keys: Iterable[str], actions: Iterable[str]) -> list[Entry]:
    """Return every entry of these ``actions`` about the things of these kinds and keys, oldest first."""
    rows = Entry.objects.filter(subject_kind__in=list(kinds), subject_key__in=list(keys))
    return list(rows.filter(action__in=list(actions)).order_by("position"))


def about(subject: Subject) -> QuerySet[Entry]:
    """Return everything that happened to ``subject``, oldest first."""
    return Entry.objects.filter(subject_kind=subject.kind, subject_key=subject.key).order_by(
        "position"
    )


def by_person(person_id: int) -> QuerySet[Entry]:
    """Return what one person did, newest first."""
    return Entry.objects.filter(actor_id=person_id).order_by("-position")


def held_about(person_id: int, *, most: int) -> list[Mapping[str, Any]]:
    """Return what a person did, and what was done to the account by others, newest first, ``most`` at most."""
    own = Q(actor_id=person_id) | Q(subject_kind="person", subject_key=str(person_id))
    rows = Entry.objects.filter(own).order_by("-position")[:most]
    return [
        {
            "at": entry.at,
            "action": entry.action,
            "about": f"{entry.subject_kind} {entry.subject_key}",
            "succeeded": entry.is_success,
        }
        for entry in rows
    ]
