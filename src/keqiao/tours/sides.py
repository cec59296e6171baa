"""The writer of a plan's two sides, the experts who go and the firms that receive, and of its next revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keqiao.access.policies import area_of
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.needs.models import Need
from keqiao.needs.states import PUBLIC
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Studio
from keqiao.offers.states import State as OfferState
from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Kind, Standing
from keqiao.places import selectors as places
from keqiao.places.models import Association
from keqiao.tours import intake, policies
from keqiao.tours.models import Expert, Firm, Plan
from keqiao.tours.states import MACHINE
from keqiao.tours.types import MOST_EXPERTS, MOST_FIRMS, Going, Receiving

TOO_MANY_EXPERTS = N_("一份计划最多 %(most)s 位专家，现在有 %(count)s 位：请分成几份。")
TOO_MANY_FIRMS = N_("一份计划最多 %(most)s 家企业，现在有 %(count)s 家：请分成几份。")
IN_ALREADY = N_("“%(name)s”已经在这份计划里。")
NOT_A_FIRM = N_("“%(name)s”还没有核验，不能排进计划。")
NOT_HERE = N_("“%(name)s”不在本地区，请由它所在地的科协安排。")
NOT_ITS_NEED = N_("没有找到这家企业公开征集中的这条需求，请核对编号。")
NO_REGION = N_("请选择地区。")
NOT_A_SOCIETY = N_("“%(name)s”不是学会：专家请填工作室或学会。")
FIELD_NEEDED = N_("学会没有所能可比，请至少填一个行业或学科：系统按它比较去哪家合适。")
NO_FIELD = N_("没有这个代码，请重新选择。")
NOBODY_NEW = N_("没有可加的：本地区有开放所能的工作室都已在计划里。")
NO_FIRM_NEW = N_("没有可加的：本地区征集中的需求，其企业都已在计划里。")


class ChangedMeanwhile(Refused):
    """Somebody changed the plan after this page was opened."""

    text = N_("这份计划刚才被其他人改过，下面是现在的样子，请核对后再操作。")


def subject_of(plan: Plan) -> Subject:
    """Return how the journal names a plan."""
    return Subject("tour", plan.code)


def begin(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Take the next revision of a draft for this change; raise ChangedMeanwhile."""
    if not policies.may_plan(by, plan.association):
        raise NotAllowed
    MACHINE.after("change", plan.state)
    rows = Plan.objects.filter(pk=plan.pk, state=plan.state, revision=revision)
    if not rows.update(revision=revision + 1, changed_at=timezone.now()):
        raise ChangedMeanwhile
    plan.refresh_from_db()
    return plan


def changed(plan: Plan, deed: str, told: Mapping[str, Any], *, by: Person) -> Plan:
    """Record a change; what follows from the entry has the engine plan anew."""
    journal.record("tour.changed", subject_of(plan), by=by, data={"deed": deed, **told})
    return plan


@transaction.atomic
def add_expert(
    plan: Plan,
    body: Studio | Association,
    entered: Going | None = None,
    *,
    by: Person,
    revision: int,
) -> Plan:
    """Take a studio or a society in; it starts from its own region unless something else is entered. Raise Invalid."""
    begin(plan, by=by, revision=revision)
    society = body if isinstance(body, Association) else None
    studio = body if isinstance(body, Studio) else None
    if society is not None and society.kind != Association.Kind.SOCIETY:
        raise invalid("who", NOT_A_SOCIETY, name=society.name)
    columns = _going(plan, intake.going(entered or Going(body.region_id)), society=society)
    inside = Expert.objects.filter(plan=plan)
    if inside.filter(Q(studio__code=body.code) | Q(society__code=body.code)).exists():
        raise invalid("who", IN_ALREADY, name=body.name)
    _refuse_more(inside.count() + 1, MOST_EXPERTS, TOO_MANY_EXPERTS)
    Expert.objects.create(plan=plan, studio=studio, society=society, **columns)
    return changed(plan, "add-expert", {"who": body.code}, by=by)


@transaction.atomic
def add_local_experts(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Take in every studio of the area that has an open offer and is not in yet. Raise Invalid when there is none."""
    begin(plan, by=by, revision=revision)
    inside = Expert.objects.filter(plan=plan)
    studios = Studio.objects.filter(
        region__code__startswith=area_of(plan.association), offers__state=OfferState.OPEN
    ).exclude(pk__in=inside.filter(society=None).values("studio"))
    new = list(studios.order_by("pk").distinct()[: MOST_EXPERTS + 1])
    if not new:
        raise invalid("", NOBODY_NEW)
    _refuse_more(inside.count() + len(new), MOST_EXPERTS, TOO_MANY_EXPERTS)
    Expert.objects.bulk_create(
        Expert(plan=plan, studio=one, **_going(plan, Going(one.region_id))) for one in new
    )
    return changed(plan, "add-local-experts", {"count": len(new)}, by=by)


@transaction.atomic
def change_expert(expert: Expert, entered: Going, *, by: Person, revision: int) -> Plan:
    """Change from where, how often and for what an expert goes. Raise Invalid."""
    plan = begin(expert.plan, by=by, revision=revision)
    columns = _going(plan, intake.going(entered), society=expert.society)
    Expert.objects.filter(pk=expert.pk).update(**columns)
    return changed(plan, "expert", {"who": expert.body.code}, by=by)


@transaction.atomic
def drop_expert(expert: Expert, *, by: Person, revision: int) -> Plan:
    """Take an expert out, with what was ruled and proposed for it."""
    plan = begin(expert.plan, by=by, revision=revision)
    told = {"who": expert.body.code}
    Expert.objects.filter(pk=expert.pk).delete()
    return changed(plan, "drop-expert", told, by=by)


@transaction.atomic
def add_firm(
    plan: Plan, organisation: Organisation, entered: Receiving, *, by: Person, revision: int
) -> Plan:
    """Take a verified organisation of the area in. Raise Invalid."""
    begin(plan, by=by, revision=revision)
    _refuse_other(plan, organisation)
    if Firm.objects.filter(plan=plan, organisation=organisation).exists():
        raise invalid("firm", IN_ALREADY, name=organisation.name)
    _refuse_more(Firm.objects.filter(plan=plan).count() + 1, MOST_FIRMS, TOO_MANY_FIRMS)
    columns = _receiving(plan, organisation, intake.receiving(entered))
    Firm.objects.create(plan=plan, organisation=organisation, **columns)
    return changed(plan, "add-firm", {"firm": organisation.code}, by=by)


@transaction.atomic
def add_local_firms(plan: Plan, *, by: Person, revision: int) -> Plan:
    """Take in every enterprise of the area with an open need, for its newest one. Raise Invalid when there is none."""
    begin(plan, by=by, revision=revision)
    inside = Firm.objects.filter(plan=plan)
    rows = Need.objects.filter(
        state=NeedState.OPEN,
        organisation__region__code__startswith=area_of(plan.association),
        organisation__standing=Standing.VERIFIED,
        organisation__kind=Kind.ENTERPRISE,
        organisation__merged_into=None,
    ).exclude(organisation__in=inside.values("organisation"))
    newest: dict[int, Need] = {}
    for need in rows.select_related("organisation").order_by("-opened_at", "-pk"):
        if need.organisation_id is not None:
            newest.setdefault(need.organisation_id, need)
    if not newest:
        raise invalid("", NO_FIRM_NEW)
    _refuse_more(inside.count() + len(newest), MOST_FIRMS, TOO_MANY_FIRMS)
    usual = Receiving("")
    Firm.objects.bulk_create(
        Firm(
            plan=plan,
            organisation=need.organisation,
            need=need,
            region=need.organisation.region,
            hours=[list(span) for span in usual.hours],
            stay=usual.stay,
        )
        for need in newest.values()
        if need.organisation is not None
    )
    return changed(plan, "add-local-firms", {"count": len(newest)}, by=by)


@transaction.atomic
def change_firm(firm: Firm, entered: Receiving, *, by: Person, revision: int) -> Plan:
    """Change about what, when and where a firm receives. Raise Invalid."""
    plan = begin(firm.plan, by=by, revision=revision)
    columns = _receiving(plan, firm.organisation, intake.receiving(entered))
    Firm.objects.filter(pk=firm.pk).update(**columns)
    return changed(plan, "firm", {"firm": firm.organisation.code}, by=by)


@transaction.atomic
def drop_firm(firm: Firm, *, by: Person, revision: int) -> Plan:
    """Take a firm out, with what was ruled and proposed for it."""
    plan = begin(firm.plan, by=by, revision=revision)
    told = {"firm": firm.organisation.code}
    Firm.objects.filter(pk=firm.pk).delete()
    return changed(plan, "drop-firm", told, by=by)


def _refuse_more(count: int, most: int, text: str) -> None:
    if count > most:
        raise invalid("", text, most=most, count=count)


def _refuse_other(plan: Plan, organisation: Organisation) -> None:
    if organisation.standing != Standing.VERIFIED or organisation.merged_into_id is not None:
        raise invalid("firm", NOT_A_FIRM, name=organisation.name)
    if not organisation.region_id.startswith(area_of(plan.association)):
        raise invalid("firm", NOT_HERE, name=organisation.name)


def _going(plan: Plan, entered: Going, *, society: Association | None = None) -> dict[str, Any]:
    if society is not None and not (entered.industry_ids or entered.subject_ids):
        raise invalid("subject_ids", FIELD_NEEDED)
    _refuse_unknown("industry_ids", entered.industry_ids, places.industry)
    _refuse_unknown("subject_ids", entered.subject_ids, places.subject)
    return {
        "industries": list(entered.industry_ids),
        "subjects": list(entered.subject_ids),
        "home_id": _region("home", entered.home_id),
        "stops_a_day": entered.stops_a_day,
        "stops_count": entered.stops_count,
        "away": _away(plan, entered.away),
    }


def _receiving(plan: Plan, organisation: Organisation, entered: Receiving) -> dict[str, Any]:
    need = None
    if entered.need:
        rows = Need.objects.filter(organisation=organisation, state__in=PUBLIC)
        need = rows.filter(code=entered.need).first()
        if need is None:
            raise invalid("need", NOT_ITS_NEED)
    _refuse_unknown("industry", filter(None, [entered.industry_id]), places.industry)
    _refuse_unknown("subject", filter(None, [entered.subject_id]), places.subject)
    return {
        "need": need,
        "industry_id": entered.industry_id or None,
        "subject_id": entered.subject_id or None,
        "region_id": _region("region", entered.region_id),
        "address": entered.address,
        "hours": [list(span) for span in entered.hours],
        "stay": entered.stay,
        "wanted": entered.wanted,
        "away": _away(plan, entered.away),
    }


def _refuse_unknown(field: str, codes: Iterable[str], find: Callable[[str], object]) -> None:
    try:
        for code in codes:
            find(code)
    except Refused:
        raise invalid(field, NO_FIELD) from None


def _region(field: str, code: str) -> str:
    try:
        return places.region(code).pk
    except Refused:
        raise invalid(field, NO_REGION) from None


def _away(plan: Plan, days: Sequence[dt.date]) -> list[str]:
    return sorted({day.isoformat() for day in days if plan.begins_on <= day <= plan.ends_on})
