"""The only writer of plans of visits: drafted, ruled in, solved, applied. Its two sides are written by ``sides``."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.places.models import Association
from keqiao.tours import intake, planning, policies, weighing
from keqiao.tours.models import Expert, Firm, Plan, Ruling, Stop
from keqiao.tours.sides import ChangedMeanwhile, begin, changed, subject_of
from keqiao.tours.states import MACHINE, State
from keqiao.tours.types import RulingKind, Terms
from keqiao.visits import services as visits

__all__ = ["ChangedMeanwhile"]  # a word of the room that its pages know

STAKE = N_("“%(expert)s”与“%(firm)s”是同一单位或同一个人，须回避，不能锁定在一起。")
NO_SUCH_DAY = N_("这一天不在计划的日子里，请重新选择。")
WEEKEND = 5  # number of Saturday
SUNDAY = 6


class NotReady(Refused):
    """The engine is still at work, or found nothing that could be applied."""

    text = N_("还没有可以安排的结果：请等计算完成，再核对一遍。")


@transaction.atomic
def draft(association: Association, terms: Terms, *, by: Person) -> Plan:
    """Make a plan without experts and firms. Raise Invalid."""
    if not policies.may_plan(by, association):
        raise NotAllowed
    entered = intake.terms(terms, today=timezone.localdate())
    plan = Plan(code=new_code("T"), association=association, made_by=by, **_columns(entered))
    plan.save(force_insert=True)
    told = {"association": association.code, "begins": entered.begins_on.isoformat()}
    journal.record("tour.drafted", subject_of(plan), by=by, data=told)
    return plan


@transaction.atomic
def set_terms(plan: Plan, terms: Terms, *, by: Person, revision: int) -> Plan:
    """Change days and rules; the engine plans anew. Raise Invalid."""
    entered = intake.terms(terms, today=timezone.localdate(), known=terms_of(plan))
    begin(plan, by=by, revision=revision)
    Plan.objects.filter(pk=plan.pk).update(**_columns(entered))
    plan.refresh_from_db()
    told = {"begins": entered.begins_on.isoformat(), "ends": entered.ends_on.isoformat()}
    return changed(plan, "terms", told, by=by)


@transaction.atomic
def rerun(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Have the engine plan anew from what is known now."""
    return changed(begin(plan, by=by, revision=revision), "rerun", {}, by=by)


@transaction.atomic
def lock(
    firm: Firm, expert: Expert, *, by: Person, revision: int, day_on: dt.date | None = None
) -> Plan:
    """Have an expert visit a firm in every run, perhaps on a given day. Raise Invalid for a pair with a stake."""
    plan = begin(firm.plan, by=by, revision=revision)
    _rule(plan, firm, expert, RulingKind.LOCK, by=by, day_on=day_on)
    return changed(plan, "lock", _told(firm, expert, day_on), by=by)


@transaction.atomic
def exclude(firm: Firm, expert: Expert, *, by: Person, revision: int) -> Plan:
    """Have an expert never visit a firm in this plan."""
    plan = begin(firm.plan, by=by, revision=revision)
    _rule(plan, firm, expert, RulingKind.BAN, by=by)
    return changed(plan, "exclude", _told(firm, expert), by=by)


@transaction.atomic
def move(
    firm: Firm,
    expert: Expert,
    *,
    instead_of: Expert | None,
    by: Person,
    revision: int,
    day_on: dt.date | None = None,
) -> Plan:
    """Give a stop to another expert, and lock it.

    Where the firm wants several, the one before is left out of it; else it simply makes room.
    """
    plan = begin(firm.plan, by=by, revision=revision)
    if instead_of is not None and instead_of.pk != expert.pk:
        if firm.wanted > 1:
            _rule(plan, firm, instead_of, RulingKind.BAN, by=by)
        else:
            Ruling.objects.filter(firm=firm, expert=instead_of).delete()
    _rule(plan, firm, expert, RulingKind.LOCK, by=by, day_on=day_on)
    return changed(plan, "move", _told(firm, expert, day_on), by=by)


@transaction.atomic
def withdraw(ruling: Ruling, *, by: Person, revision: int) -> Plan:
    """Take a lock or an exclusion back."""
    plan = begin(ruling.firm.plan, by=by, revision=revision)
    told = {**_told(ruling.firm, ruling.expert), "kind": ruling.kind}
    Ruling.objects.filter(pk=ruling.pk).delete()
    return changed(plan, "withdraw", told, by=by)


def solve(code: str) -> bool:
    """Have the engine plan what the plan says now, and keep it; tell whether it did.

    It takes as long as the terms allow, and runs outside any transaction.
    """
    plan = Plan.objects.filter(code=code, state=State.DRAFT).first()
    return plan is not None and not plan.is_solved and keep(plan, planning.run(plan), by=None)


@transaction.atomic
def keep(plan: Plan, made: planning.Run, *, by: Person | None) -> bool:
    """Keep what the engine found for ``plan`` as it was then; tell whether it still is so.

    When it was changed meanwhile nothing is kept, as the change has asked for a run of its own.
    """
    rows = Plan.objects.filter(
        pk=plan.pk, state=State.DRAFT, revision=plan.revision, solved_revision__lt=plan.revision
    )
    if not rows.update(solved_revision=plan.revision, **planning.values(made)):
        return False
    planning.keep(plan, made)
    told = {"revision": plan.revision, "served": made.found.served if made.found else 0}
    journal.record("tour.solved", subject_of(plan), by=by, data=told)
    return True


@transaction.atomic
def apply(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Arrange a visit for every stop; the plan is frozen then. Twice changes nothing.

    Experts at one firm at one time come together. Raise NotReady unless the proposal is of this revision and has stops.
    """
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    plan.refresh_from_db()
    if plan.state == State.APPLIED:
        return plan
    state = MACHINE.after("apply", plan.state)
    now = timezone.now()
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    values = {"applied_by": by, "applied_at": now, "changed_at": now}
    if not rows.update(**values, state=state):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    stops = _stops(plan)
    if not plan.is_solved or not stops:
        raise NotReady
    count = _arrange(plan, stops, by=by)
    told = {"visits": count, "stops": len(stops)}
    journal.record("tour.applied", subject_of(plan), by=by, data=told)
    return plan


@transaction.atomic
def discard(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Put a draft away."""
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    state = MACHINE.after("discard", plan.state)
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    if not rows.update(state=state, changed_at=timezone.now()):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    journal.record("tour.discarded", subject_of(plan), by=by, data={})
    return plan


def terms_of(plan: Plan) -> Terms:
    """Return the terms that a plan has."""
    return Terms(
        title=plan.title,
        begins_on=plan.begins_on,
        ends_on=plan.ends_on,
        off=tuple(dt.date.fromisoformat(day) for day in plan.off),
        is_fair=plan.is_fair,
        threshold=plan.threshold,
        leaves=plan.leaves,
        returns=plan.returns,
        hour_points=plan.hour_points,
        speed=plan.speed,
        detour=plan.detour,
        seconds=plan.seconds,
    )


def weekends(begins_on: dt.date, ends_on: dt.date) -> tuple[dt.date, ...]:
    """Return the Saturdays and Sundays of a span, none when it has no other day."""
    count = max(0, (ends_on - begins_on).days + 1)
    days = [begins_on + dt.timedelta(days=number) for number in range(min(count, 31))]
    found = tuple(day for day in days if day.weekday() in {WEEKEND, SUNDAY})
    return found if len(found) < len(days) else ()


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "title": terms.title,
        "begins_on": terms.begins_on,
        "ends_on": terms.ends_on,
        "off": [day.isoformat() for day in terms.off],
        "is_fair": terms.is_fair,
        "threshold": terms.threshold,
        "leaves": terms.leaves,
        "returns": terms.returns,
        "hour_points": terms.hour_points,
        "speed": terms.speed,
        "detour": terms.detour,
        "seconds": terms.seconds,
    }


def _rule(
    plan: Plan,
    firm: Firm,
    expert: Expert,
    kind: RulingKind,
    *,
    by: Person,
    day_on: dt.date | None = None,
) -> None:
    """Keep what was ruled; the last word about a pair counts."""
    if expert.plan_id != firm.plan_id:
        raise NotAllowed
    if day_on is not None and day_on not in plan.days:
        raise invalid("day_on", NO_SUCH_DAY)
    if kind == RulingKind.LOCK and weighing.stakes([firm], [expert]):
        names = {"expert": expert.body.name, "firm": firm.organisation.name}
        raise invalid("", STAKE, **names)
    values = {"kind": kind, "day_on": day_on, "by": by, "at": timezone.now()}
    Ruling.objects.update_or_create(firm=firm, expert=expert, defaults=values)


def _told(firm: Firm, expert: Expert, day_on: dt.date | None = None) -> dict[str, Any]:
    told = {"firm": firm.organisation.code, "who": expert.body.code}
    return {**told, "day": day_on.isoformat()} if day_on is not None else told


def _stops(plan: Plan) -> list[Stop]:
    rows = Stop.objects.filter(day__expert__plan=plan).select_related(
        "day__expert__studio",
        "day__expert__society",
        "firm__organisation",
        "firm__need",
        "firm__industry",
    )
    return list(rows.order_by("starts_at", "pk"))


def _arrange(plan: Plan, stops: list[Stop], *, by: Person) -> int:
    """Arrange the visits of some stops; return how many there are."""
    together: defaultdict[tuple[int, dt.datetime, dt.datetime], list[Stop]] = defaultdict(list)
    for stop in stops:
        together[stop.firm_id, stop.starts_at, stop.ends_at].append(stop)
    tour = visits.begin_round(plan.title, association=plan.association, by=by)
    for group in together.values():
        first = group[0]
        visit = visits.arrange(
            first.firm.organisation,
            experts=[one.day.expert.body for one in group],
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            association=plan.association,
            by=by,
            key=f"{plan.code}:{first.firm.organisation.code}:{first.starts_at:%m%dT%H%M}",
            place=first.firm.address,
            about=first.firm.need.public_title if first.firm.need is not None else "",
            in_round=tour,
        )
        Stop.objects.filter(pk__in=[one.pk for one in group]).update(visit=visit)
    return len(together)
