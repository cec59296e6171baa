"""Questions about dispatches."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.articles import policies
from keqiao.articles.models import Dispatch
from keqiao.articles.states import State
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing


def get(code: str, *, by: Visitor) -> Dispatch:
    """Return the dispatch of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Dispatch.objects.filter(policies.visible_to(by), code=code).select_related("region")
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def public() -> QuerySet[Dispatch]:
    """Return what is published, newest first."""
    rows = Dispatch.objects.filter(state=State.PUBLISHED).select_related("region")
    return rows.order_by("-published_at", "-pk")


def by_codes(codes: list[str], *, by: Visitor) -> list[Dispatch]:
    """Return the visible dispatches among ``codes``, in the order of ``codes``."""
    rows = Dispatch.objects.filter(policies.visible_to(by), code__in=codes).select_related("region")
    found = {dispatch.code: dispatch for dispatch in rows}
    return [found[code] for code in codes if code in found]


def to_edit(person: Visitor) -> QuerySet[Dispatch]:
    """Return the drafts that wait for this editor, oldest first."""
    rows = Dispatch.objects.filter(policies.editable_by(person), state=State.DRAFT)
    return rows.select_related("region").order_by("created_at", "pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: dispatches brought in or edited."""
    rows = Dispatch.objects.filter(Q(brought_by=person) | Q(edited_by=person)).order_by("pk")
    told = rows.values("code", "headline", "state", "created_at", "published_at")
    return {"dispatches": list(told)}
