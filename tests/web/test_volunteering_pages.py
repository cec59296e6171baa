"""Pages of volunteering: hours that are corrected, and who may take a shift."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import browser
from tests.crew import Crew
from tests.volunteering import field as rooms

from keqiao.volunteering.models import Hours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def test_corrected_times_change_the_hours_that_were_the_whole_of_them(crew: Crew) -> None:
    field = rooms.laid(crew)
    old = field.checked(crew.cast.ji)
    leader, path = browser(crew.qin), f"/volunteering/hours/{old.code}/"
    form = leader.get(path).context["forms"]["correct"]
    sent = {name: value for name, value in form.initial.items() if value is not None}
    sent["starts_at"] = f"{timezone.localtime(old.starts_at):%Y-%m-%dT%H:%M}"
    sent["ends_at"] = f"{timezone.localtime(old.ends_at + timedelta(minutes=30)):%Y-%m-%dT%H:%M}"
    leader.post(path, {"do": "correct", **sent, "reason": "散场后收拾了半小时"})
    assert Hours.objects.get(replaces=old).minutes == rooms.THREE_HOURS + 30


def test_hours_below_the_whole_of_the_times_stay_in_the_form(crew: Crew) -> None:
    old = rooms.laid(crew).checked(crew.cast.ji, minutes=120)
    shown = browser(crew.qin).get(f"/volunteering/hours/{old.code}/").content.decode()
    assert 'value="120"' in shown


def test_a_shift_says_who_may_sign_up_and_leads_to_the_team(crew: Crew) -> None:
    field = rooms.laid(crew)
    shown = Client().get(f"/shifts/{field.shift.code}/").content.decode()
    assert "的队员" in shown
    assert f'href="/teams/{field.team.code}/"' in shown


def test_the_page_of_a_review_says_when_a_result_may_be_given(crew: Crew) -> None:
    review = rooms.opened(rooms.laid(crew))
    shown = browser(crew.tang).get(f"/project-reviews/{review.code}/").content.decode()
    assert "至少 2 位评审人交了意见" in shown
