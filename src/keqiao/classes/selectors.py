"""Questions about classes and their pupils."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from django.db.models import Count, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.classes import policies
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.classes.states import State
from keqiao.organisations.models import Organisation

KEY = re.compile(r"[\w-]{43}", re.ASCII)
OF_CLASS = ("session__activity__association", "session__region", "school__region", "teacher")
OF_PUPIL = (
    *(f"school_class__{one}" for one in OF_CLASS),
    "registration__minor__session__activity__association",
)


def get(code: str, *, by: Visitor) -> SchoolClass:
    """Return the class of ``code`` for its teacher; raise Missing for anybody else."""
    rows = SchoolClass.objects.filter(code=code).select_related(*OF_CLASS)
    found = rows.first() if is_code(code) else None
    if found is None or not policies.teaches(by, found):
        raise Missing
    return found


def of_teacher(person: Person) -> QuerySet[SchoolClass]:
    """Return the classes of a teacher, the newest first, with how many guardians are asked and have confirmed."""
    rows = SchoolClass.objects.filter(teacher=person).select_related("session__activity", "school")
    counted = rows.annotate(
        asked_count=Count("pupils", filter=Q(pupils__state=State.ASKED)),
        confirmed_count=Count("pupils", filter=Q(pupils__state=State.CONFIRMED)),
    )
    return counted.order_by("-made_at", "-pk")


def schools_of(person: Visitor) -> list[Organisation]:
    """Return the schools for which the person may enter a class, by name."""
    return list(Organisation.objects.filter(policies.schools_of(person)).order_by("name", "pk"))


def pupils(school_class: SchoolClass) -> list[Pupil]:
    """Return the pupils of a class in their order; of those confirmed the name that the guardian entered is loaded."""
    rows = Pupil.objects.filter(school_class=school_class).select_related("registration__minor")
    light = rows.only(
        "number", "called", "state", "school_class", "key_digest", "registration__state", "registration__code",
        "registration__minor__name", "registration__minor__code",
    )  # fmt: skip
    return list(light.order_by("number"))


def by_key(key: str) -> Pupil:
    """Return the pupil whose link holds ``key``; raise Missing when there is none, or none any more."""
    rows = Pupil.objects.filter(key_digest=digest(key)).select_related(*OF_PUPIL)
    found = rows.first() if KEY.fullmatch(key) else None
    if found is None or found.state in {State.LAPSED, State.REFUSED, State.WITHDRAWN}:
        raise Missing
    return found


def digest(key: str) -> str:
    """Return what is kept of the key of a link."""
    return hashlib.sha256(key.encode()).hexdigest()


def kept(session: Session) -> list[tuple[str, str]]:
    """Return the school and the county of each place of a session that waits for a pupil's guardian."""
    rows = Pupil.objects.filter(school_class__session=session, state=State.ASKED)
    return list(rows.values_list("school_class__school__name", "school_class__school__region_id"))


def over(now: dt.datetime) -> list[SchoolClass]:
    """Return the classes whose day is over, or whose session began or was cancelled, and that still wait."""
    is_over = Q(due_at__lte=now) | Q(session__starts_at__lte=now)
    is_over |= Q(session__state=SessionState.CANCELLED)
    rows = SchoolClass.objects.filter(is_over, ended_at=None).select_related("session")
    return list(rows.order_by("pk"))


def held_about(person: Person) -> Held:
    """Return what is held about a person: the classes entered, without the pupils."""
    return {
        "classes": [
            {
                "code": one.code,
                "session_code": one.session.code,
                "organisation": one.school.name,
                "name": one.name,
                "made_at": one.made_at,
                "ended_at": one.ended_at,
            }
            for one in of_teacher(person)
        ]
    }
