"""The reviewer's page: twins with passages, stock phrases with counts, and nothing that is not for this reviewer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import DEYANG, GOOD, SECRET, Cast, need_content, offer_content

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.journal import selectors as journal
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.offers import services as offers
from keqiao.places.models import Association
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
HIDDEN = "德阳九号反应釜"  # stands in a private version elsewhere only


def of_rival(cast: Cast, **changes: object) -> Need:
    draft = needs.draft(need_content(**changes), by=cast.zhou, organisation=cast.rival)
    return needs.submit(draft, by=cast.zhou)


def of_lin(cast: Cast, **changes: object) -> Need:
    return needs.submit(cast.need(**changes), by=cast.lin)


def elsewhere(cast: Cast) -> Need:
    """Return a twin in 德阳 with words of its own."""
    wanted = f"{need_content().wanted}{HIDDEN}也在出渣。"
    return of_rival(cast, region_id=DEYANG, wanted=wanted, title=f"{HIDDEN}的锂渣")


def page(who: Person, path: str, settings: Settings) -> str:
    settings.STAFF_SECOND_FACTOR = False
    client = Client()
    client.force_login(who)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_nothing_alike_is_said_calmly(cast: Cast, settings: Settings) -> None:
    need = of_lin(cast)
    reactions.run("default")
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert "没有发现相似条目。" in html
    assert "没有发现套话。" in html
    assert "没有比对" not in html


def test_a_twin_of_the_area_shows_owner_state_likeness_and_passages(
    cast: Cast, settings: Settings
) -> None:
    rival, need = (
        of_rival(cast, targets="水泥混合材掺量不低于 15%，28 天活性指数≥70%。"),
        of_lin(cast),
    )
    reactions.run("default")
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    text = text_of(html)
    assert f"/needs/{rival.code}/private/" in html
    assert "成都示例锂电材料有限公司" in text
    assert "文字几乎相同：" in text
    assert "本条有 100% 的文字也在对方" in text
    assert "<mark>提锂后的酸法锂渣堆存压力大" in html
    assert "<mark>10</mark>" not in html
    assert "出自同一发布者" not in text


def test_the_own_earlier_entry_is_marked_as_such(cast: Cast, settings: Settings) -> None:
    needs.close(cast.open_need(), Resolution.WITHDRAWN, by=cast.lin)
    need = of_lin(cast)
    reactions.run("default")
    text = text_of(page(cast.zheng, f"/review/needs/{need.code}/", settings))
    assert "出自同一发布者" in text
    assert "已结束" in text


def test_no_private_word_of_another_area_reaches_the_reviewer(
    cast: Cast, settings: Settings
) -> None:
    there, need = elsewhere(cast), of_lin(cast)
    reactions.run("default")
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert "其他地区还有 1 条相似条目没有公开" in html
    assert "没有发现相似条目" not in html
    for told in (HIDDEN, there.code, "成都示例锂电材料"):
        assert told not in html
    access.grant(cast.sun, Role.REVIEWER, Association.objects.get(code=f"A-{DEYANG}"), by=cast.he)
    needs.approve(there, by=Person.objects.get(pk=cast.sun.pk), scores=GOOD)
    reactions.run("default")
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert f'href="/needs/{there.code}/"' in html
    assert there.public_title in html
    assert "不在您的地区，只能看到公开版。" in html
    assert HIDDEN not in html
    assert "成都示例锂电材料" not in html


def test_the_reviewer_elsewhere_reads_nothing_private_of_ours(
    cast: Cast, settings: Settings
) -> None:
    there = elsewhere(cast)
    of_lin(cast)
    reactions.run("default")
    access.grant(cast.sun, Role.REVIEWER, Association.objects.get(code=f"A-{DEYANG}"), by=cast.he)
    sun = Person.objects.get(pk=cast.sun.pk)
    html = page(sun, f"/review/needs/{there.code}/", settings)
    assert "其他地区还有 1 条相似条目没有公开" in html
    assert "雅安示例锂业" not in html
    assert html.count(SECRET) == 1  # in the reviewer's own entry, which was copied with it


def test_an_offer_shows_its_twin_and_what_was_swapped(cast: Cast, settings: Settings) -> None:
    cast.open_offer()
    swapped = {
        name: str(getattr(offer_content(), name)).replace("锂渣", "磷石膏")
        for name in ("title", "description")
    }
    mine = offers.draft(offer_content(**swapped), studio=cast.gu_studio, by=cast.gu)
    offers.submit(mine, by=cast.gu)
    reactions.run("default")
    text = text_of(page(cast.zheng, f"/review/offers/{mine.code}/", settings))
    assert "同一套框架，换了名词：" in text
    assert "磷石膏 → 锂渣" in text
    assert "陈砚固废利用工作室" in text


def test_stock_phrases_stand_with_their_counts(cast: Cast, settings: Settings) -> None:
    said = "随着社会的不断发展，绿色低碳越来越重要。"
    about = ("猕猴桃溃疡病", "焊缝气孔", "坡地采茶", "猪舍氨气")
    codes = ("A01", "B01", "C01", "F01")
    for who, what, code in zip((cast.zhou, cast.chen, cast.gu, cast.ji), about, codes, strict=True):
        told = f"{what}多年没有解决，请懂{what}的人来看一看怎么办。{said}"
        content = need_content(
            title=what, wanted=told, tried="", targets="", limits="", subject_id=code,
            public_title=what, public_text=told,
        )  # fmt: skip
        needs.submit(needs.draft(content, by=who), by=who)
    need = of_lin(cast, limits=said)
    reactions.run("default")
    text = text_of(page(cast.zheng, f"/review/needs/{need.code}/", settings))
    assert f"{said} 另有 4 家的 4 条也这样写" in text


def test_what_is_not_compared_yet_is_said(cast: Cast, settings: Settings) -> None:
    need = of_lin(cast)
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert "还有 2 处变动没有比对" in html


def test_hostile_words_stay_words(cast: Cast, settings: Settings) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}%s锂渣消纳途径<mark>还是很难找到的吧。"
    of_rival(cast, title=hostile[:70], wanted=hostile)
    need = of_lin(cast, title="㐂𠮷", wanted=hostile)
    reactions.run("default")
    html = page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_opening_the_page_leaves_the_journal_alone(cast: Cast, settings: Settings) -> None:
    of_rival(cast)
    need = of_lin(cast)
    reactions.run("default")
    position = journal.last_position()
    page(cast.zheng, f"/review/needs/{need.code}/", settings)
    assert journal.last_position() == position


def test_the_page_is_complete_in_english(cast: Cast, settings: Settings) -> None:
    of_rival(cast)
    need = of_lin(cast)
    reactions.run("default")
    settings.STAFF_SECOND_FACTOR = False
    client = Client()
    client.force_login(cast.zheng)
    client.post("/language/", {"language": "en"})
    text = text_of(client.get(f"/review/needs/{need.code}/").content.decode())
    assert "Similar entries" in text
    assert "Nearly the same text: 100% of this entry" in text
    assert "Stock phrases" in text
