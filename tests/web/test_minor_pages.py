"""Pages about minors: what guardians see and take back, what the leader reads, what the administrator takes."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.fixtures import Settings
from tests.cast import browser
from tests.crew import Crew
from tests.guardians.camp import (
    CONTACT,
    NAME,
    NOTE,
    PHONE,
    SCHOOL,
    add_session,
    camp,
    child,
    entrust,
    placed,
)
from tests.web.pages_of_minors import posted

from keqiao.guardians import selectors
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Purpose
from keqiao.journal.models import Entry
from keqiao.registrations import services as registrations

pytestmark = pytest.mark.django_db


def page(client: Client, path: str) -> str:
    """Return a page that nobody's browser keeps."""
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    return response.content.decode()


def test_a_guardian_sees_what_is_held_by_which_consent_until_when(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    client = browser(crew.ma)
    listed = page(client, "/guardians/")
    assert NAME in listed
    assert f"{minor.delete_on:%Y-%m-%d}" in listed
    shown = page(client, f"/guardians/{minor.code}/")
    for said in (NAME, NOTE, PHONE, CONTACT, SCHOOL, "30 天"):
        assert said in shown
    for one in selectors.consents(minor):
        assert one.shown in shown


def test_a_guardian_corrects_a_field(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    client = browser(crew.ma)
    path = f"/guardians/{minor.code}/"
    assert client.post(path, posted(school="新学校")).status_code == 302
    minor.refresh_from_db()
    assert minor.school == "新学校"
    wrong = client.post(path, posted(born_on="1990-01-01"))
    assert wrong.status_code == 422
    assert "本人" in wrong.content.decode()
    assert client.post(path, {"name": "\x00"}).status_code == 422


def test_a_guardian_takes_back_one_purpose_and_then_everything(crew: Crew) -> None:
    session = camp(crew)
    (made,) = registrations.sign_up(session, minors=[child()], by=crew.ma)
    assert made.minor is not None
    client, path = browser(crew.ma), f"/guardians/{made.minor.code}/withdraw/"
    client.post(path, {"purpose": "health"})
    assert NOTE not in page(client, f"/guardians/{made.minor.code}/")
    assert client.post(path, {"purpose": "nonsense"}).status_code == 404
    client.post(path, {"purpose": "taking_part"})
    made.refresh_from_db()
    session.refresh_from_db()
    assert (made.state, session.taken) == ("cancelled", 0)
    assert NAME not in page(client, "/guardians/")
    assert client.get(f"/guardians/{made.minor.code}/").status_code == 404


def test_the_leader_opens_one_child_at_a_time_and_each_is_written_down(crew: Crew) -> None:
    session = camp(crew)
    minor = placed(crew, session)
    placed(crew, session, name="小秋", consents=frozenset(Purpose) - {Purpose.PHOTOGRAPHS})
    client = browser(crew.qin)
    assert session.code in page(client, "/guardians/")
    listed = page(client, f"/sessions/{session.code}/care/")
    assert NAME in listed
    assert listed.count("不拍照") == 1
    assert NOTE not in listed
    assert PHONE not in listed
    read = client.post(f"/sessions/{session.code}/care/{minor.code}/")
    assert "no-store" in read.headers["Cache-Control"]
    for said in (NOTE, PHONE, CONTACT):
        assert said in read.content.decode()
    assert Entry.objects.filter(action="minor.read").count() == 1
    told = page(browser(crew.ma), f"/guardians/{minor.code}/")
    assert "场次负责人：紧急联系人、紧急联系电话、健康情况" in told


def test_of_a_child_who_waits_the_leader_reads_nothing(crew: Crew) -> None:
    session = camp(crew, places=1)
    first, waiting = registrations.sign_up(
        session, minors=[child(), child(name="小秋")], by=crew.ma, may_split=True
    )
    assert (first.state, waiting.state) == ("confirmed", "waiting")
    assert first.minor is not None
    assert waiting.minor is not None
    client, path = browser(crew.qin), f"/sessions/{session.code}/care/"
    listed = page(client, path)
    assert (NAME in listed, "小秋" in listed) == (True, False)
    assert client.post(f"{path}{waiting.minor.code}/").status_code == 404
    assert not Entry.objects.filter(action="minor.read").exists()
    assert client.post(f"{path}{first.minor.code}/").status_code == 200


def test_before_the_week_the_leader_sees_names_only(crew: Crew) -> None:
    minor = placed(crew, camp(crew, days=20))
    client = browser(crew.qin)
    path = f"/sessions/{minor.session.code}/care/"
    assert "查看紧急联系" not in page(client, path)
    response = client.post(f"{path}{minor.code}/", follow=True)
    assert NOTE not in response.content.decode()
    assert "7 天" in response.content.decode()


def test_a_child_of_another_session_is_not_read_through_ones_own(crew: Crew) -> None:
    session = camp(crew)
    other = add_session(crew, session.activity, days=2)
    other.leader = crew.tang
    other.save()
    minor = placed(crew, other)
    assert browser(crew.qin).post(f"/sessions/{session.code}/care/{minor.code}/").status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_an_administrator_takes_the_register_of_the_year(
    crew: Crew, settings: Settings, kind: str
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    minor = entrust(crew, camp(crew))
    client, year = browser(crew.cast.he), timezone.localdate().year
    assert str(year) in page(client, "/guardians/audit/")
    response = client.post("/guardians/audit/", {"year": year, "kind": kind})
    assert response.status_code == 200
    assert f".{kind}" in response.headers["Content-Disposition"]
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(response.content))
        assert book["登记"].cell(2, 1).value == minor.code
    assert client.post("/guardians/audit/", {"year": 1, "kind": kind}).status_code == 422
    assert client.post("/guardians/audit/", {"year": "x", "kind": "exe"}).status_code == 422


def test_a_list_costs_the_same_however_many_children(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    session = camp(crew)
    for number in range(5):
        placed(crew, session, name=f"孩子{number}")
    for who, path in ((crew.ma, "/guardians/"), (crew.qin, f"/sessions/{session.code}/care/")):
        client = browser(who)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            assert client.get(path).status_code == 200


def test_the_clock_deletes_what_is_over(crew: Crew) -> None:
    from keqiao.ops.commands import tend

    minor = entrust(crew, camp(crew))
    assert tend.delete_minors(minor.delete_on - timedelta(days=1)) == 0
    assert tend.delete_minors(minor.delete_on) == 1
    assert Minor.objects.get().name == ""


def test_every_form_says_why_each_field_is_asked(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    shown = page(browser(crew.ma), f"/guardians/{minor.code}/")
    for why in minor.session.activity.minor_fields.values():
        assert why in shown
    assert not re.search(r"\sstyle=", shown)
