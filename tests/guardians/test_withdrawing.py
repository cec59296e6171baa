"""Consent is taken back, the term is over: what was held goes, and that it went is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from tests.crew import Crew, at
from tests.guardians.camp import MARKS, NEEDED, add_session, camp, entrust

from keqiao.activities.models import Activity, Session
from keqiao.base.errors import Missing, NotAllowed
from keqiao.guardians import selectors, services
from keqiao.guardians.models import Consent, Deletion, Minor
from keqiao.guardians.types import BLANK, Purpose, Why
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def is_empty(minor: Minor) -> bool:
    minor.refresh_from_db()
    return minor.deleted_at is not None and selectors.held_fields(minor) == []


@pytest.mark.parametrize(
    ("purpose", "fields"),
    [
        (Purpose.HEALTH, ["health_note"]),
        (Purpose.EMERGENCY, ["emergency_name", "emergency_phone"]),
        (Purpose.PHOTOGRAPHS, []),
    ],
)
def test_withdrawing_one_purpose_blanks_its_fields_and_no_others(
    crew: Crew, purpose: Purpose, fields: list[str]
) -> None:
    minor = entrust(crew, camp(crew))
    before = set(selectors.held_fields(minor))
    services.withdraw(minor, purpose, by=crew.ma)
    minor.refresh_from_db()
    assert set(selectors.held_fields(minor)) == before - set(fields)
    assert purpose not in selectors.live_purposes(minor)
    assert list(Deletion.objects.values_list("fields", "minors")) == (
        [(fields, 1)] if fields else []
    )
    entry = Entry.objects.get(action="minor.withdrawn")
    assert entry.data == {"session": minor.session.code, "purpose": purpose.value, "fields": fields}


def test_withdrawing_from_taking_part_deletes_everything(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    services.withdraw(minor, Purpose.TAKING_PART, by=crew.ma)
    assert is_empty(minor)
    kept = Deletion.objects.get()
    assert (kept.why, kept.minors, kept.session) == (Why.WITHDRAWN, 1, minor.session)
    assert set(kept.fields) == set(BLANK) - {"guardian_name", "guardian_phone"}
    with pytest.raises(services.Gone):
        services.withdraw(minor, Purpose.HEALTH, by=crew.ma)


def test_a_consent_is_withdrawn_once(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    services.withdraw(minor, Purpose.HEALTH, by=crew.ma)
    with pytest.raises(Missing):
        services.withdraw(minor, Purpose.HEALTH, by=crew.ma)
    assert Consent.objects.get(purpose=Purpose.HEALTH).withdrawn_at is not None


@pytest.mark.parametrize("name", ["tang", "qin", "he", "lin"])
def test_nobody_else_withdraws(crew: Crew, name: str) -> None:
    minor = entrust(crew, camp(crew))
    for who in (crew.person(name), None):
        with pytest.raises(NotAllowed):
            services.withdraw(minor, Purpose.TAKING_PART, by=who)
    assert not Deletion.objects.exists()


def test_a_place_that_ends_takes_the_child_along_once(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    with transaction.atomic():
        assert services.delete(minor, Why.CANCELLED, by=crew.ma)
        assert not services.delete(minor, Why.CANCELLED, by=crew.ma)
    assert is_empty(minor)
    assert Deletion.objects.get().why == Why.CANCELLED
    assert Entry.objects.filter(action="minors.deleted").count() == 1


def test_what_is_over_its_term_is_deleted_and_each_session_recorded_once(crew: Crew) -> None:
    session = camp(crew)
    other = add_session(crew, session.activity, days=5)
    first, second = entrust(crew, session), entrust(crew, session, name="小秋")
    third = entrust(crew, other)
    last = first.delete_on - timedelta(days=1)
    assert services.delete_due(last) == 0
    assert services.delete_due(first.delete_on) == 2
    assert services.delete_due(first.delete_on) == 0
    assert is_empty(first)
    assert is_empty(second)
    third.refresh_from_db()
    assert third.deleted_at is None
    kept = Deletion.objects.get()
    assert (kept.why, kept.minors, kept.session) == (Why.TERM, 2, session)
    entry = Entry.objects.get(action="minors.deleted")
    assert (entry.subject_key, entry.actor_id) == (session.code, None)
    assert entry.data["minors"] == [first.code, second.code]
    assert not any(mark in f"{entry.data}{kept.fields}" for mark in MARKS)


def test_what_an_activity_asks_for_no_longer_goes_with_its_consent(crew: Crew) -> None:
    session = camp(crew)
    minor, other = entrust(crew, session), entrust(crew, session, name="小秋", health_note="")
    needed = {name: why for name, why in NEEDED.items() if name not in {"health", "school"}}
    Activity.objects.update(minor_fields=needed)
    today = timezone.localdate()
    assert services.delete_due(today) == 0, "nobody's child is gone"
    for one in (minor, other):
        one.refresh_from_db()
        assert (one.school, one.health_note, one.deleted_at) == ("", "", None)
        assert one.grade
        assert one.emergency_phone
    assert Purpose.HEALTH not in selectors.live_purposes(minor)
    assert Purpose.EMERGENCY in selectors.live_purposes(minor)
    kept = Deletion.objects.get()
    assert (kept.why, kept.minors, kept.fields) == (Why.UNASKED, 2, ["school", "health_note"])
    entry = Entry.objects.get(action="minors.deleted")
    assert entry.data["minors"] == [minor.code, other.code]
    services.delete_due(today)
    assert Deletion.objects.count() == 1


def test_a_limit_for_each_school_still_asks_for_the_school(crew: Crew) -> None:
    session = camp(crew)
    minor = entrust(crew, session)
    Session.objects.update(most_per_school=5)
    Activity.objects.update(minor_fields={})
    services.delete_due(timezone.localdate())
    minor.refresh_from_db()
    assert selectors.held_fields(minor) == ["name", "born_on", "school", "answers"]


def test_the_promise_is_thirty_whole_days_after_the_local_day_of_the_end(crew: Crew) -> None:
    session = camp(crew)
    Session.objects.filter(pk=session.pk).update(ends_at=at(4, 0, 30))  # past midnight, here
    session.refresh_from_db()
    assert selectors.term(session, 30) == timezone.localdate() + timedelta(days=4 + 31)


def test_a_term_follows_a_session_that_moves_and_grows_no_longer_than_promised(crew: Crew) -> None:
    session = camp(crew, retention_days=10)
    minor = entrust(crew, session)
    Session.objects.filter(pk=session.pk).update(starts_at=at(20), ends_at=at(20, 17))
    Activity.objects.update(retention_days=90)
    assert services.delete_due(minor.delete_on) == 0
    minor.refresh_from_db()
    assert minor.delete_on == timezone.localdate() + timedelta(days=20 + 11)
    Activity.objects.update(retention_days=1)
    assert services.delete_due(timezone.localdate()) == 0
    minor.refresh_from_db()
    assert minor.delete_on == timezone.localdate() + timedelta(days=20 + 2)
    assert Entry.objects.filter(action="minors.term_followed").count() == 2


def test_a_cancelled_session_keeps_nobody(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    Session.objects.update(state="cancelled")
    assert services.delete_due(timezone.localdate()) == 1
    assert is_empty(minor)
    assert Deletion.objects.get().why == Why.CANCELLED


def test_only_the_clock_deletes_by_term(crew: Crew) -> None:
    with pytest.raises(NotAllowed):
        services.delete_due(timezone.localdate(), by=crew.cast.he)


def test_a_guardian_who_leaves_takes_the_children_along_and_the_consents_stay(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    with pytest.raises(NotAllowed):
        services.erase(crew.ma, by=crew.tang)
    services.erase(crew.ma, by=crew.ma)
    assert is_empty(minor)
    assert Consent.objects.filter(minor=minor, withdrawn_at=None).count() == 0
    held = selectors.held_about(crew.ma)
    assert held["minors"] == []
    assert len(held["minor_consents"]) == len(Purpose)
