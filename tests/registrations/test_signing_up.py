"""Grown-ups and children get a place, or are told truthfully why not; what is refused leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import browser
from tests.crew import Crew
from tests.registrations.room import (
    child,
    come,
    crowd,
    drawn_lecture,
    later,
    lecture,
    nothing_changes,
    region,
    run_out,
    states,
    taken,
    told,
)

from keqiao.activities.models import Session
from keqiao.base.errors import Invalid, Missing, Refused
from keqiao.guardians.models import Minor
from keqiao.guardians.services import EnteredAlready
from keqiao.journal.models import Entry
from keqiao.registrations import selectors, services, types
from keqiao.registrations.models import Hold, Registration

pytestmark = pytest.mark.django_db
QUESTION = {
    "key": "q1",
    "text": "要坐班车吗？",
    "kind": "yes_no",
    "choices": [],
    "is_required": True,
    "why": "订车",
}


def refused(session: Session, kind: type[Refused], **wanted: object) -> Refused:
    """Return the refusal of a sign-up by 𠮷田㐂 or by ``by``; nothing is written."""
    with pytest.raises(kind) as refusal:
        nothing_changes(session, lambda: services.sign_up(session, **wanted))()  # type: ignore[arg-type]
    return refusal.value


def test_a_visitor_gets_a_place_and_the_journal_hears_of_it(crew: Crew) -> None:
    session = lecture(crew)
    made = services.sign_up(session, by=crew.cast.ji, own=True)
    assert [one.state for one in made] == ["confirmed"]
    assert made[0].confirmed_at is not None
    assert taken(session) == 1
    entry = Entry.objects.get(action="registration.made")
    assert (entry.actor_id, entry.subject_key) == (crew.cast.ji.pk, made[0].code)
    assert entry.data == {"session": session.code, "confirmed": [made[0].code]}
    assert list(selectors.seated(session)) == made
    assert list(selectors.holders(session)) == [crew.cast.ji]


def test_nobody_signs_up_twice(crew: Crew) -> None:
    session = lecture(crew)
    come(session, crew.cast.ji)
    refused(session, types.AlreadyRegistered, by=crew.cast.ji, own=True)


def test_who_cancelled_may_come_back(crew: Crew) -> None:
    session = lecture(crew)
    services.cancel(come(session, crew.cast.ji)[0], by=crew.cast.ji)
    come(session, crew.cast.ji)
    assert states(session) == ["cancelled", "confirmed"]
    assert taken(session) == 1


def test_a_mother_signs_up_two_children_and_one_waits(crew: Crew) -> None:
    session = lecture(crew, places=1)
    children = (child("阿依·小满"), child("阿依·小禾"))
    refusal = refused(session, types.FewerPlaces, by=crew.ma, minors=children)
    assert "只剩 1 个名额，您要报 2 个" in str(refusal)
    assert not Minor.objects.exists()
    made = services.sign_up(session, by=crew.ma, minors=children, may_split=True)
    assert [(one.minor.name, one.state) for one in made if one.minor] == [
        ("阿依·小满", "confirmed"),
        ("阿依·小禾", "waiting"),
    ]
    assert selectors.positions(made) == {made[1].pk: 1}
    assert "阿依" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_mother_comes_along_with_her_child(crew: Crew) -> None:
    session = lecture(crew)
    made = services.sign_up(session, by=crew.ma, own=True, minors=[child()])
    assert [one.minor is None for one in made] == [True, False]
    assert taken(session) == 2


def test_a_full_session_says_how_many_wait_already(crew: Crew) -> None:
    one, two, three, four = crowd(4)
    session = lecture(crew, places=1, most_waiting=2)
    made = come(session, one, two, three)
    assert states(session) == ["confirmed", "waiting", "waiting"]
    assert [selectors.ahead(waiting) for waiting in made[1:]] == [0, 1]
    assert "2 位在等" in str(refused(session, types.Full, by=four, own=True))
    assert taken(session) == 1


def test_a_full_session_without_a_list_says_so(crew: Crew) -> None:
    one, two = crowd(2)
    session = lecture(crew, places=1, most_waiting=0)
    come(session, one)
    refused(session, types.FullWithoutList, by=two, own=True)


def test_two_for_one_place_without_a_list_are_told_of_the_one(crew: Crew) -> None:
    session = lecture(crew, places=1, most_waiting=0)
    children = [child("阿依·小满"), child("阿依·小禾")]
    refused(session, types.FewerPlacesNoList, by=crew.ma, minors=children, may_split=True)


def test_nothing_is_taken_before_the_hour_nor_after_it(crew: Crew) -> None:
    session = lecture(crew, opens_at=timezone.now() + timedelta(minutes=5))
    opens = timezone.localtime(session.opens_at)
    refusal = refused(session, types.NotOpenYet, by=crew.cast.ji, own=True)
    assert f"{opens:%Y-%m-%d %H:%M}" in str(refusal)
    with pytest.raises(types.NotOpenYet):
        services.hold(session, 1, by=crew.cast.ji)
    later(session, opens_at=-timedelta(days=2), closes_at=-timedelta(seconds=1))
    refused(session, types.Closed, by=crew.cast.ji, own=True)


def test_what_begins_closes(crew: Crew) -> None:
    session = later(lecture(crew), starts_at=-timedelta(minutes=1))
    refused(session, types.Closed, by=crew.cast.ji, own=True)


def test_a_draft_is_no_session_and_a_cancelled_one_says_so(crew: Crew) -> None:
    draft = lecture(crew, activity_state="draft")
    refused(draft, Missing, by=crew.cast.ji, own=True)
    refused(lecture(crew, state="cancelled"), types.Cancelled, by=crew.cast.ji, own=True)
    off = lecture(crew, activity_state="cancelled")
    refused(off, types.Cancelled, by=crew.cast.ji, own=True)


def test_a_session_without_a_number_takes_everybody(crew: Crew) -> None:
    session = lecture(crew, places=None)
    come(session, *crowd(3))
    assert taken(session) == 3
    assert services.hold(session, 1, by=crew.ma) is None


def test_a_child_of_the_wrong_age_is_refused_by_its_number(crew: Crew) -> None:
    session = lecture(crew, least_age=8, most_age=12)
    children = [child("阿依·小满"), child("阿依·小禾", years=5)]
    refusal = refused(session, Invalid, by=crew.ma, minors=children)
    assert isinstance(refusal, Invalid)
    assert [problem.field for problem in refusal.problems] == ["minor_1_born_on"]


def test_without_a_guardians_consent_no_child_is_registered(crew: Crew) -> None:
    session = lecture(crew)
    refusal = refused(session, Refused, by=crew.ma, minors=[child(consents=frozenset())])
    assert "没有监护人" in str(refusal)
    assert not Minor.objects.exists()


def test_a_grown_up_is_not_taken_where_children_are_meant(crew: Crew) -> None:
    session = lecture(crew, least_age=6, most_age=12)
    refusal = refused(session, Invalid, by=crew.cast.ji, own=True)
    assert "请由监护人" in str(refusal)


def test_a_child_is_not_entered_twice(crew: Crew) -> None:
    session = lecture(crew, places=3)
    services.sign_up(session, by=crew.ma, minors=[child()])
    refused(session, types.AlreadyRegistered, by=crew.ma, minors=[child()])
    twins = [child("阿依·小禾"), child("阿依·小禾")]
    refused(session, EnteredAlready, by=crew.ma, minors=twins)


def test_one_person_has_no_more_places_than_a_family_may(crew: Crew) -> None:
    session = lecture(crew, places=9, most_per_family=2)
    services.sign_up(session, by=crew.ma, minors=[child("阿依·小满")])
    more = [child("阿依·小禾"), child("阿依·小雨")]
    refusal = refused(session, types.FamilyLimit, by=crew.ma, minors=more)
    assert "最多报 2 个名额" in str(refusal)
    assert "已有 1 个" in str(refusal)
    six = [child(f"阿依·{number}") for number in range(6)]
    assert "5" in str(refused(lecture(crew, places=9), Invalid, by=crew.ma, minors=six))


def test_a_school_has_no_more_places_than_it_may_however_it_is_written(crew: Crew) -> None:
    session = lecture(crew, places=9, most_per_school=2)
    one, two = child("小满", school="雅安示例Ａ小学"), child("小禾", school="雅安示例a小学 ")
    services.sign_up(session, by=crew.ma, minors=[one])
    both = [two, child("小雨", school="雅安 示例A 小学")]
    assert "还剩 1 个" in str(refused(session, types.SchoolLimit, by=crew.ma, minors=both))
    services.sign_up(session, by=crew.ma, minors=[two])
    services.sign_up(session, by=crew.luo, minors=[child("小雨", school="名山示例小学")])
    assert taken(session) == 3


def test_a_county_has_no_more_places_than_it_may(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=9, most_per_region=1)
    missing = refused(session, Invalid, by=one, own=True)
    assert [problem.field for problem in missing.problems] == ["region"]  # type: ignore[attr-defined]
    come(session, one, region=region("511822"))
    refusal = refused(session, types.RegionLimit, by=two, own=True, region=region("511822"))
    assert "还剩 0 个" in str(refusal)
    come(session, three, region=region("511802"))
    assert taken(session) == 2


def test_the_activitys_own_questions_are_answered(crew: Crew) -> None:
    session = lecture(crew, questions=[QUESTION])
    refusal = refused(session, Invalid, by=crew.cast.ji, own=True)
    assert [problem.field for problem in refusal.problems] == ["answer_q1"]  # type: ignore[attr-defined]
    answers = {"q1": "是", "nobody_asked": "x"}
    assert come(session, crew.cast.ji, answers=answers)[0].answers == {"q1": "是"}


def test_places_are_kept_for_ten_minutes_and_used(crew: Crew) -> None:
    session = lecture(crew, places=2, most_waiting=0)
    kept = services.hold(session, 2, by=crew.ma)
    assert kept is not None
    assert kept.count == 2
    assert taken(session) == 2
    refused(session, types.FullWithoutList, by=crew.cast.ji, own=True)
    children = [child("阿依·小满"), child("阿依·小禾")]
    made = services.sign_up(session, by=crew.ma, minors=children)
    assert [one.state for one in made] == ["confirmed", "confirmed"]
    assert taken(session) == 2
    assert Entry.objects.filter(action__startswith="registration.").count() == 1


def test_what_is_kept_anew_replaces_what_was_kept(crew: Crew) -> None:
    session = lecture(crew, places=5)
    services.hold(session, 3, by=crew.ma)
    services.hold(session, 1, by=crew.ma)
    assert taken(session) == 1
    services.hold(session, 4, by=crew.ma)
    assert taken(session) == 4
    services.sign_up(session, by=crew.ma, minors=[child()])
    assert taken(session) == 1
    services.hold(session, 4, by=crew.luo)
    services.let_go(session, by=crew.luo)
    assert taken(session) == 1


def test_fewer_places_than_wanted_are_kept_as_far_as_they_go(crew: Crew) -> None:
    session = lecture(crew, places=3)
    services.hold(session, 2, by=crew.ma)
    kept = services.hold(session, 2, by=crew.luo)
    assert kept is not None
    assert kept.count == 1
    assert services.hold(session, 1, by=crew.cast.ji) is None


def test_what_was_kept_too_long_is_free_for_the_next(crew: Crew) -> None:
    session = lecture(crew, places=1, most_waiting=0)
    services.hold(session, 1, by=crew.ma)
    run_out(session)
    assert come(session, crew.cast.ji)[0].state == "confirmed"
    refused(session, types.FullWithoutList, by=crew.ma, minors=[child()])


def test_the_clock_frees_what_was_kept_too_long(crew: Crew) -> None:
    session = lecture(crew, places=1)
    services.hold(session, 1, by=crew.ma)
    assert services.lapse(timezone.now()) == 0
    run_out(session)
    assert services.lapse(timezone.now()) == 1
    assert taken(session) == 0
    assert services.lapse(timezone.now()) == 0


@pytest.mark.parametrize("count", [0, -1, 6, 10**9])
def test_a_senseless_number_of_places_is_not_kept(crew: Crew, count: int) -> None:
    with pytest.raises(Invalid):
        services.hold(lecture(crew, places=9), count, by=crew.ma)


def test_a_draw_keeps_no_places(crew: Crew) -> None:
    session = drawn_lecture(crew)
    assert services.hold(session, 1, by=crew.ma) is None
    assert taken(session) == 0


def test_a_flood_is_refused_without_a_write_and_by_few_questions(
    crew: Crew, django_assert_num_queries: object
) -> None:
    one, two = crowd(2)
    session = lecture(crew, places=1, most_waiting=0)
    come(session, one)
    session = Session.objects.select_related("activity__association").get(pk=session.pk)
    with django_assert_num_queries(1), pytest.raises(types.FullWithoutList):  # type: ignore[operator]
        services.sign_up(session, by=two, own=True)


def test_one_registration_is_one_row_and_one_entry(crew: Crew) -> None:
    session = lecture(crew)
    come(session, crew.cast.ji)
    assert Registration.objects.count() == 1
    assert len(told("registration.made")) == 1


def test_who_runs_a_session_is_told_of_a_child_that_two_guardians_may_have_entered(
    crew: Crew,
) -> None:
    session = lecture(crew, places=5)
    twice = [
        services.sign_up(session, minors=[child(name)], by=who)[0]
        for name, who in (("阿依·小满𠮷", crew.ma), ("阿依•小满𠮷 ", crew.luo))
    ]
    services.sign_up(session, minors=[child("阿依·小满𠮷", years=10)], by=crew.cast.ji)
    services.sign_up(session, minors=[child("阿依·小秋")], by=crew.cast.lin)
    assert selectors.alike(session, by=crew.tang) == [twice]
    with pytest.raises(Missing):
        selectors.alike(session, by=crew.ma)
    services.cancel(twice[0], by=crew.ma)
    assert selectors.alike(session, by=crew.tang) == []


@pytest.mark.parametrize(
    "written",
    [
        "雅安示例A\u200b小学",
        "雅安示例A·小学",
        "雅安示例A小学。",
        "雅安示例A小学\ufe00",
        "（雅安）示例A小学",
    ],
)
def test_no_mark_in_the_name_of_a_school_makes_it_another(crew: Crew, written: str) -> None:
    session = lecture(crew, places=9, most_per_school=1)
    services.sign_up(session, by=crew.ma, minors=[child("小满", school="雅安示例A小学")])
    other = [child("小雨", school=written)]
    refused(session, types.SchoolLimit, by=crew.luo, minors=other)
    marks = [child("小禾", school="——"), child("小麦", school="—— ——")]
    refused(session, types.SchoolLimit, by=crew.luo, minors=marks)
    services.sign_up(session, by=crew.luo, minors=[child("小禾", school="——")])


@pytest.mark.parametrize("written", ["阿依 小满", "阿依小满", "阿依•小满", "阿依·小满\ufe00"])
def test_one_guardian_does_not_enter_a_child_twice_however_it_is_written(
    crew: Crew, written: str
) -> None:
    session = lecture(crew, places=9)
    both = [child("阿依·小满"), child(written)]
    refused(session, EnteredAlready, by=crew.ma, minors=both)
    services.sign_up(session, by=crew.ma, minors=[child("阿依·小满")])
    refused(session, types.AlreadyRegistered, by=crew.ma, minors=[child(written)])
    services.sign_up(session, by=crew.ma, minors=[child(written, years=7)])
    assert taken(session) == 2


def test_a_school_that_is_corrected_has_no_more_places_than_it_may(crew: Crew) -> None:
    session = lecture(crew, places=9, most_per_school=1)
    services.sign_up(session, by=crew.ma, minors=[child("小满", school="雅安示例小学")])
    (one,) = services.sign_up(session, by=crew.luo, minors=[child("小雨", school="没有的学校")])
    path = f"/guardians/{one.minor.code}/"  # type: ignore[union-attr]
    born_on = one.minor.born_on.isoformat()  # type: ignore[union-attr]
    entered = {"name": "小雨", "born_on": born_on, "school": "雅安示例小学"}
    page = browser(crew.luo).post(path, entered)
    assert page.status_code == 422
    assert "每所学校最多 1 个名额" in page.content.decode()
    one.minor.refresh_from_db()  # type: ignore[union-attr]
    assert one.minor.school == "没有的学校"  # type: ignore[union-attr]
    for school in ("没有 的学校", "名山示例小学"):
        assert browser(crew.luo).post(path, {**entered, "school": school}).status_code == 302


def test_nobody_keeps_places_for_longer_than_ten_minutes_by_pressing_again(crew: Crew) -> None:
    session = lecture(crew, places=2)
    services.hold(session, 1, by=crew.ma)
    soon = timezone.now() + timedelta(minutes=1)
    Hold.objects.update(until=soon)
    again = services.hold(session, 2, by=crew.ma)
    assert again is not None
    assert (again.count, again.until) == (2, soon)
    (waits,) = come(session, crew.cast.ji)
    assert waits.state == "waiting"
    run_out(session)
    kept = services.hold(session, 2, by=crew.ma)
    waits.refresh_from_db()
    assert waits.state == "offered"
    assert kept is not None
    assert kept.count == 1
    assert taken(session) == 2
