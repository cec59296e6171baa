"""What time brings: warnings 30 and 7 days before an end, and the digest with the needs that fit, each once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast, browser
from tests.postoffice import PostOffice, plain

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.journal import selectors as journal
from keqiao.matching import services as matching
from keqiao.messaging import services as messaging
from keqiao.messaging.models import Mail, Notice
from keqiao.messaging.types import Kind, Language, Rhythm, Way
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.ops.commands import worker
from keqiao.reactions import reminders, services
from keqiao.search import services as search

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EIGHT = dt.time(8, 0)


def at(time: dt.time, day: dt.date = TODAY) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=timezone.get_default_timezone())


def ends_in(need: Need, days: int) -> None:
    Need.objects.filter(pk=need.pk).update(expires_on=TODAY + dt.timedelta(days=days))


def warned() -> list[str]:
    return [
        notice.key.rsplit(":", 1)[1]
        for notice in Notice.objects.filter(kind=Kind.ENDING).order_by("pk")
    ]


def test_an_owner_is_warned_thirty_and_seven_days_before_each_once(cast: Cast) -> None:
    need = cast.open_need()
    for days, expected in ((31, []), (30, ["30"]), (29, ["30"]), (8, ["30"]), (7, ["30", "7"])):
        day = TODAY + dt.timedelta(days=40 - days)
        Need.objects.filter(pk=need.pk).update(expires_on=TODAY + dt.timedelta(days=40))
        reminders.warn_of_ends(day)
        reminders.warn_of_ends(day)
        assert warned() == expected
    assert {notice.person_id for notice in Notice.objects.all()} == {cast.lin.pk}
    assert "将在" in Notice.objects.earliest("pk").phrase.say()


def test_a_platform_that_slept_warns_once_of_the_days_that_are_left(cast: Cast) -> None:
    ends_in(cast.open_need(), 5)
    reminders.warn_of_ends(TODAY)
    assert warned() == ["7"]


def test_what_was_renewed_is_warned_of_anew_and_what_ended_is_not(cast: Cast) -> None:
    need = cast.open_need()
    ends_in(need, 6)
    reminders.warn_of_ends(TODAY)
    need.refresh_from_db()
    needs.renew(need, by=cast.lin)
    reminders.warn_of_ends(TODAY)
    assert warned() == ["7"]
    need.refresh_from_db()
    assert need.expires_on is not None
    reminders.warn_of_ends(need.expires_on - dt.timedelta(days=3))
    assert warned() == ["7", "7"]
    reminders.warn_of_ends(need.expires_on + dt.timedelta(days=1))
    assert len(warned()) == 2


def test_the_owners_own_last_day_counts_when_it_is_sooner(cast: Cast) -> None:
    need = cast.open_need()
    Need.objects.filter(pk=need.pk).update(deadline_on=TODAY + dt.timedelta(days=3))
    reminders.warn_of_ends(TODAY)
    assert str((TODAY + dt.timedelta(days=3)).isoformat()) in Notice.objects.get().phrase.say()


def test_an_offer_is_warned_of_to_who_runs_its_studio(cast: Cast) -> None:
    offer = cast.open_offer()
    Offer.objects.filter(pk=offer.pk).update(expires_on=TODAY + dt.timedelta(days=20))
    reminders.warn_of_ends(TODAY)
    assert Notice.objects.get().person == cast.chen


@pytest.fixture
def fitting(cast: Cast) -> Need:
    """An open need that fits an open offer of 陈砚, who wants mail and to be picked for."""
    for purpose in (Purpose.MAIL, Purpose.SELECTION):
        accounts.consent(cast.chen, purpose, by=cast.chen)
    need = cast.open_need()
    cast.open_offer()
    services.skip_to("notices", journal.last_position())
    search.catch_up()
    matching.match_need(need)
    return need


def test_a_digest_names_the_needs_that_fit_with_reasons_and_the_switch(
    cast: Cast, fitting: Need, post_office: PostOffice
) -> None:
    assert reminders.send_digests(at(dt.time(7, 59))) == 0
    assert reminders.send_digests(at(EIGHT)) == 1
    assert reminders.send_digests(at(dt.time(18, 0))) == 0
    services.run("mail")
    said = plain(post_office.letters("chenyan")[0])
    assert fitting.public_title in said
    assert f"/needs/{fitting.code}/\n" in said
    assert "· " in said
    assert "为什么看到适合您的需求" in said
    assert "/how-matching-works/" in said
    assert "/consent/" in said
    assert "雅安七号回转窑" not in said
    page = browser(cast.chen).get("/notices/").content.decode()
    assert "为什么看到它" in page
    tomorrow = TODAY + dt.timedelta(days=1)
    assert reminders.send_digests(at(EIGHT, tomorrow)) == 0, "told once"
    assert len(post_office.taken) == 1


def test_who_turned_selection_off_is_picked_nothing(cast: Cast, fitting: Need) -> None:
    accounts.withdraw(cast.chen, Purpose.SELECTION, by=cast.chen)
    assert reminders.send_digests(at(EIGHT)) == 0
    assert not Notice.objects.exists()
    page = browser(cast.chen).get("/desk/").content.decode()
    assert "个性化推荐现在是关闭的" in page
    assert "匹配是怎么来的" in page
    assert fitting.code


def test_who_wants_no_needs_that_fit_gets_none(cast: Cast, fitting: Need) -> None:
    messaging.prefer(
        {Kind.FITTING: Way.OFF}, language=Language.CHINESE, rhythm=Rhythm.DAILY, by=cast.chen
    )
    assert reminders.send_digests(at(EIGHT)) == 0
    assert not Mail.objects.exists()
    assert fitting.code


def test_reasons_are_said_in_the_readers_language(
    cast: Cast, fitting: Need, post_office: PostOffice
) -> None:
    messaging.prefer({}, language=Language.ENGLISH, rhythm=Rhythm.DAILY, by=cast.chen)
    reminders.send_digests(at(EIGHT))
    services.run("mail")
    letter = post_office.letters("chenyan")[0]
    assert "Digest" in letter["Subject"]
    assert "A need fits you" in plain(letter)
    assert fitting.code in plain(letter)


def test_the_clock_gathers_digests_once_it_is_eight(cast: Cast, fitting: Need) -> None:
    clock = worker.Clock()
    clock._do(at(dt.time(7, 30)))
    assert not Mail.objects.exists()
    clock._do(at(dt.time(8, 30)))
    assert Mail.objects.get().person == cast.chen
    clock._do(at(dt.time(9, 30)))
    worker.Clock()._do(at(dt.time(9, 31)))
    assert Mail.objects.count() == 1
    assert DBTaskResult.objects.filter(queue_name="mail").exists()
    assert fitting.code
