"""What lies behind in the demonstration: a lecture that was heard and a shift that was served, and the papers on both.

Nobody signs up for what is past: both are laid in the days to come, and then moved back as if the time had passed.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from keqiao.activities.models import Session
from keqiao.attendance import services as attendance
from keqiao.attendance.types import Answer
from keqiao.ops.demo import volunteering
from keqiao.ops.demo.activities import LEADER
from keqiao.places import selectors as places
from keqiao.registrations import services as registrations
from keqiao.registrations.models import Registration
from keqiao.volunteering import hours, projects
from keqiao.volunteering.models import Project, Shift
from keqiao.volunteering.types import Worked

if TYPE_CHECKING:
    from keqiao.accounts.models import Person

LECTURE, SHIFT = "H-DEM00010", "B-DEM00003"
LISTENER, ABSENT = "jitianxi@keqiao.example", "zhouhe@keqiao.example"
VOLUNTEER = volunteering.VOLUNTEERS[0]
BACK = dt.timedelta(days=10)
ANSWERS = {"understood": Answer.YES, "learned": Answer.YES, "comes_again": Answer.PARTLY}


@transaction.atomic
def load(people: dict[str, Person]) -> None:
    """Lay whichever of the two is not there yet."""
    rows = Session.objects.filter(activity__code=LECTURE, starts_at__gt=timezone.now())
    session = rows.select_related("activity__association").first()
    if session is not None and not Registration.objects.filter(session=session).exists():
        _hear(session, people)
    project = Project.objects.filter(code=volunteering.PROJECT).first()
    if project is not None and not Shift.objects.filter(code=SHIFT).exists():
        _serve(project, people)


def _hear(session: Session, people: dict[str, Person]) -> None:
    """Of two who have a place one comes, answers the three questions and takes the certificate."""
    listener = people[LISTENER]
    (came,) = registrations.sign_up(session, by=listener, own=True)
    registrations.sign_up(session, by=people[ABSENT], own=True)
    _move_back(session)
    attendance.check_in_now(session, came.code, by=people[LEADER])
    came.refresh_from_db()
    attendance.give_feedback(came, ANSWERS, text="想再听一讲尾矿的。", by=listener)
    attendance.certify(came, by=listener)


def _serve(project: Project, people: dict[str, Person]) -> None:
    """One served: recorded by the leader, checked by the second, proven to the volunteer."""
    leader, volunteer = people[volunteering.LEADER], people[VOLUNTEER]
    day = timezone.localdate() + dt.timedelta(days=1)
    shift = projects.offer_shift(project, volunteering.content(day), by=leader, code=SHIFT)
    projects.sign_up(shift, by=volunteer)
    _move_back(shift)
    served = Worked(shift.starts_at, shift.ends_at, work="讲解稻瘟病识别，帮九户辨认病叶。")
    recorded = hours.record(shift, volunteer, served, by=leader)
    hours.check(recorded, by=people[volunteering.SECOND])
    node = places.association_for(volunteering.NODE)
    if node is not None:
        today = timezone.localdate()
        hours.prove(node, today - dt.timedelta(days=90), today, by=volunteer)


def _move_back(held: Session | Shift) -> None:
    starts_at, ends_at = held.starts_at - BACK, held.ends_at - BACK
    type(held).objects.filter(pk=held.pk).update(starts_at=starts_at, ends_at=ends_at)
    held.refresh_from_db()
