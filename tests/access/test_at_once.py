"""Two administrators at once, with real commits: the site is never left without one."""

from __future__ import annotations

import pytest
from tests.cast import SICHUAN, Cast
from tests.needs.test_at_once import at_once

from keqiao.access import services
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_administrators_who_take_each_others_role_back_are_not_both_gone(cast: Cast) -> None:
    node = Association.objects.get(code=f"A-{SICHUAN}")
    other = services.grant(cast.ji, Role.ADMINISTRATOR, node, by=cast.he)
    own = Grant.objects.get(person=cast.he, role=Role.ADMINISTRATOR)

    def end(live: Grant, by: Person) -> object:
        fresh = Grant.objects.select_related("person", "association").get(pk=live.pk)
        return services.end(fresh, by=Person.objects.get(pk=by.pk))

    refusals = at_once(lambda: end(own, cast.ji), lambda: end(other, cast.he))
    assert {type(one) for one in refusals} <= {services.LastAdministrator, NotAllowed}
    assert len(refusals) == 1
    assert Grant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).count() == 1


def test_a_role_that_is_given_twice_at_once_is_held_once(cast: Cast) -> None:
    node = Association.objects.get(code=f"A-{SICHUAN}")

    def give() -> object:
        he, ji = (Person.objects.get(pk=one.pk) for one in (cast.he, cast.ji))
        return services.grant(ji, Role.BROKER, node, by=he)

    assert at_once(give, give) == []
    assert Grant.objects.filter(person=cast.ji, ended_at=None).count() == 1
