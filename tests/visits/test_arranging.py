"""A visit is arranged, moved, called off; a stop of a plan is arranged once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import DEYANG, YAAN, Cast
from tests.crew import at
from tests.visits.arranging import actions, arranged, node

from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal import selectors as journal
from keqiao.places.models import Association
from keqiao.visits import services
from keqiao.visits.models import Expert, Visit
from keqiao.visits.states import State

pytestmark = pytest.mark.django_db


def test_a_broker_arranges_and_the_experts_studio_comes_with_them(cast: Cast) -> None:
    visit = arranged(cast, experts=[cast.chen, cast.gu_studio])
    assert visit.state == State.ARRANGED
    seated = Expert.objects.filter(visit=visit).order_by("pk")
    assert [(one.person, one.studio) for one in seated] == [
        (cast.chen, cast.chen_studio),
        (cast.gu, cast.gu_studio),
    ]
    assert actions(visit) == ["visit.arranged"]


def test_a_society_comes_as_one_guest(cast: Cast) -> None:
    values = {"code": "S-1", "name": "雅安市示例学会", "kind": "society", "region_id": YAAN}
    society = Association.objects.add_child(node(), values)
    visit = arranged(cast, experts=[society, cast.chen])
    assert [one.society for one in visit.experts.order_by("pk")] == [society, None]
    with pytest.raises(Invalid):
        arranged(cast, experts=[node(DEYANG)])


def test_a_stop_of_a_plan_is_arranged_once(cast: Cast) -> None:
    first = arranged(cast, key="TP-1:3")
    again = arranged(cast, key="TP-1:3", place="别处")
    other = arranged(cast, key="TP-1:4")
    assert (again.pk, again.place) == (first.pk, "厂区东门")
    assert other.pk != first.pk
    assert actions(first) == ["visit.arranged"]
    assert arranged(cast).pk != arranged(cast).pk  # without a key each is its own


def test_who_may_not_arrange(cast: Cast) -> None:
    for somebody in (cast.lin, cast.chen, cast.zheng, cast.sun, cast.ji):
        with pytest.raises(NotAllowed):
            arranged(cast, by=somebody)
    assert arranged(cast, by=cast.he).association == node()
    elsewhere = services.begin_round("别处的一轮", association=node(DEYANG), by=cast.sun)
    with pytest.raises(NotAllowed):
        arranged(cast, in_round=elsewhere)


def test_everything_that_is_missing_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        arranged(cast, starts_at=None, place="长" * 121, about="\x00")
    assert {one.field for one in refusal.value.problems} == {"starts_at", "place", "about"}
    with pytest.raises(Invalid) as refusal:
        arranged(cast, ends_at=at(2) - timedelta(hours=1))
    assert {one.field for one in refusal.value.problems} == {"ends_at"}
    with pytest.raises(Invalid) as refusal:
        arranged(cast, ends_at=at(4))
    assert {one.field for one in refusal.value.problems} == {"ends_at"}
    with pytest.raises(Invalid):
        arranged(cast, experts=[])
    cast.chen.is_active = False
    with pytest.raises(Invalid):
        arranged(cast, experts=[cast.chen])
    assert not Visit.objects.exists()


def test_a_visit_moves_and_its_calendar_entry_counts_on(cast: Cast) -> None:
    visit = arranged(cast)
    moved = services.move(
        visit, starts_at=at(3), ends_at=at(3, 12), experts=[cast.gu], by=cast.wu, revision=1
    )
    assert (moved.starts_at, moved.sequence, moved.revision) == (at(3), 1, 2)
    assert [one.person for one in moved.experts.all()] == [cast.gu]
    left = journal.about(services.subject_of(visit)).get(action="visit.moved").data["left"]
    assert left == [[cast.chen.pk, cast.chen_studio.pk, None]]
    with pytest.raises(services.ChangedMeanwhile):
        services.move(visit, starts_at=at(4), ends_at=at(4, 12), by=cast.wu, revision=1)
    with pytest.raises(NotAllowed):
        services.move(visit, starts_at=at(4), ends_at=at(4, 12), by=cast.lin)
    visit.refresh_from_db()
    assert visit.starts_at == at(3)


def test_a_visit_is_called_off_with_a_reason_and_not_twice(cast: Cast) -> None:
    visit = arranged(cast)
    with pytest.raises(Invalid):
        services.cancel(visit, " ", by=cast.wu)
    with pytest.raises(NotAllowed):
        services.cancel(visit, "不去了", by=cast.chen)
    off = services.cancel(visit, "企业停产检修", by=cast.wu)
    assert (off.state, off.cancelled_why, off.sequence) == (State.CANCELLED, "企业停产检修", 1)
    with pytest.raises(WrongState):
        services.cancel(visit, "再来一次", by=cast.wu)
    assert actions(visit) == ["visit.arranged", "visit.cancelled"]
