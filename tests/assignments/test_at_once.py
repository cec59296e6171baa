"""Two at the desk at once, with real commits: one is heard, the other is told; a row is taken up once."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.assignments.week import EASY, node, week_of
from tests.cast import Cast
from tests.needs.test_at_once import at_once

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.assignments import services
from keqiao.assignments.models import Item, Plan
from keqiao.casework.models import Case
from keqiao.invitations.models import Invitation

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_drafts_of_one_week_are_one(cast: Cast) -> None:
    def draft() -> object:
        return services.draft(node(), timezone.localdate(), EASY, by=cast.wu)

    (refusal,) = at_once(draft, draft)
    assert isinstance(refusal, services.PlannedAlready)
    assert Plan.objects.count() == 1


def test_one_of_two_reruns_is_told(cast: Cast) -> None:
    plan = week_of(cast).plan

    def rerun() -> object:
        return services.rerun(Plan.objects.get(pk=plan.pk), by=cast.wu, revision=1)

    (refusal,) = at_once(rerun, rerun)
    assert isinstance(refusal, services.ChangedMeanwhile)
    assert (Item.objects.count(), Plan.objects.get().revision) == (1, 2)


def test_a_row_that_is_pressed_twice_at_once_has_one_case(cast: Cast) -> None:
    week = week_of(cast)
    services.apply(week.plan, by=cast.wu, revision=1)

    def take() -> object:
        return services.take_up(week.item(), by=cast.wu)

    assert at_once(take, take) == []
    assert (Case.objects.count(), Invitation.objects.count()) == (1, 1)


def test_the_last_place_of_a_studio_is_given_once(cast: Cast) -> None:
    other = cast.open_need(title="另一条锂渣", public_title="另一条锂渣")
    week = week_of(cast)
    access.grant(cast.sun, Role.BROKER, node(), by=cast.he)
    assert {one.studio_id for one in (week.studio(), week.studio(other))} == {cast.chen_studio.pk}
    services.apply(week.plan, by=cast.wu, revision=1)
    type(week.offer).objects.filter(pk=week.offer.pk).update(capacity=1)

    def take(need: object) -> object:
        return services.take_up(week.item(need), by=cast.wu)  # type: ignore[arg-type]

    assert at_once(lambda: take(week.need), lambda: take(other)) == []
    assert (Case.objects.count(), Invitation.objects.count()) == (2, 1)
