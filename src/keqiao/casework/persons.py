"""Questions about the persons behind cases: who acts for a party, who may be named, what is held about somebody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held, Purpose
from keqiao.casework import policies
from keqiao.casework.models import Case, CaseFile, Concern, Note, Party, Step, Task
from keqiao.casework.states import LIVE
from keqiao.casework.types import Side
from keqiao.offers.models import Studio
from keqiao.organisations.models import Membership


def acting(seated: Iterable[Party]) -> set[int]:
    """Return the numbers of the active persons who act for some of these parties."""
    nodes = {one.association_id for one in seated if one.association_id is not None}
    live = Q(grants__association__in=nodes, grants__ended_at=None, grants__role__in=policies.SEATED)
    held = Person.objects.filter(live).values_list("pk", flat=True)
    numbers = set(_standing(seated, with_former=False)) | (set(held) if nodes else set())
    active = Person.objects.filter(pk__in=numbers, is_active=True)
    return set(active.values_list("pk", flat=True))


def unnamed(case: Case, *, by: Visitor, asked: Studio | None = None) -> dict[int, Side]:
    """Return those at the table whose names ``by`` may not read, by number, with their sides; three questions.

    ``asked`` is a studio that is invited and has not sat down yet.

    Whoever acts for a party is named to the own side, and to the others only with the consent for it. The staff of the
    association act in office, and are named.
    """
    seated = list(Party.objects.filter(case=case).select_related("studio").order_by("pk"))
    if asked is not None:
        seated.append(Party(case=case, studio=asked, side=Side.ANSWERS))
    there = _standing(seated, with_former=True)
    own = {there[by.pk]} if by.pk in there else set()
    named = accounts.consenting(there, Purpose.CONTACT)
    return {
        number: side
        for number, side in there.items()
        if number not in named and number != by.pk and side not in own
    }


def _standing(seated: Iterable[Party], *, with_former: bool) -> dict[int, Side]:
    """Return who stands for parties that are no association, by number, with the side."""
    bodies: dict[int, Side] = {}
    found: dict[int, Side] = {}
    for one in seated:
        studio, side = one.studio, Side(one.side)
        body = one.organisation_id or (studio.organisation_id if studio is not None else None)
        person = one.person_id or (studio.person_id if studio is not None else None)
        if body is not None:
            bodies[body] = side
        if person is not None:
            found[person] = side
    merged = Q(organisation__in=bodies) | Q(organisation__merged__in=bodies)
    rows = Membership.objects.filter(merged)
    if not with_former:
        rows = rows.filter(ended_at=None)
    for person, body, into in rows.values_list(
        "person_id", "organisation_id", "organisation__merged"
    ):
        found.setdefault(person, bodies.get(body) or bodies.get(into) or Side.SUPPORTS)
    return found


def reachable(seated: Iterable[Party]) -> dict[int, list[Person]]:
    """Return by party's number who acts for it and lets the case's staff reach them, by name; three questions."""
    bodies: dict[int, set[int]] = {}
    standing: dict[int, set[int]] = {}
    for one in seated:
        studio = one.studio
        body = one.organisation_id or (studio.organisation_id if studio is not None else None)
        person = one.person_id or (studio.person_id if studio is not None else None)
        if body is not None:
            bodies.setdefault(body, set()).add(one.pk)
        if person is not None:
            standing.setdefault(person, set()).add(one.pk)
    acts = Q(organisation__in=bodies) | Q(organisation__merged__in=bodies)
    rows = Membership.objects.filter(acts, ended_at=None)
    for person, body, into in rows.values_list(
        "person_id", "organisation_id", "organisation__merged"
    ):
        there = bodies.get(body, set()) | bodies.get(into, set())
        standing.setdefault(person, set()).update(there)
    named = accounts.consenting(standing, Purpose.CONTACT)
    found: dict[int, list[Person]] = {}
    for one_of_them in Person.objects.filter(pk__in=named, is_active=True).order_by("name", "pk"):
        for number in standing[one_of_them.pk]:
            found.setdefault(number, []).append(one_of_them)
    return found


def brokered_live(person: Person) -> QuerySet[Case]:
    """Return the live cases that the person brokers."""
    return Case.objects.filter(broker=person, state__in=LIVE).order_by("pk")


def own_seats(person: Person) -> QuerySet[Party]:
    """Return the seats in live cases that are the person's own, not those of a body."""
    own = Q(person=person) | Q(studio__person=person)
    rows = Party.objects.filter(own, left_at=None, case__state__in=LIVE)
    return rows.select_related("case", "studio").order_by("pk")


def asking_alone(person: Person) -> list[Case]:
    """Return the live cases in which the person is the only one who asks."""
    return [
        one.case
        for one in own_seats(person).filter(side=Side.ASKS)
        if not Party.objects.filter(case=one.case_id, side=Side.ASKS, left_at=None)
        .exclude(pk=one.pk)
        .exists()
    ]


def carried_needs(person: Person) -> set[int]:
    """Return the numbers of the person's needs that a case is or was about."""
    rows = Concern.objects.filter(need__author=person, need__organisation=None)
    return set(rows.values_list("need_id", flat=True))


def carried_offers(person: Person) -> set[int]:
    """Return the numbers of the person's offers with which a case is or was answered."""
    rows = Party.objects.filter(offer__studio__person=person)
    return set(rows.values_list("offer_id", flat=True))


def own_files(person: Person) -> QuerySet[CaseFile]:
    """Return the files that a person brought to tables that the person still sees."""
    rows = CaseFile.objects.filter(added_by=person).select_related("case").order_by("pk")
    return rows.filter(case__in=Case.objects.filter(policies.visible_to(person)))


def held_about(person: Person) -> Held:
    """Return what is held about a person: cases brokered and sat at, own steps, tasks, words and files."""
    seats = Party.objects.filter(Q(person=person) | Q(studio__person=person)).order_by("pk")
    given = Task.objects.filter(Q(added_by=person) | Q(done_by=person)).order_by("pk")
    brokered = Case.objects.filter(broker=person).order_by("pk")
    stepped = Step.objects.filter(by=person).order_by("pk")
    said = Note.objects.filter(by=person).order_by("pk")
    brought = CaseFile.objects.filter(added_by=person).order_by("pk")
    return {
        "cases_brokered": list(brokered.values("code", "title", "state", "opened_at", "closed_at")),
        "case_seats": list(seats.values("side", "joined_at", "left_at", case_code=F("case__code"))),
        "case_steps": list(
            stepped.values(
                "came_from", "went_to", "note", "reason", "at", case_code=F("case__code")
            )
        ),
        "case_tasks": list(
            given.values("text", "due_on", "added_at", "done_at", case_code=F("case__code"))
        ),
        "case_notes": list(
            said.values("kind", "text", "is_shared", "at", case_code=F("case__code"))
        ),
        "case_files": list(
            brought.values("name", "size", "sha256", "added_at", case_code=F("case__code"))
        ),
    }
