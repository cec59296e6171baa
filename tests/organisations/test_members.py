"""Who acts for an organisation."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.journal.models import Entry
from keqiao.organisations import policies, selectors, services
from keqiao.organisations.models import Membership, Organisation

pytestmark = pytest.mark.django_db


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def membership(person: Person, organisation: Organisation) -> Membership:
    return Membership.objects.get(person=person, organisation=organisation, ended_at=None)


def test_a_representative_adds_a_colleague(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    assert policies.is_member(cast.ji, cast.lithium)
    assert not policies.is_representative(cast.ji, cast.lithium)
    assert selectors.colleagues(cast.ji, cast.lin)
    assert not selectors.colleagues(cast.ji, cast.zhou)
    entry = Entry.objects.latest("position")
    assert entry.action == "organisation.member_added"
    assert entry.data == {"person": cast.ji.pk, "representative": False}


def test_adding_twice_is_one_membership_and_one_entry(cast: Cast) -> None:
    first = services.add_member(cast.lithium, cast.ji, by=cast.lin)
    before = Entry.objects.count()
    assert services.add_member(cast.lithium, cast.ji, by=cast.lin) == first
    assert Entry.objects.count() == before


def test_a_member_is_made_a_representative(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    services.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    assert policies.is_representative(cast.ji, cast.lithium)
    assert Entry.objects.latest("position").action == "organisation.representative_made"
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    assert policies.is_representative(cast.ji, cast.lithium)


def test_nobody_but_a_representative_adds_members(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    for person in (cast.ji, cast.zhou, cast.wu, cast.he):
        with pytest.raises(NotAllowed):
            services.add_member(cast.lithium, cast.gu, by=person)
    assert not policies.is_member(fresh(cast.gu), cast.lithium)


def test_a_removed_member_acts_no_more_and_the_membership_is_kept(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    live = membership(cast.ji, cast.lithium)
    services.remove_member(live, by=cast.lin)
    assert not policies.is_member(fresh(cast.ji), cast.lithium)
    live.refresh_from_db()
    assert live.ended_at is not None
    assert Entry.objects.latest("position").action == "organisation.member_removed"
    before = Entry.objects.count()
    services.remove_member(live, by=cast.lin)
    assert Entry.objects.count() == before


def test_a_member_leaves_and_may_come_back(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    services.remove_member(membership(cast.ji, cast.lithium), by=cast.ji)
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    assert policies.is_member(fresh(cast.ji), cast.lithium)
    assert Membership.objects.filter(person=cast.ji).count() == 2


def test_nobody_else_removes_a_member(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    services.add_member(cast.lithium, cast.gu, by=cast.lin)
    live = membership(cast.gu, cast.lithium)
    for person in (cast.ji, cast.zhou, cast.wu, cast.zheng, cast.he):
        with pytest.raises(NotAllowed):
            services.remove_member(live, by=person)
    assert policies.is_member(fresh(cast.gu), cast.lithium)


def test_the_last_representative_stays(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    with pytest.raises(Refused) as refusal:
        services.remove_member(membership(cast.lin, cast.lithium), by=cast.lin)
    assert "至少要有一位负责人" in refusal.value.phrase.say()
    services.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    services.remove_member(membership(cast.lin, cast.lithium), by=cast.lin)
    with pytest.raises(Refused):
        services.remove_member(membership(cast.ji, cast.lithium), by=cast.ji)


def test_old_copies_do_not_remove_both_representatives(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    his, hers = membership(cast.ji, cast.lithium), membership(cast.lin, cast.lithium)
    Membership.objects.filter(pk=his.pk).update(is_representative=False)
    assert his.is_representative
    with pytest.raises(Refused):
        services.remove_member(hers, by=cast.lin)
    services.remove_member(his, by=cast.ji)
    assert policies.is_representative(cast.lin, cast.lithium)
