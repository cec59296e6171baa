"""The only writer of invitations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_text
from keqiao.casework import policies as casework_policies
from keqiao.casework import services as casework
from keqiao.casework.models import Case, Concern, Party
from keqiao.casework.states import LIVE
from keqiao.casework.types import Side
from keqiao.invitations import policies
from keqiao.invitations.models import Invitation, Word
from keqiao.invitations.states import MACHINE, WAITING
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.matching import services as matching
from keqiao.matching.models import Refusal
from keqiao.matching.types import RefusalReason
from keqiao.needs.models import Need
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Offer, Studio

LONGEST_DAYS = 90
DUE_PAST = N_("答复期限要在今天以后、%(most)s 天以内。")
REASON_NEEDED = N_("请选择谢绝的原因：它会帮助需求方改进需求。")
NOT_ITS_OFFER = N_("这项所能不属于这个工作室，请重新选择。")


class AlreadyInvited(Refused):
    """A studio is asked once at a time, and not when it sits at the table already."""

    text = N_("已经邀请过这个工作室，或者它已经是参与方。")


class RefusedBefore(Refused):
    """A studio that refused a need is not asked for it again."""

    text = N_("这个工作室谢绝过这条需求，请先和它通话，由它自己改变答复。")


class NeedGone(Refused):
    """Nobody sits down for a need that its owner has ended, or that another way was found for."""

    text = N_("需求方已经结束了这条需求，谢谢您愿意参加。")


class OwnNeed(Refused):
    """Nobody answers the own need."""

    text = N_("这个工作室属于需求方，不能邀请它来解决自己的需求。")


def subject_of(invitation: Invitation) -> Subject:
    """Return how the journal names an invitation."""
    return Subject("invitation", invitation.code)


@transaction.atomic
def invite(
    case: Case,
    need: Need,
    studio: Studio,
    *,
    due_on: dt.date | None,
    by: Person,
    text: str = "",
    offer: Offer | None = None,
) -> Invitation:
    """Ask a studio to answer a need of the case until a day; raise Invalid, AlreadyInvited, RefusedBefore, OwnNeed."""
    if not casework_policies.works(by, case):
        raise NotAllowed
    if case.state not in LIVE:
        raise WrongState
    if not Concern.objects.filter(case=case, need=need, released_at=None).exists():
        raise NotAllowed
    intake = Intake()
    said = intake.text("text", text, most=2000)
    last = timezone.localdate() + dt.timedelta(days=LONGEST_DAYS)
    in_time = due_on is not None and timezone.localdate() <= due_on <= last
    intake.check(in_time, "due_on", DUE_PAST, most=LONGEST_DAYS)
    its_own = offer is None or offer.studio_id == studio.pk
    intake.check(its_own, "offer", NOT_ITS_OFFER)
    intake.finish()
    _refuse_unfit(case, need, studio)
    made = Invitation(
        code=new_code("V"), case=case, need=need, studio=studio, offer=offer, text=said
    )
    made.due_on, made.sent_by = due_on or last, by
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise AlreadyInvited from None
    _record("invitation.sent", made, by=by, data={"need": need.code, "studio": studio.code})
    return made


@transaction.atomic
def ask(invitation: Invitation, text: str, *, by: Person) -> Word:
    """Ask the broker something before answering."""
    if not policies.may_answer(by, invitation):
        raise NotAllowed
    cleaned = clean_text(text, most=2000, field="question", required=True)
    _move(invitation, "ask", {})
    return _say(invitation, cleaned, is_reply=False, by=by)


@transaction.atomic
def reply(invitation: Invitation, text: str, *, by: Person) -> Word:
    """Answer a studio's question."""
    if not policies.may_send(by, invitation):
        raise NotAllowed
    cleaned = clean_text(text, most=2000, field="reply", required=True)
    _move(invitation, "reply", {})
    return _say(invitation, cleaned, is_reply=True, by=by)


@transaction.atomic
def accept(invitation: Invitation, *, by: Person) -> Party:
    """Sit down at the case's table; raise WrongState when the case or the invitation is over, NeedGone."""
    if not policies.may_answer(by, invitation):
        raise NotAllowed
    if invitation.need.state != NeedState.IN_CASE:
        raise NeedGone
    _move(invitation, "accept", {"answered_by": by, "answered_at": timezone.now()})
    _record("invitation.accepted", invitation, by=by)
    offer = invitation.offer
    return casework.add_party(
        invitation.case, invitation.studio, Side.ANSWERS, by=None, offer=offer
    )


@transaction.atomic
def refuse(
    invitation: Invitation, reason: RefusalReason | None, *, text: str = "", by: Person
) -> Invitation:
    """Say no, and why: the pair is not suggested again, and the need's owner reads what would help."""
    if not policies.may_answer(by, invitation):
        raise NotAllowed
    if reason is None:
        raise invalid("reason", REASON_NEEDED)
    kept = matching.refuse(invitation.need, invitation.studio, reason, text=text, by=by)
    values = {
        "reason": reason,
        "reason_text": kept.text,
        "answered_by": by,
        "answered_at": timezone.now(),
    }
    _move(invitation, "refuse", values)
    _record("invitation.refused", invitation, by=by, data={"reason": reason.value})
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Person) -> Invitation:
    """Take an invitation back that was not answered."""
    if not policies.may_send(by, invitation):
        raise NotAllowed
    _move(invitation, "withdraw", {})
    _record("invitation.withdrawn", invitation, by=by)
    return invitation


@transaction.atomic
def lapse(invitation: Invitation, *, by: Person | None = None) -> Invitation:
    """End an invitation whose day went by, or whose case or need is over; the platform does."""
    is_gone = invitation.need.state != NeedState.IN_CASE or invitation.case.state not in LIVE
    is_over = is_gone or invitation.due_on < timezone.localdate()
    if by is not None or not is_over:
        raise NotAllowed
    _move(invitation, "lapse", {})
    _record("invitation.lapsed", invitation, by=None)
    return invitation


def _refuse_unfit(case: Case, need: Need, studio: Studio) -> None:
    if need.organisation_id is not None and need.organisation_id == studio.organisation_id:
        raise OwnNeed
    if (
        studio.person_id is not None
        and studio.person_id == need.author_id
        and not need.organisation_id
    ):
        raise OwnNeed
    if Party.objects.filter(case=case, studio=studio, left_at=None).exists():
        raise AlreadyInvited
    if Refusal.objects.filter(need=need, studio=studio).exists():
        raise RefusedBefore


def _say(invitation: Invitation, text: str, *, is_reply: bool, by: Person) -> Word:
    word: Word = Word.objects.create(invitation=invitation, text=text, is_reply=is_reply, by=by)
    _record("invitation.replied" if is_reply else "invitation.asked", invitation, by=by)
    return word


def _move(invitation: Invitation, verb: str, values: dict[str, Any]) -> None:
    state = MACHINE.after(verb, invitation.state)
    rows = Invitation.objects.filter(pk=invitation.pk, state=invitation.state)
    if not rows.update(**values, state=state):
        raise WrongState
    invitation.refresh_from_db()


def _record(
    action: str, invitation: Invitation, *, by: Person | None, data: dict[str, Any] | None = None
) -> None:
    told = {"case": invitation.case.code, **(data or {})}
    journal.record(action, subject_of(invitation), by=by, data=told)


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """End the invitations that wait for the own studio of a person who leaves."""
    if by.pk != person.pk:
        raise NotAllowed
    waiting = Invitation.objects.filter(studio__person=person, state__in=WAITING)
    for one in waiting.select_related("case").order_by("pk"):
        _move(one, "lapse", {})
        _record("invitation.lapsed", one, by=by)
