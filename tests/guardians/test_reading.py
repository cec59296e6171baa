"""Whom to call and what to mind is read by the session's leader, around its day; each reading is an entry."""

from __future__ import annotations

import pytest
from tests.crew import Crew
from tests.guardians.camp import CONTACT, MARKS, NAME, NOTE, PHONE, camp, entrust

from keqiao.base.errors import Missing, NotAllowed
from keqiao.guardians import selectors, services
from keqiao.guardians.types import Purpose
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_the_leader_reads_and_the_journal_says_which_fields_never_what(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    found = services.read(minor, by=crew.qin)
    assert (found.emergency_name, found.emergency_phone, found.health_note) == (
        CONTACT,
        PHONE,
        NOTE,
    )
    services.read(minor, by=crew.qin)
    first, second = Entry.objects.filter(action="minor.read").order_by("position")
    assert (first.subject_key, first.actor_id) == (minor.code, crew.qin.pk)
    assert first.data == {
        "session": minor.session.code,
        "fields": ["emergency_name", "emergency_phone", "health_note"],
    }
    assert second.position > first.position
    assert not any(mark in f"{first.data}{found!r}" for mark in MARKS)


@pytest.mark.parametrize("name", ["tang", "he", "ma", "luo", "lin", "wu"])
def test_nobody_else_reads_organisers_and_administrators_among_them(crew: Crew, name: str) -> None:
    minor = entrust(crew, camp(crew))
    with pytest.raises(NotAllowed):
        services.read(minor, by=crew.person(name))
    with pytest.raises(Missing):
        selectors.of_session(minor.session, by=crew.person(name))
    assert not Entry.objects.filter(action="minor.read").exists()


@pytest.mark.parametrize(("days", "may"), [(8, False), (6, True), (-1, True), (-3, False)])
def test_it_is_read_from_a_week_before_until_two_days_after(
    crew: Crew, days: int, *, may: bool
) -> None:
    minor = entrust(crew, camp(crew, days=days))
    if may:
        assert services.read(minor, by=crew.qin).health_note == NOTE
    else:
        with pytest.raises(services.NotNow):
            services.read(minor, by=crew.qin)
    assert Entry.objects.filter(action="minor.read").exists() is may


def test_what_was_withdrawn_is_not_read(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    services.withdraw(minor, Purpose.HEALTH, by=crew.ma)
    found = services.read(minor, by=crew.qin)
    assert (found.health_note, found.emergency_phone) == ("", PHONE)
    assert "health_note" not in Entry.objects.get(action="minor.read").data["fields"]
    services.withdraw(minor, Purpose.TAKING_PART, by=crew.ma)
    with pytest.raises(services.Gone):
        services.read(minor, by=crew.qin)


def test_the_list_for_the_day_holds_names_and_loads_nothing_else(crew: Crew) -> None:
    session = camp(crew)
    shy = entrust(crew, session, name="小秋", consents=frozenset(Purpose) - {Purpose.PHOTOGRAPHS})
    bold = entrust(crew, session)
    listed = selectors.of_session(session, by=crew.qin)
    assert {one.name for one in listed} == {NAME, "小秋"}
    assert all("health_note" in one.get_deferred_fields() for one in listed)
    assert selectors.not_photographed(listed) == {shy.pk}
    services.withdraw(bold, Purpose.PHOTOGRAPHS, by=crew.ma)
    assert selectors.not_photographed(listed) == {shy.pk, bold.pk}


def test_a_guardian_sees_the_own_children_and_nobody_else_does(crew: Crew) -> None:
    minor = entrust(crew, camp(crew))
    assert selectors.of_guardian(crew.ma) == [minor]
    assert selectors.get(minor.code, by=crew.ma) == minor
    for name in ("tang", "qin", "he", "lin", "luo"):
        assert selectors.of_guardian(crew.person(name)) == []
        with pytest.raises(Missing):
            selectors.get(minor.code, by=crew.person(name))
    with pytest.raises(Missing):
        selectors.get("K-\x00", by=crew.ma)
