"""Preferences, and the digest: one a day, only if there is something, to who consents."""

from __future__ import annotations

import datetime as dt
import math
import threading

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.postoffice import SITE, PostOffice, plain

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.phrases import Phrase
from keqiao.journal.models import Entry
from keqiao.messaging import post, selectors, services
from keqiao.messaging.letters import WayOut
from keqiao.messaging.models import Mail, Notice, Preference
from keqiao.messaging.types import SPECS, Kind, Language, Message, Rhythm, Way

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2031, 3, 3), dt.date(2031, 3, 4)


def told(person: Person, number: int = 1, *, kind: Kind = Kind.CASE) -> None:
    phrase = Phrase("对接“%(title)s”里有一份新文件。", {"title": f"锂渣 {number}"})
    path = f"/cases/C-{number}/"
    services.notify(
        person, Message(kind=kind, key=f"entry:{number}", phrase=phrase, path=path), by=None
    )


def readers(day: dt.date) -> list[Person]:
    return list(selectors.digest_readers(day))


def chosen(person: Person, *, rhythm: str, **ways: str) -> None:
    kinds = {Kind(kind): way for kind, way in ways.items()}
    services.prefer(kinds, language=Language.CHINESE, rhythm=rhythm, by=person)


def test_every_kind_has_a_way_that_it_offers() -> None:
    assert set(SPECS) == set(Kind)
    assert all(spec.default in spec.ways for spec in SPECS.values())
    assert [kind for kind, spec in SPECS.items() if not spec.needs_consent] == [Kind.ACCOUNT]


def test_what_a_person_prefers_is_kept_and_in_the_journal(cast: Cast) -> None:
    services.prefer(
        {Kind.CASE: Way.OFF}, language=Language.ENGLISH, rhythm=Rhythm.WEEKLY, by=cast.lin
    )
    assert selectors.way(cast.lin, Kind.CASE) == Way.OFF
    assert selectors.ways(cast.lin)[Kind.REVIEW] == Way.AT_ONCE
    assert selectors.reader(cast.lin).language == "en"
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.actor_id) == ("notices.preferred", cast.lin.pk)
    told(cast.lin)
    assert not Notice.objects.exists()
    assert selectors.way(cast.zhou, Kind.CASE) == Way.DIGEST


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (Kind.ACCOUNT, "off"),
        (Kind.REVIEW, "off"),
        (Kind.MEETING, "digest"),
        (Kind.CASE, "x"),
        (Kind.CASE, "\x00"),
    ],
)
def test_a_way_that_a_kind_does_not_offer_is_refused(cast: Cast, kind: Kind, way: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.prefer({kind: way}, language="en", rhythm="daily", by=cast.lin)
    assert refusal.value.problems[0].field == kind
    assert not Preference.objects.exists()


@pytest.mark.parametrize(("language", "rhythm"), [("fr", "daily"), ("en", "hourly"), ("", "")])
def test_a_language_or_a_rhythm_that_is_none_is_refused(
    cast: Cast, language: str, rhythm: str
) -> None:
    with pytest.raises(Invalid):
        services.prefer({Kind.CASE: Way.OFF}, language=language, rhythm=rhythm, by=cast.lin)
    assert not Preference.objects.exists()


def test_a_choice_that_is_offered_no_longer_is_the_default_again(cast: Cast) -> None:
    Preference.objects.create(person=cast.lin, kind=Kind.MEETING, way=Way.DIGEST)
    assert selectors.way(cast.lin, Kind.MEETING) == Way.AT_ONCE


def test_a_digest_gathers_what_waits_into_one_mail(cast: Cast, post_office: PostOffice) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    told(cast.lin, 1)
    told(cast.lin, 2)
    assert readers(TUESDAY) == [cast.lin]
    assert services.digest(cast.lin, TUESDAY, by=None) is not None
    assert services.digest(cast.lin, TUESDAY, by=None) is None
    assert readers(TUESDAY) == []
    post.deliver(until=math.inf, stopping=threading.Event())
    letter = post_office.letters("linxiaoman")[0]
    assert len(post_office.taken) == 1
    assert "汇总：2 件事等您看" in letter["Subject"]
    said = plain(letter)
    assert f"对接“锂渣 1”里有一份新文件。\n{SITE}/cases/C-1/" in said
    assert "您选择了用汇总邮件接收提醒" in said
    assert "不再接收汇总邮件" in said
    told(cast.lin, 3)
    later = services.digest(cast.lin, TUESDAY + dt.timedelta(days=1), by=None)
    assert later is not None
    assert len(later.lines) == 1


def test_no_digest_without_something_to_tell_or_without_consent(cast: Cast) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    assert services.digest(cast.lin, TUESDAY, by=None) is None
    told(cast.lin)
    Notice.objects.get().refresh_from_db()
    services.mark_read(Notice.objects.get(), by=cast.lin)
    assert services.digest(cast.lin, TUESDAY, by=None) is None
    told(cast.zhou)
    assert readers(TUESDAY) == [cast.lin]
    assert services.digest(cast.zhou, TUESDAY, by=None) is None
    assert not Mail.objects.exists()


def test_a_weekly_digest_comes_on_monday_and_never_is_never(cast: Cast) -> None:
    for person in (cast.lin, cast.zhou, cast.chen):
        accounts.consent(person, Purpose.MAIL, by=person)
    chosen(cast.lin, rhythm=Rhythm.WEEKLY)
    chosen(cast.zhou, rhythm=Rhythm.NEVER)
    assert readers(TUESDAY) == [cast.chen]
    assert readers(MONDAY) == [cast.lin, cast.chen]


def test_the_way_out_of_a_digest_stops_digests_only(cast: Cast) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    services.stop(WayOut(cast.lin.pk, None), by=cast.lin)
    assert readers(MONDAY) == []
    assert selectors.way(cast.lin, Kind.REVIEW) == Way.AT_ONCE
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.data) == ("notices.stopped", {"what": "digest"})
    services.stop(WayOut(cast.lin.pk, None), by=cast.lin)
    assert Entry.objects.filter(action="notices.stopped").count() == 1


def test_a_way_out_is_its_own_persons_and_not_of_what_an_account_needs(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.stop(WayOut(cast.lin.pk, None), by=cast.zhou)
    with pytest.raises(Invalid):
        services.stop(WayOut(cast.lin.pk, Kind.ACCOUNT), by=cast.lin)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest_at_once(cast: Cast) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    told(cast.lin)

    def gather() -> object:
        return services.digest(cast.lin, TUESDAY, by=None)

    assert at_once(gather, gather, gather) == []
    assert Mail.objects.count() == 1
