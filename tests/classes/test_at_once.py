"""Two of them in the same instant, with real commits: guardians and the clock, the leader and the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.classes.room import MOTHER, by_key, enter, links
from tests.crew import Crew
from tests.guardians.camp import camp, child, entrust
from tests.needs.test_at_once import at_once

from keqiao.accounts.models import Person
from keqiao.classes import services
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.guardians import services as guardians
from keqiao.guardians.models import Deletion, Minor
from keqiao.journal.models import Entry
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_link_confirmed_twice_at_once_registers_once(crew: Crew) -> None:
    session = camp(crew)
    key = links(crew, enter(crew, session))[0]
    refused = at_once(*(lambda: services.confirm(by_key(key), child(), MOTHER) for _one in "ab"))
    assert len(refused) == 1
    assert Registration.objects.count() == Minor.objects.count() == 1
    session.refresh_from_db()
    assert session.taken == 3


def test_a_confirmation_and_a_refusal_at_once_leave_one_word(crew: Crew) -> None:
    session = camp(crew)
    key = links(crew, enter(crew, session))[0]
    refused = at_once(
        lambda: services.confirm(by_key(key), child(), MOTHER),
        lambda: services.refuse(by_key(key)),
    )
    assert len(refused) == 1
    session.refresh_from_db()
    assert session.taken == 2 + Registration.objects.count()


def test_a_confirmation_and_the_end_of_the_class_at_once_lose_no_place(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    key = links(crew, made)[0]
    at_once(
        lambda: services.confirm(by_key(key), child(), MOTHER),
        lambda: services.end(
            SchoolClass.objects.select_related("session").get(pk=made.pk),
            by=Person.objects.get(pk=crew.luo.pk),
        ),
    )
    session.refresh_from_db()
    assert session.taken == Registration.objects.count()
    assert set(Pupil.objects.values_list("called", flat=True)) == {""}


def test_two_clocks_at_once_delete_once_and_a_reading_meanwhile_harms_nothing(crew: Crew) -> None:
    session = camp(crew)
    minors = [entrust(crew, session, name=f"孩子{one}") for one in range(4)]
    Minor.objects.update(kept_days=0)
    session.activity.retention_days = 0
    session.activity.save()
    last = timezone.localdate(session.ends_at) + timedelta(days=1)
    at_once(
        lambda: guardians.delete_due(last),
        lambda: guardians.delete_due(last),
        lambda: guardians.read(
            Minor.objects.select_related("session").get(pk=minors[0].pk),
            by=Person.objects.get(pk=crew.qin.pk),
        ),
    )
    assert Minor.objects.filter(deleted_at=None).count() == 0
    kept = Deletion.objects.get()
    assert kept.minors == 4
    assert Entry.objects.filter(action="minors.deleted").count() == 1
