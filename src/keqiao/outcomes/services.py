"""The only writer of outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_text
from keqiao.casework import policies as casework_policies
from keqiao.casework import services as casework
from keqiao.casework.models import Case, Party
from keqiao.casework.states import LIVE
from keqiao.casework.types import Side, StepContent
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.organisations import selectors as organisations
from keqiao.outcomes import intake as rules
from keqiao.outcomes import policies
from keqiao.outcomes.models import Confirmation, FollowUp, Milestone, Outcome, Rating, Told
from keqiao.outcomes.states import MACHINE, State
from keqiao.outcomes.types import FOLLOW_UPS, Answer, Content, Use

RATED_LATER = N_("对接还在进行。有了双方确认的成果，或对接结束以后，再来评价。")
ANSWER_ALL = N_("请回答全部三个问题。")


class BothSides(Refused):
    """One person, or one organisation, does not confirm for both sides."""

    text = N_("需求方和解决方要由不同的人、不同的单位分别确认。")


class Confirmed(Refused):
    """A side gives its word once."""

    text = N_("您这一方已经确认过了。")


class NothingConfirmed(Refused):
    """A case is a success only by an outcome that both sides confirmed."""

    text = N_("还没有双方都确认的成果，不能办结。请先请双方登录确认。")


class Rated(Refused):
    """A side answers once."""

    text = N_("您这一方已经回答过了。")


def subject_of(outcome: Outcome) -> Subject:
    """Return how the journal names an outcome."""
    return Subject("outcome", outcome.code)


@transaction.atomic
def enter(
    case: Case, content: Content, *, by: Person, corrects: Outcome | None = None, code: str = ""
) -> Outcome:
    """Enter what came of a case; it counts when both sides have confirmed it.

    ``corrects`` is the confirmed outcome whose place it takes by then: what was confirmed is never changed.
    """
    if not policies.may_enter(by, case):
        raise NotAllowed
    if corrects is not None and (corrects.case_id != case.pk or corrects.state != State.CONFIRMED):
        raise WrongState
    outcome = Outcome(case=case, code=code or new_code("R"), entered_by=by, corrects=corrects)
    for field, value in rules.cleaned(content).items():
        setattr(outcome, field, value)
    outcome.is_example = case.is_example
    outcome.save(force_insert=True)
    data = {"case": case.code, "corrects": corrects.code if corrects else ""}
    _record("outcome.entered", outcome, by=by, data={**data, **_told(outcome)})
    return outcome


@transaction.atomic
def confirm(outcome: Outcome, *, by: Person) -> Outcome:
    """Say for one's side that the outcome is true; with the second side's word it counts.

    Raise NotAllowed for whoever acts for neither side, for the case's broker and for an erased account; BothSides,
    Confirmed, WrongState.
    """
    accounts.hold(by, by=by)
    locked = Outcome.objects.select_for_update(of=("self",)).select_related("case")
    row = locked.get(pk=outcome.pk)
    mine = policies.parties_of(by, row.case)
    if not mine or row.case.broker_id == by.pk:
        raise NotAllowed
    if len({party.side for party in mine}) > 1:
        raise BothSides
    MACHINE.after("confirm", row.state)
    party = mine[0]
    given = list(row.confirmations.select_related("party"))
    if any(one.side == party.side for one in given):
        raise Confirmed
    if any(one.by_id == by.pk or _are_one(one.party, party) for one in given):
        raise BothSides
    Confirmation.objects.create(outcome=row, side=party.side, party=party, by=by)
    _record("outcome.side_confirmed", row, by=by, data={"side": party.side, "party": party.pk})
    if given:
        _complete(row, by=by)
    outcome.refresh_from_db()
    return outcome


@transaction.atomic
def dispute(outcome: Outcome, text: str, *, by: Person) -> Outcome:
    """Say that an outcome is not so: it stops, and goes to the administrator above."""
    if not policies.parties_of(by, outcome.case):
        raise NotAllowed
    cleaned = clean_text(text, most=2000, field="dispute", required=True)
    _move(outcome, "dispute", {"dispute": cleaned, "disputed_by": by})
    _record("outcome.disputed", outcome, by=by)
    return outcome


@transaction.atomic
def decide(outcome: Outcome, text: str, *, stands: bool, by: Person) -> Outcome:
    """Decide a dispute: the outcome goes back to both sides to be confirmed anew, or it is void."""
    if not policies.may_decide(by, outcome):
        raise NotAllowed
    cleaned = clean_text(text, most=2000, field="decision", required=True)
    if outcome.state != State.DISPUTED:
        raise WrongState
    _move(outcome, "resume" if stands else "void", {"decision": cleaned, "decided_by": by})
    Confirmation.objects.filter(outcome=outcome).delete()
    _record("outcome.decided", outcome, by=by, data={"stands": stands})
    return outcome


@transaction.atomic
def void(outcome: Outcome, *, by: Person) -> Outcome:
    """Take back an outcome that is not confirmed: who entered it, or the broker."""
    own = outcome.entered_by_id == by.pk and policies.may_enter(by, outcome.case)
    if not (own or casework_policies.works(by, outcome.case)):
        raise NotAllowed
    if outcome.state != State.PROPOSED:
        raise WrongState
    _move(outcome, "void", {})
    _record("outcome.voided", outcome, by=by)
    return outcome


@transaction.atomic
def conclude(
    case: Case, entered: StepContent, *, by: Person, solved: Collection[str] | None = None
) -> Case:
    """Close a case as a success, by an outcome that both sides confirmed; raise NothingConfirmed.

    ``solved`` are the codes of the needs that were solved, None for all that the case carries.
    """
    counted = Outcome.objects.filter(case=case, state=State.CONFIRMED).order_by("confirmed_at")
    first = counted.first()
    if first is None:
        raise NothingConfirmed
    return casework.confirm(case, entered, by=by, outcome=first.code, solved=solved)


@transaction.atomic
def add_milestone(
    case: Case, title: str, *, by: Person, criteria: str = "", due_on: dt.date | None = None
) -> Milestone:
    """Write down what is to be delivered until when, and by what it is accepted."""
    if not casework_policies.works(by, case):
        raise NotAllowed
    if case.state not in LIVE:
        raise WrongState
    intake = Intake()
    line = intake.line("title", title, most=80, required=True)
    accepted_by = intake.text("criteria", criteria, most=2000)
    in_time = due_on is None or due_on >= timezone.localdate()
    intake.check(in_time, "due_on", casework.DUE_PAST)
    intake.finish()
    made: Milestone = Milestone.objects.create(
        case=case, title=line, criteria=accepted_by, due_on=due_on, added_by=by
    )
    _record_case("case.milestone_added", made, by=by)
    return made


@transaction.atomic
def deliver(milestone: Milestone, *, by: Person) -> None:
    """Say for the answering side that a milestone is delivered."""
    _refuse_unless(by, milestone.case, Side.ANSWERS)
    rows = Milestone.objects.filter(pk=milestone.pk, accepted_at=None, delivered_at=None)
    if not rows.update(delivered_at=timezone.now(), delivered_by=by, returned_note=""):
        raise WrongState
    _record_case("case.milestone_delivered", milestone, by=by)


@transaction.atomic
def accept(milestone: Milestone, *, by: Person) -> None:
    """Accept for the asking side what was delivered."""
    _refuse_unless(by, milestone.case, Side.ASKS)
    rows = Milestone.objects.filter(pk=milestone.pk, accepted_at=None, delivered_at__isnull=False)
    if not rows.update(accepted_at=timezone.now(), accepted_by=by):
        raise WrongState
    _record_case("case.milestone_accepted", milestone, by=by)


@transaction.atomic
def return_(milestone: Milestone, text: str, *, by: Person) -> None:
    """Give back for the asking side what was delivered, and say what is missing."""
    _refuse_unless(by, milestone.case, Side.ASKS)
    cleaned = clean_text(text, most=2000, field="returned_note", required=True)
    rows = Milestone.objects.filter(pk=milestone.pk, accepted_at=None, delivered_at__isnull=False)
    if not rows.update(delivered_at=None, delivered_by=None, returned_note=cleaned):
        raise WrongState
    _record_case("case.milestone_returned", milestone, by=by)


@transaction.atomic
def ask_after(follow_up: FollowUp, *, by: Person | None = None) -> bool:
    """Ask both sides, once, what became of an outcome; the platform does, on the day. Tell whether it asked now."""
    if by is not None or follow_up.due_on > timezone.localdate():
        raise NotAllowed
    rows = FollowUp.objects.filter(pk=follow_up.pk, asked_at=None)
    if not rows.update(asked_at=timezone.now()):
        return False
    _record("outcome.asked_after", follow_up.outcome, by=None, data={"days": follow_up.days})
    return True


@transaction.atomic
def tell(follow_up: FollowUp, use: Use, *, text: str = "", by: Person) -> Told:
    """Answer for one's side what became of the outcome."""
    side = _own_side(by, follow_up.outcome.case)
    if follow_up.asked_at is None or follow_up.outcome.state != State.CONFIRMED:
        raise WrongState
    cleaned = clean_text(text, most=2000, field="text")
    values = {"use": use, "text": cleaned, "by": by}
    told, is_new = Told.objects.get_or_create(follow_up=follow_up, side=side, defaults=values)
    if not is_new:
        raise Rated
    data = {"days": follow_up.days, "side": side, "use": use.value}
    _record("outcome.told", follow_up.outcome, by=by, data=data)
    return told


@transaction.atomic
def rate(case: Case, answers: tuple[Answer | None, ...], *, text: str = "", by: Person) -> Rating:
    """Give one's side's three answers about the work: the word kept, clear speech, once more together.

    Raise Invalid before there is something to look back on.
    """
    side = _own_side(by, case)
    if not policies.may_look_back(case):
        raise invalid("", RATED_LATER)
    cleaned = clean_text(text, most=2000, field="text")
    if len(answers) != len(("kept_word", "was_clear", "would_again")) or None in answers:
        raise invalid("kept_word", ANSWER_ALL)
    values = dict(zip(("kept_word", "was_clear", "would_again"), answers, strict=True))
    given, is_new = Rating.objects.get_or_create(
        case=case, side=side, defaults={**values, "text": cleaned, "by": by}
    )
    if not is_new:
        raise Rated
    journal.record("case.rated", casework.subject_of(case), by=by, data={"side": side})
    return given


def _complete(row: Outcome, *, by: Person) -> None:
    now = timezone.now()
    _move(row, "complete", {"confirmed_at": now})
    today = timezone.localdate(now)
    FollowUp.objects.bulk_create(
        FollowUp(outcome=row, days=days, due_on=today + dt.timedelta(days=days))
        for days in FOLLOW_UPS
    )
    if row.corrects is not None:
        _move(row.corrects, "correct", {})
        FollowUp.objects.filter(outcome=row.corrects, asked_at=None).delete()
    _record("outcome.confirmed", row, by=by, data={"case": row.case.code, **_told(row)})


def _are_one(left: Party, right: Party) -> bool:
    """Tell whether two parties are the same body under two rows, as after a merger."""
    return bool(_bodies(left) & _bodies(right))


def _bodies(party: Party) -> set[tuple[str, int]]:
    studio = party.studio
    organisation = party.organisation or (studio.organisation if studio is not None else None)
    person_id = party.person_id or (studio.person_id if studio is not None else None)
    found = set()
    if organisation is not None:
        found.add(("organisation", organisations.current(organisation).pk))
    if person_id is not None:
        found.add(("person", person_id))
    if party.association_id is not None:
        found.add(("association", party.association_id))
    return found


def _own_side(person: Person, case: Case) -> str:
    sides = {party.side for party in policies.parties_of(person, case)}
    if not sides:
        raise NotAllowed
    if len(sides) > 1:
        raise BothSides
    return sides.pop()


def _refuse_unless(person: Person, case: Case, side: Side) -> None:
    if all(party.side != side for party in policies.parties_of(person, case)):
        raise NotAllowed


def _move(outcome: Outcome, verb: str, values: dict[str, Any]) -> None:
    state = MACHINE.after(verb, outcome.state)
    rows = Outcome.objects.filter(pk=outcome.pk, state=outcome.state)
    if not rows.update(**values, state=state):
        raise WrongState
    outcome.refresh_from_db()


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "happened_on": outcome.happened_on.isoformat(),
        "amount": str(outcome.amount) if outcome.amount is not None else None,
        "people": outcome.people,
    }


def _record(
    action: str, outcome: Outcome, *, by: Person | None, data: dict[str, Any] | None = None
) -> None:
    journal.record(action, subject_of(outcome), by=by, data=data)


def _record_case(action: str, milestone: Milestone, *, by: Person) -> None:
    case = casework.subject_of(milestone.case)
    journal.record(action, case, by=by, data={"milestone": milestone.pk})
