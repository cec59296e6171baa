"""Who reads a draft, a private version, a closed need; who loses it again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import GOOD, SECRET, YAAN, Cast, need_content, told

from keqiao.access import services as access
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, NotAllowed
from keqiao.needs import policies, selectors, services
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db

CountQueries = Callable[[int], AbstractContextManager[object]]
STRANGER: Any = AnonymousUser()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def may_get(need: Need, visitor: Person | AnonymousUser) -> bool:
    try:
        return selectors.get(need.code, by=visitor) == need
    except Missing:
        return False


def may_get_private(need: Need, visitor: Person | AnonymousUser) -> bool:
    try:
        return SECRET in selectors.get_private(need.code, by=visitor).wanted
    except Missing:
        return False


def leave(person: Person, cast: Cast) -> None:
    live = Membership.objects.get(person=person, organisation=cast.lithium, ended_at=None)
    organisations.remove_member(live, by=person)


def test_a_draft_is_seen_by_its_owner_and_colleagues_alone(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    need = cast.need()
    for visitor in (cast.lin, cast.ji):
        assert may_get(need, visitor)
        assert may_get_private(need, visitor)
    for somebody in (
        STRANGER,
        cast.zhou,
        cast.chen,
        cast.gu,
        cast.wu,
        cast.zheng,
        cast.sun,
        cast.he,
    ):
        assert not may_get(need, somebody)
        assert not may_get_private(need, somebody)


def test_a_need_in_review_is_seen_by_the_staff_of_its_area_too(cast: Cast) -> None:
    need = services.submit(cast.need(), by=cast.lin)
    for visitor in (cast.lin, cast.wu, cast.zheng, cast.he):
        assert may_get_private(need, visitor)
    for somebody in (STRANGER, cast.zhou, cast.chen, cast.sun, cast.ji):
        assert not may_get(need, somebody)
        assert not may_get_private(need, somebody)


def test_an_open_need_shows_everybody_its_public_version_alone(cast: Cast) -> None:
    need = cast.open_need()
    for somebody in (STRANGER, cast.zhou, cast.chen, cast.sun, cast.ji):
        assert may_get(need, somebody)
        assert not may_get_private(need, somebody)


def test_a_closed_need_is_known_to_its_owner_and_the_staff(cast: Cast) -> None:
    need = services.close(cast.open_need(), Resolution.SOLVED, by=cast.lin)
    for visitor in (cast.lin, cast.wu, cast.zheng, cast.he):
        assert may_get_private(need, visitor)
    for somebody in (STRANGER, cast.zhou, cast.chen, cast.sun):
        assert not may_get(need, somebody)
    assert not selectors.public().exists()


@pytest.mark.parametrize("code", ["", "N-", "\x00", "\ud800", "N-锂渣", "N" * 9999, "' OR 1=1 --"])
def test_a_hostile_code_is_missing(cast: Cast, code: str) -> None:
    for somebody in (STRANGER, cast.he):
        with pytest.raises(Missing):
            selectors.get(code, by=somebody)


def test_who_left_the_enterprise_owns_its_needs_no_more(cast: Cast) -> None:
    need = cast.need()
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    leave(cast.lin, cast)
    former = fresh(cast.lin)
    assert not may_get(need, former)
    assert not selectors.of_person(former).exists()
    with pytest.raises(NotAllowed):
        services.revise(need, need_content(title="离职以后"), by=former)
    assert may_get_private(need, fresh(cast.ji))


def test_a_broker_keeps_what_was_written_for_an_enterprise_while_a_broker(cast: Cast) -> None:
    need = services.draft(need_content(), by=cast.wu, organisation=cast.lithium)
    assert may_get_private(need, cast.wu)
    assert list(selectors.of_person(cast.wu)) == [need]
    services.submit(services.revise(need, need_content(stage=7), by=cast.wu), by=cast.wu)
    need.refresh_from_db()
    access.end(Grant.objects.get(person=cast.wu, role=Role.BROKER), by=cast.he)
    assert not may_get(need, fresh(cast.wu))
    with pytest.raises(NotAllowed):
        services.close(need, Resolution.WITHDRAWN, by=fresh(cast.wu))


def test_nobody_reviews_what_they_wrote_though_they_own_it_no_more(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.zheng, by=cast.lin)
    need = services.draft(need_content(), by=cast.zheng, organisation=cast.lithium)
    services.submit(need, by=cast.lin)
    need.refresh_from_db()
    leave(cast.zheng, cast)
    reviewer = fresh(cast.zheng)
    assert need not in selectors.to_review(reviewer)
    with pytest.raises(NotAllowed):
        services.approve(need, by=reviewer, scores=GOOD)
    with pytest.raises(NotAllowed):
        services.send_back(need, by=reviewer, **told("自己退给自己"))


def test_a_broker_who_reviews_too_does_not_review_the_own_writing(cast: Cast) -> None:
    node = Association.objects.get(code=f"A-{YAAN}")
    access.grant(cast.wu, Role.REVIEWER, node, by=cast.he)
    need = services.draft(need_content(), by=cast.wu, organisation=cast.lithium)
    services.submit(need, by=cast.wu)
    need.refresh_from_db()
    assert need not in selectors.to_review(fresh(cast.wu))
    with pytest.raises(NotAllowed):
        services.approve(need, by=fresh(cast.wu), scores=GOOD)
    assert services.approve(need, by=cast.zheng, scores=GOOD).state == "open"


def test_a_reviewer_with_an_enterprise_reviews_what_a_private_person_asks(cast: Cast) -> None:
    organisations.add_member(cast.rival, cast.zheng, by=cast.zhou)
    need = services.draft(need_content(), by=cast.ji)
    services.submit(need, by=cast.ji)
    need.refresh_from_db()
    reviewer = fresh(cast.zheng)
    assert list(selectors.to_review(reviewer)) == [need]
    assert policies.may_review(reviewer, need)
    services.approve(need, by=reviewer, scores=GOOD)


def test_lists_cost_the_same_number_of_queries_however_long(
    cast: Cast, django_assert_num_queries: CountQueries
) -> None:
    for _number in range(3):
        cast.open_need()
    for _number in range(3):
        services.submit(cast.need(), by=cast.lin)
    author, reviewer = fresh(cast.lin), fresh(cast.zheng)
    policies.owned_by(author)
    policies.reviewable_by(reviewer)

    def shown(need: Need) -> str:
        organisation = need.organisation.name if need.organisation else ""
        places = (need.region, need.industry, need.subject)
        return f"{need.author.name} {organisation} {places}"

    with django_assert_num_queries(1):
        assert len({need.code: shown(need) for need in selectors.public()}) == 3
    with django_assert_num_queries(1):
        mine = list(selectors.of_person(author))
        assert len([shown(need) for need in mine if policies.owns(author, need)]) == 6
    with django_assert_num_queries(1):
        waiting = list(selectors.to_review(reviewer))
        assert len([shown(need) for need in waiting if policies.may_review(reviewer, need)]) == 3
    with django_assert_num_queries(1):
        codes = [need.code for need in waiting]
        assert selectors.by_codes(codes[::-1], by=reviewer) == waiting[::-1]
