"""Places that are offered, passed on or drawn: told to who signed up; of a child nothing is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.base.phrases import N_, Phrase
from keqiao.journal.models import Entry
from keqiao.messaging.types import Kind, Message
from keqiao.reactions.types import Telling, key_of
from keqiao.registrations import selectors as registrations
from keqiao.registrations.models import Registration
from keqiao.registrations.states import SEATED, State

OFFERED = N_(
    "“%(title)s”（%(when)s）为您空出了一个名额，请在 %(until)s 前确认；过了时间会让给下一位。"
)
PASSED_ON = N_("“%(title)s”（%(when)s）为您保留的名额没有在期限内确认，已经让给下一位候补的人。")
NO_PLACE = N_(
    "“%(title)s”（%(when)s）直到开始也没有空出名额，您的候补已结束，为孩子填写的内容已删除。"
)
NO_PLACE_OWN = N_("“%(title)s”（%(when)s）直到开始也没有空出名额，您的候补已结束。")
CANCELLED = N_("您在“%(title)s”（%(when)s）的一个报名已取消。")
DRAWN = N_("“%(title)s”（%(when)s）已经抽签：您抽中 %(seated)s 个名额，另有 %(waiting)s 个候补。")
Told = Iterator[tuple[Person, Message]]


def _offered(entry: Entry) -> Told:
    one = _registration(entry)
    if one is None or one.state != State.OFFERED or one.offered_until is None:
        return
    until = f"{timezone.localtime(one.offered_until):%Y-%m-%d %H:%M}"
    yield one.person, _message(entry, one.session, OFFERED, until=until)


def _lapsed(entry: Entry) -> Told:
    one = _registration(entry)
    if one is None:
        return
    text = NO_PLACE_OWN if one.minor_id is None else NO_PLACE
    yield one.person, _message(entry, one.session, PASSED_ON if entry.data["offered"] else text)


def _cancelled(entry: Entry) -> Told:
    one = _registration(entry)
    if one is not None:
        yield one.person, _message(entry, one.session, CANCELLED)


def _drawn(entry: Entry) -> Told:
    rows = Session.objects.select_related("activity").filter(code=entry.subject_key)
    for session in rows:
        found: dict[int, Counter[str]] = {}
        people = {person.pk: person for person in registrations.holders(session)}
        drawn = Registration.objects.filter(session=session, person__in=people).exclude(lot="")
        for person, state in drawn.values_list("person_id", "state"):
            kind = "seated" if state in SEATED else "waiting" if state == State.WAITING else ""
            found.setdefault(person, Counter())[kind] += 1
        for person, count in found.items():
            values = {"seated": count["seated"], "waiting": count["waiting"]}
            yield people[person], _message(entry, session, DRAWN, **values)


def _registration(entry: Entry) -> Registration | None:
    rows = Registration.objects.filter(code=entry.subject_key, person__is_active=True)
    return rows.select_related("person", "session__activity").first()


def _message(entry: Entry, session: Session, text: str, **values: object) -> Message:
    when = f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
    return Message(
        kind=Kind.ACTIVITY,
        key=key_of(entry),
        phrase=Phrase(text, {"title": session.activity.title, "when": when, **values}),
        path=reverse("registration_list"),
        about=f"session:{session.code}",
    )


TELLINGS: Mapping[str, Telling] = {
    "registration.offered": _offered,
    "registration.lapsed": _lapsed,
    "registration.cancelled": _cancelled,
    "draw.drawn": _drawn,
}
