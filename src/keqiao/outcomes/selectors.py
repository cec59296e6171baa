"""Questions about outcomes: what may be seen, by whom."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Prefetch, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.casework import persons
from keqiao.casework import policies as casework
from keqiao.casework.models import Case, Party
from keqiao.outcomes import policies
from keqiao.outcomes.models import Confirmation, FollowUp, Milestone, Outcome, Rating, Told
from keqiao.outcomes.states import State
from keqiao.outcomes.types import CONFIRMING

MOST = 50  # that wait, on one page
RELATED = ("case__region", "case__broker", "entered_by", "disputed_by", "decided_by", "corrects")


def get(code: str, *, by: Visitor) -> Outcome:
    """Return the outcome of ``code``; raise Missing when ``by`` may not know of its case."""
    rows = Outcome.objects.filter(policies.visible_to(by), code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def visible(person: Visitor) -> QuerySet[Outcome]:
    """Return every outcome whose case the person may know of, newest first, with the words given."""
    rows = Outcome.objects.filter(policies.visible_to(person)).select_related(*RELATED)
    return rows.prefetch_related("confirmations").order_by("-entered_at", "code")


def of_case(case: Case) -> list[Outcome]:
    """Return the outcomes of a case, oldest first, with the words given and what was asked after."""
    words = Prefetch("confirmations", Confirmation.objects.select_related("by").order_by("pk"))
    told = Prefetch("told", Told.objects.order_by("pk"))
    asked = Prefetch("follow_ups", FollowUp.objects.order_by("days").prefetch_related(told))
    rows = Outcome.objects.filter(case=case).select_related(*RELATED)
    return list(rows.prefetch_related(words, asked).order_by("pk"))


def counted() -> QuerySet[Outcome]:
    """Return the outcomes that count: confirmed by both sides, and not corrected since."""
    return Outcome.objects.filter(state=State.CONFIRMED).select_related(*RELATED)


def disputed(person: Visitor) -> list[Outcome]:
    """Return the disputes that wait for this person's decision, oldest first, 50 at most."""
    rows = Outcome.objects.filter(policies.visible_to(person), state=State.DISPUTED)
    waiting = rows.select_related(*RELATED).order_by("entered_at", "pk")[:MOST]
    return [one for one in waiting if policies.may_decide(person, one)]


def contested(person: Visitor) -> list[Outcome]:
    """Return the disputes in the person's own cases, which others decide, oldest first, 50 at most."""
    at_table = Party.objects.filter(casework.acting_for(person)).values("case")
    own = Q(case__broker=person.pk) | Q(case__in=at_table)
    rows = Outcome.objects.filter(policies.visible_to(person), own, state=State.DISPUTED)
    return list(rows.select_related(*RELATED).order_by("entered_at", "pk")[:MOST])


def to_tell(person: Visitor) -> list[FollowUp]:
    """Return the questions that were asked and wait for a side that the person acts for, oldest first, 50 at most."""
    asks, answers = CONFIRMING
    waits = _waits_for_side(person, asks, answers) | _waits_for_side(person, answers, asks)
    rows = FollowUp.objects.filter(waits, asked_at__isnull=False, outcome__state=State.CONFIRMED)
    return list(rows.select_related("outcome__case").order_by("due_on", "pk")[:MOST])


def to_confirm(person: Visitor) -> list[Outcome]:
    """Return the outcomes that wait for the word of a side that the person acts for, oldest first, 50 at most."""
    own = Party.objects.filter(casework.acting_for(person), side__in=CONFIRMING)
    sides: dict[int, set[str]] = {}
    for case, side in own.values_list("case_id", "side"):
        sides.setdefault(case, set()).add(side)
    rows = Outcome.objects.filter(state=State.PROPOSED, case__in=sides)
    waiting = rows.select_related(*RELATED).prefetch_related("confirmations").order_by("pk")[:MOST]
    return [one for one in waiting if _waits_for(sides[one.case_id], one)]


def milestones(case: Case) -> QuerySet[Milestone]:
    """Return the milestones of a case in the order of their days."""
    return Milestone.objects.filter(case=case).order_by("due_on", "pk")


def milestone(case: Case, number: int) -> Milestone:
    """Return one milestone of a case that the caller may see; raise Missing."""
    found = Milestone.objects.filter(case=case, pk=number).select_related("case").first()
    if found is None:
        raise Missing
    return found


def follow_up(outcome: Outcome, number: int) -> FollowUp:
    """Return one question about an outcome that the caller may see; raise Missing."""
    rows = FollowUp.objects.filter(outcome=outcome, pk=number)
    found = rows.select_related("outcome__case").first()
    if found is None:
        raise Missing
    return found


def to_ask(today: dt.date) -> QuerySet[FollowUp]:
    """Return the questions whose day has come and that were not asked, of outcomes that count."""
    rows = FollowUp.objects.filter(due_on__lte=today, asked_at=None, outcome__state=State.CONFIRMED)
    return rows.select_related("outcome__case").order_by("due_on", "pk")


def ratings(case: Case, *, by: Visitor) -> list[Rating]:
    """Return each side's answers about the work: both once both are given, before that only one's own."""
    given = list(Rating.objects.filter(case=case).select_related("by").order_by("side"))
    if {one.side for one in given} >= set(CONFIRMING):
        return given
    own = {party.side for party in policies.parties_of(by, case)}
    return [one for one in given if one.side in own]


def may_confirm(person: Visitor, outcome: Outcome) -> bool:
    """Tell whether the outcome waits for the word of the person's side."""
    own = {party.side for party in policies.parties_of(person, outcome.case)}
    return outcome.state == State.PROPOSED and _waits_for(own, outcome)


def _waits_for(own: set[str], outcome: Outcome) -> bool:
    given = {one.side for one in outcome.confirmations.all()}
    return len(own) == 1 and not own & given


def waiting_only_for(person: Person) -> list[Outcome]:
    """Return the outcomes that wait for a word that nobody but the person can give."""
    own = Party.objects.filter(casework.acting_for(person), side__in=CONFIRMING)
    rows = Outcome.objects.filter(state=State.PROPOSED, case__in=own.values("case"))
    waiting = rows.select_related("case").prefetch_related("confirmations").order_by("pk")
    found = []
    for outcome in waiting:
        mine = {party.side for party in policies.parties_of(person, outcome.case)}
        given = {one.side for one in outcome.confirmations.all()}
        for side in mine - given:
            seated = Party.objects.filter(case=outcome.case, side=side, left_at=None)
            if not persons.acting(seated) - {person.pk}:
                found.append(outcome)
                break
    return found


def held_about(person: Person) -> Held:
    """Return what is held about a person: milestones, outcomes, words given for a side, answers afterwards, ratings."""
    entered = Q(entered_by=person) | Q(disputed_by=person) | Q(decided_by=person)
    worked = Q(added_by=person) | Q(delivered_by=person) | Q(accepted_by=person)
    words = Confirmation.objects.filter(by=person).order_by("pk")
    told = Told.objects.filter(by=person).order_by("pk")
    rated = Rating.objects.filter(by=person).order_by("pk")
    return {
        "milestones": list(
            Milestone.objects.filter(worked)
            .order_by("pk")
            .values(
                "title",
                "criteria",
                "due_on",
                "delivered_at",
                "accepted_at",
                case_code=F("case__code"),
            )
        ),
        "outcomes": list(
            Outcome.objects.filter(entered)
            .order_by("pk")
            .values(*OUTCOME_TOLD, case_code=F("case__code"))
        ),
        "confirmations": list(words.values("side", "at", outcome_code=F("outcome__code"))),
        "follow_ups_told": list(
            told.values("side", "use", "text", "at", outcome_code=F("follow_up__outcome__code"))
        ),
        "ratings": list(
            rated.values(
                "side",
                "kept_word",
                "was_clear",
                "would_again",
                "text",
                "at",
                case_code=F("case__code"),
            )
        ),
    }


OUTCOME_TOLD = (
    "code", "state", "kind", "text", "happened_on", "amount", "people", "dispute", "decision",
    "entered_at", "confirmed_at",
)  # fmt: skip


def _waits_for_side(person: Visitor, side: str, other: str) -> Q:
    """Return the condition that a question waits for a side that the person acts for, and not for the other too."""
    own = Party.objects.filter(casework.acting_for(person))
    mine, others = (own.filter(side=one).values("case") for one in (side, other))
    told = Told.objects.filter(side=side).values("follow_up")
    return Q(outcome__case__in=mine) & ~Q(outcome__case__in=others) & ~Q(pk__in=told)
