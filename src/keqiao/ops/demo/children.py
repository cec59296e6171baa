"""Children of the demonstration, all invented: two of 阿依·马兰's and a class of 罗青's, for a camp with few places.

So the register of what is held about minors has something to show.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from keqiao.activities.models import Session
from keqiao.activities.types import YES_NO
from keqiao.classes import selectors as class_selectors
from keqiao.classes import services as classes
from keqiao.classes.types import Content
from keqiao.guardians import services as guardians
from keqiao.guardians.types import Entered, Guardian, Purpose
from keqiao.ops.demo.activities import LEADER
from keqiao.organisations import selectors as organisations
from keqiao.registrations import services as registrations
from keqiao.registrations.models import Registration

if TYPE_CHECKING:
    from keqiao.accounts.models import Person

MOTHER, TEACHER = "malan@keqiao.example", "luoqing@keqiao.example"
CAMP, SCHOOL = "H-DEM00009", "O-DEM00033"  # four places: three are kept for the class, one is left
PUPILS = ("吉克·阿妞", "王小雨", "李想")
PHONE = "139 0000 0000"  # the first block of its exchange is given to nobody
DAYS = 3  # for which the class's guardians are asked


@transaction.atomic
def load(people: dict[str, Person]) -> None:
    """Sign up whom the demonstration tells of, all or nobody, unless somebody is there or the camp has begun."""
    rows = Session.objects.filter(activity__code=CAMP, starts_at__gt=timezone.now())
    session = rows.select_related("activity__association").first()
    if session is None or Registration.objects.filter(session=session).exists():
        return
    _bring_a_class(session, people[TEACHER])
    mother = people[MOTHER]
    children = (_child(session, "阿依·小满", "对花生过敏"), _child(session, "阿依·小禾", "晕车"))
    made = registrations.sign_up(session, by=mother, minors=children, may_split=True)
    elder, younger = (one.minor for one in made)
    if elder is not None and younger is not None:
        guardians.read(elder, by=people[LEADER])
        guardians.withdraw(younger, Purpose.HEALTH, by=mother)


def _bring_a_class(session: Session, teacher: Person) -> None:
    """Keep places for a class, of which one guardian has said yes by the link."""
    school = organisations.get(SCHOOL, by=teacher)
    due_on = timezone.localdate() + dt.timedelta(days=DAYS)
    entered = classes.enter(session, school, Content("五年级 1 班", PUPILS, due_on), by=teacher)
    link = classes.issue_links(entered, by=teacher)[0]
    confirmed = _child(session, link.called, "")
    classes.confirm(class_selectors.by_key(link.key), confirmed, Guardian("吉克·约布", PHONE))


def _child(session: Session, name: str, note: str) -> Entered:
    """Return what is entered about a child of ten; a note is entered only with the consent to it."""
    day = timezone.localdate(session.starts_at)
    purposes = {Purpose.TAKING_PART, Purpose.EMERGENCY} | ({Purpose.HEALTH} if note else set())
    return Entered(
        name,
        dt.date(day.year - 10, 1, 1),
        emergency_name="阿依·木呷",
        emergency_phone=PHONE,
        health_note=note,
        answers={one["key"]: YES_NO[1] for one in session.activity.questions},
        consents=frozenset(purposes),
    )
