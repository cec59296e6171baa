"""Who leaves the platform gives up what is to come; what they attended stays, pointing to nobody in particular."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.crew import Crew
from tests.privacy.everything import leave
from tests.registrations.room import child, come, later, lecture, states, taken

from keqiao.base.errors import NotAllowed
from keqiao.guardians.models import Minor
from keqiao.privacy import selectors as privacy
from keqiao.registrations import services
from keqiao.registrations.models import Hold, Registration

pytestmark = pytest.mark.django_db


def test_who_leaves_gives_up_places_and_the_next_is_offered_them(crew: Crew) -> None:
    session, other, over = lecture(crew, places=2), lecture(crew), lecture(crew)
    services.sign_up(session, by=crew.ma, own=True, minors=[child()])
    come(session, crew.cast.ji)
    come(over, crew.ma)
    services.hold(other, 1, by=crew.ma)
    later(over, starts_at=-timedelta(hours=1))
    leave(crew.ma)
    assert states(session) == ["cancelled", "cancelled", "offered"]
    assert (taken(session), taken(other), taken(over)) == (1, 0, 1)
    assert states(over) == ["confirmed"]
    assert Minor.objects.get().name == ""
    assert not Hold.objects.exists()
    assert not Registration.objects.exclude(answers={}).exists()


def test_nobody_makes_another_leave(crew: Crew) -> None:
    with pytest.raises(NotAllowed):
        services.erase(crew.ma, by=crew.tang)


def test_a_copy_of_the_own_tells_registrations_and_no_child(crew: Crew) -> None:
    session = lecture(crew, places=3)
    services.sign_up(session, by=crew.ma, own=True, minors=[child("阿依·小满")])
    services.hold(session, 1, by=crew.ma)
    held = privacy.held_about(crew.ma)
    told = [(one["state"], one["is_for_child"]) for one in held["registrations"]]
    assert told == [("confirmed", False), ("confirmed", True)]
    assert [one["count"] for one in held["places_kept"]] == [1]
    assert "阿依·小满" not in str(held["registrations"])
