"""The reviewer's page and what the author reads of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import GOOD, POOR, Cast, browser, need_content, offer_content, told
from tests.hostile.corpus import KINDS

from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.offers import services as offers
from keqiao.reviews.models import Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def zheng(cast: Cast, settings: Settings) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    return browser(cast.zheng)


def waiting(cast: Cast, **changes: object) -> Need:
    return needs.submit(cast.need(**changes), by=cast.lin)


def entered(need: Need, **more: object) -> dict[str, object]:
    return {"decision": "approve", "revision": need.revision, **GOOD.by_criterion(), **more}


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_both_versions_stand_side_by_side_with_what_differs_marked(
    cast: Cast, zheng: Client
) -> None:
    html = zheng.get(f"/review/needs/{waiting(cast).code}/").content.decode()
    assert '<del><span class="sign">－</span>堆存压力大' in html
    assert '<ins><span class="sign">＋</span>产生</ins>' in html
    assert "</span>稳定的消纳途径" not in html


def test_each_score_stands_beside_what_it_means(cast: Cast, zheng: Client) -> None:
    html = zheng.get(f"/review/needs/{waiting(cast).code}/").content.decode()
    for name in ("clarity", "figures", "cooperation", "rules"):
        assert html.count(f'type="radio" name="{name}"') == 6
        assert f'id="id_{name}-levels"' in html
    assert "没有任何可以检验的说法" in html


def test_a_need_is_opened_from_the_page(cast: Cast, zheng: Client) -> None:
    need = waiting(cast)
    assert zheng.post(f"/review/needs/{need.code}/", entered(need)).status_code == 302
    need.refresh_from_db()
    assert need.state == "open"
    assert Review.objects.get().scores == GOOD


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"figures": "0"}, "“指标”是 0 分，不能公开。"),
        ({"clarity": "1", "figures": "1", "cooperation": "1"}, "合计 8 分，不到 10 分"),
        ({"rules": ""}, "请打 0 到 5 分。"),
        ({"rules": "6"}, "请打 0 到 5 分。"),
        ({"rules": "３"}, "请打 0 到 5 分。"),
        ({"rules": "=5"}, "请打 0 到 5 分。"),
    ],
)
def test_what_does_not_open_is_said_and_what_was_written_stays(
    cast: Cast, zheng: Client, scores: dict[str, str], said: str
) -> None:
    need = waiting(cast)
    sent = entered(need, comments_5="第五条意见", about_5="limits", **scores)
    answer = zheng.post(f"/review/needs/{need.code}/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "第五条意见" in page
    assert '<details class="more" open>' in page
    need.refresh_from_db()
    assert (need.state, Review.objects.count()) == ("review", 0)


def test_the_author_reads_scores_and_comments_beside_the_fields(cast: Cast, zheng: Client) -> None:
    need = waiting(cast)
    sent = entered(
        need,
        decision="send_back",
        comments="写清每天出多少吨。",
        about="wanted",
        comments_2="<b>勾选</b>合适的方式。",
        about_2="cooperation",
        comments_3="整条再读一遍。",
    )
    assert zheng.post(f"/review/needs/{need.code}/", sent).status_code == 302
    lin = browser(cast.lin)
    form = lin.get(f"/needs/{need.code}/edit/").content.decode()
    assert '<a href="#id_wanted">想要解决什么</a>：写清每天出多少吨。' in form
    assert 'href="#id_cooperation_0"' in form
    assert 'id="id_cooperation_0"' in form
    assert form.count("写清每天出多少吨。") == 2
    assert form.count("整条再读一遍。") == 1
    assert "合计 16 分" in text_of(form)
    assert "<b>勾选" not in form
    private = lin.get(f"/needs/{need.code}/private/").content.decode()
    assert f'href="/needs/{need.code}/edit/#id_wanted"' in private
    assert "审核员请您修改" in lin.get("/desk/").content.decode()


def test_the_comments_are_gone_once_the_need_waits_again(cast: Cast) -> None:
    need = waiting(cast)
    needs.send_back(need, by=cast.zheng, **told("写清产量。", "wanted"))
    needs.submit(need, by=cast.lin)
    page = browser(cast.lin).get(f"/needs/{need.code}/private/").content.decode()
    assert "写清产量" not in page


def test_the_second_round_shows_what_changed_and_what_was_said(cast: Cast, zheng: Client) -> None:
    need = waiting(cast)
    needs.send_back(need, by=cast.zheng, **told("写清产量。", "wanted"))
    content = need_content(
        targets="水泥混合材掺量不低于 15%，28 天活性指数≥65%。", cooperation=("licence",)
    )
    needs.submit(needs.revise(need, content, by=cast.lin), by=cast.lin)
    html = zheng.get(f"/review/needs/{need.code}/").content.decode()
    start = html.index('id="changes"')
    changes = html[start : html.index('id="twins"')]
    assert '<del><span class="sign">－</span>10</del>' in changes
    assert '<ins><span class="sign">＋</span>15</ins>' in changes
    assert "技术许可" in text_of(changes)
    assert "想要解决什么" not in text_of(changes[: changes.index('id="history"')])
    assert "写清产量。" in changes


def test_an_offer_goes_back_and_its_owner_reads_why(cast: Cast, zheng: Client) -> None:
    offer = offers.submit(cast.offer(), by=cast.chen)
    sent = {
        "decision": "send_back",
        "revision": offer.revision,
        **POOR.by_criterion(),
        "comments": "补上专利号。",
        "about": "evidence",
    }
    assert zheng.post(f"/review/offers/{offer.code}/", sent).status_code == 302
    offer.refresh_from_db()
    chen = browser(cast.chen)
    form = chen.get(f"/offers/{offer.code}/edit/").content.decode()
    assert '<a href="#id_evidence_1">佐证</a>：补上专利号。' in form
    assert 'id="id_evidence_1"' in form
    assert form.count("补上专利号。") == 2
    assert "补上专利号。" in chen.get(f"/offers/{offer.code}/").content.decode()
    offers.submit(
        offers.revise(offer, offer_content(title="锂渣微粉作混合材"), by=cast.chen), by=cast.chen
    )
    html = zheng.get(f"/review/offers/{offer.code}/").content.decode()
    assert '<del><span class="sign">－</span>水泥</del>' in html


def test_nobody_else_reads_the_comments(cast: Cast, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    offer = cast.open_offer()
    waits = offers.submit(cast.offer(), by=cast.chen)
    offers.send_back(waits, by=cast.zheng, **told("只给作者看的话。"))
    for who in (cast.zhou, cast.gu, cast.ji, cast.sun):
        for code in (offer.code, waits.code):
            assert "只给作者看的话" not in browser(who).get(f"/offers/{code}/").content.decode()


def test_bad_text_is_kept_whole_or_refused(cast: Cast, zheng: Client) -> None:
    need = waiting(cast)
    path = f"/review/needs/{need.code}/"
    for name, text in [kind for kind in KINDS if not kind[0].startswith("surrogate")][::30]:
        for more in ({"comments": text[:4000]}, {"about": text[:50], "comments": "改"}):
            answer = zheng.post(path, entered(need, decision="send_back", **more))
            assert answer.status_code in {302, 422}, name
            if answer.status_code == 302:
                assert Review.objects.get().comments[0]["text"].strip(), name
                Review.objects.all().delete()
                Need.objects.filter(pk=need.pk).update(state="review", revision=need.revision)


def test_the_form_speaks_english_too(cast: Cast, zheng: Client) -> None:
    zheng.post("/language/", {"language": "en"})
    text = text_of(zheng.get(f"/review/needs/{waiting(cast).code}/").content.decode())
    assert "nothing at all that can be checked" in text
