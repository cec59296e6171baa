"""Under which name hours are proved, and what the desk asks about spot checks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import browser
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.volunteering.test_hours import proved

from keqiao.places.models import Association
from keqiao.volunteering import hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew)


def test_only_proofs_with_the_name_of_now_stand(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    field.checked(ji)
    first, same = proved(field), proved(field)
    ji.name = "别人的名字"
    ji.save()
    again = proved(field)
    for before in (first, same):
        before.refresh_from_db()
        assert before.void_why == "姓名已更正，以新出具的证明为准"
    assert again.voided_at is None


def test_a_proof_is_not_printed_under_a_name_that_is_not_on_it(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    field.checked(ji)
    path = f"/volunteering/me/proofs/{proved(field).code}.pdf"
    assert browser(ji).get(path).status_code == 200
    ji.name = "别人的名字"
    ji.save()
    page = browser(ji).get(path)
    assert page.status_code == 409
    assert "请重新出具" in page.content.decode()
    assert browser(ji).get(f"/volunteering/me/proofs/{proved(field).code}.pdf").status_code == 200


def test_the_desk_asks_for_spot_checks_of_all_nodes_at_once(
    field: fields.Field, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    he = field.crew.cast.he
    entry = field.checked(field.crew.cast.ji)
    hours.draw(field.crew.node, timezone.localdate(entry.starts_at), 1, by=he)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page = browser(he).get("/volunteering/desk/").content.decode()
        assert "/volunteering/draws/" in page
        return len(found)

    before = asked()
    for number in range(40):
        values = {"code": f"A-5118{number:02}", "name": f"示例{number}学会", "region_id": "511802"}
        if number:  # 雅安市科协 is there
            parent = Association.objects.get(pk=field.crew.node.pk)
            Association.objects.add_child(parent, {**values, "kind": "society"})
    assert asked() == before
