"""An applied plan opens nothing: each broker takes up their own rows, once, and what was overtaken is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.assignments.week import Week, week_of
from tests.cast import Cast

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.assignments import selectors, services
from keqiao.base.errors import NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework.models import Case
from keqiao.invitations import services as invitations
from keqiao.invitations.models import Invitation
from keqiao.journal.models import Entry
from keqiao.matching import services as matching
from keqiao.matching.types import RefusalReason
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.offers import services as offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(cast: Cast) -> Week:
    """Return an applied plan with one row of 吴桥."""
    made = week_of(cast)
    services.apply(made.plan, by=cast.wu, revision=1)
    return made


def test_applying_opens_nothing_and_twice_changes_nothing(cast: Cast, week: Week) -> None:
    assert (week.plan.state, week.plan.applied_by) == ("applied", cast.wu)
    assert (Case.objects.count(), Invitation.objects.count()) == (0, 0)
    before = Entry.objects.count()
    services.apply(week.plan, by=cast.he, revision=1)
    assert Entry.objects.count() == before
    assert list(selectors.waiting_for(cast.wu)) == [week.item()]
    with pytest.raises(WrongState):
        services.rerun(week.plan, by=cast.wu, revision=2)


def test_taking_up_opens_the_case_and_asks_the_studio(cast: Cast, week: Week) -> None:
    taken = services.take_up(week.item(), by=cast.wu)
    assert (taken.invited_count, taken.skipped) == (1, ())
    sent = Invitation.objects.get()
    assert (sent.case, sent.studio, sent.offer) == (taken.case, cast.chen_studio, week.offer)
    assert sent.due_on == timezone.localdate() + dt.timedelta(days=7)
    assert taken.case.broker == cast.wu
    item = week.item()
    assert (item.case, item.taken_by) == (taken.case, cast.wu)
    assert week.chosen()[0].invitation == sent
    entry = Entry.objects.order_by("-position")[0]
    assert (entry.action, entry.data["case"]) == ("assignment.taken_up", taken.case.code)
    before = Entry.objects.count()
    assert services.take_up(week.item(), by=cast.wu).case == taken.case
    assert (Case.objects.count(), Invitation.objects.count()) == (1, 1)
    assert Entry.objects.count() == before
    assert list(selectors.waiting_for(cast.wu)) == []


def test_only_the_broker_named_in_the_row_takes_it_up(cast: Cast, week: Week) -> None:
    access.grant(cast.sun, Role.BROKER, week.plan.association, by=cast.he)
    for name in ("sun", "he", "chen", "ji"):
        with pytest.raises(NotAllowed):
            services.take_up(week.item(), by=getattr(cast, name))
    assert Case.objects.count() == 0


def test_a_draft_is_not_taken_up(cast: Cast) -> None:
    made = week_of(cast)
    with pytest.raises(WrongState):
        services.take_up(made.item(), by=cast.wu)


def test_a_need_that_was_closed_meanwhile_is_told(cast: Cast, week: Week) -> None:
    needs.close(week.need, Resolution.WITHDRAWN, by=cast.lin)
    assert list(selectors.waiting_for(cast.wu)) == []
    with pytest.raises(services.NoLonger):
        services.take_up(week.item(), by=cast.wu)
    assert Case.objects.count() == 0


def test_a_need_in_another_case_is_told(cast: Cast, week: Week) -> None:
    cast.case(week.need)
    with pytest.raises(services.NoLonger):
        services.take_up(week.item(), by=cast.wu)
    assert Case.objects.count() == 1


def test_a_studio_that_refused_meanwhile_is_skipped(cast: Cast, week: Week) -> None:
    matching.refuse(week.need, cast.chen_studio, RefusalReason.TERMS, by=cast.chen)
    taken = services.take_up(week.item(), by=cast.wu)
    assert (taken.invited_count, [one.skipped for one in taken.skipped]) == (0, ["refused"])
    assert Case.objects.count() == 1


def test_an_offer_that_was_closed_meanwhile_is_skipped(cast: Cast, week: Week) -> None:
    offers.close(week.offer, by=cast.chen)
    taken = services.take_up(week.item(), by=cast.wu)
    assert [one.skipped for one in taken.skipped] == ["closed"]


def test_a_studio_that_filled_up_meanwhile_is_skipped(cast: Cast, week: Week) -> None:
    due_on = timezone.localdate() + dt.timedelta(days=7)
    for number in range(2):  # its offer says two
        case = cast.case(cast.open_need(title=f"第{number}条", public_title=f"第{number}条"))
        wanted = case.concerns.get().need
        invitations.invite(case, wanted, cast.chen_studio, due_on=due_on, by=cast.wu)
    taken = services.take_up(week.item(), by=cast.wu)
    assert [one.skipped for one in taken.skipped] == ["full"]


def test_what_is_overtaken_before_applying_is_marked(cast: Cast) -> None:
    made = week_of(cast)
    matching.refuse(made.need, cast.chen_studio, RefusalReason.TERMS, by=cast.chen)
    services.apply(made.plan, by=cast.wu, revision=1)
    assert [one.skipped for one in made.chosen()] == ["refused", ""]
    assert Entry.objects.order_by("-position")[0].data["skipped"] == 1


def test_a_need_closed_before_applying_is_marked(cast: Cast) -> None:
    made = week_of(cast)
    needs.close(made.need, Resolution.WITHDRAWN, by=cast.lin)
    services.apply(made.plan, by=cast.wu, revision=1)
    assert made.item().skipped == "gone"
