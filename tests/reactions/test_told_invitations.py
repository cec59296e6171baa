"""Who is told of an invitation, of its words and of its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.reactions.test_notices import forget_the_past, told

from keqiao.invitations import services as invitations
from keqiao.invitations.models import Invitation
from keqiao.matching.types import RefusalReason
from keqiao.messaging.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(cast: Cast) -> Invitation:
    """An invitation of 陈砚 that waits, of which nothing was told yet."""
    case = cast.case()
    need = case.concerns.get().need
    forget_the_past()
    due_on = timezone.localdate() + timedelta(days=3)
    return invitations.invite(case, need, cast.chen_studio, due_on=due_on, by=cast.wu)


def test_an_invitation_and_its_words_go_between_studio_and_broker(
    cast: Cast, invited: Invitation
) -> None:
    assert told(cast) == {"chen": ["invitation"]}
    invitations.ask(invited, "水分多少？", by=cast.chen)
    assert told(cast)["wu"] == ["invitation"]
    invitations.reply(invited, "不到 2%。", by=cast.wu)
    assert told(cast)["chen"] == ["invitation"] * 2
    invitations.accept(invited, by=cast.chen)
    assert told(cast) == {"chen": ["invitation"] * 2, "wu": ["invitation"] * 2}
    assert not any("水分" in str(notice.said) for notice in Notice.objects.all())


def test_a_refusal_is_told_to_the_broker(cast: Cast, invited: Invitation) -> None:
    invitations.refuse(invited, RefusalReason.TERMS, by=cast.chen)
    assert told(cast) == {"chen": ["invitation"], "wu": ["invitation"]}


def test_an_invitation_that_nobody_answered_ends_for_both(cast: Cast, invited: Invitation) -> None:
    Invitation.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    invited.refresh_from_db()
    invitations.lapse(invited)
    assert told(cast) == {"chen": ["invitation"] * 2, "wu": ["invitation"]}


def test_an_invitation_taken_back_is_told_to_the_studio(cast: Cast, invited: Invitation) -> None:
    invitations.withdraw(invited, by=cast.wu)
    assert told(cast) == {"chen": ["invitation"] * 2}
