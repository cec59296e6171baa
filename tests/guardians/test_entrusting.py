"""A guardian enters a child for a session, and is refused what must not be kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.crew import Crew
from tests.guardians.camp import (
    MARKS,
    NAME,
    NEEDED,
    NOTE,
    PHONE,
    SCHOOL,
    born,
    camp,
    child,
    entrust,
)

from keqiao.activities.models import Activity
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.guardians import intake, policies, selectors, services
from keqiao.guardians.intake import ConsentNeeded
from keqiao.guardians.models import Consent, Deletion, Minor
from keqiao.guardians.types import Entered, Field, Guardian, Purpose, Why
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db
TAKING_PART = frozenset({Purpose.TAKING_PART})


def wrong(crew: Crew, **changes: object) -> set[str]:
    """Return the fields that are refused; nothing is kept then."""
    session = camp(crew)
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        entrust(crew, session, **changes)
    assert not Minor.objects.filter(session=session).exists()
    assert Entry.objects.count() == before
    return {problem.field for problem in refusal.value.problems}


def test_a_guardian_enters_a_child_with_every_consent(crew: Crew) -> None:
    session = camp(crew)
    minor = entrust(crew, session)
    minor.refresh_from_db()
    assert (minor.name, minor.health_note, minor.emergency_phone) == (NAME, NOTE, PHONE)
    assert minor.guardian == crew.ma
    assert minor.kept_days == 30
    assert minor.delete_on == timezone.localdate(session.ends_at) + dt.timedelta(days=31)
    given = Consent.objects.filter(minor=minor)
    assert {one.purpose for one in given} == set(Purpose)
    assert all(one.given_by == crew.ma for one in given)
    entry = Entry.objects.get(action="minor.entrusted")
    assert (entry.subject_key, entry.actor_id) == (minor.code, crew.ma.pk)
    assert not any(mark in str(entry.data) for mark in MARKS)


def test_the_sentence_that_was_shown_is_kept_word_for_word(crew: Crew) -> None:
    session = camp(crew)
    minor = entrust(crew, session)
    for one in Consent.objects.filter(minor=minor):
        assert one.shown == selectors.consent_text(session, Purpose(one.purpose))
    shown = selectors.consent_text(session, Purpose.HEALTH)
    for part in ("雅安市科协", "雨城女孩科学营", NEEDED["health"], "30 天", "场次负责人", "撤回"):
        assert part in shown
    assert NEEDED["school"] in selectors.consent_text(session, Purpose.TAKING_PART)


def test_without_consent_to_taking_part_nothing_is_kept(crew: Crew) -> None:
    session = camp(crew)
    with pytest.raises(intake.ConsentNeeded, match="同意"):
        entrust(crew, session, consents=frozenset({Purpose.HEALTH, Purpose.EMERGENCY}))
    assert not Minor.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("missing", "field"),
    [(Purpose.HEALTH, "health_note"), (Purpose.EMERGENCY, "emergency_name")],
)
def test_what_needs_a_consent_of_its_own_is_not_kept_without(
    crew: Crew, missing: Purpose, field: str
) -> None:
    assert wrong(crew, consents=frozenset(Purpose) - {missing}) == {field}


def test_optional_fields_left_empty_leave_no_consent_behind(crew: Crew) -> None:
    minor = entrust(crew, camp(crew), health_note=" ", emergency_name="", emergency_phone="")
    assert selectors.live_purposes(minor) == {Purpose.TAKING_PART, Purpose.PHOTOGRAPHS}


def test_a_field_that_the_activity_does_not_need_is_not_kept(crew: Crew) -> None:
    session = camp(crew, minor_fields={}, questions=[])
    assert policies.asked(session) == {}
    assert selectors.purposes(session) == [Purpose.TAKING_PART, Purpose.PHOTOGRAPHS]
    minor = entrust(crew, session)
    assert selectors.held_fields(minor) == ["name", "born_on"]
    assert selectors.live_purposes(minor) == {Purpose.TAKING_PART, Purpose.PHOTOGRAPHS}


def test_a_limit_for_schools_asks_for_the_school_and_says_so(crew: Crew) -> None:
    session = camp(crew, minor_fields={})
    session.most_per_school = 5
    assert policies.asked(session) == {Field.SCHOOL: policies.SCHOOL_LIMIT}


def test_what_is_needed_must_be_there(crew: Crew) -> None:
    empty = {"name": "", "school": "　", "grade": "\u200b", "born_on": None}
    assert wrong(crew, **empty) == set(empty)


def test_ages_are_those_of_the_day_of_the_session(crew: Crew) -> None:
    session = camp(crew)
    assert entrust(crew, session, born_on=born(8, session)).pk
    assert entrust(crew, session, name="小秋", born_on=born(15, session, days=1)).pk
    assert wrong(crew, born_on=born(8, session, days=1)) == {"born_on"}
    assert wrong(crew, born_on=born(15, session)) == {"born_on"}


def test_who_is_of_age_signs_up_for_themselves(crew: Crew) -> None:
    session = camp(crew, least_age=None, most_age=None)
    with pytest.raises(Invalid, match="本人"):
        entrust(crew, session, born_on=born(18, session))
    assert entrust(crew, session, born_on=born(18, session, days=1)).pk
    with pytest.raises(Invalid, match="出生日期"):
        entrust(crew, session, born_on=timezone.localdate() + dt.timedelta(days=1))


def test_a_child_of_the_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    born_on = dt.date(2016, 2, 29)
    assert intake.age_on(born_on, dt.date(2026, 2, 28)) == 9
    assert intake.age_on(born_on, dt.date(2026, 3, 1)) == 10


def test_a_child_is_entered_once_for_a_session(crew: Crew) -> None:
    session = camp(crew)
    entrust(crew, session)
    with pytest.raises(services.EnteredAlready):
        entrust(crew, session)
    assert Minor.objects.count() == 1
    assert entrust(crew, camp(crew)).pk


@pytest.mark.parametrize("phone", ["１３９-００００-７７８８", "+86 139 0000 7788"])
def test_telephones_are_kept_in_plain_digits(crew: Crew, phone: str) -> None:
    minor = entrust(crew, camp(crew), emergency_phone=phone)
    assert minor.emergency_phone.isascii()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "小\x00满"),
        ("name", "满" * 61),
        ("school", "校" * 81),
        ("emergency_phone", "=1+1"),
        ("emergency_phone", "不告诉你"),
        ("emergency_phone", "1" * 5000),
        ("emergency_phone", ""),
        ("health_note", "\u202e过敏"),
        ("health_note", "敏" * 1001),
    ],
)
def test_hostile_words_are_refused_beside_their_field(crew: Crew, field: str, value: str) -> None:
    assert wrong(crew, **{field: value}) == {field}


def test_answers_are_to_the_questions_that_were_asked(crew: Crew) -> None:
    choice = {
        "key": "tee",
        "text": "衣服",
        "kind": "choice",
        "choices": ["小", "大"],
        "is_required": True,
    }
    session = camp(crew, questions=[{**choice, "why": "订衣服"}])
    minor = entrust(crew, session, answers={"tee": "小", "secret": "不该留"})
    assert minor.answers == {"tee": "小"}
    for answer in ("", "中"):
        with pytest.raises(Invalid):
            entrust(crew, session, name="小秋", answers={"tee": answer})


def test_a_guardian_without_a_log_in_gives_name_and_telephone(crew: Crew) -> None:
    session = camp(crew)
    with transaction.atomic():
        made = services.entrust(session, child(), by=None, guardian=Guardian("马兰", PHONE))
    assert (made.guardian, made.guardian_name, made.guardian_phone) == (None, "马兰", PHONE)
    assert set(Consent.objects.values_list("given_by", flat=True)) == {None}
    for nobody in (Guardian("", PHONE), Guardian("马兰", "")):
        with pytest.raises(Invalid), transaction.atomic():
            services.entrust(session, child(), by=None, guardian=nobody)
    with pytest.raises(NotAllowed), transaction.atomic():
        services.entrust(session, child(), by=None)


def test_no_row_and_no_value_prints_what_it_holds(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    printed = f"{minor} {minor!r} {Consent.objects.all()!r} {child()!r} {Guardian('马兰', PHONE)!r}"
    assert not any(mark in printed for mark in (*MARKS, "马兰"))
    assert minor.code in printed


def test_the_database_keeps_a_deleted_row_empty(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    with pytest.raises(IntegrityError), transaction.atomic():
        Minor.objects.filter(pk=minor.pk).update(deleted_at=timezone.now())


def test_a_guardian_corrects_a_field_and_need_not_consent_again(crew: Crew) -> None:
    minor = entrust(crew, camp(crew), health_note="")
    assert Purpose.HEALTH not in selectors.live_purposes(minor)
    changed = services.correct(
        minor, child(school="新学校", health_note="", consents=frozenset()), by=crew.ma
    )
    assert changed.school == "新学校"
    assert Entry.objects.get(action="minor.corrected").data["fields"] == ["school"]
    with pytest.raises(Invalid):
        services.correct(minor, child(consents=frozenset()), by=crew.ma)  # a note needs its own
    services.correct(minor, child(consents=frozenset({Purpose.HEALTH})), by=crew.ma)
    assert selectors.live_purposes(minor) == set(Purpose)


def test_what_an_activity_asks_anew_is_kept_only_by_a_new_consent(crew: Crew) -> None:
    session = camp(crew, minor_fields={"health": NEEDED["health"]})
    minor = entrust(crew, session, health_note="")
    Activity.objects.update(minor_fields=NEEDED)
    minor.session.activity.refresh_from_db()
    added = child(health_note="", emergency_name="", emergency_phone="", consents=frozenset())
    with pytest.raises(ConsentNeeded):
        services.correct(minor, added, by=crew.ma)
    minor.refresh_from_db()
    assert (minor.school, minor.grade) == ("", "")
    again = replace(added, consents=frozenset({Purpose.TAKING_PART}))
    assert services.correct(minor, again, by=crew.ma).school == SCHOOL
    old, new = Consent.objects.filter(minor=minor, purpose=Purpose.TAKING_PART).order_by("pk")
    assert (old.withdrawn_at is None, new.withdrawn_at is None) == (False, True)
    assert NEEDED["school"] not in old.shown
    assert NEEDED["school"] in new.shown
    assert services.correct(minor, replace(added, school="新学校"), by=crew.ma).school == "新学校"


def test_a_consent_given_in_english_is_not_asked_for_again_in_chinese(crew: Crew) -> None:
    session = camp(crew)
    with translation.override("en"):
        minor = entrust(crew, session)
        given = Consent.objects.filter(minor=minor)[0].shown
    assert selectors.current_purposes(minor) == set(Purpose)
    assert given != selectors.consent_text(session, Purpose.TAKING_PART)


def test_a_correction_that_changes_nothing_writes_nothing(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    services.correct(minor, child(), by=crew.ma)
    assert not Entry.objects.filter(action="minor.corrected").exists()


def test_an_optional_field_that_was_emptied_takes_its_consent_along(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    services.correct(minor, child(health_note="", consents=frozenset()), by=crew.ma)
    assert Purpose.HEALTH not in selectors.live_purposes(minor)
    gone = Deletion.objects.get()
    assert (gone.why, gone.minors, gone.fields) == (Why.EMPTIED, 1, ["health_note"])


@pytest.mark.parametrize("name", ["tang", "qin", "luo", "he", "lin"])
def test_nobody_corrects_another_persons_child(crew: Crew, name: str) -> None:
    minor = entrust(crew, camp(crew))
    with pytest.raises(NotAllowed):
        services.correct(minor, child(school="换"), by=crew.person(name))
    with pytest.raises(NotAllowed):
        services.correct(minor, child(school="换"), by=None)


def test_what_was_entered_is_a_value_without_surprises() -> None:
    assert Entered("小满", None).consents == frozenset()


def test_a_child_that_is_there_is_not_sent_to_the_database_which_would_log_the_row(
    crew: Crew,
) -> None:
    session = camp(crew)
    entrust(crew, session)
    other = entrust(crew, session, name="小秋")
    with CaptureQueriesContext(connection) as asked:
        with pytest.raises(services.EnteredAlready):
            entrust(crew, session)
        with pytest.raises(services.EnteredAlready):
            services.correct(other, child(), by=crew.ma)
    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]
    assert not any(NAME in sql for sql in written)
