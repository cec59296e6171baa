"""Questions about visits: what may be seen, by whom, what waits for whom, what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import F, Prefetch, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held, Purpose
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.casework import policies as casework
from keqiao.casework.models import Case, Concern
from keqiao.needs import policies as needs
from keqiao.needs.models import Need
from keqiao.organisations import policies as organisations
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.models import Outcome
from keqiao.outcomes.states import State as OutcomeState
from keqiao.paperwork.invitations import Guest, Invitation
from keqiao.places.models import Association
from keqiao.visits import policies
from keqiao.visits.models import (
    Addendum,
    Confirmation,
    Expert,
    Finding,
    FollowUp,
    Pledge,
    Round,
    Told,
    Visit,
)
from keqiao.visits.states import RECORDED, PledgeState, State
from keqiao.visits.types import CONFIRMING, Became, Side, Tally

MOST = 50  # that wait, on one page
RELATED = ("association", "organisation__region", "round", "arranged_by", "disputed_by")
WROTE = ("code", "state", "starts_at", "place", "about", "seen", "advice")


def get(code: str, *, by: Visitor) -> Visit:
    """Return the visit of ``code`` with its experts; raise Missing when ``by`` may not know of it."""
    rows = Visit.objects.filter(policies.visible_to(by), code=code)
    found = _with_experts(rows).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def visible(person: Visitor) -> QuerySet[Visit]:
    """Return every visit that the person may know of, the latest first, with experts."""
    rows = Visit.objects.filter(policies.visible_to(person))
    return _with_experts(rows).order_by("-starts_at", "pk")


def has_any(person: Visitor) -> bool:
    """Tell whether there is something for the person among the visits: to arrange, or to look at."""
    if Visit.objects.filter(policies.visible_to(person)).exists():
        return True
    return bool(nodes(person))


def round_(code: str, *, by: Visitor) -> Round:
    """Return the round of ``code``; raise Missing when ``by`` may know of none of its visits."""
    rows = Round.objects.filter(code=code).select_related("association")
    found = rows.first() if is_code(code) else None
    if found is None or not policies.may_see_round(by, found):
        raise Missing
    return found


def of_round(round_: Round, *, by: Visitor) -> list[Visit]:
    """Return the visits of a round that ``by`` may know of, in the order of the day."""
    rows = Visit.objects.filter(policies.visible_to(by), round=round_)
    return list(_with_experts(rows).order_by("starts_at", "pk"))


def rounds(person: Visitor) -> QuerySet[Round]:
    """Return the rounds that the person arranges, newest first."""
    rows = Round.objects.filter(policies.arranged_by(person)).select_related("association")
    return rows.order_by("-made_at", "-pk")


def nodes(person: Visitor) -> list[Association]:
    """Return the associations for which the person may arrange visits, from the top of the tree down."""
    rows = Association.objects.filter(is_active=True, kind=Association.Kind.ASSOCIATION)
    return list(rows.filter(policies.nodes_of(person)).order_by("path"))


def findings(visit: Visit) -> list[Finding]:
    """Return the sentences about needs that the record holds, in the order of writing."""
    rows = Finding.objects.filter(visit=visit).select_related("visit__organisation", "need")
    return list(rows.order_by("pk"))


def finding(visit: Visit, number: int) -> Finding:
    """Return one of them, of a visit that the caller may see; raise Missing."""
    rows = Finding.objects.filter(visit=visit, pk=number).select_related("visit__organisation")
    found = rows.first()
    if found is None:
        raise Missing
    return found


def pledges(visit: Visit) -> list[Pledge]:
    """Return what was promised and intended, by day, with what was asked and answered."""
    told = Prefetch("told", Told.objects.order_by("pk"))
    asked = Prefetch("follow_ups", FollowUp.objects.order_by("number").prefetch_related(told))
    rows = Pledge.objects.filter(visit=visit).prefetch_related(asked)
    return list(rows.order_by("due_on", "pk"))


def follow_up(visit: Visit, number: int) -> FollowUp:
    """Return one question about a promise of a visit that the caller may see; raise Missing."""
    rows = FollowUp.objects.filter(pledge__visit=visit, pk=number)
    found = rows.select_related("pledge__visit__organisation", "pledge__visit__association").first()
    if found is None:
        raise Missing
    return found


def confirmations(visit: Visit) -> dict[str, Confirmation]:
    """Return the words given, by side."""
    return {one.side: one for one in Confirmation.objects.filter(visit=visit)}


def addenda(visit: Visit) -> list[Addendum]:
    """Return what was added to the record, oldest first."""
    return list(Addendum.objects.filter(visit=visit).order_by("pk"))


def names(visits: Collection[Visit]) -> dict[int, list[str]]:
    """Return how the experts of visits are called: by studio or society, a person alone only by own consent."""
    experts = [one for visit in visits for one in visit.experts.all()]
    alone = {one.person_id for one in experts if one.person_id and not one.studio_id}
    named = accounts.consenting([number for number in alone if number], Purpose.CONTACT)
    called: defaultdict[int, list[str]] = defaultdict(list)
    for one in experts:
        body = one.studio or one.society
        if body is not None:
            called[one.visit_id].append(body.name)
        elif one.person is not None:
            called[one.visit_id].append(one.person.name if one.person_id in named else "")
    return dict(called)


def became(visits: Iterable[Visit], *, by: Visitor) -> dict[int, Tally]:
    """Return for each visit what became of its needs and promises, as far as ``by`` may know; five questions in all.

    A need that ``by`` may not see counts as drafted and leads nowhere; so does a case.
    """
    listed = list(visits)
    rows = Finding.objects.filter(visit__in=listed).order_by("pk")
    found = list(rows.select_related("need"))
    known = _known_needs(found, by)
    cases = _cases(known, by)
    results = _results(cases.values(), by)
    counts = _settled(listed)
    tallies = {}
    for visit in listed:
        own = []
        for one in found:
            if one.visit_id == visit.pk:
                need = known.get(one.need_id or 0)
                case = cases.get(need.pk) if need is not None else None
                came = results[case.pk] if case is not None else []
                own.append(Became(one, need, case, tuple(came)))
        tallies[visit.pk] = Tally(tuple(own), visit.refused_count, counts[visit.pk])
    return tallies


def coming(person: Visitor, now: dt.datetime) -> list[Visit]:
    """Return the visits to come that the person arranged or takes part in, soonest first."""
    rows = Visit.objects.filter(
        _own(person) | Q(arranged_by=person.pk), state=State.ARRANGED, ends_at__gte=now
    )
    return list(_with_experts(rows).order_by("starts_at", "pk")[:MOST])


def to_write(person: Visitor, now: dt.datetime) -> list[Visit]:
    """Return the visits that are over, or disputed, and wait for the person's record: arranged by or visited by it."""
    as_expert = Expert.objects.filter(policies.visiting(person)).values("visit")
    mine = Q(arranged_by=person.pk) | Q(pk__in=as_expert)
    waiting = Q(state=State.ARRANGED, ends_at__lt=now) | Q(state=State.DISPUTED)
    rows = Visit.objects.filter(mine & waiting)
    return list(_with_experts(rows).order_by("starts_at", "pk")[:MOST])


def to_confirm(person: Visitor) -> list[Visit]:
    """Return the records that wait for the word of a side that the person speaks for, oldest first."""
    rows = Visit.objects.filter(_waits_for(person, Confirmation.objects.all()), state=State.HELD)
    return list(_with_experts(rows).order_by("starts_at", "pk")[:MOST])


def to_decide(person: Visitor) -> list[Finding]:
    """Return the needs found that wait for the enterprise that the person acts for, oldest first."""
    own = Q(visit__organisation__in=organisations.member_of(person))
    rows = Finding.objects.filter(own, need=None, visit__state__in=RECORDED)
    return list(rows.select_related("visit__organisation").order_by("pk")[:MOST])


def to_tell(person: Visitor) -> list[FollowUp]:
    """Return the questions about promises that wait for a side that the person speaks for, oldest first."""
    found: list[FollowUp] = []
    for side in CONFIRMING:
        told = Told.objects.filter(side=side).values("follow_up")
        mine = Visit.objects.filter(_speaking(person, side)).exclude(policies.arranged_by(person))
        rows = FollowUp.objects.filter(
            pledge__visit__in=mine, pledge__state=PledgeState.OPEN, asked_at__isnull=False
        )
        listed = rows.exclude(pk__in=told).select_related("pledge__visit__organisation")
        found += listed.order_by("due_on", "pk")[:MOST]
    return found


def to_ask(today: dt.date) -> QuerySet[FollowUp]:
    """Return the questions whose day has come and that were not asked."""
    rows = FollowUp.objects.filter(due_on__lte=today, asked_at=None, pledge__state=PledgeState.OPEN)
    return rows.select_related("pledge__visit").order_by("due_on", "pk")


def with_experts() -> QuerySet[Visit]:
    """Return every visit with its experts, for what follows the journal."""
    return _with_experts(Visit.objects.all())


def unconfirmed(since: dt.datetime) -> list[Visit]:
    """Return the records that nobody changed since a time and that still wait for a side's word."""
    rows = Visit.objects.filter(state=State.HELD, written_at__lt=since)
    return list(_with_experts(rows).order_by("pk"))


def unwritten(since: dt.datetime) -> list[Visit]:
    """Return the visits that were over at a time and of which nothing is written down."""
    rows = Visit.objects.filter(state=State.ARRANGED, ends_at__lt=since)
    return list(_with_experts(rows).order_by("pk"))


def of_need(need: Need, *, by: Visitor) -> Visit | None:
    """Return the visit on which a need was found, when ``by`` may know of it."""
    rows = Visit.objects.filter(policies.visible_to(by), findings__need=need)
    return rows.select_related("organisation").first()


def invitation(visit: Visit) -> Invitation:
    """Return the visit as an entry for a calendar, with who arranged it and without guests."""
    called = visit.arranged_by
    return Invitation(
        uid=f"visit-{visit.code}@keqiao",
        sequence=visit.sequence,
        title=visit.organisation.name,
        place=visit.place,
        note=visit.about,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        sent_at=visit.arranged_at,
        organiser=Guest(name=called.name, address=called.email),
    )


def held_about(person: Person) -> Held:
    """Return what is held about a person: visits arranged, written and made, words for a side, decisions, answers."""
    wrote = Visit.objects.filter(Q(arranged_by=person) | Q(written_by=person)).order_by("pk")
    visited = Expert.objects.filter(person=person).order_by("pk")
    words = Confirmation.objects.filter(by=person).order_by("pk")
    against = Visit.objects.filter(disputed_by=person).order_by("pk")
    added = Addendum.objects.filter(by=person).order_by("pk")
    decided = Finding.objects.filter(decided_by=person).order_by("pk")
    told = Told.objects.filter(by=person).order_by("pk")
    code = F("visit__code")
    began = Round.objects.filter(made_by=person).order_by("pk")
    return {
        "visits": list(wrote.values(*WROTE)),
        "visit_rounds": list(began.values("code", "title", "about", "made_at")),
        "visits_made": list(visited.values(visit_code=code, starts_at=F("visit__starts_at"))),
        "visit_words": [
            *words.values("side", "at", visit_code=code),
            *against.values("dispute", visit_code=F("code")),
            *added.values("side", "text", "at", visit_code=code),
        ],
        "visit_needs": list(
            decided.values("text", "decided_at", visit_code=code, need_code=F("need__code"))
        ),
        "visit_answers": list(
            told.values(
                "side", "answer", "text", "at", visit_code=F("follow_up__pledge__visit__code")
            )
        ),
    }


def _with_experts(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    experts = Expert.objects.select_related("person", "studio", "society").order_by("pk")
    return rows.select_related(*RELATED).prefetch_related(Prefetch("experts", experts))


def _speaking(person: Visitor, side: Side) -> Q:
    """Return the condition that the person speaks for a side of a visit."""
    if side == Side.FIRM:
        return Q(organisation__in=organisations.member_of(person))
    return Q(pk__in=Expert.objects.filter(policies.visiting(person)).values("visit"))


def _own(person: Visitor) -> Q:
    return _speaking(person, Side.FIRM) | _speaking(person, Side.EXPERTS)


def _waits_for(person: Visitor, words: QuerySet[Confirmation]) -> Q:
    """Return the condition that one side of the person's, and no other, has not given its word; no host gives one."""
    firm, experts = (_speaking(person, side) for side in CONFIRMING)
    given = {side: Q(pk__in=words.filter(side=side).values("visit")) for side in CONFIRMING}
    as_firm = firm & ~experts & ~given[Side.FIRM]
    as_experts = experts & ~firm & ~given[Side.EXPERTS]
    return (as_firm | as_experts) & ~policies.arranged_by(person)


def _known_needs(found: Iterable[Finding], by: Visitor) -> dict[int, Need]:
    linked = [one.need_id for one in found if one.need_id]
    rows = Need.objects.filter(needs.visible_to(by), pk__in=linked)
    return {one.pk: one for one in rows}


def _cases(known: Collection[int], by: Visitor) -> dict[int, Case]:
    """Return the case that carries or carried each need, the latest that ``by`` may know of."""
    seen = Case.objects.filter(casework.visible_to(by))
    rows = Concern.objects.filter(need__in=list(known), case__in=seen).select_related("case")
    return {one.need_id: one.case for one in rows.order_by("pk")}


def _results(cases: Iterable[Case], by: Visitor) -> dict[int, list[Outcome]]:
    """Return the outcomes that count, by case."""
    found: defaultdict[int, list[Outcome]] = defaultdict(list)
    rows = outcomes.visible(by).filter(case__in=list(cases), state=OutcomeState.CONFIRMED)
    for one in rows.order_by("pk"):
        found[one.case_id].append(one)
    return found


def _settled(visits: Collection[Visit]) -> dict[int, dict[str, int]]:
    """Return how many promises and intents of each visit are open, kept, dropped."""
    found: dict[int, dict[str, int]] = {
        visit.pk: dict.fromkeys(PledgeState.values, 0) for visit in visits
    }
    rows = Pledge.objects.filter(visit__in=list(visits)).values_list("visit_id", "state")
    for visit, state in rows:
        found[visit][state] += 1
    return found
