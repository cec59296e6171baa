"""What follows a record: both sides' words, what becomes of needs found and of promises. Part of the writer."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import clean_text
from keqiao.needs import clarifying
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.visits import moves, policies
from keqiao.visits.models import (
    Addendum,
    Confirmation,
    Finding,
    FollowUp,
    Pledge,
    Told,
    Visit,
)
from keqiao.visits.states import MACHINE, RECORDED, PledgeState
from keqiao.visits.types import AGAIN_DAYS, CONFIRMING, MOST_ASKED, Answer, Side

MOST_WORDS = 3000  # characters of a dispute, an addendum, an answer


class BothSides(Refused):
    """One person does not confirm for both sides."""

    text = N_("企业方和专家方要由不同的人分别确认。")


class HostConfirms(Refused):
    """Who arranged a visit does not say for the sides that its record is true."""

    text = N_("组织这次到访的科协不能替任何一方确认。")


class Confirmed(Refused):
    """A side gives its word once."""

    text = N_("您这一方已经确认过了。")


class Answered(Refused):
    """A side answers once."""

    text = N_("您这一方已经回答过了。")


@transaction.atomic
def confirm(visit: Visit, *, by: Person, revision: int | None = None) -> Visit:
    """Say for one's side that the record is true; with the second side's word it is closed, and its promises count.

    ``revision`` is the one that was read. Raise HostConfirms, BothSides, Confirmed, NotAllowed, WrongState,
    ChangedMeanwhile.
    """
    accounts.hold(by, by=by)
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    side = _own_side(by, row)
    MACHINE.after("confirm", row.state)
    if revision is not None and revision != row.revision:
        raise moves.ChangedMeanwhile
    given = list(Confirmation.objects.filter(visit=row))
    if any(one.side == side for one in given):
        raise Confirmed
    if any(one.by_id == by.pk for one in given):
        raise BothSides
    Confirmation.objects.create(visit=row, side=side, by=by)
    if given:
        _close(row, side, by=by)
    else:
        moves.record("visit.side_confirmed", row, by=by, side=side)
    visit.refresh_from_db()
    return visit


@transaction.atomic
def dispute(visit: Visit, text: str, *, by: Person, revision: int | None = None) -> Visit:
    """Say for one's side that the record is not so; it stops until it is written anew or the word is taken back."""
    side = _own_side(by, visit)
    said = clean_text(text, most=MOST_WORDS, field="text", required=True)
    values = {"dispute": said, "disputed_by": by}
    told = {"side": side}
    moves.move(
        visit, "dispute", "visit.disputed", by=by, values=values, revision=revision, data=told
    )
    Confirmation.objects.filter(visit=visit).delete()
    return visit


@transaction.atomic
def resume(visit: Visit, *, by: Person) -> Visit:
    """Take back for one's side what it said against the record."""
    side = _own_side(by, visit)
    before = visit.disputed_by
    if before is None or (before.pk != by.pk and side not in policies.sides(before, visit)):
        raise NotAllowed
    values = {"dispute": "", "disputed_by": None}
    moves.move(visit, "resume", "visit.resumed", by=by, values=values, data={"side": side})
    return visit


@transaction.atomic
def add(visit: Visit, text: str, *, by: Person) -> Addendum:
    """Add to a closed record what both sides then read; the record itself changes no more."""
    sides = policies.sides(by, visit)
    if policies.hosts(by, visit):
        side = Side.HOST
    elif sides:
        side = sides[0]
    else:
        raise NotAllowed
    said = clean_text(text, most=MOST_WORDS, field="text", required=True)
    MACHINE.after("add", visit.state)
    made: Addendum = Addendum.objects.create(visit=visit, side=side, text=said, by=by)
    moves.record("visit.added", visit, by=by, side=side)
    return made


@transaction.atomic
def draft_need(finding: Finding, *, by: Person) -> Need:
    """Make a draft of the enterprise's own need of a sentence that was found on the visit: its member's consent.

    The clarifier fills in what the sentence says already; all else is asked in the draft.
    """
    visit = _decided(finding, by=by, refused=0)
    row = Finding.objects.select_for_update(of=("self",)).filter(pk=finding.pk, need=None).first()
    if row is None:
        raise WrongState
    told = clarifying.clarify(row.text, organisation=visit.organisation)
    need = needs.draft(
        told.content,
        by=by,
        organisation=visit.organisation,
        proposed=told.proposed,
        is_example=visit.is_example,
    )
    Finding.objects.filter(pk=row.pk).update(need=need, decided_by=by, decided_at=timezone.now())
    moves.record("visit.need_drafted", visit, by=by, need=need.code)
    return need


@transaction.atomic
def refuse_need(finding: Finding, *, by: Person) -> Visit:
    """Have a sentence taken out for the enterprise: it is deleted, only that there was one stays, as a number."""
    visit = _decided(finding, by=by, refused=1)
    gone, _tables = Finding.objects.filter(pk=finding.pk, need=None).delete()
    if not gone:
        raise WrongState
    moves.record("visit.need_refused", visit, by=by)
    return visit


@transaction.atomic
def ask_after(follow_up: FollowUp, *, by: Person | None = None) -> bool:
    """Ask both sides, once, whether a promise was kept; the platform does, on the day. Tell whether it asked now."""
    if by is not None or follow_up.due_on > timezone.localdate():
        raise NotAllowed
    rows = FollowUp.objects.filter(pk=follow_up.pk, asked_at=None)
    if not rows.update(asked_at=timezone.now()):
        return False
    visit = follow_up.pledge.visit
    moves.record("visit.asked_after", visit, by=None, follow_up=follow_up.pk)
    return True


@transaction.atomic
def tell(follow_up: FollowUp, answer: Answer, *, text: str = "", by: Person) -> Told:
    """Answer for one's side what came of a promise or an intent; with the second answer it is settled or comes back."""
    visit = follow_up.pledge.visit
    side = _own_side(by, visit)
    said = clean_text(text, most=MOST_WORDS, field="text")
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=follow_up.pledge_id)
    if follow_up.asked_at is None or pledge.state != PledgeState.OPEN:
        raise WrongState
    values = {"answer": answer, "text": said, "by": by}
    told, is_new = Told.objects.get_or_create(follow_up=follow_up, side=side, defaults=values)
    if not is_new:
        raise Answered
    state = _settle(pledge, follow_up)
    moves.record(
        "visit.told", visit, by=by, follow_up=follow_up.pk, side=side, answer=answer, state=state
    )
    return told


def _own_side(person: Person, visit: Visit) -> Side:
    """Return the one side that the person speaks for; raise HostConfirms, BothSides, NotAllowed."""
    sides = policies.sides(person, visit)
    if not sides:
        raise HostConfirms if policies.hosts(person, visit) else NotAllowed
    if policies.hosts(person, visit):
        raise HostConfirms
    if len(sides) > 1:
        raise BothSides
    return sides[0]


def _close(row: Visit, side: Side, *, by: Person) -> None:
    """Close a record that both sides confirmed; its promises and intents come back on their days."""
    values = {"closed_at": timezone.now()}
    moves.move(row, "complete", "visit.closed", by=by, values=values, data={"side": side})
    FollowUp.objects.bulk_create(
        FollowUp(pledge=one, due_on=one.due_on) for one in Pledge.objects.filter(visit=row)
    )


def _decided(finding: Finding, *, by: Person, refused: int) -> Visit:
    """Count one decision of the enterprise: a form of the record that was opened before it is refused then."""
    visit = finding.visit
    if not policies.may_decide(by, finding):
        raise NotAllowed
    rows = Visit.objects.filter(pk=visit.pk, state__in=RECORDED)
    changed = {"revision": F("revision") + 1, "refused_count": F("refused_count") + refused}
    if not rows.update(**changed):
        raise WrongState
    visit.refresh_from_db()
    return visit


def _settle(pledge: Pledge, follow_up: FollowUp) -> str:
    """Settle a pledge when both sides have answered alike; else ask again later. Return its state."""
    given = set(Told.objects.filter(follow_up=follow_up).values_list("side", "answer"))
    answers = {answer for _side, answer in given}
    if len(given) < len(CONFIRMING):
        return pledge.state
    if answers == {Answer.KEPT}:
        verb = "keep"
    elif Answer.NO_LONGER in answers and Answer.KEPT not in answers:
        verb = "drop"
    else:
        if follow_up.number < MOST_ASKED:
            due_on = timezone.localdate() + dt.timedelta(days=AGAIN_DAYS)
            number = follow_up.number + 1
            FollowUp.objects.create(pledge=pledge, number=number, due_on=due_on)
        return pledge.state
    state = MACHINE.after(verb, pledge.state)
    Pledge.objects.filter(pk=pledge.pk).update(state=state, settled_at=timezone.now())
    return state
