"""An organiser says which fields about a child are asked, and why; without a reason none is."""

from __future__ import annotations

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings
from tests.activities.made import draft, published
from tests.cast import browser
from tests.crew import Crew
from tests.guardians.camp import child

from keqiao.activities import services as activities
from keqiao.activities.models import Activity
from keqiao.base.errors import Invalid
from keqiao.guardians import policies, services
from keqiao.guardians.types import Field

pytestmark = pytest.mark.django_db
WHY = {"school": "按学校分组", "grade": "　", "health": "安排午餐"}


def test_fields_are_asked_for_which_there_is_a_reason(crew: Crew) -> None:
    activity = draft(crew, minor_fields={**WHY, "idcard": "想知道"})
    assert activity.minor_fields == {"school": "按学校分组", "health": "安排午餐"}
    copied = activities.copy(activity, by=crew.tang)
    assert copied.minor_fields == activity.minor_fields


def test_a_reason_is_one_short_line(crew: Crew) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(crew, minor_fields={"school": "因" * 121, "grade": "\u202e"})
    assert {one.field for one in refusal.value.problems} == {"minor_school", "minor_grade"}


def test_an_organiser_enters_the_reasons_on_the_page(crew: Crew, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client = browser(crew.tang)
    said = {
        "node": crew.node.code,
        "title": "科学营",
        "kind": "camp",
        "minor_emergency": "山里要能找到家人",
    }
    assert client.post("/activities/new/", said).status_code == 302
    made = Activity.objects.get()
    assert made.minor_fields == {"emergency": "山里要能找到家人"}
    shown = client.get(f"/activities/{made.code}/edit/").content.decode()
    assert "山里要能找到家人" in shown


def test_yes_or_no_is_answered_by_nothing_else(crew: Crew) -> None:
    session = published(crew)
    assert policies.asked(session) == {}
    for answer, is_kept in (("是", True), ("maybe", False), ("", False)):
        entered = child(name=f"小满{answer}", answers={"q1": answer})
        if is_kept:
            with transaction.atomic():
                made = services.entrust(session, entered, by=crew.ma)
            assert made.answers == {"q1": "是"}
        else:
            with pytest.raises(Invalid), transaction.atomic():
                services.entrust(session, entered, by=crew.ma)


def test_the_page_of_a_session_leads_a_teacher_and_the_leader_on_and_nobody_else(
    crew: Crew, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    session = published(crew)
    session.leader = crew.qin
    session.save()
    for name in ("luo", "qin", "ma", "tang", "lin"):
        page = browser(crew.person(name)).get(f"/sessions/{session.code}/").content.decode()
        assert (f"/sessions/{session.code}/classes/new/" in page) is (name == "luo")
        assert (f"/sessions/{session.code}/care/" in page) is (name == "qin")


def test_the_fields_of_an_activity_are_those_of_a_child() -> None:
    from keqiao.activities.intake import MINOR_FIELDS

    assert tuple(Field.values) == MINOR_FIELDS
