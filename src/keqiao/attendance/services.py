"""The only writer of who came, of heads counted and of feedback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.attendance import policies, selectors
from keqiao.attendance.models import CheckIn, Feedback, HeadCount
from keqiao.attendance.types import MOST_HEADS, QUESTIONS, Answer, Press, Reply, Result
from keqiao.base.errors import Invalid, Missing, NotAllowed, Refused, invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.base.states import WrongState
from keqiao.base.text import Intake
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.proofs import selectors as proofs
from keqiao.proofs import services as proof_services
from keqiao.proofs.models import Proof
from keqiao.proofs.types import Kind
from keqiao.registrations.models import Registration

ARRIVED = N_("已签到 %(time)s")
NO_PLACE = N_("%(time)s 到了但没有名额，请您决定是否准许参加。")
UNDONE = N_("这次签到已被撤销。")
USED_TWICE = N_("这一条签到的编号已经用过，没有收下。")
CHECK_IN_UNDONE = N_("签到已撤销")  # why a certificate stands no more, on its page
ANSWER_ALL = N_("请回答全部三个问题。")
WRONG_COUNT = N_("请填 0 到 %(most)s 之间的人数。")


class NotHere(Refused):
    """No registration of this session has the code."""

    text = N_("本场次没有这个报名编号，请核对是不是别的场次。")


class NotYet(Refused):
    """People are checked in on the day."""

    text = N_("还没有到签到的时间：%(time)s 起可以签到。")


class CalledOff(Refused):
    """Nobody comes to what does not take place."""

    text = N_("这个场次已经取消，不能签到。")


class Counted(Refused):
    """Where places are counted, everybody has a registration."""

    text = N_("这个场次要报名，请逐个签到，不按人数登记。")


class NotThere(Refused):
    """Only who was there says how it was, and gets a certificate."""

    text = N_("没有到场签到的记录。如果您来过，请联系活动的带队人或组织者补签。")


class NotOver(Refused):
    """What is certified has happened."""

    text = N_("场次结束以后才能出具参加证明。")


class Nameless(Refused):
    """A certificate without a name is of no use, and the name is gone."""

    text = N_("孩子的资料已按期删除，不能再出具参加证明。以前下载的证明仍可核验。")


class OutOfTime(Refused):
    """Feedback is taken while it is fresh."""

    text = N_("反馈从场次结束开始，30 天内可以填写。")


class Given(Refused):
    """Each who came answers once."""

    text = N_("已经填写过反馈，谢谢。")


def subject_of(registration: Registration) -> Subject:
    """Return how the journal names a registration: by its code, never by a name."""
    return Subject("registration", registration.code)


def receive(session: Session, presses: Sequence[Press], *, by: Person) -> list[Reply]:
    """Take what a phone delivers, press by press, each in a transaction of its own, and say what became of each."""
    if not policies.may_check_in(by, session):
        raise NotAllowed
    return [_received(session, press, by=by) for press in presses]


@transaction.atomic
def check_in(session: Session, press: Press, *, by: Person) -> Reply:
    """Write down that somebody came; the same press again, or another for the same person, changes nothing.

    Whoever has no place, as after a cancellation that the phone did not know of, is kept too and waits for a decision.
    Raise NotHere, NotYet, CalledOff, NotAllowed.
    """
    if not policies.may_check_in(by, session):
        raise NotAllowed
    registration = selectors.registration_in(session, press.code)
    if registration is None:
        raise NotHere
    known = CheckIn.objects.filter(press=press.key).first()
    if known is not None and known.registration_id != registration.pk:
        raise invalid("key", USED_TWICE)
    if known is not None:
        return _reply(press, known, session, is_new=False)
    now = timezone.now()
    _refuse_unless_open(session, now)
    row, is_new = _came(session, registration, press, now, by=by)
    if is_new:
        told = {"session": session.code, "has_place": row.is_admitted is True}
        journal.record("registration.checked_in", subject_of(registration), by=by, data=told)
    return _reply(press, row, session, is_new=is_new)


def check_in_now(session: Session, code: str, *, by: Person) -> Reply:
    """Write down that somebody comes in at this moment, pressed on a page rather than kept by a phone."""
    return check_in(session, Press(uuid4(), code), by=by)


@transaction.atomic
def admit(session: Session, code: str, *, by: Person) -> CheckIn:
    """Let in who came without a place: they count as having been there. Raise Missing, WrongState."""
    row = _standing(session, code, by=by)
    if not CheckIn.objects.filter(pk=row.pk, undone_at=None, is_admitted=None).update(
        is_admitted=True
    ):
        raise WrongState
    journal.record("registration.admitted", subject_of(row.registration), by=by)
    row.refresh_from_db()
    return row


@transaction.atomic
def undo(session: Session, code: str, *, by: Person) -> CheckIn:
    """Take a check-in back, as after a press on the wrong name. Raise Missing, WrongState."""
    row = _standing(session, code, by=by)
    rows = CheckIn.objects.filter(pk=row.pk, undone_at=None)
    if not rows.update(undone_at=timezone.now(), undone_by=by):
        raise WrongState
    journal.record("registration.check_in_undone", subject_of(row.registration), by=by)
    for paper in proofs.about(Kind.ATTENDANCE, code):
        proof_services.void(paper, CHECK_IN_UNDONE, by=by)
    row.refresh_from_db()
    return row


@transaction.atomic
def count_heads(session: Session, count: int, *, by: Person) -> HeadCount:
    """Write down how many came to a session without counted places; a later number takes the place of an earlier."""
    if not policies.may_check_in(by, session):
        raise NotAllowed
    if session.places is not None:
        raise Counted
    _refuse_unless_open(session, timezone.now())
    if not 0 <= count <= MOST_HEADS:
        raise invalid("count", WRONG_COUNT, most=MOST_HEADS)
    row: HeadCount = HeadCount.objects.create(session=session, count=count, by=by)
    subject = Subject("session", session.code)
    journal.record("session.heads_counted", subject, by=by, data={"count": count})
    return row


@transaction.atomic
def give_feedback(
    registration: Registration,
    answers: Mapping[str, Answer | None],
    *,
    text: str = "",
    by: Person,
) -> Feedback:
    """Answer the three questions for whoever came, once; of a child, the guardian does.

    Raise NotAllowed, NotThere, OutOfTime, Given, Invalid. The journal says that it was given, not what.
    """
    if not policies.answers_for(by, registration):
        raise NotAllowed
    if not selectors.may_answer_now(registration.session, timezone.now()):
        raise OutOfTime
    if not selectors.came(registration):
        raise NotThere
    intake = Intake()
    cleaned = intake.text("text", text, most=1000)
    intake.check(all(answers.get(name) for name in QUESTIONS), "understood", ANSWER_ALL)
    intake.finish()
    values: dict[str, Any] = {name: answers[name] for name in QUESTIONS}
    row, is_new = Feedback.objects.get_or_create(
        registration=registration, defaults={**values, "text": cleaned}
    )
    if not is_new:
        raise Given
    journal.record("registration.feedback_given", subject_of(registration), by=by)
    return row


@transaction.atomic
def certify(registration: Registration, *, by: Person) -> Proof:
    """Return the certificate of who came, the one issued before if the name on it is still the name; else that is void.

    It names nobody; the name goes on the paper. Raise NotAllowed, NotOver, NotThere, Nameless.
    """
    if not policies.holds(by, registration):
        raise NotAllowed
    if timezone.now() < registration.session.ends_at:
        raise NotOver
    name = selectors.name_of(registration)
    if not name:
        raise Nameless
    locked = CheckIn.objects.select_for_update(of=("self",))
    if not locked.filter(selectors.CAME, registration=registration).first():
        raise NotThere
    standing = proofs.about(Kind.ATTENDANCE, registration.code).select_related("association")
    kept = next((one for one in standing if proofs.is_of(one, name)), None)
    if kept is not None:
        return kept
    proof_services.void_other_names(standing, name, by=by)
    return proof_services.issue(
        Kind.ATTENDANCE,
        content=selectors.certified(registration.session),
        association=registration.session.activity.association,
        holder=by,
        name=name,
        about=registration.code,
        by=by,
    )


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Take the words of a person who leaves out of the feedback; the three answers stay as counts."""
    if by.pk != person.pk:
        raise NotAllowed
    own = Q(registration__person=person, registration__minor=None)
    own |= Q(registration__minor__guardian=person)
    Feedback.objects.filter(own).exclude(text="").update(text="")


def _received(session: Session, press: Press, *, by: Person) -> Reply:
    try:
        return check_in(session, press, by=by)
    except Invalid as refusal:
        said = refusal.problems[0].phrase
    except Refused as refusal:
        said = refusal.phrase
    return Reply(str(press.key), press.code, Result.REFUSED, said)


def _came(
    session: Session, registration: Registration, press: Press, now: dt.datetime, *, by: Person
) -> tuple[CheckIn, bool]:
    """Return the check-in that stands, and whether it is this press; what two phones write at once is one row."""
    try:
        return CheckIn.objects.get_or_create(
            registration=registration,
            undone_at=None,
            defaults={
                "press": press.key,
                "by": by,
                "arrived_at": selectors.plausible(session, now - press.age, now),
                "received_at": now,
                "is_admitted": True if selectors.has_place(registration) else None,
            },
        )
    except IntegrityError:  # the press came at the same moment for somebody else
        raise invalid("key", USED_TWICE) from None


def _refuse_unless_open(session: Session, now: dt.datetime) -> None:
    if session.state == SessionState.CANCELLED:
        raise CalledOff
    opens_at = selectors.opens_at(session)
    if now < opens_at:
        raise NotYet(time=f"{timezone.localtime(opens_at):%Y-%m-%d %H:%M}")


def _standing(session: Session, code: str, *, by: Person) -> CheckIn:
    if not policies.may_check_in(by, session):
        raise NotAllowed
    registration = selectors.registration_in(session, code)
    row = selectors.check_in(registration) if registration is not None else None
    if row is None:
        raise Missing
    return row


def _reply(press: Press, row: CheckIn, session: Session, *, is_new: bool) -> Reply:
    time = selectors.clock(row.arrived_at, session)
    if row.undone_at is not None:
        result, said = Result.UNDONE, Phrase(UNDONE)
    elif row.is_admitted is None and not selectors.has_place(row.registration):
        result, said = Result.NO_PLACE, Phrase(NO_PLACE, {"time": time})
    else:
        result = Result.NEW if is_new else Result.ALREADY
        said = Phrase(ARRIVED, {"time": time})
    return Reply(str(press.key), press.code, result, said, row.arrived_at)
