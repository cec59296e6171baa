"""Children of the demonstration: what the register shows of them, who waits, and that they are loaded once."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.cast import SICHUAN
from tests.crew import Crew

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.classes import selectors as classes
from keqiao.classes.models import SchoolClass
from keqiao.guardians import audit, services
from keqiao.journal import selectors as journal
from keqiao.ops.demo import activities, children
from keqiao.ops.demo.rows import rows
from keqiao.organisations import services as organisations
from keqiao.organisations.types import Kind, Particulars
from keqiao.places.models import Association
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(crew: Crew) -> dict[str, Person]:
    """Whom the demonstration needs; its activities and its school are there."""
    root = Association.objects.get(code=f"A-{SICHUAN}")
    access.grant(crew.tang, Role.ORGANISER, root, by=crew.cast.he)
    (row,) = (one for one in rows("organisations") if one["code"] == children.SCHOOL)
    entered = Particulars(row["name"], Kind(row["kind"]), row["region"], row["credit_code"])
    school = organisations.register(entered, by=None, code=row["code"], is_example=True)
    organisations.verify(school, by=crew.cast.he)
    organisations.add_member(school, crew.luo, by=None, is_representative=True)
    found = {one.email: one for one in (crew.tang, crew.qin, crew.ma, crew.luo)}
    activities.load(found)
    return found


def test_one_child_has_a_place_one_waits_and_a_class_is_asked(
    crew: Crew, people: dict[str, Person]
) -> None:
    children.load(people)
    own = Registration.objects.filter(person=crew.ma).order_by("pk")
    assert [one.state for one in own] == ["confirmed", "waiting"]
    (entered,) = SchoolClass.objects.filter(teacher=crew.luo)
    asked = classes.get(entered.code, by=crew.luo).pupils.order_by("number")
    assert [one.state for one in asked] == ["confirmed", "asked", "asked"]
    session = own[0].session
    assert (session.places, session.taken) == (4, 4)


def test_the_register_of_the_year_has_something_on_every_sheet(
    crew: Crew, people: dict[str, Person]
) -> None:
    children.load(people)
    tables = services.take_audit(timezone.localdate().year, by=crew.cast.he)
    counts = dict(zip(audit.PARTS, (len(one.rows) for one in tables), strict=True))
    del counts["summary"]
    assert counts == {"records": 3, "readings": 1, "withdrawals": 1, "deletions": 1}


def test_loading_twice_changes_nothing(people: dict[str, Person]) -> None:
    children.load(people)
    before = journal.last_position()
    children.load(people)
    assert journal.last_position() == before
