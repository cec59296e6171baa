"""From rows to a problem: who of the plan's experts fits which firm, and what both can keep to.

A firm with a need is scored by the engine's whole match of the need's public version with the studio's open offers,
the best one counts. Where there is no need, or no open offer (a society has none), industry and subject are compared,
those of the offers and those that the desk entered: up to 60 points for an industry (class 60, group 50, division 35,
section 10), up to 40 for a subject (the same code 40, its field 25, its department 10).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from keqiao.engine.types import Entry, Part, Reason
from keqiao.engine.visits import types as engine
from keqiao.matching.models import Refusal
from keqiao.needs import documents as need_documents
from keqiao.needs.models import Need
from keqiao.needs.states import PUBLIC
from keqiao.offers import documents as offer_documents
from keqiao.offers.models import Offer
from keqiao.offers.states import State as OfferState
from keqiao.organisations.models import Membership
from keqiao.places import reference
from keqiao.places import selectors as places
from keqiao.search import selectors as search
from keqiao.tours.models import Expert, Firm, Plan, Ruling
from keqiao.tours.types import RulingKind

INDUSTRY = ((5, "class", 60), (4, "group", 50), (3, "division", 35), (1, "section", 10))
SUBJECT = ((3, "field", 25), (1, "department", 10))
EXACT = 40  # for one and the same subject
HUNDRED = 100
LOCAL = 15  # minutes between two doors in one county, whose distance nobody knows
UNKNOWN_DAY = -1  # of a lock whose day is no longer in the plan


@dataclass(frozen=True, slots=True)
class Weighed:
    """The problem, with what the engine need not know; ``problems`` are why there is nothing to solve."""

    experts: Mapping[str, Expert]
    firms: Mapping[str, Firm]
    problem: engine.Problem
    notes: tuple[Reason, ...] = ()
    problems: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Able:
    """What is known of an expert: a studio's open offers by key, the industries and subjects that it worked in."""

    offers: list[Entry] = field(default_factory=list)
    industries: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)


def weigh(plan: Plan) -> Weighed:
    """Return what the engine plans from."""
    related = ("studio__person", "studio__organisation", "society", "plan")
    experts = list(Expert.objects.filter(plan=plan).select_related(*related).order_by("pk"))
    rows = Firm.objects.filter(plan=plan).select_related("organisation", "need")
    firms = list(rows.order_by("pk"))
    seats = places.centres({*(one.home_id for one in experts), *(one.region_id for one in firms)})
    problems = _absences(experts, firms, seats)
    by_expert = {one.body.code: one for one in experts}
    by_firm = {one.organisation.code: one for one in firms}
    if problems:
        nothing = engine.Problem((), (), ())
        return Weighed(by_expert, by_firm, nothing, problems=tuple(problems))
    days = {day.isoformat(): number for number, day in enumerate(plan.days)}
    locks, bans = _rulings(plan, days)
    barred = {(one.firm, one.expert) for one in bans} | stakes(firms, experts)
    barred |= _refused(firms, experts)
    points = {code: engine.Point(one.latitude, one.longitude) for code, one in seats.items()}
    notes = [
        Reason("note.need_closed", {"firm": one.organisation.code})
        for one in firms
        if one.need is not None and one.need.state not in PUBLIC
    ]
    problem = engine.Problem(
        firms=[_firm(one, points, days) for one in firms],
        experts=[_expert(plan, one, points, days) for one in experts],
        pairs=_pairs(firms, experts),
        locks=locks,
        conflicts=[engine.Couple(*couple) for couple in sorted(barred)],
        rules=rules_of(plan),
    )
    return Weighed(by_expert, by_firm, problem, tuple(notes))


def rules_of(plan: Plan) -> engine.Rules:
    """Return the terms of a plan as the engine's rules."""
    return engine.Rules(
        threshold=float(plan.threshold),
        is_fair=plan.is_fair,
        hour=float(plan.hour_points),
        speed=float(plan.speed),
        detour=plan.detour / HUNDRED,
        local=LOCAL,
        seconds=float(plan.seconds),
    )


def stakes(firms: Collection[Firm], experts: Collection[Expert]) -> set[tuple[str, str]]:
    """Return the pairs, by codes, in which the studio is the firm's own or its person acts for the firm.

    A society belongs to no firm.
    """
    bodies = {one.organisation.merged_into_id or one.organisation_id for one in firms}
    live = Membership.objects.filter(
        Q(organisation__in=bodies) | Q(organisation__merged_into__in=bodies), ended_at=None
    )
    acting: defaultdict[int, set[int]] = defaultdict(set)
    for person, own, into in live.values_list(
        "person_id", "organisation_id", "organisation__merged_into_id"
    ):
        acting[into or own].add(person)
    found = set()
    for firm in firms:
        body = firm.organisation.merged_into_id or firm.organisation_id
        for studio in filter(None, (one.studio for one in experts)):
            owner = studio.organisation
            owned = None if owner is None else owner.merged_into_id or owner.pk
            if owned == body or studio.person_id in acting[body]:
                found.add((firm.organisation.code, studio.code))
    return found


def closeness(
    able: Collection[str], subjects: Collection[str], industry: str, subject: str
) -> tuple[Part, ...]:
    """Return the parts of a score by ``industry`` and ``subject`` of a firm; empty when there is nothing in common.

    ``able`` are the codes of industries and ``subjects`` those of subjects that the expert has worked in.
    """
    parts = []
    points, level, name = max((_of_industry(industry, one) for one in able), default=(0, "", ""))
    if industry:
        said = Reason("part.industry", {"level": level, "name": name})
        parts.append(
            Part("same_industry", float(points), said if points else Reason("part.no_industry"))
        )
    points, level, name = max((_of_subject(subject, one) for one in subjects), default=(0, "", ""))
    if subject:
        said = Reason("part.subject", {"level": level, "name": name})
        parts.append(
            Part("same_subject", float(points), said if points else Reason("part.no_subject"))
        )
    return tuple(parts) if any(part.points for part in parts) else ()


def _of_industry(one: str, other: str) -> tuple[int, str, str]:
    for length, level, points in INDUSTRY:
        if len(one) >= length and one[:length] == other[:length]:
            return points, level, reference.called("industry", one[:length])
    return 0, "", ""


def _of_subject(one: str, other: str) -> tuple[int, str, str]:
    if one and one == other:
        return EXACT, "exact", reference.called("subject", one)
    for length, level, points in SUBJECT:
        if one and one[:length] == other[:length]:
            return points, level, reference.called("subject", one[:length])
    return 0, "", ""


def _absences(
    experts: Sequence[Expert], firms: Sequence[Firm], seats: Collection[str]
) -> list[Reason]:
    found = []
    if not firms:
        found.append(Reason("input.no_firms"))
    if not experts:
        found.append(Reason("input.no_experts"))
    lost = [one.body.code for one in experts if one.home_id not in seats]
    lost += [one.organisation.code for one in firms if one.region_id not in seats]
    return found + [Reason("input.no_place", {"who": code}) for code in lost]


def _firm(firm: Firm, points: Mapping[str, engine.Point], days: Mapping[str, int]) -> engine.Firm:
    return engine.Firm(
        key=firm.organisation.code,
        place=points[firm.region_id],
        days=_free(days, firm.away),
        hours=tuple((opens, closes) for opens, closes in firm.hours),
        stay=firm.stay,
        wanted=firm.wanted,
    )


def _expert(
    plan: Plan, one: Expert, points: Mapping[str, engine.Point], days: Mapping[str, int]
) -> engine.Expert:
    return engine.Expert(
        key=one.body.code,
        home=points[one.home_id],
        days=_free(days, one.away),
        stops_a_day=one.stops_a_day,
        stops=one.stops_count,
        leaves=plan.leaves,
        returns=plan.returns,
    )


def _free(days: Mapping[str, int], away: Collection[str]) -> frozenset[int]:
    return frozenset(number for day, number in days.items() if day not in away)


def _rulings(
    plan: Plan, days: Mapping[str, int]
) -> tuple[list[engine.Couple], list[engine.Couple]]:
    rows = Ruling.objects.filter(firm__plan=plan).select_related(
        "firm__organisation", "expert__studio", "expert__society"
    )
    locks, bans = [], []
    for one in rows.order_by("pk"):
        couple = (one.firm.organisation.code, one.expert.body.code)
        if one.kind == RulingKind.BAN:
            bans.append(engine.Couple(*couple))
        elif one.day_on is None:
            locks.append(engine.Couple(*couple))
        else:
            locks.append(engine.Couple(*couple, days.get(one.day_on.isoformat(), UNKNOWN_DAY)))
    return locks, bans


def _refused(firms: Iterable[Firm], experts: Iterable[Expert]) -> set[tuple[str, str]]:
    """Return the pairs in which the studio has refused the firm's need."""
    by_need = {one.need_id: one.organisation.code for one in firms if one.need_id is not None}
    rows = Refusal.objects.filter(
        need__in=list(by_need), studio__in=[one.studio_id for one in experts if one.studio_id]
    )
    return {(by_need[need], code) for need, code in rows.values_list("need_id", "studio__code")}


def _pairs(firms: Sequence[Firm], experts: Sequence[Expert]) -> list[engine.Pair]:
    able = _abilities(experts)
    entries = [entry for one in able.values() for entry in one.offers]
    matcher = search.matcher(offer_documents.KIND)
    found = []
    for firm in firms:
        need = firm.need if firm.need is not None and firm.need.state in PUBLIC else None
        matches = matcher.explain(need_documents.public_entry(need), entries) if need else {}
        for expert, known in able.items():
            best = max(
                (matches[entry.key] for entry in known.offers if entry.key in matches),
                key=lambda match: match.score,
                default=None,
            )
            if best is not None:
                key = firm.organisation.code
                found.append(engine.Pair(key, expert, best.score, tuple(best.parts)))
            else:
                found += _by_fields(firm, expert, known)
    return found


def _by_fields(firm: Firm, expert: str, known: _Able) -> list[engine.Pair]:
    """Return the pair of a firm and an expert by industry and subject, none when they share nothing."""
    need: Need | None = firm.need
    industry = firm.industry_id or (need.industry_id if need is not None else "") or ""
    subject = firm.subject_id or (need.subject_id if need is not None else "") or ""
    parts = closeness(known.industries, known.subjects, industry, subject)
    score = sum(part.points for part in parts)
    return [engine.Pair(firm.organisation.code, expert, score, parts)] if parts else []


def _abilities(experts: Collection[Expert]) -> dict[str, _Able]:
    found = {}
    for one in experts:
        known = _Able(industries=set(one.industries), subjects=set(one.subjects))
        if one.studio is not None and one.studio.subject_id:
            known.subjects.add(one.studio.subject_id)
        found[one.body.code] = known
    studios = [one.studio_id for one in experts if one.studio_id]
    rows = Offer.objects.filter(studio__in=studios, state=OfferState.OPEN)
    for offer in rows.select_related("studio").prefetch_related("industries").order_by("pk"):
        known = found[offer.studio.code]
        entry = offer_documents.entry(offer)
        known.offers.append(entry)
        known.industries |= set(entry.industries)
        known.subjects |= {entry.subject} if entry.subject else set()
    return found
