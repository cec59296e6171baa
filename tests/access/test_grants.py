"""Roles granted on nodes of the association tree."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import DEYANG, SICHUAN, YAAN, Cast

from keqiao.access import policies, services
from keqiao.access.models import Grant
from keqiao.access.policies import Visitor
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed
from keqiao.journal.models import Entry
from keqiao.places import services as places
from keqiao.places.models import Association, Region

pytestmark = pytest.mark.django_db

MINGSHAN, YUCHENG, JINGYANG, CHONGQING = "511803", "511802", "510603", "500000"
CHENGDU, PANDAS = "510100", "510108"
STRANGER = AnonymousUser()


def fresh(person: Person) -> Person:
    """Return the person as the next request will see them."""
    return Person.objects.get(pk=person.pk)


def node(code: str) -> Association:
    found: Association = Association.objects.get(code=f"A-{code}")
    return found


def test_a_broker_of_a_city_serves_the_city_and_its_counties(cast: Cast) -> None:
    assert policies.may(cast.wu, Role.BROKER, YAAN)
    assert policies.may(cast.wu, Role.BROKER, YUCHENG)
    assert policies.may(cast.wu, Role.BROKER, MINGSHAN)


def test_a_broker_of_a_city_serves_nothing_beside_or_above_it(cast: Cast) -> None:
    for region in (DEYANG, JINGYANG, CHENGDU, SICHUAN, CHONGQING):
        assert not policies.may(cast.wu, Role.BROKER, region)


def test_a_role_is_no_other_role(cast: Cast) -> None:
    assert not policies.may(cast.wu, Role.REVIEWER, YAAN)
    assert policies.may_any(cast.wu, (Role.REVIEWER, Role.BROKER), YAAN)
    assert not policies.may_any(cast.wu, (Role.REVIEWER, Role.ADMINISTRATOR), YAAN)


def test_the_association_that_runs_the_site_serves_everybody(cast: Cast) -> None:
    assert policies.areas(cast.he, Role.ADMINISTRATOR) == [""]
    for region in (SICHUAN, MINGSHAN, CHONGQING):
        assert policies.may(cast.he, Role.ADMINISTRATOR, region)


def test_another_home_region_leaves_the_province_to_its_association(
    cast: Cast, settings: pytest.FixtureRequest
) -> None:
    settings.HOME_REGION = YAAN  # type: ignore[attr-defined]
    assert policies.areas(cast.he, Role.ADMINISTRATOR) == ["51"]
    assert not policies.may(cast.he, Role.ADMINISTRATOR, CHONGQING)


@pytest.mark.parametrize("role", list(Role))
def test_strangers_and_visitors_hold_nothing(cast: Cast, role: Role) -> None:
    for visitor in (STRANGER, cast.ji, cast.lin, cast.chen):
        assert not policies.is_staff(visitor)
        assert policies.areas(visitor, role) == []
        assert not policies.may(visitor, role, YAAN)
        assert not Region.objects.filter(policies.within(visitor, role, field="pk")).exists()


def test_a_society_gives_no_area(cast: Cast) -> None:
    society = places.add_society("雅安市硅酸盐学会", node(YAAN), by=cast.he)
    services.grant(cast.ji, Role.REVIEWER, society, by=cast.he)
    assert policies.is_staff(cast.ji)
    assert policies.areas(cast.ji, Role.REVIEWER) == []
    assert not policies.may(cast.ji, Role.REVIEWER, YAAN)


def test_an_administrator_gives_a_role_and_the_journal_says_so(cast: Cast) -> None:
    given_ = services.grant(cast.ji, Role.EDITOR, node(DEYANG), by=cast.he)
    assert given_.granted_by == cast.he
    assert policies.may(cast.ji, Role.EDITOR, JINGYANG)
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.subject_key, entry.actor_id) == (
        "grant.given",
        str(cast.ji.pk),
        cast.he.pk,
    )
    assert entry.data == {"role": "editor", "association": "A-510600"}


def test_the_same_role_twice_is_one_grant_and_one_entry(cast: Cast) -> None:
    first = services.grant(cast.ji, Role.EDITOR, node(DEYANG), by=cast.he)
    before = Entry.objects.count()
    assert services.grant(cast.ji, Role.EDITOR, node(DEYANG), by=cast.he) == first
    assert Entry.objects.count() == before


def test_only_administrators_of_the_node_or_above_give_roles(cast: Cast) -> None:
    services.grant(cast.ji, Role.ADMINISTRATOR, node(YAAN), by=cast.he)
    assert policies.may_grant(cast.ji, node(YAAN))
    assert policies.may_grant(cast.he, node(YAAN))
    society = places.add_society("雅安市硅酸盐学会", node(YAAN), by=cast.he)
    assert policies.may_grant(cast.ji, society)
    for other in (DEYANG, SICHUAN):
        assert not policies.may_grant(cast.ji, node(other))
        with pytest.raises(NotAllowed):
            services.grant(cast.ji, Role.ADMINISTRATOR, node(other), by=cast.ji)
    for person in (cast.lin, cast.wu, cast.zheng, cast.sun):
        assert not policies.may_grant(person, node(YAAN))
        with pytest.raises(NotAllowed):
            services.grant(person, Role.REVIEWER, node(YAAN), by=person)
    assert not policies.may_grant(STRANGER, node(YAAN))


def test_an_administrator_of_a_society_gives_roles_in_it_alone(cast: Cast) -> None:
    society = places.add_society("雅安市硅酸盐学会", node(YAAN), by=cast.he)
    services.grant(cast.ji, Role.ADMINISTRATOR, society, by=cast.he)
    assert policies.may_grant(cast.ji, society)
    assert not policies.may_grant(cast.ji, node(YAAN))


def test_an_ended_grant_stops_at_once_and_is_kept(cast: Cast) -> None:
    live = Grant.objects.get(person=cast.wu, role=Role.BROKER)
    assert policies.may(cast.wu, Role.BROKER, YAAN)
    live.person = cast.wu
    services.end(live, by=cast.he)
    for seen in (cast.wu, fresh(cast.wu)):
        assert not policies.may(seen, Role.BROKER, YAAN)
        assert not policies.is_staff(seen)
    live.refresh_from_db()
    assert live.ended_at is not None
    assert Entry.objects.latest("position").action == "grant.ended"
    before = Entry.objects.count()
    services.end(live, by=cast.he)
    assert Entry.objects.count() == before


def test_a_role_may_be_given_again_after_it_ended(cast: Cast) -> None:
    services.end(Grant.objects.get(person=cast.wu), by=cast.he)
    services.grant(cast.wu, Role.BROKER, node(YAAN), by=cast.he)
    assert policies.may(fresh(cast.wu), Role.BROKER, YAAN)
    assert Grant.objects.filter(person=cast.wu).count() == 2


def test_nobody_else_ends_a_grant(cast: Cast) -> None:
    live = Grant.objects.get(person=cast.sun)
    for person in (cast.lin, cast.sun, cast.zheng):
        with pytest.raises(NotAllowed):
            services.end(live, by=person)
    assert policies.may(fresh(cast.sun), Role.BROKER, DEYANG)


def test_a_grant_on_a_node_that_is_no_more_counts_for_nothing(cast: Cast) -> None:
    Association.objects.filter(code=f"A-{YAAN}").update(is_active=False)
    assert not policies.may(fresh(cast.wu), Role.BROKER, YAAN)


def test_grants_are_read_once_a_request(cast: Cast, django_assert_num_queries: object) -> None:
    broker, visitor = fresh(cast.wu), fresh(cast.ji)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert not policies.may(visitor, Role.BROKER, YAAN)
        assert not policies.is_staff(visitor)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert policies.may(broker, Role.BROKER, YAAN)
        assert not policies.may(broker, Role.BROKER, DEYANG)
        assert policies.is_staff(broker)
        policies.within(broker, Role.BROKER)
        assert not policies.may_grant(broker, node_stub(broker))


def node_stub(broker: Person) -> Association:
    association: Association = policies.grants(broker)[0].association
    return association


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    held=st.lists(
        st.tuples(st.sampled_from(list(Role)), st.sampled_from([SICHUAN, YAAN, DEYANG])),
        max_size=4,
        unique=True,
    ),
    asked=st.lists(st.sampled_from(list(Role)), min_size=1, max_size=3, unique=True),
)
def test_the_yes_or_no_and_the_queryset_agree(
    cast: Cast, held: list[tuple[Role, str]], asked: list[Role]
) -> None:
    Grant.objects.filter(person=cast.ji).delete()
    for role, code in held:
        services.grant(cast.ji, role, node(code), by=None)
    visitor: Visitor = fresh(cast.ji)
    sample = Region.objects.filter(
        pk__in=[SICHUAN, YAAN, MINGSHAN, YUCHENG, DEYANG, JINGYANG, CHENGDU, PANDAS, CHONGQING]
    )
    found = set(
        sample.filter(policies.within(visitor, *asked, field="pk")).values_list("pk", flat=True)
    )
    assert found == {region.pk for region in sample if policies.may_any(visitor, asked, region.pk)}
