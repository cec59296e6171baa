"""Organisations: registered, verified, revised, refused; who may know of them."""

from __future__ import annotations

import dataclasses

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import DEYANG, YAAN, Cast, credit_code

from keqiao.access import services as access
from keqiao.access.policies import Visitor
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.journal.models import Entry
from keqiao.organisations import policies, selectors, services
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Kind, Particulars, Standing
from keqiao.places.models import Association, Region

pytestmark = pytest.mark.django_db

ENTERED = Particulars(
    name="雅安示例焊接装备有限公司",
    kind=Kind.ENTERPRISE,
    region_id="511802",
    credit_code=credit_code("91511802MAKQ00003"),
    about="做输送机和焊接工装。",
)
STRANGER = AnonymousUser()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def changed(organisation: Organisation, **changes: object) -> Particulars:
    now = Particulars(
        name=organisation.name,
        kind=Kind(organisation.kind),
        region_id=organisation.region_id,
        credit_code=organisation.credit_code or "",
        about=organisation.about,
    )
    return dataclasses.replace(now, **changes)  # type: ignore[arg-type]


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.phrase.text) for problem in refusal.value.problems]


def last_action() -> str:
    return Entry.objects.latest("position").action


def test_whoever_registers_an_organisation_represents_it_and_it_waits(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    assert kept.standing == Standing.WAITING
    assert kept.credit_code == ENTERED.credit_code
    assert policies.is_member(cast.ji, kept)
    assert policies.is_representative(cast.ji, kept)
    assert last_action() == "organisation.registered"
    assert not selectors.is_publishable(kept)


def test_a_lower_case_credit_code_with_spaces_is_understood(cast: Cast) -> None:
    typed = " " + credit_code("91511802MAKQ00003").lower() + "　"
    kept = services.register(dataclasses.replace(ENTERED, credit_code=typed), by=cast.ji)
    assert kept.credit_code == ENTERED.credit_code


def test_everything_wrong_is_named_at_once(cast: Cast) -> None:
    wrong = Particulars(
        name="",
        kind="factory",  # type: ignore[arg-type]
        region_id="999999",
        credit_code="91511802MAKQ00003X",
        about="\x00",
    )
    with pytest.raises(Invalid) as refusal:
        services.register(wrong, by=cast.ji)
    fields = [field for field, _text in problems(refusal)]
    assert sorted(fields) == ["about", "credit_code", "kind", "name", "region"]
    assert not Organisation.objects.filter(region=None).exists()


@pytest.mark.parametrize("region", ["", "\x00", "\ud800", "51%", "雅安", "5" * 9999, "511821" * 2])
def test_a_region_that_is_none_is_refused(cast: Cast, region: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.register(dataclasses.replace(ENTERED, region_id=region), by=cast.ji)
    assert problems(refusal) == [("region", services.REGION_UNKNOWN)]


def test_a_region_that_has_ended_is_refused(cast: Cast) -> None:
    ended = Region.objects.exclude(valid_to=None).first()
    assert ended is not None
    with pytest.raises(Invalid) as refusal:
        services.register(dataclasses.replace(ENTERED, region_id=ended.pk), by=cast.ji)
    assert problems(refusal) == [("region", services.REGION_UNKNOWN)]


def test_an_enterprise_has_a_credit_code_and_a_society_need_not(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        services.register(dataclasses.replace(ENTERED, credit_code=""), by=cast.ji)
    assert problems(refusal) == [("credit_code", services.CREDIT_CODE_NEEDED)]
    for name in ("雅安示例学会", "雅安示例协会"):
        entered = dataclasses.replace(ENTERED, name=name, kind=Kind.SOCIETY, credit_code="")
        assert services.register(entered, by=cast.ji).credit_code is None


def test_a_taken_credit_code_is_refused(cast: Cast) -> None:
    entered = dataclasses.replace(ENTERED, credit_code=cast.lithium.credit_code or "")
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        services.register(entered, by=cast.ji)
    assert problems(refusal) == [("credit_code", services.CREDIT_CODE_TAKEN)]
    assert Entry.objects.count() == before
    assert not selectors.of_person(cast.ji).exists()


def test_a_taken_name_is_refused_in_its_region_only(cast: Cast) -> None:
    same = dataclasses.replace(ENTERED, name=cast.lithium.name, region_id=YAAN)
    with pytest.raises(Invalid) as refusal:
        services.register(same, by=cast.ji)
    assert problems(refusal) == [("name", services.NAME_TAKEN)]
    assert services.register(dataclasses.replace(same, region_id=DEYANG), by=cast.ji)


def test_staff_of_its_area_verify_an_organisation(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    assert list(selectors.waiting_for(cast.zheng)) == [kept]
    services.verify(kept, by=cast.zheng, note="执照相符。")
    assert kept.standing == Standing.VERIFIED
    assert kept.checked_by == cast.zheng
    assert kept.checked_at is not None
    assert last_action() == "organisation.verified"
    assert selectors.is_publishable(kept)
    assert not selectors.waiting_for(cast.zheng).exists()


def test_nobody_else_verifies_it(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    node = Association.objects.get(code=f"A-{DEYANG}")
    access.grant(cast.gu, Role.REVIEWER, node, by=cast.he)
    for person in (cast.ji, cast.lin, cast.zhou, cast.wu, cast.sun, cast.gu):
        assert kept not in selectors.waiting_for(person)
        with pytest.raises(NotAllowed):
            services.verify(kept, by=person)
        with pytest.raises(NotAllowed):
            services.refuse(kept, by=person, note="不对")
    kept.refresh_from_db()
    assert kept.standing == Standing.WAITING
    assert not policies.may_check(STRANGER, kept)


def test_a_member_never_verifies_the_own_organisation(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.zheng)
    assert kept not in selectors.waiting_for(cast.zheng)
    with pytest.raises(NotAllowed):
        services.verify(kept, by=cast.zheng)
    services.verify(kept, by=cast.he)


def test_a_refusal_has_its_reason_and_a_correction_is_looked_at_again(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    for note in ("", " \u200b\n"):
        with pytest.raises(Invalid) as refusal:
            services.refuse(kept, by=cast.zheng, note=note)
        assert problems(refusal) == [("note", services.REASON_NEEDED)]
    services.refuse(kept, by=cast.zheng, note="简介与执照的经营范围不符。")
    assert kept.standing == Standing.REFUSED
    assert kept.standing_note == "简介与执照的经营范围不符。"
    assert last_action() == "organisation.refused"
    services.revise(kept, changed(kept, about="做焊接工装。"), by=cast.ji)
    assert kept.standing == Standing.WAITING
    services.verify(kept, by=cast.zheng)


def test_two_reviewers_decide_once(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    mine, hers = Organisation.objects.get(pk=kept.pk), Organisation.objects.get(pk=kept.pk)
    services.verify(mine, by=cast.zheng)
    with pytest.raises(services.AlreadyChecked):
        services.refuse(hers, by=cast.he, note="不对")
    kept.refresh_from_db()
    assert (kept.standing, kept.checked_by) == (Standing.VERIFIED, cast.zheng)


def test_nobody_verifies_particulars_that_they_have_not_seen(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    seen = Organisation.objects.get(pk=kept.pk)
    services.revise(kept, changed(kept, name="四川电网（冒名）有限公司"), by=cast.ji)
    with pytest.raises(services.ChangedMeanwhile):
        services.verify(seen, by=cast.zheng)
    with pytest.raises(services.ChangedMeanwhile):
        services.verify(kept, by=cast.zheng, revision=seen.revision)
    kept.refresh_from_db()
    assert kept.standing == Standing.WAITING
    services.verify(kept, by=cast.zheng, revision=kept.revision)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "雅安示例锂业集团有限公司"},
        {"credit_code": credit_code("91511800MAKQ00009")},
        {"region_id": DEYANG},
        {"kind": Kind.UNIVERSITY},
    ],
)
def test_new_particulars_are_verified_again(cast: Cast, change: dict[str, object]) -> None:
    services.revise(cast.lithium, changed(cast.lithium, **change), by=cast.lin)
    assert cast.lithium.standing == Standing.WAITING
    assert not selectors.is_publishable(cast.lithium)
    assert last_action() == "organisation.revised"


def test_a_new_description_needs_no_new_check(cast: Cast) -> None:
    services.revise(cast.lithium, changed(cast.lithium, about="提锂十年。"), by=cast.lin)
    cast.lithium.refresh_from_db()
    assert cast.lithium.about == "提锂十年。"
    assert cast.lithium.standing == Standing.VERIFIED


def test_only_representatives_revise(cast: Cast) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    for person in (cast.ji, cast.zhou, cast.wu, cast.zheng, cast.he):
        with pytest.raises(NotAllowed):
            services.revise(cast.lithium, changed(cast.lithium, about="别人写的"), by=person)


def test_a_refused_revision_leaves_row_and_object_as_they_were(cast: Cast) -> None:
    for change, field in (
        ({"credit_code": cast.rival.credit_code}, "credit_code"),
        ({"name": cast.rival.name, "region_id": cast.rival.region_id}, "name"),
        ({"name": "\x00"}, "name"),
    ):
        with pytest.raises(Invalid) as refusal:
            services.revise(cast.lithium, changed(cast.lithium, **change), by=cast.lin)
        assert [name for name, _text in problems(refusal)] == [field]
        for row in (cast.lithium, Organisation.objects.get(pk=cast.lithium.pk)):
            assert row.name == "雅安示例锂业有限公司"
            assert row.standing == Standing.VERIFIED


def test_an_old_copy_does_not_undo_a_check(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    old = Organisation.objects.get(pk=kept.pk)
    services.verify(kept, by=cast.zheng)
    services.revise(old, changed(old, about="只改简介。"), by=cast.ji)
    kept.refresh_from_db()
    assert kept.standing == Standing.VERIFIED
    assert kept.checked_by == cast.zheng
    assert old.standing == Standing.VERIFIED


def test_who_may_know_of_an_organisation_that_waits(cast: Cast) -> None:
    kept = services.register(ENTERED, by=cast.ji)
    for person in (cast.ji, cast.wu, cast.zheng, cast.he):
        assert selectors.get(kept.code, by=person) == kept
        assert policies.may_see_particulars(person, kept)
    for visitor in (STRANGER, cast.lin, cast.zhou, cast.chen, cast.sun):
        with pytest.raises(Missing):
            selectors.get(kept.code, by=visitor)
        assert not policies.may_see_particulars(visitor, kept)


def test_everybody_knows_of_a_verified_one_but_not_its_particulars(cast: Cast) -> None:
    for visitor in (STRANGER, cast.zhou, cast.sun):
        assert selectors.get(cast.lithium.code, by=visitor) == cast.lithium
        assert not policies.may_see_particulars(visitor, cast.lithium)


@pytest.mark.parametrize("code", ["", "O-", "\x00", "\ud800", "O-雅安", "O" * 9999, "' OR 1=1"])
def test_a_hostile_code_is_missing(cast: Cast, code: str) -> None:
    with pytest.raises(Missing):
        selectors.get(code, by=cast.he)


def test_yes_or_no_and_queryset_agree_for_everybody(cast: Cast) -> None:
    waiting = services.register(ENTERED, by=cast.ji)
    own = dataclasses.replace(
        ENTERED, name="郑立的公司", credit_code=credit_code("91511802MAKQ00004")
    )
    services.register(own, by=cast.zheng)
    refused = dataclasses.replace(
        ENTERED,
        name="德阳的公司",
        region_id=DEYANG,
        credit_code=credit_code("91510600MAKQ00005"),
    )
    services.refuse(services.register(refused, by=cast.gu), by=cast.he, note="不对")
    rows = list(Organisation.objects.all())
    assert len(rows) == 5
    visitors: list[Visitor] = [STRANGER, *map(fresh, Person.objects.all())]
    for visitor in visitors:
        seen = set(selectors.visible_to(visitor))
        assert seen == {row for row in rows if policies.may_see(visitor, row)}
        to_check = set(selectors.waiting_for(visitor))
        assert to_check == {
            row
            for row in rows
            if row.standing == Standing.WAITING and policies.may_check(visitor, row)
        }
    assert waiting in rows


def test_members_are_listed_in_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    services.add_member(cast.lithium, cast.ji, by=cast.lin)
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = [row.person.name for row in selectors.members(cast.lithium)]
    assert names == ["林小满", "𠮷田㐂"]
    assert Membership.objects.count() == 3
