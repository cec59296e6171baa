"""Draws: announced, entered, sealed, drawn; how an order comes about, ``engine.lots`` says. Part of the writer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities import policies
from keqiao.activities import services as activities
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.engine import lots
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.registrations import selectors, turns
from keqiao.registrations.models import Draw, Registration
from keqiao.registrations.states import MACHINE, State
from keqiao.registrations.types import Closed


def announce(session: Session, *, by: Person | None = None) -> Draw:
    """Publish the hash of a fresh seed; once for a session, before anybody can enter. The session is locked."""
    known = Draw.objects.filter(session=session).first()
    if known is not None:
        return known
    seed = lots.new_seed()
    made: Draw = Draw.objects.create(session=session, seed=seed, seed_hash=lots.hashed(seed))
    told = {"seed_hash": made.seed_hash}
    journal.record("draw.announced", Subject("session", session.code), by=by, data=told)
    return made


def refuse_sealed(session: Session, *, by: Person) -> None:
    """Make sure that the draw is announced, and raise Closed once its list is sealed. The session is locked."""
    if announce(session, by=by).sealed_at is not None:
        raise Closed


def tend(now: dt.datetime) -> int:
    """Announce, seal and draw what is due; return how many draws moved. Any number of times is once."""
    return sum(_tend(session, now) for session in selectors.draws_to_tend(now))


@transaction.atomic
def _tend(session: Session, now: dt.datetime) -> bool:
    session = turns.locked(session)
    if session.state != SessionState.PLANNED or session.starts_at <= now:
        return False
    known = Draw.objects.filter(session=session).first()
    draw = known or announce(session)
    moved = known is None
    if draw.sealed_at is None and policies.closes_at(session) <= now:
        _seal(draw, session)
        moved = True
    is_due = session.draws_at is not None and session.draws_at <= now
    if draw.sealed_at is not None and draw.drawn_at is None and is_due:
        _draw(draw, session, now)
        moved = True
    return moved


def _seal(draw: Draw, session: Session) -> None:
    """Fix the list of lots: whoever gives up a lot afterwards leaves it in the list, and it is passed over."""
    entered = Registration.objects.filter(session=session, state=State.ENTERED)
    families: dict[int, list[str]] = defaultdict(list)
    for person, lot in entered.values_list("person_id", "lot"):
        families[person].append(lot)
    listed = lots.sealed(families.values())
    draw.sealed, draw.digest, draw.sealed_at = listed, lots.hashed(listed), timezone.now()
    values = {"sealed": draw.sealed, "digest": draw.digest, "sealed_at": draw.sealed_at}
    Draw.objects.filter(pk=draw.pk).update(**values)
    told = {"digest": draw.digest, "lots": len(listed.split()), "families": len(families)}
    journal.record("draw.sealed", Subject("session", session.code), by=None, data=told)


def _draw(draw: Draw, session: Session, now: dt.datetime) -> None:
    """Seat those drawn first, as far as places and limits go; the others wait in the order in which they were drawn."""
    rows = Registration.objects.filter(session=session, state=State.ENTERED)
    by_lot = {one.lot: one for one in rows.select_related("minor")}
    drawn = [lot for line in lots.order(draw.seed, draw.sealed) for lot in line.split(" ")]
    entered = [by_lot[lot] for lot in drawn if lot in by_lot]
    free = len(entered) if session.places is None else session.places - session.taken
    seats, chosen, others = turns.Seats(session), list[Registration](), list[Registration]()
    for one in entered:
        school, region = turns.school_of(one), one.region_id or ""
        fits = len(chosen) < free and seats.has_room_for(school, region)
        if fits:
            seats.add(school, region)
        (chosen if fits else others).append(one)
    if chosen and not activities.take_places(session, len(chosen)):
        raise RuntimeError("places of a locked session were taken by somebody else")
    _seat(chosen, now)
    _queue(others, session)
    draw.drawn_at = now
    Draw.objects.filter(pk=draw.pk).update(drawn_at=now)
    told = {"seed": draw.seed, "digest": draw.digest, "seated": len(chosen), "waiting": len(others)}
    journal.record("draw.drawn", Subject("session", session.code), by=None, data=told)


def _seat(chosen: list[Registration], now: dt.datetime) -> None:
    state = MACHINE.after("seat", State.ENTERED)
    rows = Registration.objects.filter(pk__in=[one.pk for one in chosen])
    rows.update(state=state, confirmed_at=now)


def _queue(others: list[Registration], session: Session) -> None:
    state = MACHINE.after("queue", State.ENTERED)
    first = turns.next_turn(session)
    for number, one in enumerate(others):
        one.turn = first + number
    Registration.objects.bulk_update(others, ["turn"], batch_size=200)
    Registration.objects.filter(pk__in=[one.pk for one in others]).update(state=state)
