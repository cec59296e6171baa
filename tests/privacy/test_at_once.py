"""Two leave in the same instant, with real commits: somebody stays who can do what only they can."""

from __future__ import annotations

import pytest
from tests.cast import SICHUAN, Cast, person
from tests.needs.test_at_once import at_once
from tests.privacy.everything import leave

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.organisations import services as organisations
from keqiao.places.models import Association
from keqiao.privacy.services import Blocked

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_erasures_of_the_last_two_administrators_leave_one(cast: Cast) -> None:
    second = person("erhao", "贰号")
    access.grant(second, Role.ADMINISTRATOR, Association.objects.get(region=SICHUAN), by=cast.he)
    refused = at_once(
        lambda: leave(Person.objects.get(pk=cast.he.pk)),
        lambda: leave(Person.objects.get(pk=second.pk)),
    )
    assert [type(refusal) for refusal in refused] == [Blocked]
    assert Person.objects.filter(pk__in=[cast.he.pk, second.pk], is_active=True).count() == 1


def test_two_erasures_of_the_last_two_representatives_leave_one(cast: Cast) -> None:
    cast.open_need()
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    refused = at_once(
        lambda: leave(Person.objects.get(pk=cast.lin.pk)),
        lambda: leave(Person.objects.get(pk=cast.ji.pk)),
    )
    assert [type(refusal) for refusal in refused] == [Blocked]
    assert Person.objects.filter(pk__in=[cast.lin.pk, cast.ji.pk], is_active=True).count() == 1
