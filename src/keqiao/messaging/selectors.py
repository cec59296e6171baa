"""Questions about notices, preferences and mails."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, Count, QuerySet, Value, When

from keqiao.access.policies import Visitor
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Consent, Person
from keqiao.accounts.types import Held, Purpose
from keqiao.base.errors import Missing
from keqiao.messaging.models import Mail, Notice, Preference, Reader
from keqiao.messaging.states import State
from keqiao.messaging.types import SPECS, Kind, Rhythm, Way

MONDAY = 0
MOST_LINES = 40  # in one digest; the rest waits for the next


def notices(person: Person) -> QuerySet[Notice]:
    """Return what a person was told: unread first, then newest first."""
    unread_first = Case(When(read_at=None, then=Value(0)), default=Value(1))
    return Notice.objects.filter(person=person).order_by(unread_first, "-created_at", "-pk")


def notice(number: int, *, by: Person) -> Notice:
    """Return one of the person's own notices; raise Missing for any other."""
    found = Notice.objects.filter(person=by, pk=number).first()
    if found is None:
        raise Missing
    return found


def unread_count(person: Visitor) -> int:
    """Return how many notices wait for the person; one question."""
    if not isinstance(person, Person):
        return 0
    return Notice.objects.filter(person=person, read_at=None).count()


def person_of(number: int) -> Person:
    """Return the person that a link without log-in speaks for; raise Missing for one who left."""
    found = Person.objects.filter(pk=number, is_active=True).first()
    if found is None:
        raise Missing
    return found


def reader(person: Person) -> Reader:
    """Return how the person wants to be written to; the defaults, not saved, for who never said."""
    return Reader.objects.filter(person=person).first() or Reader(person=person)


def ways(person: Person) -> dict[Kind, Way]:
    """Return the way of each kind for the person; a choice that is offered no longer is the default again."""
    chosen = dict(Preference.objects.filter(person=person).values_list("kind", "way"))
    return {kind: _offered(kind, chosen.get(kind, "")) for kind in Kind}


def way(person: Person, kind: Kind) -> Way:
    """Return the way of one kind for the person."""
    chosen = Preference.objects.filter(person=person, kind=kind).values_list("way", flat=True)
    return _offered(kind, chosen.first() or "")


def _offered(kind: Kind, chosen: str) -> Way:
    spec = SPECS[kind]
    return Way(chosen) if chosen in spec.ways else spec.default


def may_be_mailed(person: Person, kind: str) -> bool:
    """Tell whether a mail of the kind may go to the person now; the kind of a digest is empty."""
    if not person.is_active:
        return False
    if kind in SPECS and not SPECS[Kind(kind)].needs_consent:
        return True
    return accounts.has_consented(person, Purpose.MAIL)


def is_wanted(mail: Mail) -> bool:
    """Tell whether a mail that waits may still go: consent may be withdrawn, and a preference changed, meanwhile."""
    if not may_be_mailed(mail.person, mail.kind):
        return False
    if mail.kind:
        return way(mail.person, Kind(mail.kind)) == Way.AT_ONCE
    return reader(mail.person).rhythm != Rhythm.NEVER


def digest_key(day: dt.date) -> str:
    """Return the key of a day's digest."""
    return f"digest:{day.isoformat()}"


def digest_readers(day: dt.date) -> QuerySet[Person]:
    """Return who may get a digest on ``day`` and has none of that day yet: consent is live, the rhythm is due."""
    consenting = Consent.objects.filter(purpose=Purpose.MAIL, withdrawn_at=None).values("person")
    rhythms = [Rhythm.NEVER] if day.weekday() == MONDAY else [Rhythm.NEVER, Rhythm.WEEKLY]
    resting = Reader.objects.filter(rhythm__in=rhythms).values("person")
    has_one = Mail.objects.filter(key=digest_key(day)).values("person")
    rows = Person.objects.filter(is_active=True, pk__in=consenting)
    return rows.exclude(pk__in=resting).exclude(pk__in=has_one).order_by("pk")


def for_digest(person: Person) -> list[Notice]:
    """Return what waits for the person's next digest, oldest first, 40 at most."""
    rows = Notice.objects.filter(person=person, way=Way.DIGEST, digest_on=None, read_at=None)
    if not accounts.has_consented(person, Purpose.SELECTION):
        rows = rows.exclude(kind=Kind.FITTING)
    return list(rows.order_by("created_at", "pk")[:MOST_LINES])


def due(now: dt.datetime) -> QuerySet[Mail]:
    """Return the mails whose time has come, longest waiting first."""
    return Mail.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "pk")


def abandoned(before: dt.datetime) -> QuerySet[Mail]:
    """Return the mails that a worker took up before that time and never said what became of."""
    return Mail.objects.filter(state=State.SENDING, claimed_at__lt=before).order_by("pk")


def mails_about(about: str) -> QuerySet[Mail]:
    """Return the mails that went out about a thing, such as ``case:C-7K3M9QXA``, newest first."""
    rows = Mail.objects.filter(about=about).select_related("person")
    return rows.order_by("-created_at", "-pk")


def counts() -> dict[str, int]:
    """Return how many mails there are in each state."""
    rows = Mail.objects.order_by("state").values_list("state")
    return dict(rows.annotate(count=Count("pk")))


def troubled() -> QuerySet[Mail]:
    """Return the mails that an operator has to look at, oldest first."""
    return Mail.objects.filter(state__in=[State.FAILED, State.UNSURE]).order_by("pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: how to be written to, notices, and mails that went or wait."""
    told = Notice.objects.filter(person=person).order_by("pk")
    mails = Mail.objects.filter(person=person).order_by("pk")
    reads = list(Reader.objects.filter(person=person).values("language", "rhythm"))
    chosen = Preference.objects.filter(person=person).order_by("kind").values("kind", "way")
    return {
        "notice_preferences": [*reads, *chosen],
        "notices": [
            {
                "kind": one.kind,
                "text": str(one.phrase),
                "at": one.created_at,
                "read_at": one.read_at,
            }
            for one in told
        ],
        "mails": list(mails.values("kind", "state", "created_at", "settled_at")),
    }
