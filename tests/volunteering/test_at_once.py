"""Two at once, with real commits: the last place is given once, an entry is checked once, one correction stands."""

from __future__ import annotations

import pytest
from tests.crew import Crew
from tests.needs.test_at_once import at_once
from tests.volunteering import field as fields
from tests.volunteering.field import worked

from keqiao.volunteering import counted, hours, projects, services
from keqiao.volunteering.models import Hours, Shift, SignUp, Wish

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_place_of_a_shift_is_given_once(crew: Crew) -> None:
    field = fields.laid(crew)
    shift = fields.shift(field, places=1)
    refused = at_once(
        *(
            lambda who=who: projects.sign_up(Shift.objects.get(pk=shift.pk), by=who)
            for who in (crew.cast.ji, crew.cast.gu, crew.luo)
        )
    )
    assert [type(one) for one in refused] == [projects.ShiftFull] * 2
    shift.refresh_from_db()
    assert (shift.taken, SignUp.objects.filter(shift=shift).count()) == (1, 1)


def test_two_checkers_at_once_make_one_check(crew: Crew) -> None:
    field = fields.laid(crew)
    made = field.record(crew.cast.ji)
    refused = at_once(
        lambda: hours.check(Hours.objects.get(pk=made.pk), by=crew.luo),
        lambda: hours.return_(Hours.objects.get(pk=made.pk), "不对", by=crew.tang),
    )
    made.refresh_from_db()
    assert len(refused) == 1
    assert made.state in {"checked", "returned"}
    assert made.checked_by in {crew.luo, crew.tang}


def test_two_corrections_at_once_leave_one(crew: Crew) -> None:
    field = fields.laid(crew)
    old = field.checked(crew.cast.ji)
    span = worked(field.shift, minutes=60, reason="算错")
    refused = at_once(
        *(
            lambda who=who: hours.correct(Hours.objects.get(pk=old.pk), span, by=who)
            for who in (crew.qin, crew.tang)
        )
    )
    assert [type(one) for one in refused] == [hours.CorrectedAlready]
    assert Hours.objects.filter(replaces=old).count() == 1


def test_the_same_time_is_not_recorded_twice_unseen(crew: Crew) -> None:
    field = fields.laid(crew)
    other = fields.shift(field)
    field.sign_up(crew.cast.ji, other)
    fields.over(other)
    refused = at_once(
        lambda: field.record(crew.cast.ji),
        lambda: field.record(crew.cast.ji, other),
    )
    assert len(refused) == 1
    assert Hours.objects.count() == 1


def test_a_proof_and_a_correction_at_once_do_not_pass_each_other(crew: Crew) -> None:
    field = fields.laid(crew)
    old = field.checked(crew.cast.ji)
    new = hours.correct(old, worked(field.shift, minutes=60, reason="算错"), by=crew.qin)
    day = old.starts_at.date()
    at_once(
        lambda: hours.check(Hours.objects.get(pk=new.pk), by=crew.luo),
        lambda: hours.prove(
            crew.node, day.replace(day=1), day.replace(year=2999, day=1), by=crew.cast.ji
        ),
    )
    (proof,) = counted.proofs_of(crew.cast.ji)
    old.refresh_from_db()
    rests_on_old = proof.content["rows"][0][-1] == "3 小时"
    assert old.state == "replaced"
    assert rests_on_old == (proof.voided_at is not None)


def test_two_leaders_do_not_step_down_at_once(crew: Crew) -> None:
    field = fields.laid(crew)
    refused = at_once(
        *(lambda who=who: services.leave(field.member(who), by=who) for who in (crew.qin, crew.luo))
    )
    assert [type(one) for one in refused] == [services.LastLeader]


def test_two_wishes_at_once_are_one(crew: Crew) -> None:
    field = fields.laid(crew)
    refused = at_once(
        *(lambda: hours.wish(field.shift, "少记了", by=crew.cast.ji) for _one in range(2))
    )
    assert [type(one) for one in refused] == [hours.WishWaits]
    assert Wish.objects.count() == 1
