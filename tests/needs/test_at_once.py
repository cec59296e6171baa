"""Two at once, with real commits: one of them wins, the other is told, and the journal's chain holds."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import connection
from tests.cast import GOOD, PASSWORD, Cast, told

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.articles import services as articles
from keqiao.articles.models import Dispatch
from keqiao.articles.types import Content
from keqiao.base.errors import Refused
from keqiao.journal import services as journal
from keqiao.journal.models import Entry
from keqiao.needs import services
from keqiao.needs.models import Attachment, Need
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7 x"


def at_once(*deeds: Callable[[], object]) -> list[Refused]:
    """Do all ``deeds`` at the same time, each on its own connection; return the refusals."""
    start, refusals, errors = Barrier(len(deeds)), list[Refused](), list[Exception]()

    def act(deed: Callable[[], object]) -> None:
        try:
            start.wait()
            deed()
        except Refused as refusal:
            refusals.append(refusal)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert journal.verify().holds
    return refusals


@pytest.mark.usefixtures("reference")
def test_one_email_makes_one_person() -> None:
    def join(email: str) -> Callable[[], object]:
        return lambda: accounts.create_person(email=email, name="周禾", password=PASSWORD)

    refusals = at_once(join("zhouhe@keqiao.example"), join("ZhouHe@Keqiao.example"))
    assert [type(refusal).__name__ for refusal in refusals] == ["Invalid"]
    assert Person.objects.count() == 1
    assert Entry.objects.filter(action="person.joined").count() == 1


def test_of_two_decisions_about_a_need_one_counts(cast: Cast) -> None:
    need = services.submit(cast.need(), by=cast.lin)
    mine, hers = Need.objects.get(pk=need.pk), Need.objects.get(pk=need.pk)
    refusals = at_once(
        lambda: services.approve(mine, by=cast.zheng, scores=GOOD),
        lambda: services.send_back(hers, by=cast.zheng, **told("请补充产量。")),
    )
    assert [type(refusal) for refusal in refusals] == [services.ChangedMeanwhile]
    decisions = Entry.objects.filter(action__in=["need.opened", "need.sent_back"])
    assert decisions.count() == 1


def test_the_eleventh_file_stays_out_whoever_is_first(cast: Cast) -> None:
    need = cast.need()
    for number in range(services.MOST_FILES - 1):
        attach(need, cast.lin, f"{number}.pdf")
    refusals = at_once(
        lambda: attach(need, cast.lin, "十.pdf"), lambda: attach(need, cast.lin, "十一.pdf")
    )
    assert len(refusals) == 1
    assert Attachment.objects.filter(need=need).count() == services.MOST_FILES


def attach(need: Need, by: Person, name: str) -> Attachment:
    return services.attach(need, BytesIO(PDF), name=name, size=len(PDF), most_mib=1, by=by)


def test_two_representatives_do_not_both_leave(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    live = {row.person_id: row for row in Membership.objects.filter(organisation=cast.lithium)}
    refusals = at_once(
        lambda: organisations.remove_member(live[cast.lin.pk], by=cast.lin),
        lambda: organisations.remove_member(live[cast.ji.pk], by=cast.ji),
    )
    assert len(refusals) == 1
    assert Membership.objects.filter(organisation=cast.lithium, ended_at=None).count() == 1


@pytest.mark.usefixtures("reference")
def test_a_page_that_comes_in_twice_at_once_is_kept_once() -> None:
    contents = [Content(headline=f"第{number}篇", body="本报讯　座谈。") for number in range(5)]
    kept: list[Dispatch] = []

    def bring() -> None:
        kept.extend(articles.bring_in(contents, source="p" * 64, by=None))

    assert at_once(bring, bring) == []
    assert Dispatch.objects.count() == len(kept) == 5
    assert Entry.objects.filter(action="dispatch.brought_in").count() == 5
