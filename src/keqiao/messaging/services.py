"""The only writer of the room's tables.

Notices and mails follow from what the journal says already, so they add no entries of their own. What a person or an
operator decides does, and so does what became of a mail that did not arrive. That a notice was read is nobody else's
business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.accounts.services import subject_of
from keqiao.base.errors import NotAllowed, invalid
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Actor
from keqiao.messaging import letters, selectors
from keqiao.messaging.letters import WayOut
from keqiao.messaging.models import Mail, Notice, Preference, Reader
from keqiao.messaging.states import MACHINE, State
from keqiao.messaging.types import SPECS, Kind, Language, Message, Rhythm, Way, packed

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
STALE = dt.timedelta(
    minutes=15
)  # longer than any conversation: twenty seconds for each of its steps
KEEP_MAILS = dt.timedelta(days=180)
KEEP_NOTICES = dt.timedelta(days=365)
NO_WAY = N_("这一类提醒不能这样选择，请从列出的方式里选一种。")
NO_LANGUAGE = N_("没有这种语言，请从列出的语言里选一种。")
NO_RHYTHM = N_("没有这种汇总的时间，请从列出的时间里选一种。")


@transaction.atomic
def notify(person: Person, message: Message, *, by: Actor | None) -> bool:
    """Tell a person something, once, by the way that the person chose for its kind; tell whether it is new.

    ``by`` is whose deed is told, None for the platform's; nobody is told of the own.
    """
    way = selectors.way(person, message.kind)
    is_own = by is not None and by.pk == person.pk
    if is_own or way == Way.OFF or not person.is_active:
        return False
    said = packed(message.phrase)
    _notice, is_new = Notice.objects.get_or_create(
        person=person,
        key=message.key,
        defaults={
            "kind": message.kind,
            "way": way,
            "said": said,
            "why": list(message.why),
            "path": message.path,
            "about": message.about,
        },
    )
    if is_new and way == Way.AT_ONCE and selectors.may_be_mailed(person, message.kind):
        attendance = message.attendance
        _post(
            person,
            message.key,
            [{"said": said, "path": message.path, "why": list(message.why)}],
            kind=message.kind,
            about=message.about,
            method=attendance.method if attendance is not None else "",
            ics=attendance.ics if attendance is not None else "",
        )
    return is_new


@transaction.atomic
def digest(person: Person, day: dt.date, *, by: None) -> Mail | None:  # noqa: ARG001 - the platform's deed only
    """Gather what waits for the person's digest into one mail, once a day; None for nothing, or one already."""
    waiting = selectors.for_digest(person)
    key = selectors.digest_key(day)
    if not waiting or not selectors.may_be_mailed(person, ""):
        return None
    if Mail.objects.filter(person=person, key=key).exists():
        return None
    lines = [
        {
            "said": one.said,
            "path": one.path,
            "why": one.why,
            "is_fitting": one.kind == Kind.FITTING,
        }
        for one in waiting
    ]
    mail, is_new = _post(person, key, lines)
    if not is_new:
        return None
    Notice.objects.filter(pk__in=[one.pk for one in waiting]).update(digest_on=day)
    return mail


def mark_read(notice: Notice, *, by: Person) -> None:
    """Remember that a person has read one of the own notices; twice is once."""
    if notice.person_id != by.pk:
        raise NotAllowed
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def mark_all_read(*, by: Person) -> int:
    """Remember that a person has read everything; return how many notices were unread."""
    return Notice.objects.filter(person=by, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def prefer(ways: Mapping[Kind, str], *, language: str, rhythm: str, by: Person) -> None:
    """Keep how a person wants to be told of each kind, in which language and how often; raise Invalid."""
    for kind, way in ways.items():
        if way not in SPECS[kind].ways:
            raise invalid(kind, NO_WAY)
    if language not in Language.values:
        raise invalid("language", NO_LANGUAGE)
    if rhythm not in Rhythm.values:
        raise invalid("rhythm", NO_RHYTHM)
    for kind, way in ways.items():
        Preference.objects.update_or_create(person=by, kind=kind, defaults={"way": way})
    Reader.objects.update_or_create(person=by, defaults={"language": language, "rhythm": rhythm})
    chosen = {kind.value: str(way) for kind, way in ways.items()}
    told = {"ways": chosen, "language": language, "rhythm": rhythm}
    journal.record("notices.preferred", subject_of(by), by=by, data=told)


@transaction.atomic
def stop(way_out: WayOut, *, by: Person) -> None:
    """Stop the mails that a link in a mail stops; the holder of the link acts for the person. Twice is once."""
    if way_out.person_id != by.pk:
        raise NotAllowed
    if way_out.kind is None:
        changed = selectors.reader(by).rhythm != Rhythm.NEVER
        Reader.objects.update_or_create(person=by, defaults={"rhythm": Rhythm.NEVER})
    else:
        if Way.SITE not in SPECS[way_out.kind].ways:
            raise invalid(way_out.kind, NO_WAY)
        changed = selectors.way(by, way_out.kind) != Way.SITE
        Preference.objects.update_or_create(
            person=by, kind=way_out.kind, defaults={"way": Way.SITE}
        )
    if changed:
        what = way_out.kind.value if way_out.kind is not None else letters.DIGEST
        journal.record("notices.stopped", subject_of(by), by=by, data={"what": what})


def claim(number: int) -> Mail | None:
    """Take up a mail that waits, before a word is said to the server; None when another worker has it.

    From here on the mail is never sent again by the machine unless the server refuses it for the time being.
    """
    state = MACHINE.after("claim", State.WAITING)
    now = timezone.now()
    rows = Mail.objects.filter(pk=number, state=State.WAITING, next_at__lte=now)
    if not rows.update(state=state, claimed_at=now, attempts=F("attempts") + 1):
        return None
    return Mail.objects.select_related("person").get(pk=number)


def sent(mail: Mail, answer: str) -> None:
    """Remember that the server took a mail."""
    _settle(mail, "send", answer)


def drop(mail: Mail) -> None:
    """Let a mail go that its person wants no longer."""
    _settle(mail, "drop", "")


def postpone(mail: Mail, answer: str) -> None:
    """Try a mail again later, which the server did not take for the time being; after seven attempts it has failed."""
    if mail.attempts > len(WAITS):
        fail(mail, answer)
        return
    state = MACHINE.after("postpone", mail.state)
    next_at = timezone.now() + WAITS[mail.attempts - 1]
    rows = Mail.objects.filter(pk=mail.pk, state=mail.state, claimed_at=mail.claimed_at)
    rows.update(state=state, next_at=next_at, answer=answer)


def fail(mail: Mail, answer: str) -> None:
    """Give a mail up; the journal says whose, and by which code, and not to which address."""
    with transaction.atomic():
        if _settle(mail, "fail", answer):
            _record("mail.failed", mail, by=None, code=answer[:3])


def doubt(mail: Mail, answer: str = "") -> bool:
    """Remember that nobody knows whether a mail arrived: it is never sent again unless an operator says so."""
    with transaction.atomic():
        is_new = _settle(mail, "doubt", answer)
        if is_new:
            _record("mail.unsure", mail, by=None)
    return is_new


def doubt_abandoned() -> int:
    """Doubt the mails whose worker died between taking them up and the server's answer; return how many."""
    return sum(doubt(mail) for mail in selectors.abandoned(timezone.now() - STALE))


@transaction.atomic
def retry(mail: Mail, *, by: Person | None) -> None:
    """Have a mail sent again that failed or may have arrived: an operator's deed, ``by`` None at the command line."""
    state = MACHINE.after("retry", mail.state)
    rows = Mail.objects.filter(pk=mail.pk, state=mail.state)
    values = {"next_at": timezone.now(), "attempts": 0, "claimed_at": None, "settled_at": None}
    if rows.update(state=state, **values):
        _record("mail.retried", mail, by=by, was=mail.state)


def _post(
    person: Person, key: str, lines: Sequence[Mapping[str, Any]], **more: Any
) -> tuple[Mail, bool]:
    """Put a mail into the outbox unless it is there."""
    values = {"lines": list(lines), "message_id": letters.message_id(person.pk, key), **more}
    mail: Mail
    mail, is_new = Mail.objects.get_or_create(person=person, key=key, defaults=values)
    return mail, is_new


def _settle(mail: Mail, verb: str, answer: str) -> bool:
    """Move a mail on, as long as this claim of it is the last; what was doubted meanwhile may still turn out sent."""
    state = MACHINE.after(verb, mail.state)
    rows = Mail.objects.filter(
        pk=mail.pk, state__in=MACHINE.sources(verb), claimed_at=mail.claimed_at
    )
    return bool(rows.update(state=state, answer=answer[:200], settled_at=timezone.now()))


def _record(action: str, mail: Mail, *, by: Person | None, **told: Any) -> None:
    data = {"mail": mail.pk, "kind": mail.kind or letters.DIGEST, **told}
    journal.record(action, subject_of(mail.person), by=by, data=data)


def forget_old(now: dt.datetime) -> tuple[int, int]:
    """Delete mails that were settled half a year ago, and notices read a year ago; return how many of each.

    The journal keeps that they were sent. What is unsure or waits is never forgotten.
    """
    done = (State.SENT, State.FAILED, State.DROPPED)
    mails = Mail.objects.filter(state__in=done, settled_at__lt=now - KEEP_MAILS)
    notices = Notice.objects.filter(read_at__lt=now - KEEP_NOTICES)
    return mails.delete()[0], notices.delete()[0]


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Delete notices, mails and preferences of a person who leaves; what waits is not sent any more."""
    if by.pk != person.pk:
        raise NotAllowed
    for table in (Notice, Mail, Preference, Reader):
        table.objects.filter(person=person).delete()
