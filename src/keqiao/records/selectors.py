"""One person's record, gathered from the rooms; and the same of volunteering in the fields of its rules."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.casework.models import Party
from keqiao.casework.policies import acting_for
from keqiao.offers import selectors as offers
from keqiao.offers.states import State as OfferState
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.types import CONFIRMING
from keqiao.paperwork.transfer import NOT_HELD, Transfer
from keqiao.proofs import selectors as proofs
from keqiao.records.types import Line, Record
from keqiao.visits.models import Visit
from keqiao.visits.states import State as VisitState
from keqiao.volunteering import counted, selectors
from keqiao.volunteering.models import Hours, Mark
from keqiao.volunteering.states import Membership
from keqiao.volunteering.types import MarkKind

MOST = 1000  # lines of one kind, the newest


def of(person: Person) -> Record:
    """Return what a person has done; the caller asks only for the own."""
    return Record(
        name=person.name,
        made_at=timezone.now(),
        studios=tuple(
            Line(timezone.localdate(one.founded_at), one.name, one.about, one.code)
            for one in offers.studios_of(person)
        ),
        offers=tuple(_offers(person)),
        minutes=counted.minutes(counted.counting(person)),
        services=tuple(_service(one) for one in counted.counting(person).reverse()[:MOST]),
        visits=tuple(_visits(person)),
        talks=tuple(_talks(person)),
        outcomes=tuple(_outcomes(person)),
        proofs=tuple(
            Line(timezone.localdate(one.issued_at), one.get_kind_display(), one.void_why, one.code)
            for one in proofs.of_person(person)[:MOST]
        ),
    )


def transfer(person: Person) -> Transfer:
    """Return a volunteer's record in the fields of the rules; only what counts is a service."""
    marks = list(selectors.marks_of(person))
    return Transfer(
        person=_stated(person),
        services=tuple(_row(one) for one in counted.counting(person)),
        training=tuple(
            (one.title, one.issuer, str(one.given_on), one.place, _number(one.minutes), _day(one))
            for one in marks
            if one.kind == MarkKind.TRAINING
        ),
        commendations=_marked(marks, MarkKind.COMMENDATION),
        evaluations=_marked(marks, MarkKind.EVALUATION),
        platform=settings.SITE_URL,
        made_at=timezone.localtime(),
    )


def _offers(person: Person) -> list[Line]:
    rows = offers.of_person(person).filter(state=OfferState.OPEN)
    return [
        Line(
            timezone.localdate(one.opened_at) if one.opened_at else None,
            one.title,
            one.studio.name,
            one.code,
        )
        for one in rows[:MOST]
    ]


def _service(hours: Hours) -> Line:
    shift = hours.shift
    values = {"title": shift.title, "minutes": hours.minutes}
    about = _("%(title)s（%(minutes)s 分钟）") % values
    return Line(timezone.localdate(hours.starts_at), shift.project.title, about, hours.code)


def _visits(person: Person) -> list[Line]:
    """Return the visits on which the person went as an expert, as far as both sides confirmed their record."""
    mine = Q(experts__person=person) | Q(experts__studio__in=offers.studios_of(person))
    rows = Visit.objects.filter(mine, state=VisitState.CLOSED).select_related("organisation")
    return [
        Line(timezone.localdate(one.starts_at), one.organisation.name, "", one.code)
        for one in rows.distinct().order_by("-starts_at", "-pk")[:MOST]
    ]


def _talks(person: Person) -> list[Line]:
    """Return the sessions that the person led, as far as they are over."""
    rows = Session.objects.filter(
        leader=person, state=SessionState.PLANNED, ends_at__lte=timezone.now()
    )
    return [
        Line(
            timezone.localdate(one.starts_at), one.title or one.activity.title, one.place, one.code
        )
        for one in rows.select_related("activity").order_by("-starts_at", "-pk")[:MOST]
    ]


def _outcomes(person: Person) -> list[Line]:
    """Return what both sides confirmed in cases in which the person acts for a side."""
    own = Party.objects.filter(acting_for(person), side__in=CONFIRMING)
    rows = outcomes.counted().filter(case__in=own.values("case"))
    return [
        Line(one.happened_on, one.get_kind_display(), one.text, one.code)
        for one in rows.order_by("-happened_on", "-pk")[:MOST]
    ]


def _stated(person: Person) -> tuple[str, ...]:
    stated = selectors.volunteer(person)
    teams = selectors.memberships(person).filter(state=Membership.MEMBER)
    names = "、".join(one.team.name for one in teams)
    if stated is None:
        return (person.name, "", "", NOT_HELD, "", person.email, "", "", names)
    reached = "，".join(one for one in (stated.phone, person.email) if one)
    return (
        person.name,
        str(stated.get_gender_display()) if stated.gender else "",
        str(stated.born_on or ""),
        NOT_HELD,
        stated.region.name if stated.region is not None else "",
        reached,
        "、".join(stated.skills),
        "、".join(stated.services),
        names,
    )


def _row(hours: Hours) -> tuple[str, ...]:
    shift = hours.shift
    starts, ends = timezone.localtime(hours.starts_at), timezone.localtime(hours.ends_at)
    return (
        hours.code,
        shift.project.title,
        f"{starts:%Y-%m-%d}",
        f"{starts:%Y-%m-%d %H:%M}",
        f"{ends:%Y-%m-%d %H:%M}",
        shift.place,
        shift.served,
        hours.work,
        str(hours.minutes),
        hours.quality,
        shift.leader.name,
        hours.recorded_by.name,
        hours.checked_by.name if hours.checked_by is not None else "",
        shift.project.association.name,
        hours.replaces.code if hours.replaces is not None else "",
    )


def _marked(marks: list[Mark], kind: MarkKind) -> tuple[tuple[str, ...], ...]:
    return tuple((one.title, one.issuer, str(one.given_on)) for one in marks if one.kind == kind)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _day(mark: Mark) -> str:
    return str(mark.until_on or "")
