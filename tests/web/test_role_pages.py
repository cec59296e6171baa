"""An administrator appoints colleagues and takes roles back, from a page."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import DEYANG, SICHUAN, YAAN, Cast, browser
from tests.crew import Crew

from keqiao.access import policies, services
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.journal.models import Entry
from keqiao.messaging.models import Notice
from keqiao.places.models import Association
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
YAAN_NODE = f"A-{YAAN}"
CHOOSE = "没有这个选项，请重新选择。"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Settings) -> None:
    """Let staff in with a password alone, as the fixed cast has nothing else."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def he(cast: Cast) -> Client:
    """Return the browser of 何岚, who administers the province."""
    return browser(cast.he)


def give(client: Client, **changes: object) -> tuple[int, str]:
    """Give 𠮷田㐂 the role of an organiser of 雅安; return the status and the page after it."""
    entered = {"email": "JI@keqiao.example ", "role": "organiser", "node": YAAN_NODE, **changes}
    response = client.post("/roles/", entered, follow=True)
    return response.status_code, response.content.decode()


def administrator(crew: Crew) -> Person:
    """Return 罗青 as the administrator of 雅安."""
    node = Association.objects.get(code=YAAN_NODE)
    services.grant(crew.luo, Role.ADMINISTRATOR, node, by=crew.cast.he)
    return Person.objects.get(pk=crew.luo.pk)


def test_a_role_is_given_told_and_taken_back(cast: Cast, he: Client) -> None:
    status, page = give(he, email=cast.ji.email.upper())
    assert status == 200
    assert f"{cast.ji.name}现在是雅安市科协的组织者，对方会收到提醒。" in page
    live = Grant.objects.get(person=cast.ji, ended_at=None)
    assert (live.role, live.association.code, live.granted_by) == ("organiser", YAAN_NODE, cast.he)
    reactions.run("mail")
    told = Notice.objects.get(person=cast.ji)
    assert told.said["values"]["node"] == "雅安市科协"
    response = he.post(f"/roles/{live.pk}/end/", follow=True)
    assert f"已收回{cast.ji.name}在雅安市科协的职责" in response.content.decode()
    live.refresh_from_db()
    assert live.ended_at is not None
    assert he.post(f"/roles/{live.pk}/end/").status_code == 404
    actions = list(Entry.objects.filter(subject_kind="person").values_list("action", flat=True))
    assert actions[-2:] == ["grant.given", "grant.ended"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody@keqiao.example"}, "没有用这个邮箱登录的人"),
        ({"email": "㐂\x00"}, "请填写电子邮箱地址"),
        ({"role": "emperor"}, CHOOSE),
        ({"role": "analyst"}, CHOOSE),
        ({"node": "A-110000"}, CHOOSE),
        ({"node": ""}, "在哪一级"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_entered_stays(
    cast: Cast, he: Client, changes: dict[str, object], said: str
) -> None:
    before = Grant.objects.count()
    status, page = give(he, **{"email": cast.ji.email, **changes})
    assert status == 422
    assert said in page
    assert "请修改下面的内容" in page
    assert Grant.objects.count() == before


def test_who_left_gets_no_role(cast: Cast, he: Client) -> None:
    Person.objects.filter(pk=cast.ji.pk).update(is_active=False)
    assert give(he, email=cast.ji.email)[0] == 422


def test_an_administrator_of_a_city_sees_and_gives_only_there(crew: Crew) -> None:
    luo = browser(administrator(crew))
    page = luo.get("/roles/").content.decode()
    assert "雅安市科协" in page
    assert "德阳市科协" not in page
    assert "四川省科协" not in page
    assert crew.cast.he.email not in page
    for code in (f"A-{DEYANG}", f"A-{SICHUAN}"):
        assert give(luo, email=crew.cast.ji.email, node=code)[0] == 422
        society = {"name": "示例学会", "under": code}
        assert luo.post("/roles/societies/new/", society).status_code == 422
    above = Grant.objects.get(person=crew.cast.he, role=Role.ADMINISTRATOR)
    assert luo.post(f"/roles/{above.pk}/end/").status_code == 404
    assert not Grant.objects.filter(person=crew.cast.ji).exists()


def test_the_last_administrator_stays(cast: Cast, he: Client) -> None:
    (own,) = Grant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None)
    response = he.post(f"/roles/{own.pk}/end/", follow=True)
    assert "只有这一位管理员" in response.content.decode()
    own.refresh_from_db()
    assert own.ended_at is None
    give(he, email=cast.ji.email, role="administrator", node=own.association.code)
    response = he.post(f"/roles/{own.pk}/end/", follow=True)
    assert response.redirect_chain == [("/desk/", 302)]
    assert policies.administers(Person.objects.get(pk=cast.ji.pk))
    assert he.get("/roles/").status_code == 404


def test_who_administers_from_above_too_may_lose_the_role_below(cast: Cast, he: Client) -> None:
    give(he, email=cast.he.email, role="administrator")
    below = Grant.objects.get(person=cast.he, association__code=YAAN_NODE)
    assert "已收回" in he.post(f"/roles/{below.pk}/end/", follow=True).content.decode()
    below.refresh_from_db()
    assert below.ended_at is not None


def test_a_society_is_put_on_the_tree_and_somebody_speaks_for_it(crew: Crew) -> None:
    luo = browser(administrator(crew))
    new = "/roles/societies/new/"
    response = luo.post(new, {"name": "雅安𠮷示例学会", "under": YAAN_NODE}, follow=True)
    society = Association.objects.get(name="雅安𠮷示例学会")
    assert f"已登记雅安𠮷示例学会（{society.code}）" in response.content.decode()
    assert (society.kind, society.region_id) == ("society", YAAN)
    response = luo.post(new, {"name": "雅安𠮷示例学会", "under": YAAN_NODE})
    assert response.status_code == 422
    assert "雅安𠮷示例学会" in response.content.decode()
    assert give(luo, email=crew.cast.ji.email, node=society.code)[0] == 200
    assert Grant.objects.get(person=crew.cast.ji).association == society


def test_who_administers_finds_it_on_the_desk(cast: Cast, he: Client) -> None:
    assert "/roles/" in he.get("/desk/").content.decode()
    assert "/roles/" not in browser(cast.wu).get("/desk/").content.decode()


def test_a_long_list_costs_what_a_short_one_does(
    cast: Cast, he: Client, django_assert_max_num_queries: object
) -> None:
    node = Association.objects.get(code=YAAN_NODE)
    for number in range(30):
        one = Person.objects.create(email=f"many{number}@keqiao.example", name=f"第{number}位")
        services.grant(one, Role.BROKER, node, by=cast.he)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert he.get("/roles/").status_code == 200
