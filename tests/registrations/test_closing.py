"""When sign-up ends: one answer for a session, the same as a condition on rows, and on every list."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from tests.cast import browser
from tests.crew import Crew
from tests.registrations.room import lecture

from keqiao.activities import policies
from keqiao.activities.models import Session

pytestmark = pytest.mark.django_db
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def test_the_answer_for_one_session_is_the_condition_on_all(crew: Crew) -> None:
    now = timezone.now()
    times = (None, now - AN_HOUR, now + AN_HOUR)
    for starts_at, closes_at, draws_at in product(times[1:], times, times):
        way = {"way": "draw", "draws_at": draws_at} if draws_at else {}
        ends_at = now + A_DAY
        lecture(crew, starts_at=starts_at, ends_at=ends_at, closes_at=closes_at, **way)
    rows = list(Session.objects.all())
    ahead = {row.pk for row in rows if policies.closes_at(row) > now}
    assert (
        set(Session.objects.filter(policies.still_open(now)).values_list("pk", flat=True)) == ahead
    )
    assert (len(rows), len(ahead)) == (18, 4)


def test_a_list_of_what_has_places_shows_nothing_that_has_begun_or_was_drawn(crew: Crew) -> None:
    now = timezone.now()
    lecture(crew, title="来得及")
    lecture(crew, title="已开始", starts_at=now - AN_HOUR, ends_at=now + A_DAY)
    lecture(crew, title="已抽签", way="draw", draws_at=now - AN_HOUR)
    shown = {
        query: browser(crew.ma).get(f"/activities/{query}").content.decode()
        for query in ("", "?places=on")
    }
    told = {
        query: [title for title in ("来得及", "已开始", "已抽签") if title in page]
        for query, page in shown.items()
    }
    assert told == {"": ["来得及", "已开始", "已抽签"], "?places=on": ["来得及"]}
