"""Questions about complaints: what may be seen, by whom, and which desk looks into them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from keqiao.access import selectors as access
from keqiao.access.policies import Visitor
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.complaints import policies
from keqiao.complaints.models import Complaint, Step
from keqiao.complaints.states import LIVE, State
from keqiao.complaints.types import HANDLERS, OBJECTION_DAYS
from keqiao.organisations import selectors as organisations
from keqiao.places import selectors as places
from keqiao.places.models import Association

RELATED = ("desk", "region", "handler", "organisation")


def get(code: str, *, by: Visitor) -> Complaint:
    """Return the complaint of ``code`` for its staff and for who complained; raise Missing for everybody else."""
    found = _found(code)
    if not (policies.wrote(by, found) or policies.may_handle(by, found)):
        raise Missing
    return found


def by_key(code: str, key: str) -> Complaint:
    """Return the complaint that a secret link leads to; raise Missing when the key is not its own."""
    found = _found(code)
    if not opens(key, found):
        raise Missing
    return found


def opens(key: str, complaint: Complaint) -> bool:
    """Tell whether ``key`` is the one that was given out for the complaint."""
    return bool(key) and hmac.compare_digest(digest(key), complaint.key_digest)


def digest(key: str) -> str:
    """Return what is kept of a key: 256 random bits need no salt."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def steps(complaint: Complaint) -> QuerySet[Step]:
    """Return the steps, oldest first."""
    return Step.objects.filter(complaint=complaint).select_related("by").order_by("at", "pk")


def for_desk(person: Visitor) -> QuerySet[Complaint]:
    """Return what the person may handle: what waits longest first, then what is done, newest first."""
    live = Case(When(Q(state__in=LIVE), then=Value(0)), default=Value(1))
    rows = Complaint.objects.filter(policies.handled_by(person)).select_related(*RELATED)
    return rows.order_by(live, "act_on", "-pk")


def waiting_count(person: Visitor, today: dt.date) -> tuple[int, int]:
    """Return how many wait at the person's desks, and how many of them are overdue."""
    rows = Complaint.objects.filter(policies.handled_by(person), state__in=LIVE)
    return rows.count(), rows.filter(_late(today)).count()


def of_person(person: Visitor) -> QuerySet[Complaint]:
    """Return what the person complained about from the account, newest first."""
    rows = Complaint.objects.filter(author=person.pk) if person.pk else Complaint.objects.none()
    return rows.select_related(*RELATED).order_by("-pk")


def overdue(today: dt.date) -> QuerySet[Complaint]:
    """Return what should have been taken up or answered before ``today``, longest first."""
    rows = Complaint.objects.filter(state__in=LIVE, act_on__lt=today)
    return rows.select_related(*RELATED).order_by("act_on", "pk")


def is_late(complaint: Complaint, today: dt.date) -> bool:
    """Tell whether a step of a live complaint, or its answer, is overdue."""
    return complaint.state in LIVE and min(complaint.act_on, complaint.due_on) < today


def may_object(complaint: Complaint, today: dt.date) -> bool:
    """Tell whether whoever complained may still object to the answer: once, within its days."""
    if complaint.state != State.ANSWERED or complaint.objected_at or not complaint.answered_at:
        return False
    answered_on = timezone.localdate(complaint.answered_at)
    return today <= answered_on + dt.timedelta(days=OBJECTION_DAYS)


def association_of(complaint: Complaint) -> Association | None:
    """Return the association whose desk has the complaint."""
    return places.association_for(complaint.desk_id)


def desk_for(
    region: str,
    *,
    barred: Collection[int],
    organisation: int | None,
    above: str = "",
    is_raised: bool = False,
) -> str | None:
    """Return the region of the nearest association, from ``region`` up, that has somebody to look into it.

    With ``above`` the desk lies above that one; then, and for what ``is_raised``, it has an administrator. None when
    there is none.
    """
    roles = (Role.ADMINISTRATOR,) if above or is_raised else HANDLERS
    way = list(dict.fromkeys([*reversed(places.lineage_codes(region)), settings.HOME_REGION]))
    if above in way:
        way = way[way.index(above) + 1 :]
    return _first_with_hands(way, roles, barred, organisation)


def second_at(complaint: Complaint, barred: Collection[int]) -> str | None:
    """Return the complaint's own desk when it has an administrator beside those ``barred``."""
    roles, way = (Role.ADMINISTRATOR,), [complaint.desk_id]
    return _first_with_hands(way, roles, barred, complaint.organisation_id)


def without_hands(today: dt.date) -> list[Complaint]:
    """Return the overdue complaints that nobody who holds a role may handle: one more person has to be given one."""
    found = []
    for complaint in overdue(today).prefetch_related("barred"):
        barred = {one.person_id for one in complaint.barred.all()}
        roles = (Role.ADMINISTRATOR,) if complaint.is_raised else HANDLERS
        way = [*reversed(places.lineage_codes(complaint.desk_id)), settings.HOME_REGION]
        if _first_with_hands(way, roles, barred, complaint.organisation_id) is None:
            found.append(complaint)
    return found


def held_about(person: Person) -> Held:
    """Return what is held about a person: own complaints with their answers, and complaints handled."""
    own = Complaint.objects.filter(author=person).prefetch_related("steps").order_by("pk")
    worked = Step.objects.filter(by=person).exclude(complaint__author=person)
    return {
        "complaints": [
            {
                "code": one.code,
                "kind": one.kind,
                "about": one.title or one.path,
                "text": one.text,
                "contact": one.contact,
                "state": one.state,
                "received_at": one.received_at,
                "answers": [step.text for step in one.steps.all() if step.verb == "answer"],
            }
            for one in own
        ],
        "complaints_handled": [
            {"code": step.complaint.code, "did": step.verb, "text": step.text, "at": step.at}
            for step in worked.select_related("complaint").order_by("pk")
        ],
    }


def _found(code: str) -> Complaint:
    rows = Complaint.objects.filter(code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def _late(today: dt.date) -> Q:
    return Q(act_on__lt=today) | Q(due_on__lt=today)


def _first_with_hands(
    way: Sequence[str], roles: Sequence[Role], barred: Collection[int], organisation: int | None
) -> str | None:
    out = set(barred)
    if organisation is not None:
        out |= organisations.member_ids(organisation)
    there = access.seated(roles, way)
    return next((code for code in way if there.get(code, set()) - out), None)
