"""Questions about registrations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.activities.types import Way
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.base.text import bare
from keqiao.engine import lots
from keqiao.guardians import selectors as guardians
from keqiao.guardians.models import Minor
from keqiao.registrations import policies
from keqiao.registrations.models import Draw, Hold, Registration
from keqiao.registrations.states import LIVE, SEATED, State
from keqiao.registrations.types import LAST_HOUR, Standing

RELATED = ("session__activity", "session__region", "minor", "region")


def get(code: str, *, by: Visitor) -> Registration:
    """Return the own registration of ``code``; raise Missing for everybody else."""
    rows = Registration.objects.filter(code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None or not policies.holds(by, found):
        raise Missing
    return found


def standing(session: Session, person: Visitor, now: dt.datetime) -> Standing:
    """Return how a session stands for a person, in one question and without a lock."""
    own = Registration.objects.filter(session=OuterRef("pk"), person=person.pk, state__in=LIVE)
    waiting = Registration.objects.filter(session=OuterRef("pk"), state=State.WAITING)
    offers = Registration.objects.filter(session=OuterRef("pk"), state=State.OFFERED)
    holds = Hold.objects.filter(session=OuterRef("pk"))
    held = holds.filter(person=person.pk, until__gt=now).values("count")[:1]
    rows = Session.objects.filter(pk=session.pk).annotate(
        own_count=_count(own),
        waiting_count=_count(waiting),
        held_count=Coalesce(Subquery(held), Value(0)),
        is_stirring=Q(
            Exists(holds.filter(until__lte=now)) | Exists(offers.filter(offered_until__lte=now))
        ),
    )
    told = ("most_waiting", "waiting_count", "own_count", "held_count", "is_stirring")
    places, taken, *seen = rows.values_list("places", "taken", *told).get()
    free = None if places is None else places - taken
    return Standing(free, **dict(zip(told, seen, strict=True)))


def live_of(session: Session, person: Person) -> QuerySet[Registration]:
    """Return what a person has in a session: their own place and those of their children."""
    return of_own(person).filter(session=session, state__in=LIVE)


def of_own(person: Person) -> QuerySet[Registration]:
    """Return the registrations of a person and of their children, not those of a class that they entered."""
    rows = Registration.objects.filter(Q(minor=None) | Q(minor__guardian=person), person=person)
    return rows.select_related(*RELATED)


def in_session(session: Session, person: Visitor) -> list[Registration]:
    """Return the person's own live registrations in a session, first made first."""
    rows = Registration.objects.filter(session=session, person=person.pk, state__in=LIVE)
    return list(rows.select_related(*RELATED).order_by("pk"))


def of_person(person: Person) -> QuerySet[Registration]:
    """Return all registrations of a person: sessions to come, the next first, then past ones, the last first."""
    coming = Case(When(session__ends_at__gt=timezone.now(), then=F("session__starts_at")))
    rows = Registration.objects.filter(person=person).select_related(*RELATED, "person")
    return rows.order_by(coming.asc(nulls_last=True), "-session__starts_at", "pk")


def ahead(registration: Registration) -> int:
    """Return how many wait before one who waits."""
    rows = Registration.objects.filter(session=registration.session_id, state=State.WAITING)
    return rows.filter(turn__lt=registration.turn or 0).count()


def positions(registrations: list[Registration]) -> dict[int, int]:
    """Return the place in the queue, from 1, of those of some registrations who wait, in one question."""
    waiting = [one.pk for one in registrations if one.state == State.WAITING]
    before = Registration.objects.filter(
        session=OuterRef("session"), state=State.WAITING, turn__lte=OuterRef("turn")
    )
    rows = Registration.objects.filter(pk__in=waiting).annotate(position=_count(before))
    return dict(rows.values_list("pk", "position"))


def holders(session: Session) -> QuerySet[Person]:
    """Return whom a change of the session concerns: everybody who has a place in it, waits or is to be drawn."""
    rows = Registration.objects.filter(session=session, state__in=LIVE)
    return Person.objects.filter(pk__in=rows.values("person"), is_active=True).order_by("pk")


def seated(session: Session) -> QuerySet[Registration]:
    """Return who has a place for certain, by name of who signed up."""
    rows = Registration.objects.filter(session=session, state=State.CONFIRMED)
    return rows.select_related("person", "minor", "session").order_by("person__name", "pk")


def children(session: Session) -> set[int]:
    """Return the numbers of the minors who have a place for certain: whoever waits is cared for by nobody yet."""
    return set(seated(session).exclude(minor=None).order_by().values_list("minor_id", flat=True))


def child(session: Session, code: str) -> Minor:
    """Return a child who has a place in the session; raise Missing for one who waits, or is of another."""
    found = guardians.child_of(session, code)
    if found.pk not in children(session):
        raise Missing
    return found


def listed(session: Session, *, by: Visitor) -> QuerySet[Registration]:
    """Return all live registrations for who runs the session; raise Missing for everybody else."""
    if not policies.may_list(by, session):
        raise Missing
    rows = Registration.objects.filter(session=session, state__in=LIVE)
    return rows.select_related("person", "minor", "region", "session").order_by("turn", "pk")


def alike(session: Session, *, by: Visitor) -> list[list[Registration]]:
    """Return the registrations of a session that may be of one child: one name and birthday, entered more than once.

    Only somebody who asks the guardians can tell; a name is compared without spaces, dots, width and case.
    """
    rows = listed(session, by=by).filter(minor__deleted_at=None, minor__born_on__isnull=False)
    found: defaultdict[tuple[str, dt.date | None], list[Registration]] = defaultdict(list)
    for one in rows:
        if one.minor is not None:
            found[(bare(one.minor.name), one.minor.born_on)].append(one)
    return [group for group in found.values() if len(group) > 1]


def counts(session: Session) -> dict[str, int]:
    """Return how many registrations of a session stand in each state."""
    rows = Registration.objects.filter(session=session).values("state").order_by("state")
    return dict(rows.annotate(number=Count("pk")).values_list("state", "number"))


def kept(session: Session) -> int:
    """Return how many places are taken that nobody has yet: kept for classes, and for those who fill in the form."""
    rows = Registration.objects.filter(session=session, state__in=SEATED)
    return max(session.taken - rows.count(), 0)


def draw_of(session: Session) -> Draw | None:
    """Return the draw of a session once it is announced."""
    return Draw.objects.filter(session=session).first()


def paper(session: Session) -> lots.Paper | None:
    """Return what is published of a draw when it is over."""
    draw = draw_of(session)
    if draw is None or draw.drawn_at is None:
        return None
    order = tuple(lots.order(draw.seed, draw.sealed))
    return lots.Paper(session.code, draw.seed_hash, draw.digest, draw.seed, order)


def hold_of(session: Session, person: Visitor, now: dt.datetime) -> Hold | None:
    """Return the places kept for a person, unless their time is over."""
    return Hold.objects.filter(session=session, person=person.pk, until__gt=now).first()


def stirring(now: dt.datetime) -> QuerySet[Session]:
    """Return the sessions in which a hold or an offer ran out, in which who waits could sit, or begins with a queue."""
    waiting = Registration.objects.filter(state=State.WAITING).values("session")
    offers = Registration.objects.filter(state=State.OFFERED, offered_until__lte=now)
    has_room = Q(places=None) | Q(taken__lt=F("places"))
    is_soon = Q(state=SessionState.PLANNED) & has_room & Q(starts_at__gt=now + LAST_HOUR)
    return Session.objects.filter(
        Q(pk__in=Hold.objects.filter(until__lte=now).values("session"))
        | Q(pk__in=offers.values("session"))
        | Q(Q(starts_at__lte=now) | is_soon, pk__in=waiting)
    ).order_by("pk")


def draws_to_tend(now: dt.datetime) -> QuerySet[Session]:
    """Return the sessions that give places by lot and are not drawn yet, the next draw first."""
    rows = Session.objects.filter(way=Way.DRAW, state=SessionState.PLANNED, starts_at__gt=now)
    undrawn = rows.filter(Q(draw=None) | Q(draw__drawn_at=None)).exclude(activity__state="draft")
    return undrawn.select_related("activity", "draw").order_by("draws_at", "pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: their registrations, without what stands with a child."""
    rows = Registration.objects.filter(person=person).select_related("session__activity", "minor")
    kept = Hold.objects.filter(person=person, until__gt=timezone.now()).select_related("session")
    return {
        "registrations": [
            {
                "code": one.code,
                "session_code": one.session.code,
                "activity": one.session.activity.title,
                "state": one.state,
                "is_for_child": one.minor_id is not None,
                "answers": one.answers,
                "region": one.region_id or "",
                "made_at": one.made_at,
                "ended_at": one.ended_at,
            }
            for one in rows.order_by("pk")
        ],
        "places_kept": [
            {"session_code": one.session.code, "count": one.count, "until": one.until}
            for one in kept.order_by("pk")
        ],
    }


def seats_taken(session: Session) -> int:
    """Return how many places registrations and holds account for: the session's ``taken``, unless others keep some."""
    held = sum(Hold.objects.filter(session=session).values_list("count", flat=True))
    return held + Registration.objects.filter(session=session, state__in=SEATED).count()


def _count(rows: QuerySet[Registration]) -> Coalesce:
    grouped = rows.order_by().values("session").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(grouped), Value(0))
