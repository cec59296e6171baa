"""唐果 drafts, publishes, changes, calls off and copies activities; others see what they may."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.activities.made import content, draft, published, session_content, with_session
from tests.cast import DEYANG, SICHUAN, person
from tests.crew import Crew, at

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.activities import policies, selectors, services
from keqiao.activities.models import Activity, Session
from keqiao.activities.types import Leader, Question, QuestionKind
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def actions(kind: str) -> list[str]:
    rows = Entry.objects.filter(subject_kind=kind).order_by("position")
    return list(rows.values_list("action", flat=True))


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {problem.field for problem in refusal.value.problems}


def test_an_organiser_drafts_and_publishes_and_then_everybody_sees(crew: Crew) -> None:
    activity = draft(crew)
    session = with_session(crew, activity)
    for who in (ANYBODY, crew.ma, crew.qin, crew.cast.sun, crew.cast.wu):
        with pytest.raises(Missing):
            selectors.get(activity.code, by=who)
        with pytest.raises(Missing):
            selectors.session(session.code, by=who)
    assert selectors.get(activity.code, by=crew.cast.he) == activity
    services.publish(activity, by=crew.tang)
    assert selectors.get(activity.code, by=ANYBODY).state == "open"
    assert [one.code for one in selectors.public()] == [activity.code]
    assert actions("activity") == [
        "activity.drafted", "activity.sessions_added", "activity.published",
    ]  # fmt: skip


def test_who_organises_for_a_node(crew: Crew) -> None:
    other = Association.objects.get(code=f"A-{DEYANG}")
    top = Association.objects.get(code=f"A-{SICHUAN}")
    values = {"code": "A-S1", "name": "四川省示例学会", "kind": "society", "region_id": SICHUAN}
    society = Association.objects.add_child(top, values)
    own = person("xiechang", "谢长")
    access.grant(own, Role.ORGANISER, society, by=crew.cast.he)
    for who, may in (
        (crew.tang, {crew.node}),
        (crew.cast.he, {crew.node, other, top, society}),
        (own, {society}),
        (crew.cast.wu, set()),
        (crew.qin, set()),
        (ANYBODY, set()),
    ):
        nodes = [crew.node, other, top, society]
        assert {one for one in nodes if policies.may_organise(who, one)} == may, who
        assert set(selectors.nodes(who)) == may, who
    for node in (other, top, society):
        with pytest.raises(NotAllowed):
            services.draft(node, content(), by=crew.tang)
    access.end(own.grants.get(), by=crew.cast.he)
    assert not policies.may_organise(own, society)


def test_all_that_is_wrong_is_told_at_once(crew: Crew) -> None:
    odd = content(
        title="",
        kind="party",
        least_age=12,
        most_age=9,
        retention_days=0,
        themes=("一",) * 2 + tuple("二三四五六七"),
        questions=(
            Question("喜欢什么", kind=QuestionKind.ONE_OF.value, choices=("甲",)),
            Question("", why="没有问题"),
        ),
    )
    with pytest.raises(Invalid) as refusal:
        services.draft(crew.node, odd, by=crew.tang)
    assert fields(refusal) == {
        "title", "kind", "most_age", "retention_days", "themes", "question_1_why", "question_1_choices",
        "question_2_text",
    }  # fmt: skip
    assert not Activity.objects.exists()


@pytest.mark.parametrize("bad", ["甲\x00乙", "甲\u202e乙", "甲" * 81, "\ud800"])
def test_a_title_that_cannot_be_kept_is_refused(crew: Crew, bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(crew, title=bad)
    assert fields(refusal) == {"title"}


def test_rare_and_traditional_characters_stay_as_written(crew: Crew) -> None:
    activity = draft(crew, title="探秘三星堆：𠮷㐂與ＡＩ", themes=("ＡＩ", "歷史"))
    activity.refresh_from_db()
    assert activity.title == "探秘三星堆：𠮷㐂與ＡＩ"
    assert [one.name for one in activity.themes.order_by("pk")] == ["ＡＩ", "歷史"]


def test_questions_keep_their_keys_when_they_are_written_anew(crew: Crew) -> None:
    activity = draft(crew)
    [kept] = activity.questions
    asked = Question(kept["text"], kind=kept["kind"], why="订餐", key=kept["key"])
    first = Question("会游泳吗", why="营地在水边", key="made-up")
    services.change(activity, content(questions=(first, asked)), by=crew.tang)
    assert [(one["key"], one["text"]) for one in activity.questions] == [
        ("q2", "会游泳吗"),
        ("q1", "要素食吗"),
    ]
    assert activity.questions[1]["why"] == "订餐"


def test_a_page_that_is_old_changes_nothing(crew: Crew) -> None:
    activity = draft(crew)
    services.change(activity, content(title="新名字"), by=crew.tang, revision=1)
    assert (activity.title, activity.revision) == ("新名字", 2)
    with pytest.raises(services.ChangedMeanwhile):
        services.change(activity, content(title="旧页面"), by=crew.tang, revision=1)
    with pytest.raises(services.ChangedMeanwhile):
        services.add_sessions(activity, session_content(), by=crew.tang, revision=1)
    with pytest.raises(NotAllowed):
        services.change(activity, content(), by=crew.qin)
    activity.refresh_from_db()
    assert (activity.title, Session.objects.count()) == ("新名字", 0)


def test_nothing_is_published_without_words_and_a_session_to_come(crew: Crew) -> None:
    activity = draft(crew, about="")
    with_session(crew, activity, -3)
    with pytest.raises(Invalid) as refusal:
        services.publish(activity, by=crew.tang)
    assert fields(refusal) == {"about", "sessions"}
    assert activity.state == "draft"
    assert "activity.published" not in actions("activity")


def test_an_activity_is_called_off_with_its_sessions_to_come(crew: Crew) -> None:
    activity = draft(crew)
    over, coming = with_session(crew, activity, -3), with_session(crew, activity)
    services.publish(activity, by=crew.tang)
    with pytest.raises(Invalid):
        services.cancel(activity, "  ", by=crew.tang)
    services.cancel(activity, "场馆停电", by=crew.tang)
    over.refresh_from_db()
    coming.refresh_from_db()
    assert (over.state, coming.state, coming.sequence) == ("planned", "cancelled", 1)
    assert coming.cancelled_why == "场馆停电"
    assert selectors.get(activity.code, by=ANYBODY).cancelled_why == "场馆停电"
    assert list(selectors.public()) == []
    entry = Entry.objects.get(action="activity.cancelled")
    assert entry.data == {"sessions": [coming.code], "why": "场馆停电"}
    for again in (
        lambda: services.cancel(activity, "再来", by=crew.tang),
        lambda: services.change(activity, content(), by=crew.tang),
        lambda: services.publish(activity, by=crew.tang),
        lambda: services.add_sessions(activity, session_content(), by=crew.tang),
    ):
        with pytest.raises((WrongState, Invalid)):
            again()


def test_a_draft_that_is_called_off_was_never_seen(crew: Crew) -> None:
    activity = draft(crew)
    services.cancel(activity, "不办了", by=crew.tang)
    with pytest.raises(Missing):
        selectors.get(activity.code, by=ANYBODY)
    assert selectors.get(activity.code, by=crew.tang).state == "cancelled"


def test_last_years_activity_is_copied_with_its_week_days(crew: Crew) -> None:
    activity = draft(crew)
    leader = Leader(crew.qin.email, crew.qin.name)
    first = with_session(crew, activity, 5, leader=leader, opens_at=at(1), closes_at=at(4, 20))
    midnight = with_session(crew, activity, 6, starts_at=at(6, 20), ends_at=at(7, 8))
    off = with_session(crew, activity, 8)
    services.publish(activity, by=crew.tang)
    services.cancel_session(off, "雨", by=crew.tang)
    with transaction.atomic():
        assert services.take_places(first, 3)
    services.attach(activity, BytesIO(b"a,b"), name="表.csv", size=3, most_mib=1, by=crew.tang)
    made = services.copy(activity, by=crew.tang)
    assert (made.state, made.copied_from, made.published_at) == ("draft", activity, None)
    assert made.questions == activity.questions
    assert {one.name for one in made.themes.all()} == {"机器人", "编程"}
    copied = selectors.sessions(made)
    assert len(copied) == 2
    for old, new in zip((first, midnight), copied, strict=True):
        later = new.starts_at - old.starts_at
        assert later.days % 7 == 0
        assert abs(later - timedelta(days=365)) <= timedelta(days=4)
        assert new.ends_at - new.starts_at == old.ends_at - old.starts_at
        assert (new.taken, new.sequence, new.place) == (0, 0, old.place)
        was, now = timezone.localtime(old.starts_at), timezone.localtime(new.starts_at)
        assert (was.weekday(), was.time()) == (now.weekday(), now.time())
    assert copied[0].leader == crew.qin
    assert copied[0].closes_at is not None
    assert first.closes_at is not None
    assert (copied[0].closes_at - first.closes_at).days % 7 == 0
    assert made.documents.count() == 0
    assert Entry.objects.get(action="activity.copied").data["copied"] == activity.code
    with pytest.raises(NotAllowed):
        services.copy(activity, by=crew.qin)


def test_what_is_years_old_is_copied_into_the_future(crew: Crew) -> None:
    activity = draft(crew)
    old = with_session(crew, activity, -900)
    [new] = selectors.sessions(services.copy(activity, by=crew.tang))
    assert new.starts_at > timezone.now()
    assert (new.starts_at - old.starts_at).days % 7 == 0


def test_files_are_for_everybody_who_sees_the_activity(crew: Crew) -> None:
    activity = draft(crew)
    kept = services.attach(
        activity, BytesIO(b"%PDF-1.7 x"), name="日程.pdf", size=10, most_mib=1, by=crew.tang
    )
    assert [one.name for one in selectors.documents(activity)] == ["日程.pdf"]
    with pytest.raises(Invalid):
        services.attach(activity, BytesIO(b"MZ"), name="a.exe", size=2, most_mib=1, by=crew.tang)
    with pytest.raises(NotAllowed):
        services.attach(activity, BytesIO(b"a"), name="a.txt", size=1, most_mib=1, by=crew.qin)
    with pytest.raises(NotAllowed):
        services.detach(kept, by=crew.qin)
    services.detach(kept, by=crew.tang)
    with pytest.raises(Missing):
        services.detach(kept, by=crew.tang)
    assert actions("activity")[-2:] == ["activity.file_added", "activity.file_removed"]


def test_a_series_gathers_what_is_published(crew: Crew) -> None:
    series = services.make_series(crew.node, "玩转科学", "暑期公益夏令营", by=crew.tang)
    activity = draft(crew, series=series.code)
    with pytest.raises(Missing):
        selectors.series(series.code, by=ANYBODY)
    with_session(crew, activity)
    services.publish(activity, by=crew.tang)
    assert selectors.series(series.code, by=ANYBODY) == series
    assert [one.code for one in selectors.of_series(series)] == [activity.code]
    services.change_series(series, "玩转科学二", "", by=crew.tang)
    assert actions("series") == ["series.made", "series.changed"]
    for refused in ("X-NOSUCH00", "x\x00"):
        with pytest.raises(Invalid):
            draft(crew, series=refused)
    with pytest.raises(NotAllowed):
        services.change_series(series, "别的", "", by=crew.qin)


def test_the_database_oversells_nothing_whoever_asks(crew: Crew) -> None:
    session = published(crew, places=2)
    with transaction.atomic():
        assert services.take_places(session, 2)
        assert not services.take_places(session, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(taken=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(ends_at=session.starts_at)
