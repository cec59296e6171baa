"""The only writer of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

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
from keqiao.visits import intake, policies
from keqiao.visits.models import Expert, Round, Visit
from keqiao.visits.states import MACHINE

NOBODY = N_("请至少选一位专家、一个工作室或者一个学会。")
TOO_MANY_EXPERTS = N_("一次到访最多 %(most)s 位专家。")
GONE = N_("有一位专家的账号已经停用，请换一位。")
MOST_EXPERTS = 20
MOST_KEY = 80

Guest = Person | Studio | Association  # an association here is a society


class ChangedMeanwhile(Refused):
    """Somebody moved or wrote down the visit after this page was opened."""

    text = N_("这次到访刚才被其他人更新过。您写的还在下面，请核对后再保存一次。")


def subject_of(visit: Visit) -> Subject:
    """Return how the journal names a visit."""
    return Subject("visit", visit.code)


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
    if not policies.may_arrange(by, association):
        raise NotAllowed
    if not organisation_policies.may_see(by, whose):
        raise NotAllowed
    if in_round is not None and in_round.association_id != association.pk:
        raise NotAllowed
    stop = clean_line(key, most=MOST_KEY, field="key")
    known = _arranged_for(stop, association)
    if known is not None:
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
    except IntegrityError:  # the same stop, arranged at the same moment
        known = _arranged_for(stop, association)
        if known is None:
            raise
        return known
    _seat(visit, experts)
    _record("visit.arranged", visit, by=by)
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
    _move(visit, "move", {**values, "sequence": visit.sequence + 1}, revision=revision)
    data: dict[str, Any] = {}
    if experts is not None:
        before = list(Expert.objects.filter(visit=visit).order_by("pk"))
        data["left"] = _reseat(visit, before, experts)
    _record("visit.moved", visit, by=by, **data)
    return visit


@transaction.atomic
def cancel(visit: Visit, why: str, *, by: Person, revision: int | None = None) -> Visit:
    """Call off a visit that has not been, and say why."""
    if not policies.hosts(by, visit):
        raise NotAllowed
    told = clean_line(why, most=200, field="why", required=True)
    values = {"cancelled_why": told, "sequence": visit.sequence + 1}
    _move(visit, "cancel", values, revision=revision)
    _record("visit.cancelled", visit, by=by)
    return visit


def _arranged_for(key: str, association: Association) -> Visit | None:
    """Return the visit that was arranged for the stop of a plan; raise NotAllowed for another association's."""
    known = Visit.objects.filter(key=key).first() if key else None
    if known is not None and known.association_id != association.pk:
        raise NotAllowed
    return known


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


def _reseat(visit: Visit, before: list[Expert], experts: Sequence[Guest]) -> list[list[int | None]]:
    """Seat the new experts, unseat who is none of them; return who left, as numbers of person, studio, society."""
    wanted = {tuple(_columns(guest).values()) for guest in experts}
    seated = {(one.person_id, one.studio_id, one.society_id): one for one in before}
    left = [who for who in seated if who not in wanted]
    for who in left:
        seated[who].delete()
    _seat(visit, experts)
    return [list(who) for who in left]


def _move(visit: Visit, verb: str, values: dict[str, Any], *, revision: int | None = None) -> None:
    """Make one change, if the visit still is as it was read; raise WrongState, ChangedMeanwhile."""
    state = MACHINE.after(verb, visit.state)
    known = visit.revision if revision is None else revision
    rows = Visit.objects.filter(pk=visit.pk, revision=known, state=visit.state)
    if not rows.update(**values, state=state, revision=known + 1):
        raise ChangedMeanwhile
    visit.refresh_from_db()


def _record(action: str, visit: Visit, *, by: Person | None, **data: Any) -> None:
    told = {"revision": visit.revision, "sequence": visit.sequence, **data}
    journal.record(action, subject_of(visit), by=by, data=told)
