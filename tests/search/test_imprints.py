"""Imprints follow what was submitted, survive what they must, and show each reviewer what that reviewer may see."""

from __future__ import annotations

import argparse
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import DEYANG, GOOD, SECRET, Cast, need_content, told
from tests.processes import worker
from tests.reactions import test_killed_worker as killing

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.engine.twins import Twins
from keqiao.needs import documents as need_documents
from keqiao.needs import selectors as needs
from keqiao.needs import services as need_services
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.offers import documents as offer_documents
from keqiao.offers import selectors as offers
from keqiao.offers import services as offer_services
from keqiao.ops.commands import index as command
from keqiao.places.models import Association
from keqiao.reactions import selectors as reacted
from keqiao.reactions import services as reactions
from keqiao.search import imprints
from keqiao.search.models import Imprint, Trace

pytestmark = pytest.mark.django_db
STRANGER: Any = AnonymousUser()


def keys() -> set[str]:
    return set(Imprint.objects.values_list("key", flat=True))


def of_rival(cast: Cast, **changes: object) -> Need:
    """Return a need of 周禾 that waits for review."""
    draft = need_services.draft(need_content(**changes), by=cast.zhou, organisation=cast.rival)
    return need_services.submit(draft, by=cast.zhou)


def of_lin(cast: Cast, **changes: object) -> Need:
    return need_services.submit(cast.need(**changes), by=cast.lin)


def reviewer_there(cast: Cast) -> Person:
    """Make 孙远 the reviewer of 德阳."""
    access.grant(cast.sun, Role.REVIEWER, Association.objects.get(code=f"A-{DEYANG}"), by=cast.he)
    return Person.objects.get(pk=cast.sun.pk)


def compared(need: Need, by: Any) -> Any:
    return needs.compared(need_documents.submitted_entry(need), by=by)


def test_what_was_submitted_is_kept_and_a_draft_is_not(cast: Cast) -> None:
    draft, waiting, opened = cast.need(), of_lin(cast), cast.open_need()
    offer, offer_draft = cast.open_offer(), cast.offer()
    reactions.run("default")
    assert keys() == {waiting.code, opened.code, offer.code}
    assert {draft.code, offer_draft.code}.isdisjoint(keys())
    assert not list(imprints.differences())
    assert reacted.uncompared() == 0


def test_what_is_sent_back_is_kept_no_more_and_what_was_closed_still_is(cast: Cast) -> None:
    back, closed = of_lin(cast), cast.open_need()
    need_services.send_back(back, by=cast.zheng, **told("请补充指标。"))
    need_services.close(closed, Resolution.WITHDRAWN, by=cast.lin)
    assert reacted.uncompared() > 0
    reactions.run("default")
    assert keys() == {closed.code}
    assert Trace.objects.exclude(imprint__key=closed.code).count() == 0


def test_a_changed_entry_is_found_by_what_it_says_now(cast: Cast) -> None:
    need = of_lin(cast)
    reactions.run("default")
    need_services.send_back(need, by=cast.zheng, **told("请补充指标。"))
    other = "焊缝气孔率偏高，希望用摆动激光焊解决电池托盘的泄漏，速度不低于三米每分钟。"
    changed = need_content(
        title="焊接", wanted=other, tried="", targets="", limits="", public_text=other
    )
    need_services.submit(need_services.revise(need, changed, by=cast.lin), by=cast.lin)
    rival = of_rival(cast)
    reactions.run("default")
    assert not list(imprints.differences())
    assert compared(rival, cast.he).twins == ()


def test_doing_it_again_changes_nothing_and_a_rebuild_makes_the_same(cast: Cast) -> None:
    of_lin(cast), cast.open_offer()
    reactions.run("default")
    before = sorted(Trace.objects.values_list("imprint__key", "value"))
    reactions.skip_to("imprints", 0)
    reactions.run("default")
    assert sorted(Trace.objects.values_list("imprint__key", "value")) == before
    Trace.objects.all().delete()
    Imprint.objects.filter(kind="offer").update(key="F-GONE0001", digest="")
    assert {one.what for one in imprints.differences()} == {
        "has no imprint",
        "has an imprint, but was not submitted",
    }
    assert command.run(argparse.Namespace(what="rebuild", vectors=False)) == 0
    assert sorted(Trace.objects.values_list("imprint__key", "value")) == before
    assert not list(imprints.differences())


def test_verify_tells_of_an_older_imprint(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    need = of_lin(cast)
    reactions.run("default")
    reactions.run("slow")
    verify = argparse.Namespace(what="verify", vectors=False)
    assert command.run(verify) == 0
    Imprint.objects.update(digest="older")
    assert command.run(verify) == 1
    assert f"{need.code}: has an older imprint" in capsys.readouterr().out


def test_the_tables_answer_as_the_shelf_in_memory_does(cast: Cast) -> None:
    rows = [of_rival(cast, title=f"锂渣消纳之{n}", targets=f"掺量{n}成。" * n) for n in range(1, 7)]
    reactions.run("default")
    mine = need_documents.submitted_entry(of_lin(cast))
    memory = Twins(need_documents.submitted_entry(row) for row in rows).find(mine)
    found = needs.compared(mine, by=cast.he)
    assert {one.twin for one in found.twins} == set(memory.twins)
    assert found.stock == memory.stock


def test_a_stock_sentence_is_counted_by_owners(cast: Cast) -> None:
    said = "随着社会的不断发展，绿色低碳越来越重要。"
    about = ("猕猴桃溃疡病", "焊缝气孔", "坡地采茶", "猪舍氨气")
    for number, (who, what) in enumerate(
        zip((cast.zhou, cast.chen, cast.gu, cast.ji), about, strict=True)
    ):
        text = f"{what}多年没有解决，请懂{what}的人来看一看怎么办。{said}"
        content = need_content(
            title=what, wanted=text, tried="", targets="", limits="", subject_id=("A01", "B01", "C01", "F01")[number],
            public_title=what, public_text=text,
        )  # fmt: skip
        need_services.submit(need_services.draft(content, by=who), by=who)
    need = of_lin(cast, limits=said)
    reactions.run("default")
    found = compared(need, cast.zheng)
    assert [(one.text, one.spread.owners) for one in found.stock] == [(said, 4)]
    assert found.twins == ()


def test_the_owners_own_twin_is_told_as_such(cast: Cast) -> None:
    closed = need_services.close(cast.open_need(), Resolution.WITHDRAWN, by=cast.lin)
    need, rival = of_lin(cast), of_rival(cast)
    reactions.run("default")
    own = {one.row: one.twin.is_own for one in compared(need, cast.zheng).twins}
    assert own == {closed: True, rival: False}


def test_a_reviewer_sees_private_passages_of_the_own_area_only(cast: Cast) -> None:
    here, there = of_rival(cast), of_rival(cast, region_id=DEYANG)
    need = of_lin(cast)
    reactions.run("default")
    for who in (cast.zheng, cast.wu):
        found = compared(need, who)
        assert [one.row for one in found.twins] == [here]
        assert found.hidden == 1
    everything = compared(need, cast.he)
    assert ({one.row for one in everything.twins}, everything.hidden) == ({here, there}, 0)


def test_of_an_open_twin_elsewhere_the_public_title_alone_shows(cast: Cast) -> None:
    there = need_services.approve(
        of_rival(cast, region_id=DEYANG), by=reviewer_there(cast), scores=GOOD
    )
    need = of_lin(cast)
    reactions.run("default")
    found = compared(need, cast.zheng)
    assert [(one.row, one.twin) for one in found.twins] == [(there, None)]


@pytest.mark.parametrize("name", ["stranger", "zhou", "chen", "gu", "sun", "ji"])
def test_nobody_else_learns_of_a_twin_that_is_not_public(cast: Cast, name: str) -> None:
    of_rival_there, need = of_rival(cast, region_id="511500"), of_lin(cast)
    reactions.run("default")
    who = STRANGER if name == "stranger" else getattr(cast, name)
    found = compared(need, who)
    seen = [one.row for one in found.twins if one.twin is not None]
    assert seen == ([of_rival_there] if name == "zhou" else [])  # it is the own one


def test_offers_are_compared_and_a_hidden_one_elsewhere_stays_hidden(cast: Cast) -> None:
    mine = offer_services.submit(cast.offer(), by=cast.chen)
    content = {"region_id": DEYANG, "title": "锂渣微粉的应用"}
    from tests.cast import offer_content

    theirs = offer_services.submit(
        offer_services.draft(offer_content(**content), studio=cast.gu_studio, by=cast.gu),
        by=cast.gu,
    )
    reactions.run("default")
    entry = offer_documents.entry(mine)
    hidden = offers.compared(entry, by=cast.zheng)
    assert (hidden.twins, hidden.hidden) == ((), 1)
    offer_services.approve(theirs, by=reviewer_there(cast), scores=GOOD)
    found = offers.compared(entry, by=cast.zheng).twins
    assert [one.row for one in found] == [theirs]
    assert found[0].twin is not None


def test_a_need_and_an_offer_of_the_same_words_are_no_twins(cast: Cast) -> None:
    need = of_lin(cast)
    cast.open_offer(title=need.title, description=need_documents.submitted_entry(need).text[:400])
    reactions.run("default")
    assert compared(need, cast.he).twins == ()


def test_finding_twins_writes_nothing(cast: Cast, django_assert_max_num_queries: Any) -> None:
    from keqiao.journal import selectors as journal

    of_rival(cast)
    need = of_lin(cast)
    reactions.run("default")
    position = journal.last_position()
    with django_assert_max_num_queries(12) as captured:
        assert compared(need, cast.zheng).twins
    assert all(
        one["sql"].lstrip().upper().startswith("SELECT") for one in captured.captured_queries
    )
    assert journal.last_position() == position
    assert SECRET in need.wanted


def test_rare_and_full_width_characters_are_kept_and_found(cast: Cast) -> None:
    text = "𠮷田㐂先生的鋰渣工藝，ＭＥＳ系統聯動，㐂字號產線每天都在出渣，想找到穩定的消納途徑。"
    content = {
        "title": "㐂",
        "wanted": text,
        "public_text": text,
        "tried": "",
        "targets": "",
        "limits": "",
    }
    need, rival = (
        of_lin(cast, **content),
        of_rival(cast, **{**content, "wanted": text.replace("ＭＥＳ", "MES")}),
    )
    reactions.run("default")
    assert [one.row for one in compared(need, cast.he).twins] == [rival]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_keeping_imprints_leaves_whole_ones(cast: Cast, home: Path) -> None:
    killing.open_many(cast)
    for _kill in range(3):
        reached = Imprint.objects.count()
        process = worker(home)
        killing.wait_until(lambda r=reached: Imprint.objects.count() > r, process)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert Imprint.objects.count() < killing.COUNT, "nothing was left to be lost"
    reactions.run("default", seconds=0)
    entry = need_documents.submitted(["N-K0000001"])["N-K0000001"]
    assert not {one.what for one in imprints.differences()} - {"has no imprint"}
    imprints.put("need", need_documents.submitted_codes())
    assert not list(imprints.differences())
    assert Trace.objects.filter(imprint__key=entry.key).count() == len(
        set(Trace.objects.filter(imprint__key=entry.key).values_list("value", flat=True))
    )
    assert replace(entry, key="other") != entry
