"""A complaint can be made by anybody, has a handler, a term and an answer, and gives away nobody who complains."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import DEYANG, SICHUAN, YAAN, Cast, person

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.complaints import selectors, services
from keqiao.complaints.models import Complaint, Step
from keqiao.complaints.types import About, Content, Kind, Measure, Thing
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.ops import cli
from keqiao.organisations import policies as organisation_policies
from keqiao.organisations import services as organisations
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db
TEXT = "公开版里写了我们厂的产量，这是商业秘密。"
WHY = "答复没有说到产量，页面上还在。"


def node(region: str) -> Association:
    found: Association = Association.objects.get(region=region)
    return found


def about(cast: Cast, **changes: object) -> About:
    values: dict[str, object] = {
        "thing": Thing.NEED,
        "code": "N-00000001",
        "path": "/needs/N-00000001/",
        "title": "锂渣的规模化消纳利用",
        "region_id": YAAN,
        "organisation_id": cast.lithium.pk,
        "persons": frozenset({cast.lin.pk}),
    }
    return About(**{**values, **changes})  # type: ignore[arg-type]


def lodged(cast: Cast, by: Person | None = None, **changes: object) -> tuple[Complaint, str]:
    content = Content(Kind.SECRET, TEXT, "somebody@keqiao.example")
    return services.lodge(about(cast, **changes), content, by=by)


def deeds(complaint: Complaint) -> list[str]:
    return [entry.action for entry in journal.about(services.subject_of(complaint))]


def test_anybody_complains_and_reads_the_answer_by_the_secret_link(cast: Cast) -> None:
    complaint, key = lodged(cast)
    today = timezone.localdate()
    assert (complaint.state, complaint.desk_id, complaint.author) == ("received", YAAN, None)
    assert (complaint.act_on - today, complaint.due_on - today) == (
        timedelta(days=2),
        timedelta(days=15),
    )
    services.take(complaint, by=cast.zheng)
    services.answer(complaint, "已请作者改掉产量。", Measure.CORRECTED, by=cast.zheng)
    found = selectors.by_key(complaint.code, key)
    assert [step.text for step in selectors.steps(found)] == ["", "已请作者改掉产量。"]
    assert deeds(complaint) == ["complaint.received", "complaint.take", "complaint.answer"]


def test_the_code_alone_opens_nothing(cast: Cast) -> None:
    complaint, key = lodged(cast)
    for wrong in ("", "x", key[:-1], complaint.key_digest, "㐂\x00"):
        with pytest.raises(Missing):
            selectors.by_key(complaint.code, wrong)
    for stranger in (cast.ji, cast.lin, cast.wu, cast.sun):
        with pytest.raises(Missing):
            selectors.get(complaint.code, by=stranger)
    assert key not in str(Complaint.objects.values().get())


def test_the_journal_tells_nothing_of_who_complains(cast: Cast) -> None:
    complaint, key = lodged(cast, by=cast.ji)
    services.withdraw(complaint, by=cast.ji)
    told = " ".join(str(entry.data) for entry in Entry.objects.all())
    for word in ("somebody@", cast.ji.name, TEXT, key):
        assert word not in told


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Content(Kind.OTHER, ""), "text"),
        (Content(Kind.OTHER, "㐂"), "text"),
        (Content(Kind.OTHER, "有问题的内容\x00"), "text"),
        (Content(Kind.OTHER, "长" * 3001), "text"),
        (Content(Kind.OTHER, TEXT, "不是邮箱"), "contact"),
        (Content(Kind.OTHER, TEXT, "a@b.cn\x00"), "contact"),
        (Content(Kind.OTHER, TEXT, "a" * 300 + "@b.cn"), "contact"),
    ],
)
def test_what_cannot_be_kept_is_refused(cast: Cast, content: Content, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.lodge(about(cast), content, by=None)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Complaint.objects.exists()


def test_who_is_behind_the_thing_never_handles_it(cast: Cast) -> None:
    complaint, _key = lodged(cast, persons=frozenset({cast.zheng.pk}))
    assert complaint.desk_id == SICHUAN
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)
    assert list(selectors.for_desk(cast.zheng)) == []
    assert list(selectors.for_desk(cast.he)) == [complaint]


def test_a_member_of_the_body_complained_about_never_handles_it(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.zheng, by=cast.lin)
    organisation_policies.forget(cast.zheng)
    complaint, _key = lodged(cast)
    assert complaint.desk_id == SICHUAN
    with pytest.raises(Missing):
        selectors.get(complaint.code, by=cast.zheng)


def test_who_joins_the_body_later_handles_it_no_longer(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    assert list(selectors.for_desk(cast.zheng)) == [complaint]
    organisations.add_member(cast.lithium, cast.zheng, by=cast.lin)
    organisation_policies.forget(cast.zheng)
    assert list(selectors.for_desk(cast.zheng)) == []
    services.take(complaint, by=cast.he)


def test_who_complains_does_not_handle_it(cast: Cast) -> None:
    complaint, _key = lodged(cast, by=cast.zheng)
    assert complaint.desk_id == SICHUAN
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)


def test_where_nobody_is_it_falls_up_the_tree(cast: Cast) -> None:
    for region in (DEYANG, "510100", "110000", "", "不是代码"):
        complaint, _key = lodged(cast, region_id=region)
        assert complaint.desk_id == SICHUAN, region
    for wrong in (cast.wu, cast.sun, cast.zheng, cast.ji):
        with pytest.raises(NotAllowed):
            services.take(complaint, by=wrong)


def test_a_colleague_takes_over_and_only_who_has_it_answers(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    with pytest.raises(NotAllowed):
        services.answer(complaint, "没有问题。", Measure.NONE, by=cast.zheng)
    services.take(complaint, by=cast.zheng)
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)
    services.take(complaint, by=cast.he)
    with pytest.raises(NotAllowed):
        services.answer(complaint, "没有问题。", Measure.NONE, by=cast.zheng)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.he)
    with pytest.raises(WrongState):
        services.answer(complaint, "再答一次。", Measure.NONE, by=cast.he)


def test_of_two_who_press_take_one_is_told(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    mine, hers = Complaint.objects.get(), Complaint.objects.get()
    services.take(mine, by=cast.zheng)
    with pytest.raises(WrongState):
        services.take(hers, by=cast.he)
    complaint.refresh_from_db()
    assert complaint.handler == cast.zheng


def test_it_is_referred_up_with_a_reason_and_no_further_than_the_top(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    services.take(complaint, by=cast.zheng)
    with pytest.raises(Invalid):
        services.refer(complaint, " ", by=cast.zheng)
    services.refer(complaint, "涉及省级单位。", by=cast.zheng)
    assert (complaint.state, complaint.desk_id, complaint.handler) == ("referred", SICHUAN, None)
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)
    services.take(complaint, by=cast.he)
    with pytest.raises(services.NothingAbove):
        services.refer(complaint, "再往上。", by=cast.he)


def test_what_is_overdue_rises_to_the_administrators_above(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    today = timezone.localdate()
    assert not selectors.overdue(today).exists()
    with pytest.raises(NotAllowed):
        services.rise(complaint)
    Complaint.objects.update(act_on=today - timedelta(days=1))
    complaint.refresh_from_db()
    assert selectors.is_late(complaint, today)
    assert selectors.waiting_count(cast.zheng, today) == (1, 1)
    with pytest.raises(NotAllowed):
        services.rise(complaint, by=cast.he)
    services.rise(complaint)
    assert (complaint.state, complaint.desk_id, complaint.is_raised) == ("referred", SICHUAN, True)
    assert not selectors.overdue(today).exists()
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)
    assert Entry.objects.latest("position").actor_id is None


def test_at_the_top_it_stays_and_is_shown_as_overdue(cast: Cast) -> None:
    complaint, _key = lodged(cast, region_id=SICHUAN)
    today = timezone.localdate()
    Complaint.objects.update(act_on=today - timedelta(days=1), due_on=today - timedelta(days=1))
    complaint.refresh_from_db()
    services.rise(complaint)
    assert complaint.desk_id == SICHUAN
    assert selectors.is_late(complaint, today)
    assert selectors.waiting_count(cast.he, today) == (1, 1)


def test_an_answer_is_objected_to_once_and_goes_to_the_administrator_above(cast: Cast) -> None:
    complaint, key = lodged(cast)
    services.take(complaint, by=cast.zheng)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.zheng)
    with pytest.raises(NotAllowed):
        services.object_to(complaint, WHY, by=None)
    with pytest.raises(NotAllowed):
        services.object_to(complaint, WHY, by=cast.lin, key="x")
    services.object_to(complaint, WHY, by=None, key=key)
    assert (complaint.state, complaint.desk_id) == ("referred", SICHUAN)
    services.take(complaint, by=cast.he)
    services.answer(complaint, "已下架。", Measure.HIDDEN, by=cast.he)
    with pytest.raises(services.ObjectedAlready):
        services.object_to(complaint, WHY, by=None, key=key)


def test_after_its_days_an_answer_stands(cast: Cast) -> None:
    complaint, key = lodged(cast)
    services.take(complaint, by=cast.zheng)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.zheng)
    Complaint.objects.update(answered_at=timezone.now() - timedelta(days=17))
    complaint.refresh_from_db()
    with pytest.raises(services.ObjectedAlready):
        services.object_to(complaint, WHY, by=None, key=key)


def test_at_the_top_a_second_administrator_decides_if_there_is_one(cast: Cast) -> None:
    complaint, key = lodged(cast, region_id=SICHUAN)
    services.take(complaint, by=cast.he)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.he)
    second = person("erhao", "贰号")
    access.grant(second, Role.ADMINISTRATOR, node(SICHUAN), by=cast.he)
    services.object_to(complaint, WHY, by=None, key=key)
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.he)
    services.take(complaint, by=second)


def test_at_the_top_the_only_administrator_hears_the_objection(cast: Cast) -> None:
    complaint, key = lodged(cast, region_id=SICHUAN)
    services.take(complaint, by=cast.he)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.he)
    services.object_to(complaint, WHY, by=None, key=key)
    services.take(complaint, by=cast.he)


def test_who_complained_takes_it_back(cast: Cast) -> None:
    complaint, key = lodged(cast, by=cast.ji)
    for wrong in (cast.lin, cast.zheng):
        with pytest.raises(NotAllowed):
            services.withdraw(complaint, by=wrong)
    services.withdraw(complaint, by=cast.ji)
    assert complaint.state == "withdrawn"
    with pytest.raises(WrongState):
        services.withdraw(complaint, by=None, key=key)
    assert list(selectors.of_person(cast.ji)) == [complaint]


def test_what_an_erased_handler_had_in_hand_goes_back_to_the_desk(cast: Cast) -> None:
    complaint, _key = lodged(cast)
    services.take(complaint, by=cast.zheng)
    with pytest.raises(NotAllowed):
        services.erase(cast.zheng, by=cast.he)
    services.erase(cast.zheng, by=cast.zheng)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.handler) == ("received", None)
    services.take(complaint, by=cast.he)


def test_a_complaint_outlives_its_author_without_name_or_address(cast: Cast) -> None:
    complaint, key = lodged(cast, by=cast.ji)
    services.take(complaint, by=cast.zheng)
    services.answer(complaint, "没有问题。", Measure.NONE, by=cast.zheng)
    services.object_to(complaint, WHY, by=cast.ji)
    services.erase(cast.ji, by=cast.ji)
    complaint.refresh_from_db()
    assert (complaint.author, complaint.contact, complaint.text) == (None, "", TEXT)
    assert not Step.objects.filter(by=cast.ji).exists()
    assert selectors.by_key(complaint.code, key) == complaint


def test_what_nobody_may_handle_is_told_to_the_operator(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint, _key = lodged(cast, region_id=SICHUAN, persons=frozenset({cast.he.pk}))
    today = timezone.localdate()
    Complaint.objects.update(act_on=today - timedelta(days=1))
    assert selectors.without_hands(today) == [complaint]
    assert cli.main(["tend"]) == 0
    assert "1 complaints wait for somebody who has no part in them" in capsys.readouterr().out
    second = person("erhao", "贰号")
    access.grant(second, Role.ADMINISTRATOR, node(SICHUAN), by=cast.he)
    assert selectors.without_hands(today) == []
    services.take(Complaint.objects.get(), by=second)


def test_the_days_housekeeping_lets_what_is_overdue_rise(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    lodged(cast)
    Complaint.objects.update(act_on=timezone.localdate() - timedelta(days=1))
    for told in ("1 overdue complaints rose", "0 overdue complaints rose"):
        assert cli.main(["tend"]) == 0
        assert told in capsys.readouterr().out
    assert Complaint.objects.get().desk_id == SICHUAN


def test_a_complaint_about_a_case_is_for_those_who_may_see_cases(cast: Cast) -> None:
    complaint, _key = lodged(cast, thing=Thing.CASE, code="C-00000000", path="/cases/C-00000000/")
    assert complaint.is_raised
    with pytest.raises(NotAllowed):
        services.take(complaint, by=cast.zheng)
    services.take(complaint, by=cast.he)
