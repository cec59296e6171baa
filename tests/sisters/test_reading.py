"""Reading a sister: subscribing, entries, withdrawals, pausing, dropping; the same again changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.platforms import NAME, Platform

from keqiao.base import feed
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.search import selectors as search
from keqiao.search import services as index
from keqiao.sisters import selectors, services
from keqiao.sisters.models import Sister, SisterEntry
from keqiao.sisters.types import Trouble

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    rows = Entry.objects.filter(subject_kind__startswith="sister").order_by("position")
    return list(rows.values_list("action", flat=True))


def read(sister: Sister) -> tuple[int, int]:
    tally = services.read(sister, by=None)
    assert tally.trouble == Trouble.NONE
    return tally.shown_count, tally.withdrawn_count


@pytest.mark.usefixtures("reference")
def test_an_entry_is_read_and_found_as_the_sisters_own(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    assert read(sister) == (1, 0)
    row = selectors.get(sister.code, "N-AAAA0001")
    assert (row.title, row.region_id, row.subject_id) == ("磷石膏的无害化处理", "510600", "E0205")
    assert (row.url, row.sister.name) == (f"{platform.url}/needs/N-AAAA0001/", NAME)
    assert (sister.position, sister.state) == (10, "active")
    assert actions() == ["sister.subscribed", "sister_entry.told"]
    index.catch_up()
    assert [entry.code for entry in selectors.found("磷石膏")] == ["N-AAAA0001"]
    assert not search.find("磷石膏", kinds=("need", "offer", "dispatch")).hits


@pytest.mark.usefixtures("reference")
def test_a_withdrawal_takes_all_that_the_entry_said(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    platform.say(platform.withdrawal(), after=10, next=20)
    assert read(sister) == (1, 0)
    index.catch_up()
    assert read(sister) == (0, 1)
    index.catch_up()
    assert selectors.found("磷石膏") == []
    assert not search.find("磷石膏").hits
    assert not list(index.differences())
    row = selectors.get(sister.code, "N-AAAA0001")
    assert (row.title, row.text, row.url, row.keywords, row.region_id) == ("", "", "", [], None)
    assert list(selectors.withdrawn()) == [row]
    assert list(selectors.public()) == []
    assert actions()[-1] == "sister_entry.withdrawn"


@pytest.mark.usefixtures("reference")
def test_reading_again_changes_nothing(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry(), platform.withdrawal("N-UNKNOWN1"))
    assert read(sister) == (1, 0)
    before = actions()
    assert read(sister) == (0, 0)
    Sister.objects.update(position=0, issued_at=None)  # as if the page came twice
    sister.refresh_from_db()
    assert read(sister) == (0, 0)
    assert actions() == before
    assert SisterEntry.objects.count() == 1


@pytest.mark.usefixtures("reference")
def test_of_two_that_read_at_once_one_takes_the_page_in(platform: Platform) -> None:
    platform.say(platform.entry())
    mine, other = platform.subscribed(), Sister.objects.get()
    assert read(mine) == (1, 0)
    Sister.objects.update(issued_at=None)
    assert read(other) == (0, 0)
    assert actions().count("sister_entry.told") == 1
    services.drop(Sister.objects.get(), by=None)
    assert read(mine) == (0, 0)
    assert SisterEntry.objects.count() == 0


@pytest.mark.usefixtures("reference")
def test_what_a_sister_tells_is_not_told_on(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    assert read(sister) == (1, 0)
    assert Client().get(feed.PAGE_PATH).json()["entries"] == []


@pytest.mark.usefixtures("reference")
def test_what_changed_there_is_changed_here_and_may_come_back(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    platform.say(platform.entry(title="磷石膏制建材"), after=10, next=20)
    platform.say(platform.withdrawal(), after=20, next=30)
    platform.say(platform.entry(), after=30, next=40)
    assert [read(sister) for _number in range(4)] == [(1, 0), (1, 0), (0, 1), (1, 0)]
    assert selectors.get(sister.code, "N-AAAA0001").title == "磷石膏的无害化处理"


@pytest.mark.usefixtures("reference")
def test_several_pages_are_read_in_one_go(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry("N-A1"), is_last=False)
    platform.say(after=10, next=25, is_last=False)
    platform.say(platform.entry("F-B2", kind="offer", studio="磷化工室"), after=25, next=30)
    assert read(sister) == (2, 0)
    assert sister.position == 30
    assert [row.studio for row in selectors.public("offer", code=sister.code)] == ["磷化工室"]


def test_two_sisters_may_use_one_code_and_ours_stays_ours(cast: Cast, platform: Platform) -> None:
    own = cast.open_need()
    sister = platform.subscribed()
    platform.say(platform.entry(own.code))
    assert read(sister) == (1, 0)
    index.catch_up()
    (hit,) = search.find("酸法锂渣", kinds=("need",)).hits
    assert hit.key == own.code
    assert [row.title for row in selectors.found("磷石膏")] == ["磷石膏的无害化处理"]


@pytest.mark.usefixtures("reference")
def test_what_ran_out_there_is_not_shown_even_before_it_is_withdrawn(platform: Platform) -> None:
    sister = platform.subscribed()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    platform.say(platform.entry(expires_on=yesterday.isoformat()))
    assert read(sister) == (1, 0)
    assert list(selectors.public()) == []
    with pytest.raises(Missing):
        selectors.get(sister.code, "N-AAAA0001")


@pytest.mark.usefixtures("reference")
def test_nothing_is_shown_of_a_sister_that_is_silent_or_paused(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    read(sister)
    assert selectors.public().count() == 1
    services.pause(sister, by=None)
    assert selectors.public().count() == 0
    with pytest.raises(WrongState):
        services.read(sister, by=None)
    services.resume(sister, by=None)
    assert selectors.public().count() == 1
    long_ago = timezone.now() - dt.timedelta(days=31)
    Sister.objects.update(last_read_at=long_ago)
    assert selectors.public().count() == 0
    assert actions()[-2:] == ["sister.paused", "sister.resumed"]


@pytest.mark.usefixtures("reference")
def test_a_dropped_sister_leaves_nothing(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry("N-A1"), platform.entry("N-B2"))
    read(sister)
    index.catch_up()
    assert services.drop(sister, by=None) == 2
    index.catch_up()
    assert (Sister.objects.count(), SisterEntry.objects.count()) == (0, 0)
    assert not search.find("磷石膏").hits
    assert actions()[-4:] == [
        "sister.paused",
        "sister_entry.dropped",
        "sister_entry.dropped",
        "sister.dropped",
    ]
    assert platform.subscribed().position == 0


@pytest.mark.usefixtures("reference")
def test_what_was_withdrawn_long_ago_is_forgotten(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    platform.say(platform.withdrawal(), after=10, next=20)
    read(sister), read(sister)
    SisterEntry.objects.update(withdrawn_at=timezone.now() - dt.timedelta(days=31))
    read(sister)
    assert SisterEntry.objects.count() == 0


def test_the_administrator_of_the_whole_area_may_exchange_and_nobody_else(
    cast: Cast, platform: Platform
) -> None:
    met = services.ask(platform.url)
    for who in (cast.lin, cast.wu, cast.zheng):
        with pytest.raises(NotAllowed):
            services.subscribe(met, by=who)
    sister = services.subscribe(met, by=cast.he)
    services.pause(sister, by=cast.he)
    for act in (services.pause, services.resume, services.drop, services.read):
        with pytest.raises(NotAllowed):
            act(sister, by=cast.wu)
    with pytest.raises(NotAllowed):
        services.trust(sister, met, by=cast.wu)
    assert Entry.objects.get(action="sister.subscribed").actor_id == cast.he.pk


@pytest.mark.usefixtures("db")
def test_a_platform_is_subscribed_to_once(platform: Platform) -> None:
    sister = platform.subscribed()
    assert (sister.name, sister.address) == (NAME, platform.url)
    with pytest.raises(services.AlreadySubscribed):
        platform.subscribed()
    met = services.ask(f"{platform.url}/")
    with pytest.raises(services.AlreadySubscribed):
        services.trust(sister, met, by=None)


@pytest.mark.usefixtures("db")
def test_nobody_subscribes_to_themselves(platform: Platform) -> None:
    platform.secret = settings.FEED_SECRET
    with pytest.raises(services.Ourselves):
        platform.subscribed()


@pytest.mark.parametrize(
    "wrong",
    [
        "", "keqiao.example", "http://keqiao.example", "ftp://keqiao.example", "https://", "https://keqiao.example/x",
        "https://u:p@keqiao.example", "https://keqiao.example?x=1", "https://keqiao.example:99999", "https://[::1",
        "https://科桥.example", "https://keqiao.example\x00", "https://keqiao .example", "https://" + "a" * 300,
        "http://127.0.0.1.example", "//keqiao.example", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anybody_is_asked(wrong: str) -> None:
    with pytest.raises(Invalid):
        services.ask(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "00" * 32}, {"key": 7}, {"key": "Z" * 64}, {"instance": "https://other.example"}, {"format": "x"},
        {"association": ""}, {"association": "一\x00二"}, {"association": "长" * 81}, {"association": {}},
    ],
)  # fmt: skip
@pytest.mark.usefixtures("db")
def test_who_introduces_itself_wrongly_is_no_platform(
    changes: dict[str, object], platform: Platform
) -> None:
    answer = platform.introduced(**changes)
    platform.introduced = lambda **_changes: answer  # type: ignore[method-assign]
    with pytest.raises(Invalid):
        platform.subscribed()
    assert not Sister.objects.exists()


def test_a_fingerprint_is_read_out_in_groups_of_four() -> None:
    told = feed.fingerprint(feed.public_hex(feed.key_from("x" * 50)))
    assert [len(group) for group in told.split()] == [4] * 8
