"""The only writer of registrations: places kept, given, waited for, accepted and given up.

Every change begins with the lock on the session's row (``turns.locked``). What can be refused without it, is: a full
session in a rush is answered by one question and no write.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities import services as activities
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.activities.types import Way
from keqiao.base.codes import new_code
from keqiao.base.errors import Missing, NotAllowed
from keqiao.base.phrases import N_
from keqiao.base.text import bare
from keqiao.guardians import services as guardians
from keqiao.guardians.types import Entered
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Region
from keqiao.registrations import intake, lots, policies, selectors, turns
from keqiao.registrations.models import Hold, Registration
from keqiao.registrations.states import LIVE, MACHINE, SEATED, State
from keqiao.registrations.types import (
    HOLD,
    AlreadyRegistered,
    Begun,
    Cancelled,
    Closed,
    FamilyLimit,
    FewerPlaces,
    FewerPlacesNoList,
    Full,
    FullWithoutList,
    NotOpenYet,
    OfferOver,
    RegionLimit,
    SchoolLimit,
    Standing,
    Window,
    Wish,
)

log = logging.getLogger("keqiao.registrations")
CHILD_TWICE = N_("这个孩子您已经报过名了。")


def hold(session: Session, count: int, *, by: Person, own: bool = False) -> Hold | None:
    """Keep as many as ``count`` places for ten minutes while a form is filled, in place of what was kept before.

    What is kept already ends when it did; once it has run out, those who wait come first.
    None where there is nothing to keep: lots are drawn, nothing is counted, or all is taken and one could wait. A hold
    is no deed: the journal hears of the sign-up. Raise Full and all else that would refuse the sign-up: for whoever has
    a place of their own nothing is kept that nobody else could take meanwhile (``own``: one is for the person).
    """
    count = intake.count(count, session)
    now = timezone.now()
    refuse_unless_open(session, now)
    if session.way == Way.DRAW or session.places is None:
        return None
    if _looks_full(session):
        seen = selectors.standing(session, by, now)
        if seen.own_count:
            _refuse_kept_twice(session, count, own=own, by=by)
        if _refuse_when_full(session, seen):
            return None
    return _hold(session, count, by=by, own=own)


@transaction.atomic
def _hold(session: Session, count: int, *, by: Person, own: bool) -> Hold | None:
    now = timezone.now()
    session = turns.locked(session)
    refuse_unless_open(session, now)
    seen = selectors.standing(session, by, now)
    if seen.is_stirring:
        turns.settle(session, now)
        seen = selectors.standing(session, by, now)
    if seen.own_count:
        _refuse_kept_twice(session, count, own=own, by=by)
    before = selectors.hold_of(session, by, now) if seen.held_count else None
    until = now + HOLD if before is None else before.until
    kept, _seen = _seated(session, count, seen, by=by)
    if not kept:
        return None
    made: Hold = Hold.objects.create(session=session, person=by, count=kept, until=until)
    return made


@transaction.atomic
def let_go(session: Session, *, by: Person) -> None:
    """Give back at once what is kept for the person, who will not sign up."""
    session = turns.locked(session)
    count = _used_hold(session, by)
    if count:
        activities.give_back(session, count)
        turns.settle(session, timezone.now())


def sign_up(
    session: Session,
    *,
    by: Person,
    minors: Sequence[Entered] = (),
    own: bool = False,
    answers: Mapping[str, str] | None = None,
    region: Region | None = None,
    may_split: bool = False,
) -> list[Registration]:
    """Sign up the person, children or both, in their order; return what came of each: confirmed, waiting, entered.

    Who kept places uses them. Where there are fewer than asked for, those who come first are confirmed and the others
    wait if the person agreed (``may_split``); nothing is written otherwise. Each refusal says what is so.
    """
    intake.check(session, minors=minors, own=own, region=region)
    intake.children(session, minors)
    said = intake.answers(session, answers or {}) if own else {}
    now = timezone.now()
    refuse_unless_open(session, now)
    if session.way == Way.FIRST_COME and _looks_full(session):
        seen = selectors.standing(session, by, now)
        if seen.own_count:
            _refuse_twice(session, minors, own=own, by=by)
        if not seen.held_count:
            _refuse_when_full(session, seen)
    wishes = [Wish(None, said)] * own + [Wish(entered, {}) for entered in minors]
    return _sign_up(session, wishes, region, by=by, may_split=may_split)


@transaction.atomic
def _sign_up(
    session: Session, wishes: list[Wish], region: Region | None, *, by: Person, may_split: bool
) -> list[Registration]:
    now = timezone.now()
    session = turns.locked(session)
    refuse_unless_open(session, now)
    seen = selectors.standing(session, by, now)
    if seen.own_count:
        minors = [one.entered for one in wishes if one.entered is not None]
        _refuse_twice(session, minors, own=wishes[0].entered is None, by=by)
    if session.way == Way.DRAW:
        lots.refuse_sealed(session, by=by)
        placed = [{"lot": new_code("L")} for _wish in wishes]
    else:
        seats, seen = _seated(session, len(wishes), seen, by=by)
        _refuse_beyond_limits(session, wishes, region)
        _refuse_unless_rest_waits(session, len(wishes), seats, seen, may_split=may_split)
        placed = _in_turn(session, len(wishes), seats, now)
    made = []
    for wish, values in zip(wishes, placed, strict=True):
        minor = None
        if wish.entered is not None:
            minor = guardians.entrust(session, wish.entered, by=by)
        one = Registration(code=new_code("B"), session=session, person=by, minor=minor, **values)
        one.answers, one.region = wish.answers, region
        one.save(force_insert=True)
        made.append(one)
    _record_made(session, made, by=by)
    return made


@transaction.atomic
def accept(registration: Registration, *, by: Person) -> Registration:
    """Take the place that is offered; raise OfferOver when its time is over, even if nobody has looked yet."""
    session, registration = _own(registration, by)
    now = timezone.now()
    if session.state != SessionState.PLANNED:
        raise Cancelled
    _refuse_begun(session, now)
    until = registration.offered_until
    is_over = registration.state == State.OFFERED and until is not None and until <= now
    if is_over or registration.state == State.LAPSED:
        raise OfferOver
    turns.change(registration, "accept", {"confirmed_at": now})
    turns.record("registration.accepted", registration, by=by)
    return registration


@transaction.atomic
def cancel(registration: Registration, *, by: Person | None) -> Registration:
    """Give up a place, an offer, a turn or a lot; what is freed goes to the next in the same moment.

    ``by`` is None when a room above has asked who may: a guardian with a link, say. What was held about a child goes.
    """
    session, registration = _own(registration, by)
    now = timezone.now()
    _refuse_begun(session, now)
    is_seated = registration.state in SEATED
    turns.leave(registration, "cancel", by=by)
    if is_seated:
        activities.give_back(session, 1)
        turns.settle(session, now)
    return registration


def lapse(now: dt.datetime) -> int:
    """Pass on, in every session, what has run out, and draw the lots that are due; return how many sessions changed.

    The clock calls it every minute; any number of times is once. A session that cannot be settled holds up no other.
    """
    moved = 0
    for session in selectors.stirring(now):
        try:
            settle(session, by=None)
            moved += 1
        except Exception:
            log.exception("the places of %s could not be passed on", session.code)
    return moved + lots.tend(now)


@transaction.atomic
def settle(session: Session, *, by: Person | None = None) -> None:  # noqa: ARG001 - the platform's own deed
    """Offer the free places of one session to those who wait: places were added, offers or holds ran out."""
    turns.settle(turns.locked(session), timezone.now())


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Give up what a person who leaves has in sessions to come, and drop their answers; what they attended stays."""
    if by.pk != person.pk:
        raise NotAllowed
    for kept in Hold.objects.filter(person=person).select_related("session").order_by("session"):
        let_go(kept.session, by=by)
    coming = selectors.of_own(person).filter(session__starts_at__gt=timezone.now())
    for one in coming.filter(state__in=LIVE).order_by("session", "pk"):
        cancel(one, by=by)
    selectors.of_own(person).update(answers={}, region=None)


def _own(registration: Registration, by: Person | None) -> tuple[Session, Registration]:
    """Return the session, locked, and the registration as it is now."""
    if by is not None and not policies.holds(by, registration):
        raise NotAllowed
    session = turns.locked(registration.session)
    rows = Registration.objects.select_related(*selectors.RELATED)
    return session, rows.get(pk=registration.pk)


def _placed(verb: str, now: dt.datetime, *, turn: int | None = None) -> dict[str, Any]:
    """Return the columns that a registration has by its first move."""
    state = MACHINE.after(verb, MACHINE.start)
    return {"state": state, "turn": turn, "confirmed_at": now if verb == "seat" else None}


def _in_turn(session: Session, asked: int, seats: int, now: dt.datetime) -> list[dict[str, Any]]:
    placed = [_placed("seat", now) for _one in range(seats)]
    if seats < asked:
        turn = turns.next_turn(session)
        placed += [_placed("queue", now, turn=turn + number) for number in range(asked - seats)]
    return placed


def _used_hold(session: Session, by: Person) -> int:
    """Take what is kept for the person, still kept or just run out, and return how many places these are."""
    kept = Hold.objects.filter(session=session, person=by).first()
    if kept is None:
        return 0
    Hold.objects.filter(pk=kept.pk).delete()
    return kept.count


def _seated(session: Session, asked: int, seen: Standing, *, by: Person) -> tuple[int, Standing]:
    """Return how many of ``asked`` the person now has, and how the session stands; what was kept for them is used.

    ``seen`` was read under the lock: where nothing ran out and nobody could be offered a place, nothing else is asked.
    """
    held = _used_hold(session, by) if seen.held_count or seen.is_stirring else 0
    if seen.is_stirring or (seen.waiting_count and seen.free != 0):
        now = timezone.now()
        turns.settle(session, now)
        seen = selectors.standing(session, by, now)
    if held > asked:
        activities.give_back(session, held - asked)
        turns.settle(session, timezone.now())
        return asked, seen
    if held < asked and not seen.waiting_count and seen.free != 0:
        for number in range(asked - held, 0, -1):
            if activities.take_places(session, number):
                return held + number, seen
    return held, seen


def refuse_unless_open(session: Session, now: dt.datetime) -> None:
    """Raise what is so when nobody can sign up at a moment: Missing, NotOpenYet, Closed, Cancelled."""
    match policies.window(session, now):
        case Window.HIDDEN:
            raise Missing
        case Window.EARLY:
            opens = timezone.localtime(session.opens_at)
            raise NotOpenYet(opens=f"{opens:%Y-%m-%d %H:%M}")
        case Window.CLOSED:
            raise Closed
        case Window.CANCELLED:
            raise Cancelled


def _looks_full(session: Session) -> bool:
    """Tell by the row that the caller has read, which may be old: a guess about whether asking first saves the lock."""
    return session.places is not None and session.taken >= session.places


def _refuse_when_full(session: Session, seen: Standing) -> bool:
    """Raise Full where nothing is free and nobody more can wait; else tell whether one would have to wait.

    Asked without a lock, so that a rush is answered without one; what has run out may still free a place.
    """
    if seen.free is None or seen.is_stirring or seen.held_count:
        return False
    if seen.free > 0 and not seen.waiting_count:
        return False
    if not seen.has_queue_room:
        _full(session)
    return True


def _full(session: Session) -> None:
    if session.most_waiting:
        raise Full(most=session.most_waiting)
    raise FullWithoutList


def _refuse_begun(session: Session, now: dt.datetime) -> None:
    if session.starts_at <= now:
        raise Begun


def _refuse_twice(session: Session, minors: Sequence[Entered], *, own: bool, by: Person) -> None:
    """Raise AlreadyRegistered and FamilyLimit."""
    mine = _refuse_kept_twice(session, len(minors) + own, own=own, by=by)
    known = {(bare(one.minor.name), one.minor.born_on) for one in mine if one.minor is not None}
    if any((bare(entered.name), entered.born_on) in known for entered in minors):
        raise AlreadyRegistered(CHILD_TWICE)


def _refuse_kept_twice(
    session: Session, asked: int, *, own: bool, by: Person
) -> list[Registration]:
    """Raise what is so whoever the children are; return what the person has."""
    mine = list(selectors.live_of(session, by).select_related("minor"))
    if own and any(one.minor is None for one in mine):
        raise AlreadyRegistered
    most = intake.most_together(session)
    if len(mine) + asked > most:
        raise FamilyLimit(most=most, had=len(mine), asked=asked)
    return mine


def _refuse_beyond_limits(session: Session, wishes: list[Wish], region: Region | None) -> None:
    """Raise SchoolLimit or RegionLimit when not all that are asked for may sit; what is left is said."""
    seats = turns.Seats(session)
    county = region.pk if region is not None else ""
    schools = [one.entered.school for one in wishes if one.entered is not None]
    for school in schools:
        alike = sum(bare(other) == bare(school) for other in schools)
        left = seats.left_for_school(school)
        if left < alike:
            raise SchoolLimit(most=session.most_per_school, free=max(0, left))
    left = seats.left_in_region(county)
    if left < len(wishes):
        raise RegionLimit(most=session.most_per_region, free=max(0, left))


def _refuse_unless_rest_waits(
    session: Session, asked: int, seats: int, seen: Standing, *, may_split: bool
) -> None:
    """Raise what is so when not all have a seat: the person did not agree to wait in part, or the list is full."""
    rest = asked - seats
    if not rest:
        return
    most = session.most_waiting
    has_room = most is None or seen.waiting_count + rest <= most
    if seats and not has_room:
        raise FewerPlacesNoList(free=seats, asked=asked)
    if not has_room:
        _full(session)
    if seats and not may_split:
        raise FewerPlaces(free=seats, asked=asked)


def _record_made(session: Session, made: list[Registration], *, by: Person) -> None:
    """Write down one sign-up: how many and which codes, by what came of them; never who the children are."""
    told: dict[str, Any] = {"session": session.code}
    for state in (State.CONFIRMED, State.WAITING, State.ENTERED):
        codes = [one.code for one in made if one.state == state]
        if codes:
            told[state.value] = codes
    journal.record("registration.made", Subject("registration", made[0].code), by=by, data=told)
