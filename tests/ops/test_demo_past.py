"""What lies behind in the demonstration: papers that anybody verifies, a draw that is announced, loaded once."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.crew import Crew

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.attendance import selectors as attendance
from keqiao.journal import selectors as journal
from keqiao.ops.demo import activities, past, volunteering
from keqiao.places import selectors as places
from keqiao.proofs import selectors as proofs
from keqiao.proofs.types import Kind
from keqiao.registrations.models import Registration
from keqiao.volunteering import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(crew: Crew) -> dict[str, Person]:
    """Whom the demonstration needs; its activities and its team are there."""
    root = places.association_for("510000")
    assert root is not None
    access.grant(crew.tang, Role.ORGANISER, root, by=crew.cast.he)
    cast = crew.cast
    found = {
        one.email: one for one in (crew.tang, crew.qin, cast.he, cast.chen, cast.ji, cast.zhou)
    }
    activities.load(found)
    volunteering.load(found)
    past.load(found)
    return found


@pytest.mark.usefixtures("loaded")
def test_who_heard_the_lecture_has_its_certificate_and_who_did_not_come_has_none(
    crew: Crew,
) -> None:
    rows = Registration.objects.filter(session__activity__code=past.LECTURE)
    came, absent = rows.get(person=crew.cast.ji), rows.get(person=crew.cast.zhou)
    assert came.session.ends_at < timezone.now()
    assert [attendance.came(one) for one in (came, absent)] == [True, False]
    (paper,) = proofs.about(Kind.ATTENDANCE, came.code)
    assert proofs.is_of(paper, crew.cast.ji.name)
    assert not proofs.about(Kind.ATTENDANCE, absent.code).exists()


@pytest.mark.usefixtures("loaded")
def test_who_served_has_hours_that_a_second_person_checked_and_a_proof(crew: Crew) -> None:
    (entry,) = counted.counting(crew.cast.chen)
    assert (entry.minutes, entry.recorded_by, entry.checked_by) == (180, crew.qin, crew.tang)
    (paper,) = counted.proofs_of(crew.cast.chen)
    assert proofs.is_unchanged(paper)
    assert proofs.first_broken() is None


@pytest.mark.usefixtures("loaded")
def test_some_camp_is_drawn_by_lot_before_it_begins() -> None:
    drawn = Session.objects.filter(way="draw").order_by("starts_at")
    assert drawn.count() == 3
    assert all(one.draws_at and timezone.now() < one.draws_at < one.starts_at for one in drawn)


def test_loading_twice_changes_nothing(loaded: dict[str, Person]) -> None:
    before = journal.last_position()
    past.load(loaded)
    assert journal.last_position() == before
