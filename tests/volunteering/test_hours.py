"""Hours: recorded by one, checked by a second, corrected by a new entry; nothing counts before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.volunteering.field import THREE_HOURS, worked
from tests.volunteering.test_teams import last

from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.states import WrongState
from keqiao.engine import lots
from keqiao.journal.models import Entry
from keqiao.proofs import selectors as proofs
from keqiao.proofs.models import Proof
from keqiao.volunteering import counted, hours, projects
from keqiao.volunteering.models import Draw, Hours, Wish
from keqiao.volunteering.types import Finding

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew)


def minutes(field: fields.Field, name: str = "ji") -> int:
    return counted.minutes(counted.counting(field.crew.person(name)))


def proved(field: fields.Field) -> Proof:
    since = TODAY() - dt.timedelta(days=30)
    return hours.prove(field.crew.node, since, TODAY(), by=field.crew.cast.ji)


def test_hours_count_when_a_second_person_has_checked_them(field: fields.Field) -> None:
    made = field.record(field.crew.cast.ji)
    assert (made.minutes, made.state, minutes(field)) == (THREE_HOURS, "recorded", 0)
    hours.check(made, by=field.crew.luo)
    assert (made.state, made.checked_by, minutes(field)) == (
        "checked",
        field.crew.luo,
        THREE_HOURS,
    )
    assert list(Entry.objects.order_by("-position").values_list("action", flat=True)[:2]) == [
        "hours.checked",
        "hours.recorded",
    ]


@pytest.mark.parametrize("name", ["qin", "ji", "gu", "sun", "lin"])
def test_neither_the_recorder_nor_the_volunteer_nor_a_stranger_checks(
    field: fields.Field, name: str
) -> None:
    made, who = field.record(field.crew.cast.ji), field.crew.person(name)
    with pytest.raises(NotAllowed):
        hours.check(made, by=who)
    with pytest.raises(NotAllowed):
        hours.return_(made, "不对", by=who)
    assert minutes(field) == 0


def test_a_leader_who_volunteers_neither_records_nor_checks_the_own_hours(
    field: fields.Field,
) -> None:
    crew = field.crew
    shift = fields.shift(field)
    field.sign_up(crew.luo, shift)
    fields.over(shift)
    with pytest.raises(NotAllowed):
        hours.record(shift, crew.luo, worked(shift), by=crew.luo)
    made = hours.record(shift, crew.luo, worked(shift), by=crew.qin)
    with pytest.raises(NotAllowed):
        hours.check(made, by=crew.luo)
    hours.check(made, by=crew.tang)
    assert minutes(field, "luo") == THREE_HOURS


def test_the_database_itself_refuses_one_person_in_two_parts(field: fields.Field) -> None:
    made = field.record(field.crew.cast.ji)
    rows = Hours.objects.filter(pk=made.pk)
    for wrong in (field.crew.qin, field.crew.cast.ji):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(checked_by=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(recorded_by=field.crew.cast.ji)


def test_hours_are_recorded_for_who_had_a_place(field: fields.Field) -> None:
    with pytest.raises(hours.NotThere):
        field.record(field.crew.cast.lin)
    with pytest.raises(NotAllowed):
        hours.record(field.shift, field.crew.cast.ji, worked(field.shift), by=field.crew.cast.gu)


def test_what_passes_the_span_of_the_shift_needs_a_reason(field: fields.Field) -> None:
    longer = field.shift.ends_at + 30 * MINUTE
    with pytest.raises(Invalid) as refusal:
        field.record(field.crew.cast.ji, ends_at=longer)
    assert [one.field for one in refusal.value.problems] == ["reason"]
    made = field.record(field.crew.cast.ji, ends_at=longer, reason="收拾展具到十二点半")
    assert (made.minutes, made.reason) == (THREE_HOURS + 30, "收拾展具到十二点半")


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": None},
        {"minutes": THREE_HOURS + 1},
        {"minutes": -1},
        {"ends_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC), "reason": "会来"},
        {"starts_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)},
        {"work": "\x00"},
        {"reason": "因" * 301},
    ],
)
def test_wrong_hours_are_refused_whole(field: fields.Field, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        field.record(field.crew.cast.ji, **changes)
    assert not Hours.objects.exists()


def test_fewer_minutes_than_the_span_are_right(field: fields.Field) -> None:
    assert field.record(field.crew.cast.ji, minutes=100).minutes == 100


def test_the_same_time_twice_needs_a_reason_and_is_marked(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    field.checked(ji)
    other = fields.shift(field)
    field.sign_up(ji, other)
    fields.over(other)
    with pytest.raises(Invalid) as refusal:
        field.record(ji, other)
    assert [one.field for one in refusal.value.problems] == ["reason"]
    made = field.record(ji, other, reason="两个班次在同一处，同时照看")
    assert made.is_overlapping
    assert not Hours.objects.exclude(pk=made.pk).get().is_overlapping


def test_a_span_that_only_touches_another_is_no_overlap(field: fields.Field) -> None:
    ji, middle = field.crew.cast.ji, field.shift.starts_at + 90 * MINUTE
    field.record(ji, ends_at=middle)
    assert not field.record(ji, starts_at=middle).is_overlapping


def test_what_is_sent_back_never_counts(field: fields.Field) -> None:
    made = field.record(field.crew.cast.ji)
    hours.return_(made, "少记了半小时", by=field.crew.luo)
    assert (made.state, made.note, last()) == ("returned", "少记了半小时", "hours.returned")
    with pytest.raises(WrongState):
        hours.check(made, by=field.crew.tang)
    again = field.record(field.crew.cast.ji)
    assert not again.is_overlapping


def test_a_correction_counts_in_the_place_of_the_old_one_once_it_is_checked(
    field: fields.Field,
) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji)
    new = hours.correct(old, worked(field.shift, minutes=120, reason="中间离开一小时"), by=crew.qin)
    assert minutes(field) == THREE_HOURS  # the old one counts until the new one is checked
    with pytest.raises(hours.CorrectedAlready):
        hours.correct(old, worked(field.shift, minutes=60, reason="再改"), by=crew.tang)
    hours.check(new, by=crew.luo)
    old.refresh_from_db()
    assert (old.state, old.minutes, minutes(field)) == ("replaced", THREE_HOURS, 120)
    assert [one.code for one in counted.chain(new)] == [old.code, new.code]
    with pytest.raises(hours.CorrectedAlready):
        hours.correct(old, worked(field.shift, minutes=60, reason="再改"), by=crew.qin)


def test_a_correction_says_why_and_may_be_of_nothing(field: fields.Field) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji)
    with pytest.raises(Invalid) as refusal:
        hours.correct(old, worked(field.shift, minutes=0), by=crew.qin)
    assert [one.field for one in refusal.value.problems] == ["reason"]
    hours.check(
        hours.correct(old, worked(field.shift, minutes=0, reason="当天没有来"), by=crew.qin),
        by=crew.luo,
    )
    assert minutes(field) == 0


def test_a_correction_that_is_sent_back_leaves_the_old_one(field: fields.Field) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji)
    new = hours.correct(old, worked(field.shift, minutes=60, reason="算错"), by=crew.qin)
    hours.return_(new, "签到表上是三小时", by=crew.luo)
    assert minutes(field) == THREE_HOURS
    assert hours.correct(old, worked(field.shift, minutes=90, reason="重算"), by=crew.qin)


def test_a_volunteer_asks_for_a_correction_and_it_is_answered_by_one(field: fields.Field) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji, minutes=60)
    wish = hours.wish(field.shift, "整场都在，少记了两小时", hours=old, by=crew.cast.ji)
    assert (wish.due_on, last()) == (TODAY() + dt.timedelta(days=10), "hours.wished")
    with pytest.raises(hours.WishWaits):
        hours.wish(field.shift, "再说一次", by=crew.cast.ji)
    new = hours.correct(old, worked(field.shift, reason="签到表为准"), by=crew.qin)
    wish.refresh_from_db()
    assert (wish.correction, wish.answered_by, last()) == (new, crew.qin, "hours.answered")


def test_a_volunteer_asks_for_what_is_missing(field: fields.Field) -> None:
    crew = field.crew
    wish = hours.wish(field.shift, "那天我在，没有记", by=crew.cast.ji)
    made = field.record(crew.cast.ji)
    wish.refresh_from_db()
    assert wish.correction == made


def test_a_wish_is_declined_with_a_reason_by_who_runs_the_shift(field: fields.Field) -> None:
    crew = field.crew
    wish = hours.wish(field.shift, "少记了", by=crew.cast.ji)
    for name in ("ji", "gu", "sun"):
        with pytest.raises(NotAllowed):
            hours.decline(wish, "不改", by=crew.person(name))
    with pytest.raises(Invalid):
        hours.decline(wish, " ", by=crew.qin)
    hours.decline(wish, "签到表上只有一小时", by=crew.qin)
    assert (wish.answer, wish.answered_by) == ("签到表上只有一小时", crew.qin)
    with pytest.raises(WrongState):
        hours.decline(wish, "再答", by=crew.qin)


def test_nobody_wishes_for_the_hours_of_others(field: fields.Field) -> None:
    old = field.checked(field.crew.cast.ji)
    with pytest.raises(NotAllowed):
        hours.wish(field.shift, "给我", hours=old, by=field.crew.cast.gu)
    with pytest.raises(NotAllowed):
        hours.wish(field.shift, "给我", by=field.crew.cast.lin)
    assert not Wish.objects.exists()


def test_a_wish_that_nobody_answers_is_found_after_its_day(field: fields.Field) -> None:
    wish = hours.wish(field.shift, "少记了", by=field.crew.cast.ji)
    assert not counted.overdue(wish.due_on).exists()
    assert counted.overdue(wish.due_on + dt.timedelta(days=1)).get() == wish


def test_a_volunteer_proves_what_counts(field: fields.Field) -> None:
    crew = field.crew
    field.checked(crew.cast.ji)
    field.checked(crew.cast.gu)
    proof = proved(field)
    assert (proof.association, proof.holder) == (crew.node, crew.cast.ji)
    day = f"{timezone.localtime(field.shift.starts_at):%Y-%m-%d}"
    work = "在村里讲解稻田病虫害，帮农户辨认病叶。"
    row = [day, "惠民兴县示例项目", work, "种粮农户", "示例村文化站", "3 小时"]
    assert proof.content["rows"] == [row]
    assert ["服务时长合计", "3 小时"] in proof.content["lines"]
    assert proofs.is_of(proof, "𠮷田㐂")
    assert "𠮷田㐂" not in str(proof.content)
    assert proofs.is_unchanged(proof)


def test_nothing_is_proved_that_was_not_checked(field: fields.Field) -> None:
    field.record(field.crew.cast.ji)
    with pytest.raises(hours.NothingCounts):
        proved(field)
    with pytest.raises(Invalid):
        hours.prove(field.crew.node, TODAY(), None, by=field.crew.cast.ji)
    with pytest.raises(Invalid):
        hours.prove(field.crew.node, TODAY(), TODAY() - dt.timedelta(days=1), by=field.crew.cast.ji)
    assert not Proof.objects.exists()


def test_a_correction_voids_the_proofs_that_rested_on_the_old_entry(field: fields.Field) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji)
    field.checked(crew.cast.gu)
    proof = proved(field)
    other = hours.prove(crew.node, TODAY() - dt.timedelta(days=9), TODAY(), by=crew.cast.gu)
    new = hours.correct(old, worked(field.shift, minutes=60, reason="算错"), by=crew.qin)
    proof.refresh_from_db()
    assert proof.voided_at is None
    hours.check(new, by=crew.luo)
    proof.refresh_from_db()
    other.refresh_from_db()
    assert proof.void_why == f"时长记录 {old.code} 已更正"
    assert other.voided_at is None
    assert proved(field).content["rows"][0][-1] == "1 小时"


def test_a_spot_check_draws_again_what_its_seed_says(field: fields.Field) -> None:
    crew = field.crew
    field.checked(crew.cast.ji), field.checked(crew.cast.gu)
    month = timezone.localdate(field.shift.starts_at)
    drawn = hours.draw(crew.node, month, 1, by=crew.cast.he)
    among = list(counted.of_month(crew.node, drawn.month_on).values_list("code", flat=True))
    assert (drawn.among_count, len(among), len(drawn.seed)) == (2, 2, 64)
    (sample,) = drawn.samples.all()
    first = lots.order(drawn.seed, lots.sealed([one] for one in among))[0]
    assert sample.hours.code == first
    assert Entry.objects.get(action="hours.drawn").data["seed"] == drawn.seed


def test_an_administrator_finds_and_a_wrong_entry_is_to_be_corrected(field: fields.Field) -> None:
    crew = field.crew
    old = field.checked(crew.cast.ji)
    month = timezone.localdate(field.shift.starts_at)
    sample = hours.draw(crew.node, month, 5, by=crew.cast.he).samples.get()
    for name in ("ji", "qin", "tang", "luo", "sun"):
        with pytest.raises(NotAllowed):
            hours.find(sample, Finding.CONFIRMED, "", by=crew.person(name))
    with pytest.raises(Invalid):
        hours.find(sample, Finding.WRONG, " ", by=crew.cast.he)
    hours.find(sample, Finding.WRONG, "电话核实：只来了一小时", by=crew.cast.he)
    assert (sample.finding, last()) == ("wrong", "hours.spot_checked")
    wish = Wish.objects.get()
    assert (wish.hours, wish.person, wish.asked_by) == (old, crew.cast.ji, crew.cast.he)
    with pytest.raises(WrongState):
        hours.find(sample, Finding.CONFIRMED, "", by=crew.cast.he)


@pytest.mark.parametrize("name", ["tang", "qin", "wu", "sun", "ji"])
def test_only_administrators_draw(field: fields.Field, name: str) -> None:
    field.checked(field.crew.cast.ji)
    with pytest.raises(NotAllowed):
        hours.draw(field.crew.node, TODAY(), 1, by=field.crew.person(name))
    assert not Draw.objects.exists()


def test_a_month_without_checked_hours_draws_nothing(field: fields.Field) -> None:
    with pytest.raises(hours.NothingToDraw):
        hours.draw(field.crew.node, dt.date(2020, 2, 3), 1, by=field.crew.cast.he)
    for month, count in ((None, 1), (dt.date(2999, 1, 1), 1), (TODAY(), 0), (TODAY(), 51)):
        with pytest.raises(Invalid):
            hours.draw(field.crew.node, month, count, by=field.crew.cast.he)


def test_nobody_has_hours_in_a_shift_that_was_cancelled(field: fields.Field) -> None:
    projects.cancel_shift(field.shift, "下雨", by=field.crew.qin)
    with pytest.raises(hours.Cancelled):
        field.record(field.crew.cast.ji)
    assert not Hours.objects.exists()
