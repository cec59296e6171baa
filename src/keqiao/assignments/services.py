"""The only writer of plans: made, ruled in, applied, taken up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.assignments import intake, planning, policies, selectors, weighing
from keqiao.assignments.models import Capacity, Choice, Item, Plan, Ruling
from keqiao.assignments.states import MACHINE, State
from keqiao.assignments.types import (
    BROKER_KEY,
    DUE_DAYS,
    RulingKind,
    Skipped,
    Terms,
    names_within,
    phrase,
)
from keqiao.base.codes import new_code
from keqiao.base.errors import Invalid, NotAllowed, Problem, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.casework import policies as casework_policies
from keqiao.casework import selectors as cases
from keqiao.casework import services as casework
from keqiao.casework.models import Case
from keqiao.casework.states import LIVE
from keqiao.engine.assignment.types import Impossible
from keqiao.invitations import services as invitations
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.matching import services as matching
from keqiao.matching.types import Grade
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State as OfferState
from keqiao.places.models import Association

OFFER_CLOSED = N_("这项所能没有开放，不能派给它。")
REFUSALS: Mapping[type[Refused], Skipped] = {
    invitations.AlreadyInvited: Skipped.INVITED,
    invitations.RefusedBefore: Skipped.REFUSED,
    invitations.OwnNeed: Skipped.STAKE,
}


class ChangedMeanwhile(Refused):
    """Somebody changed the plan after this page was opened."""

    text = N_("这份派单刚才被其他人改过，下面是现在的样子，请核对后再操作。")


class PlannedAlready(Refused):
    """One draft for a week of an association."""

    text = N_("这一周已经有一份拟定中的派单，请到那一份里改。")


class NoLonger(Refused):
    """A row of a plan that the world has overtaken."""

    text = N_("这一条现在办不了：需求已不在征集，或已经由别的对接单承接。")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking up a row: its case, how many invitations went out, and which choices did not hold."""

    case: Case
    invited_count: int
    skipped: tuple[Choice, ...]


def subject_of(plan: Plan) -> Subject:
    """Return how the journal names a plan."""
    return Subject("assignment", plan.code)


@transaction.atomic
def draft(
    association: Association, day: dt.date, terms: Terms | None = None, *, by: Person
) -> Plan:
    """Make the plan of the week in which ``day`` lies; raise PlannedAlready."""
    if not policies.may_plan(by, association):
        raise NotAllowed
    begin = intake.week(day, today=timezone.localdate())
    plan = Plan(
        code=new_code("W"),
        association=association,
        week_on=begin,
        made_by=by,
        **_columns(intake.terms(terms or Terms())),
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        raise PlannedAlready from None
    values = planning.keep(plan, planning.run(plan, is_strict=False))
    Plan.objects.filter(pk=plan.pk).update(**values)
    plan.refresh_from_db()
    told = {"association": association.code, "week": begin.isoformat(), "needs": plan.needs_count}
    journal.record("assignment.drafted", subject_of(plan), by=by, data=told)
    return plan


@transaction.atomic
def rerun(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Make the proposal again from what is known now; locks stay, unless the world has overtaken them."""
    _begin(plan, by=by, revision=revision)
    return _again(plan, "rerun", {}, by=by, is_strict=False)


@transaction.atomic
def set_terms(plan: Plan, terms: Terms, *, by: Person, revision: int) -> Plan:
    """Change the rules, and make the proposal again."""
    columns = _columns(intake.terms(terms))
    _begin(plan, by=by, revision=revision)
    Plan.objects.filter(pk=plan.pk).update(**columns)
    plan.refresh_from_db()
    return _again(plan, "terms", columns, by=by, is_strict=True)


@transaction.atomic
def set_capacity(
    plan: Plan, who: Studio | Person, count: int | None, *, by: Person, revision: int
) -> Plan:
    """Count with so many places of a studio, or live cases of a broker, this week; None is what is known again."""
    _begin(plan, by=by, revision=revision)
    side = _side(who)
    if count is None:
        Capacity.objects.filter(plan=plan, **side).delete()
    else:
        kept = {"count": intake.count(count)}
        Capacity.objects.update_or_create(plan=plan, **side, defaults=kept)
    told = {"who": _key(who), "count": count}
    return _again(plan, "capacity", told, by=by, is_strict=count is not None)


@transaction.atomic
def lock(choice: Choice, *, by: Person, revision: int) -> Plan:
    """Have a row and a studio or broker always together."""
    plan = _begin(choice.item.plan, by=by, revision=revision)
    _rule(choice, RulingKind.LOCK, by=by)
    return _again(plan, "lock", _told(choice), by=by, is_strict=True)


@transaction.atomic
def exclude(choice: Choice, *, by: Person, revision: int) -> Plan:
    """Have a row and a studio or broker never together in this plan."""
    plan = _begin(choice.item.plan, by=by, revision=revision)
    _rule(choice, RulingKind.BAN, by=by)
    return _again(plan, "exclude", _told(choice), by=by, is_strict=False)


@transaction.atomic
def move(choice: Choice, *, instead_of: Choice | None, by: Person, revision: int) -> Plan:
    """Take ``choice`` in place of another one of the same row, and lock it.

    Where a row has several studios the other one is left out of it; else it simply makes room.
    """
    plan = _begin(choice.item.plan, by=by, revision=revision)
    _make_room(plan, instead_of, by=by)
    _rule(choice, RulingKind.LOCK, by=by)
    return _again(plan, "move", _told(choice), by=by, is_strict=True)


@transaction.atomic
def choose(
    item: Item,
    offer: Offer,
    why: str,
    *,
    instead_of: Choice | None = None,
    by: Person,
    revision: int,
) -> Plan:
    """Take a studio that the engine did not think of, and say why: it becomes a broker's judgement. Raise Invalid."""
    if item.need is None:
        raise NotAllowed
    if offer.state != OfferState.OPEN:
        raise invalid("offer", OFFER_CLOSED)
    plan = _begin(item.plan, by=by, revision=revision)
    matching.judge(item.need, offer, Grade.FITTING, why=why, by=by)
    own = Choice(item=item, studio=offer.studio, offer=offer)
    _make_room(plan, instead_of, by=by)
    _rule(own, RulingKind.LOCK, by=by)
    return _again(plan, "choose", _told(own), by=by, is_strict=True)


@transaction.atomic
def withdraw(ruling: Ruling, *, by: Person, revision: int) -> Plan:
    """Take a lock or an exclusion back."""
    plan = _begin(ruling.plan, by=by, revision=revision)
    told = {"row": ruling.key, "kind": ruling.kind}
    Ruling.objects.filter(pk=ruling.pk).delete()
    return _again(plan, "withdraw", told, by=by, is_strict=False)


@transaction.atomic
def apply(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Hand the rows to their brokers; what the world has overtaken is marked. Twice changes nothing.

    No case is opened here: each broker takes up the own rows, with the own rights.
    """
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    plan.refresh_from_db()
    if plan.state == State.APPLIED:
        return plan
    state = MACHINE.after("apply", plan.state)
    now = timezone.now()
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    values = {"applied_by": by, "applied_at": now, "changed_at": now, "revision": revision + 1}
    if not rows.update(**values, state=state):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    skipped = _mark_overtaken(plan)
    told = {"needs": plan.needs_count, "skipped": skipped}
    journal.record("assignment.applied", subject_of(plan), by=by, data=told)
    return plan


@transaction.atomic
def discard(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Put a draft away."""
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    state = MACHINE.after("discard", plan.state)
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    if not rows.update(state=state, changed_at=timezone.now(), revision=revision + 1):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    journal.record("assignment.discarded", subject_of(plan), by=by, data={})
    return plan


@transaction.atomic
def take_up(item: Item, *, by: Person) -> Taken:
    """Carry out a row of an applied plan: open or take over its case, and invite its studios. Twice is once.

    The broker named in the row does, or any broker of the area when none is. Raise NoLonger; a studio that cannot be
    asked any more is skipped.
    """
    Plan.objects.select_for_update().get(pk=item.plan_id)  # one after another: places are counted
    item = Item.objects.select_related("plan", "need", "case__broker").get(pk=item.pk)
    if item.plan.state != State.APPLIED:
        raise WrongState
    choices = list(item.choices.filter(is_chosen=True).select_related("studio", "offer", "broker"))
    named = [one.broker_id for one in choices if one.broker_id is not None]
    if named and by.pk not in named:
        raise NotAllowed
    if item.taken_at is not None and item.case is not None:
        return Taken(item.case, 0, ())
    case = _opened(item, by=by)
    values = {"case": case, "taken_by": by, "taken_at": timezone.now(), "skipped": ""}
    Item.objects.filter(pk=item.pk).update(**values)
    asked = [one for one in choices if one.studio_id is not None]
    skipped = tuple(one for one in asked if not _invited(item, case, one, by=by))
    told = {
        "row": item.key,
        "case": case.code,
        "invited": len(asked) - len(skipped),
        "skipped": len(skipped),
    }
    journal.record("assignment.taken_up", subject_of(item.plan), by=by, data=told)
    return Taken(case, len(asked) - len(skipped), skipped)


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "threshold": terms.threshold,
        "floor": terms.floor,
        "newcomers": terms.newcomers,
        "wanted": terms.wanted,
        "has_cases": terms.has_cases,
    }


def _begin(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Take the next revision of a draft for this change; raise ChangedMeanwhile."""
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    MACHINE.after("change", plan.state)
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    if not rows.update(revision=revision + 1, changed_at=timezone.now()):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    return plan


def _again(plan: Plan, deed: str, told: Mapping[str, Any], *, by: Person, is_strict: bool) -> Plan:
    """Run, keep and record; a contradiction undoes the whole change and is said in names."""
    try:
        found = planning.run(plan, is_strict=is_strict)
    except Impossible as refusal:
        names = selectors.names(names_within(refusal.reasons))
        raise Invalid([Problem("", phrase(one, names)) for one in refusal.reasons]) from None
    Plan.objects.filter(pk=plan.pk).update(**planning.keep(plan, found))
    plan.refresh_from_db()
    journal.record("assignment.changed", subject_of(plan), by=by, data={"deed": deed, **told})
    return plan


def _side(who: Studio | Person) -> dict[str, Any]:
    return {"studio": who} if isinstance(who, Studio) else {"broker": who}


def _key(who: Studio | Person) -> str:
    return who.code if isinstance(who, Studio) else BROKER_KEY.format(who.pk)


def _rule(choice: Choice, kind: RulingKind, *, by: Person) -> None:
    """Keep what was ruled; the last word about a pair counts."""
    who: dict[str, Any] = {"studio": choice.studio, "broker": choice.broker}
    values = {"kind": kind, "offer": choice.offer, "by": by, "at": timezone.now()}
    plan = choice.item.plan
    Ruling.objects.update_or_create(plan=plan, key=choice.item.key, **who, defaults=values)


def _make_room(plan: Plan, choice: Choice | None, *, by: Person) -> None:
    """Let a choice go; where a row has several studios it would come back, and so is left out of the row."""
    if choice is None:
        return
    if choice.studio_id is not None and plan.wanted > 1:
        _rule(choice, RulingKind.BAN, by=by)
    else:
        who = {"studio": choice.studio, "broker": choice.broker}
        Ruling.objects.filter(plan=plan, key=choice.item.key, **who).delete()


def _told(choice: Choice) -> dict[str, str]:
    who = choice.studio or choice.broker
    return {"row": choice.item.key, "who": _key(who)} if who is not None else {}


def _mark_overtaken(plan: Plan) -> int:
    """Mark the rows whose need is gone and the choices that hold no longer; return how many there are."""
    gone, held = selectors.overtaken(plan)
    Item.objects.filter(pk__in=gone).update(skipped=Skipped.GONE)
    for reason in set(held.values()):
        numbers = [pk for pk, why in held.items() if why == reason]
        Choice.objects.filter(pk__in=numbers).update(skipped=reason)
    return len(gone) + len(held)


def _opened(item: Item, *, by: Person) -> Case:
    """Return the case of a row: opened for its need, taken over, or the broker's own already."""
    if item.case is None:
        if item.need is None or item.need.state != NeedState.OPEN:
            raise NoLonger
        try:
            return casework.open_case([item.need], by=by)
        except (casework.NeedTaken, WrongState):
            raise NoLonger from None
    case = item.case
    if case.state not in LIVE:
        raise NoLonger
    if casework_policies.works(by, case):
        return case
    if item.need is not None:
        raise NotAllowed  # the invitations of a case are its own broker's
    if cases.has_broker(case):
        raise NoLonger
    return casework.hand_over(case, by, by=by)


def _invited(item: Item, case: Case, choice: Choice, *, by: Person) -> bool:
    """Ask the studio of a choice, and tell whether it could be; why not is kept."""
    studio, offer = choice.studio, choice.offer
    if item.need is None or studio is None:
        return False
    values: dict[str, Any]
    if offer is not None and offer.state != OfferState.OPEN:
        values = {"skipped": Skipped.CLOSED}
    elif not weighing.places(item.plan, [studio])[studio.code]:
        values = {"skipped": Skipped.FULL}
    else:
        due_on = timezone.localdate() + dt.timedelta(days=DUE_DAYS)
        try:
            sent = invitations.invite(case, item.need, studio, due_on=due_on, offer=offer, by=by)
        except Refused as refusal:
            values = {"skipped": REFUSALS.get(type(refusal), Skipped.OTHER)}
        else:
            values = {"invitation": sent, "skipped": ""}
    Choice.objects.filter(pk=choice.pk).update(**values)
    choice.refresh_from_db()
    return choice.invitation_id is not None
