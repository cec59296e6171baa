"""The operator's commands: what they do, what they say, and how they end."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import YAAN, Cast
from tests.crew import Crew
from tests.outcomes.test_outcomes import confirmed
from tests.registrations.room import lecture, run_out, taken

from keqiao.access.models import Grant
from keqiao.accounts.models import Person
from keqiao.invitations import services as invitations
from keqiao.invitations.models import Invitation
from keqiao.journal.models import Entry
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.offers.models import Offer
from keqiao.ops import cli
from keqiao.ops.commands import worker
from keqiao.outcomes.models import FollowUp
from keqiao.places.models import Region
from keqiao.registrations import services as registrations
from keqiao.tokens.models import Window

pytestmark = pytest.mark.django_db
Keqiao = Callable[..., tuple[int, str]]


@pytest.fixture
def keqiao(capsys: pytest.CaptureFixture[str]) -> Keqiao:
    """Return a function that runs a command as typed and returns its exit status and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        status = cli.main(list(words))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


@pytest.mark.usefixtures("reference")
def test_setting_up_twice_changes_nothing(keqiao: Keqiao) -> None:
    before = Region.objects.count(), Entry.objects.count()
    status, said = keqiao("setup")
    assert status == 0
    assert "regions: +0 ~0 -0" in said
    assert (Region.objects.count(), Entry.objects.count()) == before
    assert keqiao("setup", "--quiet") == (0, "")


def test_what_nobody_answered_ends_and_what_is_due_is_asked_after(
    cast: Cast, keqiao: Keqiao
) -> None:
    case = cast.case()
    today = timezone.localdate()
    need = case.concerns.get().need
    sent = invitations.invite(case, need, cast.chen_studio, due_on=today, by=cast.wu)
    Invitation.objects.filter(pk=sent.pk).update(due_on=today - datetime.timedelta(days=1))
    outcome = confirmed(cast)
    FollowUp.objects.filter(outcome=outcome, days=30).update(due_on=today)
    line = "ended 1 invitations without an answer, asked after 1 outcomes\n"
    assert line in keqiao("tend")[1]
    assert line not in keqiao("tend")[1]
    sent.refresh_from_db()
    assert sent.state == "lapsed"


def test_what_ran_out_of_its_time_is_closed_by_nobody(cast: Cast, keqiao: Keqiao) -> None:
    need, fresh, offer = cast.open_need(), cast.open_need(), cast.open_offer()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Need.objects.filter(pk=need.pk).update(expires_on=yesterday)
    Offer.objects.filter(pk=offer.pk).update(expires_on=yesterday)
    status, said = keqiao("tend")
    assert status == 0
    assert "closed 1 needs and 1 offers that ran out of their time\n" in said
    need.refresh_from_db()
    fresh.refresh_from_db()
    assert (need.resolution, fresh.state) == (Resolution.EXPIRED, "open")
    entry = Entry.objects.get(action="need.closed")
    assert (entry.subject_key, entry.actor_id) == (need.code, None)
    assert keqiao("tend")[1].startswith("closed 0 needs and 0 offers")


def test_a_last_day_lasts_until_midnight_in_china(cast: Cast, keqiao: Keqiao) -> None:
    need = cast.open_need()
    Need.objects.filter(pk=need.pk).update(expires_on=timezone.localdate())
    assert keqiao("tend")[1].startswith("closed 0 needs")
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"


def test_old_finished_tasks_are_forgotten_and_failed_ones_kept(cast: Cast, keqiao: Keqiao) -> None:
    cast.need()
    long_ago = timezone.now() - datetime.timedelta(days=30)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=long_ago)
    failed = DBTaskResult.objects.first()
    assert failed is not None
    DBTaskResult.objects.filter(pk=failed.pk).update(status="FAILED")
    keqiao("tend")
    assert list(DBTaskResult.objects.all()) == [failed]


@pytest.mark.usefixtures("reference")
def test_the_first_administrator_is_made_at_the_command_line(
    keqiao: Keqiao, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("create-administrator", "helan@keqiao.example", "--name", "何岚")
    monkeypatch.setenv("KEQIAO_PASSWORD", "12345678")
    status, said = keqiao(*words)
    assert status == 2
    assert "Traceback" not in said
    assert not Person.objects.exists()
    monkeypatch.setenv("KEQIAO_PASSWORD", "kexue-qiaoliang-2026")
    for _time in range(2):
        assert keqiao(*words)[0] == 0
    person = Person.objects.get()
    assert person.check_password("kexue-qiaoliang-2026")
    grant = Grant.objects.get(person=person)
    assert (grant.role, grant.association.region_id) == ("administrator", "510000")


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("region", ["999999", "abc", "\x00", "511800\n"])
def test_an_unknown_region_has_no_administrator(
    keqiao: Keqiao, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEQIAO_PASSWORD", "kexue-qiaoliang-2026")
    status, said = keqiao(
        "create-administrator", "helan@keqiao.example", "--name", "何岚", "--region", region
    )
    assert status == 2
    assert "Traceback" not in said
    assert not Grant.objects.exists()


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("email", "name"),
    [("不是邮箱", "何岚"), ("helan@keqiao.example", ""), ("helan@keqiao.example", "a\x00b")],
)
def test_an_administrator_needs_an_address_and_a_name(
    keqiao: Keqiao, monkeypatch: pytest.MonkeyPatch, email: str, name: str
) -> None:
    monkeypatch.setenv("KEQIAO_PASSWORD", "kexue-qiaoliang-2026")
    status, said = keqiao("create-administrator", email, "--name", name, "--region", YAAN)
    assert status == 2
    assert said.startswith("keqiao: ")


def test_the_story_of_a_thing_is_told(cast: Cast, keqiao: Keqiao) -> None:
    need = cast.open_need()
    status, said = keqiao("journal", "show", f"need:{need.code}")
    assert status == 0
    assert [line.split()[3] for line in said.splitlines()] == [
        "need.drafted",
        "need.submitted",
        "need.opened",
    ]
    assert "林小满" not in said
    assert keqiao("journal", "show", "need")[0] == 2


@pytest.mark.usefixtures("cast")
def test_a_broken_chain_is_told_with_its_place(keqiao: Keqiao) -> None:
    assert keqiao("journal", "verify")[0] == 0
    lift = (
        "DROP TRIGGER journal_entry_no_update"
        if connection.vendor == "sqlite"
        else "ALTER TABLE journal_entry DISABLE TRIGGER USER"
    )
    with connection.cursor() as cursor:
        cursor.execute(lift)
        cursor.execute("UPDATE journal_entry SET action = 'person.left' WHERE position = 3")
    status, said = keqiao("journal", "verify")
    assert (status, said) == (
        1,
        "the chain is broken at position 3: the content was changed\nthe proofs hold\n",
    )


def test_the_status_of_the_index_names_every_position(cast: Cast, keqiao: Keqiao) -> None:
    cast.open_need()
    assert keqiao("index", "catch-up")[0] == 0
    status, said = keqiao("index", "status")
    told = dict(line.rsplit(maxsplit=1) for line in said.splitlines() if "MiB" not in line)
    assert status == 0
    assert told["journal position"] == told["index position"]
    assert told["entries"] == "1"


def test_the_clock_rings_once_a_minute_and_tends_once_a_day(cast: Cast) -> None:
    need = cast.open_need()
    DBTaskResult.objects.all().delete()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Need.objects.filter(pk=need.pk).update(expires_on=yesterday)
    clock = worker.Clock()
    clock.tick()
    need.refresh_from_db()
    assert need.resolution == Resolution.EXPIRED
    assert DBTaskResult.objects.count() == 4
    DBTaskResult.objects.all().delete()
    clock.tick()
    assert not DBTaskResult.objects.exists()


@contextmanager
def away(model: type[Model]) -> Iterator[None]:
    """Have the table of a model not be there, so that whoever asks it fails."""
    name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {name}_away RENAME TO {name}")


@pytest.mark.django_db(transaction=True)
def test_what_the_clock_cannot_do_holds_up_nothing_else(crew: Crew) -> None:
    session = lecture(crew)
    registrations.hold(session, 2, by=crew.ma)
    run_out(session)
    with away(Window):
        worker.Clock().tick()
    assert taken(session) == 0
