"""Who holds a role somewhere is the same, asked person by person and asked once for all."""

from __future__ import annotations

import pytest
from tests.cast import DEYANG, SICHUAN, YAAN, Cast

from keqiao.access import policies, selectors, services
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("region", [YAAN, "511802", DEYANG, "510104", SICHUAN, "110101"])
def test_both_ways_agree(cast: Cast, region: str) -> None:
    root = Association.objects.get(region_id=SICHUAN)
    services.grant(cast.gu, Role.BROKER, root, by=cast.he)
    society = {"code": "S-001", "name": "示例学会", "kind": "society", "region_id": YAAN}
    node = Association.objects.add_child(Association.objects.get(region_id=YAAN), society)
    services.grant(cast.ji, Role.BROKER, node, by=cast.he)
    services.end(cast.sun.grants.get(), by=cast.he)
    for role in (Role.BROKER, Role.ADMINISTRATOR):
        alone = {one for one in Person.objects.all() if policies.may(one, role, region)}
        assert set(selectors.holders(role, region)) == alone


def test_a_person_who_is_no_longer_active_holds_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.wu.pk).update(is_active=False)
    assert cast.wu not in selectors.holders(Role.BROKER, YAAN)
