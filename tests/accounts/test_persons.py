"""Persons: joining, names, e-mails."""

from __future__ import annotations

import json

import pytest
from tests.cast import PASSWORD, Cast

from keqiao.accounts import selectors, services
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.journal import services as journal
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def actions(person: Person) -> list[str]:
    about = Entry.objects.filter(subject_kind="person", subject_key=str(person.pk))
    return list(about.order_by("position").values_list("action", flat=True))


def test_a_person_joins_and_consents_to_the_account_and_nothing_else() -> None:
    ji = services.create_person(email="jitianxi@keqiao.example", name=" 𠮷田㐂 ", password=PASSWORD)
    assert ji.name == "𠮷田㐂"
    assert ji.check_password(PASSWORD)
    assert set(selectors.consents(ji)) == {Purpose.ACCOUNT}
    assert actions(ji) == ["person.joined", "consent.given"]


def test_a_person_without_a_password_cannot_log_in() -> None:
    gu = services.create_person(email="guliayi@keqiao.example", name="古力·阿依")
    assert not gu.has_usable_password()


def test_the_letters_of_an_email_may_be_cased_as_one_likes() -> None:
    lin = services.create_person(email="  LinXiaoMan@Keqiao.Example ", name="林小满")
    assert lin.email == "linxiaoman@keqiao.example"
    assert selectors.person_by_email("LINXIAOMAN@keqiao.example\n") == lin


def test_a_taken_email_is_refused_however_it_is_cased() -> None:
    services.create_person(email="zhouhe@keqiao.example", name="周禾")
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        services.create_person(email="ZhouHe@keqiao.example", name="另一个周禾")
    assert [(p.field, p.phrase.text) for p in refusal.value.problems] == [
        ("email", services.EMAIL_TAKEN)
    ]
    assert Person.objects.count() == 1
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "email",
    [
        "",
        "没有",
        "a@",
        "@b.cn",
        "a b@c.cn",
        "a@b@c.cn",
        "a\x00@b.cn",
        "a\ud800@b.cn",
        "a@b.cn\nBcc: x@y.cn",
        "a" * 250 + "@b.cn",
        "a@" + "b" * 5000 + ".cn",
        "a@" + "b." * 126 + "cn",
        '"\x01"@b.cn',
    ],
)
def test_a_wrong_email_is_refused(email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_person(email=email, name="周禾")
    assert [p.field for p in refusal.value.problems] == ["email"]
    assert not Person.objects.exists()
    assert not Entry.objects.exists() or Entry.objects.last().action == "reference.loaded"  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["", " \u200b", "周\x00禾", "周\ud800", "\u202e禾周", "禾" * 61])
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_person(email="zhouhe@keqiao.example", name=name)
    assert [p.field for p in refusal.value.problems] == ["name"]


def test_email_and_name_are_both_named_when_both_are_wrong() -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_person(email="没有", name="")
    assert {p.field for p in refusal.value.problems} == {"email", "name"}


@pytest.mark.parametrize("email", ["", "\x00", "\ud800@b.cn", "a" * 100_000, "' OR 1=1 --"])
def test_nobody_is_found_by_a_hostile_email(email: str) -> None:
    assert selectors.person_by_email(email) is None
    services.record_refused_log_in(email)
    assert Entry.objects.latest("position").subject_key == "unknown"


def test_a_person_changes_the_own_name(cast: Cast) -> None:
    services.rename(cast.gu, "古丽·阿依", by=cast.gu)
    cast.gu.refresh_from_db()
    assert cast.gu.name == "古丽·阿依"
    assert actions(cast.gu)[-1] == "person.renamed"


def test_nobody_changes_another_ones_name(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.rename(cast.gu, "别人", by=cast.zhou)
    cast.gu.refresh_from_db()
    assert cast.gu.name == "古力·阿依"


def test_a_refused_name_leaves_the_old_one(cast: Cast) -> None:
    with pytest.raises(Invalid):
        services.rename(cast.gu, "\x00", by=cast.gu)
    assert cast.gu.name == "古力·阿依"


def test_log_ins_and_refused_log_ins_are_recorded(cast: Cast) -> None:
    services.record_log_in(cast.lin)
    services.record_refused_log_in("LinXiaoMan@keqiao.example")
    assert actions(cast.lin)[-2:] == ["person.logged_in", "person.log_in_refused"]
    refused = Entry.objects.latest("position")
    assert not refused.is_success
    assert refused.actor_id is None


def test_names_come_in_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = selectors.names([cast.lin.pk, cast.ji.pk, cast.lin.pk, -1])
    assert found == {cast.lin.pk: "林小满", cast.ji.pk: "𠮷田㐂"}


def test_the_journal_holds_no_names_and_no_addresses(cast: Cast) -> None:
    cast.open_need()
    cast.open_offer()
    services.record_refused_log_in("somebody@keqiao.example")
    written = json.dumps(
        list(Entry.objects.values("action", "subject_kind", "subject_key", "data")),
        ensure_ascii=False,
    )
    persons = Person.objects.values_list("name", "email")
    assert len(persons) == 9
    assert not [word for row in persons for word in row if word in written]
    assert "@" not in written
    assert journal.verify().holds
