"""The only writer of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.text import Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.offers.models import Studio
from keqiao.organisations import policies as organisation_policies
from keqiao.organisations import selectors as organisations
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association
from keqiao.visits import intake, moves, policies
from keqiao.visits.models import Confirmation, Expert, Finding, Pledge, Round, Visit
from keqiao.visits.moves import ChangedMeanwhile, subject_of
from keqiao.visits.states import MACHINE, State
from keqiao.visits.types import FoundNeed, Pledged, Record

__all__ = ["ChangedMeanwhile", "subject_of"]  # words of the room that others use

NOBODY = N_("请至少选一位专家、一个工作室或者一个学会。")
TOO_MANY_EXPERTS = N_("一次到访最多 %(most)s 位专家。")
GONE = N_("有一位专家的账号已经停用，请换一位。")
MOST_EXPERTS = 20
MOST_KEY = 80

Guest = Person | Studio | Association  # an association here is a society


class NotYet(Refused):
    """A record is written on the day of the visit or after it."""

    text = N_("还没有到访的日子，到了那一天再写记录。")


@transaction.atomic
def begin_round(
    title: str, *, association: Association, by: Person, about: str = "", is_example: bool = False
) -> Round:
    """Begin a round: visits that belong together, such as one day's three enterprises."""
    if not policies.may_arrange(by, association):
        raise NotAllowed
    entered = Intake()
    values = {
        "title": entered.line("title", title, most=80, required=True),
        "about": entered.text("about", about, most=2000),
    }
    entered.finish()
    made: Round = Round.objects.create(
        code=new_code("QR"), association=association, made_by=by, is_example=is_example, **values
    )
    journal.record("visit_round.begun", Subject("visit_round", made.code), by=by)
    return made


@transaction.atomic
def arrange(  # noqa: PLR0913 - one visit in one call: whose, who, when, where, by whom, for which plan
    organisation: Organisation,
    *,
    experts: Sequence[Guest],
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None,
    association: Association,
    by: Person,
    key: str = "",
    place: str = "",
    about: str = "",
    in_round: Round | None = None,
) -> Visit:
    """Arrange a visit of some experts to an enterprise; both sides are told, with an entry for the calendar.

    ``key`` names the stop of a plan: asked again with it, the visit that was arranged then is returned as it is.
    Raise Invalid with all that is missing.
    """
    whose = organisations.current(organisation)
    _refuse_outsider(whose, association, in_round, by=by)
    stop = clean_line(key, most=MOST_KEY, field="key")
    if (known := _arranged_for(stop, association)) is not None:
        return known
    values = intake.cleaned(starts_at, ends_at, place=place, about=about)
    _refuse_wrong(experts)
    visit = Visit(
        code=new_code("Q"),
        key=stop,
        round=in_round,
        association=association,
        organisation=whose,
        arranged_by=by,
        is_example=whose.is_example,
        **values,
    )
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        if (known := _arranged_for(stop, association)) is not None:
            return known  # the same stop, at the same moment
        raise
    _seat(visit, experts)
    moves.record("visit.arranged", visit, by=by)
    return visit


@transaction.atomic
def move(
    visit: Visit,
    *,
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None,
    by: Person,
    place: str = "",
    about: str = "",
    experts: Sequence[Guest] | None = None,
    revision: int | None = None,
) -> Visit:
    """Move a visit that has not been, or change who comes (None leaves them); ``revision`` is what the page showed."""
    if not policies.hosts(by, visit):
        raise NotAllowed
    values = intake.cleaned(starts_at, ends_at, place=place, about=about)
    if experts is not None:
        _refuse_wrong(experts)
    values["sequence"] = visit.sequence + 1
    left = _leaving(visit, experts) if experts is not None else []
    told = {"left": [[one.person_id, one.studio_id, one.society_id] for one in left]}
    moves.move(visit, "move", "visit.moved", by=by, values=values, revision=revision, data=told)
    Expert.objects.filter(pk__in=[one.pk for one in left]).delete()
    _seat(visit, experts or ())
    return visit


@transaction.atomic
def cancel(visit: Visit, why: str, *, by: Person, revision: int | None = None) -> Visit:
    """Call off a visit that has not been, and say why."""
    if not policies.hosts(by, visit):
        raise NotAllowed
    told = clean_line(why, most=200, field="why", required=True)
    values = {"cancelled_why": told, "sequence": visit.sequence + 1}
    moves.move(visit, "cancel", "visit.cancelled", by=by, values=values, revision=revision)
    return visit


@transaction.atomic
def record(visit: Visit, written: Record, *, by: Person, revision: int | None = None) -> Visit:
    """Write down what the visit was, as often as wanted until both sides have confirmed it.

    What changes is to be confirmed anew by both; the same once more changes nothing. Raise NotYet before the day,
    Invalid with all that is wrong.
    """
    if not policies.may_write(by, visit):
        raise NotAllowed
    MACHINE.after("record", visit.state)
    if revision is not None and revision != visit.revision:
        raise ChangedMeanwhile
    day = timezone.localdate(visit.starts_at)
    if timezone.localdate() < day:
        raise NotYet
    findings = {one.pk: one for one in Finding.objects.filter(visit=visit, need=None)}
    pledges = {one.pk: one for one in Pledge.objects.filter(visit=visit)}
    kept = intake.cleaned_record(written, day=day, findings=set(findings), pledges=set(pledges))
    if visit.state != State.ARRANGED and _is_written(visit, kept, findings, pledges):
        return visit
    values = {
        "attendees": [{"name": one.name, "whom": one.whom} for one in kept.attendees],
        "seen": kept.seen,
        "advice": kept.advice,
        "written_by": by,
        "written_at": timezone.now(),
    }
    counts = {"found": len(kept.found), "pledged": len(kept.pledges)}
    moves.move(
        visit, "record", "visit.recorded", by=by, values=values, revision=revision, data=counts
    )
    _keep_findings(visit, findings, kept.found)
    _keep_pledges(visit, pledges, kept.pledges)
    Confirmation.objects.filter(visit=visit).delete()
    return visit


def _is_written(
    visit: Visit, kept: Record, findings: dict[int, Finding], pledges: dict[int, Pledge]
) -> bool:
    """Tell whether the record says that already, so that a second press changes nothing."""
    attendees = [{"name": one.name, "whom": one.whom} for one in kept.attendees]
    found = {one.number: one.text for one in kept.found}
    promised = {one.number: (one.kind, one.who, one.text, one.due_on) for one in kept.pledges}
    return (
        (visit.attendees, visit.seen, visit.advice) == (attendees, kept.seen, kept.advice)
        and found == {one.pk: one.text for one in findings.values()}
        and promised
        == {one.pk: (one.kind, one.who, one.text, one.due_on) for one in pledges.values()}
    )


def _keep_findings(visit: Visit, before: dict[int, Finding], now: Sequence[FoundNeed]) -> None:
    """Add, change and remove the sentences about needs; what the enterprise has decided is none of these."""
    for entered in now:
        if entered.number is None:
            Finding.objects.create(visit=visit, text=entered.text)
        elif before[entered.number].text != entered.text:
            Finding.objects.filter(pk=entered.number, need=None).update(text=entered.text)
    gone = set(before) - {entered.number for entered in now}
    Finding.objects.filter(pk__in=gone, need=None).delete()


def _keep_pledges(visit: Visit, before: dict[int, Pledge], now: Sequence[Pledged]) -> None:
    for entered in now:
        values = {
            "kind": entered.kind,
            "who": entered.who,
            "text": entered.text,
            "due_on": entered.due_on,
        }
        if entered.number is None:
            Pledge.objects.create(visit=visit, **values)
        else:
            Pledge.objects.filter(pk=entered.number).update(**values)
    Pledge.objects.filter(pk__in=set(before) - {entered.number for entered in now}).delete()


def _arranged_for(key: str, association: Association) -> Visit | None:
    """Return the visit that was arranged for the stop of a plan; raise NotAllowed for another association's."""
    known = Visit.objects.filter(key=key).first() if key else None
    if known is not None and known.association_id != association.pk:
        raise NotAllowed
    return known


def _refuse_outsider(
    whose: Organisation, association: Association, in_round: Round | None, *, by: Person
) -> None:
    """Raise NotAllowed for who may not arrange there, does not know the enterprise, or takes another's round."""
    is_here = in_round is None or in_round.association_id == association.pk
    may = policies.may_arrange(by, association) and organisation_policies.may_see(by, whose)
    if not (may and is_here):
        raise NotAllowed


def _refuse_wrong(experts: Sequence[Guest]) -> None:
    if not experts:
        raise invalid("experts", NOBODY)
    if len(experts) > MOST_EXPERTS:
        raise invalid("experts", TOO_MANY_EXPERTS, most=MOST_EXPERTS)
    if any(isinstance(one, Association) and one.kind != one.Kind.SOCIETY for one in experts):
        raise invalid("experts", NOBODY)
    persons = [one.person if isinstance(one, Studio) else one for one in experts]
    if any(isinstance(one, Person) and not one.is_active for one in persons):
        raise invalid("experts", GONE)


def _columns(guest: Guest) -> dict[str, Any]:
    """Return who of the three a guest is; a person's own studio comes with the person."""
    found: dict[str, Any] = {"person_id": None, "studio_id": None, "society_id": None}
    match guest:
        case Studio():
            found |= {"person_id": guest.person_id, "studio_id": guest.pk}
        case Association():
            found["society_id"] = guest.pk
        case _:
            own = Studio.objects.filter(person=guest.pk).values_list("pk", flat=True).first()
            found |= {"person_id": guest.pk, "studio_id": own}
    return found


def _seat(visit: Visit, experts: Sequence[Guest]) -> None:
    for guest in experts:
        Expert.objects.get_or_create(visit=visit, **_columns(guest))


def _leaving(visit: Visit, experts: Sequence[Guest]) -> list[Expert]:
    """Return the seats of those who are none of the new experts."""
    wanted = [_columns(guest) for guest in experts]
    return [
        one
        for one in Expert.objects.filter(visit=visit).order_by("pk")
        if {"person_id": one.person_id, "studio_id": one.studio_id, "society_id": one.society_id}
        not in wanted
    ]
