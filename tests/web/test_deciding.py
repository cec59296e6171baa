"""Deciding in the browser: what is opened is what was seen."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import GOOD, YAAN, Cast, firm, need_content, offer_content, told

from keqiao.accounts.models import Person
from keqiao.articles import services as articles
from keqiao.articles.types import Content
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.offers import services as offers
from keqiao.organisations import services as organisations
from keqiao.organisations.types import Particulars

pytestmark = pytest.mark.django_db
CHANGED = "刚才"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def logged_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen(client: Client, path: str, form: str = "form") -> int:
    """Return the revision that the page carries in its form."""
    kept = client.get(path).context[form]["revision"].value()
    assert isinstance(kept, int)
    return kept


def changed_after_it_was_sent_back(cast: Cast, need: Need) -> None:
    needs.send_back(need, by=cast.zheng, **told("请补充数字。"))
    needs.revise(
        need,
        need_content(public_text="与审核员看到的不是一回事，所以要请审核员再看一遍。"),
        by=cast.lin,
    )
    needs.submit(need, by=cast.lin)


def test_a_need_that_changed_under_the_reviewer_is_shown_again_and_not_opened(cast: Cast) -> None:
    need = needs.submit(cast.need(), by=cast.lin)
    client, path = logged_in(cast.zheng), f"/review/needs/{need.code}/"
    entered = {"decision": "approve", **GOOD.by_criterion(), "revision": seen(client, path)}
    changed_after_it_was_sent_back(cast, need)
    answer = client.post(path, entered)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert CHANGED in page
    assert "与审核员看到的不是一回事" in page
    need.refresh_from_db()
    assert need.state == "review"
    again = {**entered, "revision": answer.context["form"]["revision"].value()}
    assert client.post(path, again).status_code == 302
    need.refresh_from_db()
    assert need.state == "open"


def test_a_decision_without_what_was_seen_is_refused(cast: Cast) -> None:
    need = needs.submit(cast.need(), by=cast.lin)
    offer = offers.submit(cast.offer(), by=cast.chen)
    client = logged_in(cast.zheng)
    for path in (f"/review/needs/{need.code}/", f"/review/offers/{offer.code}/"):
        answer = client.post(path, {"decision": "approve", **GOOD.by_criterion()})
        assert answer.status_code == 422
        assert "请重新打开" in answer.content.decode()
    for row in (need, offer):
        row.refresh_from_db()
        assert row.state == "review"


def test_an_offer_that_changed_under_the_reviewer_is_not_opened(cast: Cast) -> None:
    offer = offers.submit(cast.offer(), by=cast.chen)
    client, path = logged_in(cast.zheng), f"/review/offers/{offer.code}/"
    old = seen(client, path)
    offers.send_back(offer, by=cast.zheng, **told("请补充佐证。"))
    offers.revise(offer, offer_content(description="换了说法。" * 10), by=cast.chen)
    offers.submit(offer, by=cast.chen)
    answer = client.post(path, {"decision": "approve", **GOOD.by_criterion(), "revision": old})
    assert answer.status_code == 422
    assert "换了说法" in answer.content.decode()
    offer.refresh_from_db()
    assert offer.state == "review"


def test_an_organisation_that_changed_under_the_checker_is_not_verified(cast: Cast) -> None:
    kept = firm("雅安示例电池有限公司", YAAN, "91511800MAKQ00003", by=cast.ji)
    client, path = logged_in(cast.zheng), f"/organisations/{kept.code}/"
    old = seen(client, path, "decision_form")
    particulars = Particulars(
        name="雅安冒名电网有限公司",
        kind=kept.kind,  # type: ignore[arg-type]
        region_id=YAAN,
        credit_code=kept.credit_code or "",
    )
    organisations.revise(kept, particulars, by=cast.ji)
    for entered in ({"revision": old}, {}):
        answer = client.post(f"{path}decide/", {"decision": "verify", **entered}, follow=True)
        assert "已核验" not in answer.content.decode()
    kept.refresh_from_db()
    assert kept.standing == "waiting"
    client.post(
        f"{path}decide/", {"decision": "verify", "revision": seen(client, path, "decision_form")}
    )
    kept.refresh_from_db()
    assert kept.standing == "verified"


def test_two_editors_do_not_undo_each_other_unseen(cast: Cast) -> None:
    draft = articles.bring_in([Content("一", "正文一。", YAAN)], source="页", by=None)[0]
    client, path = logged_in(cast.zheng), f"/review/dispatches/{draft.code}/"
    entered = {"headline": "我的标题", "body": "我的正文。", "region": YAAN, "decision": "publish"}
    old = seen(client, path)
    articles.edit(draft, Content("他的标题", "他的正文。", YAAN), by=cast.he)
    answer = client.post(path, {**entered, "revision": old})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "我的正文" in page
    assert "他的正文" in page
    draft.refresh_from_db()
    assert draft.state == "draft"
    client.post(path, {**entered, "revision": answer.context["form"]["revision"].value()})
    draft.refresh_from_db()
    assert (draft.state, draft.headline) == ("published", "我的标题")


def test_an_owner_whose_draft_changed_meanwhile_saves_at_the_second_try(cast: Cast) -> None:
    need = cast.need()
    client, path = logged_in(cast.lin), f"/needs/{need.code}/edit/"
    entered = {"title": "我写的名称", "region": YAAN, "revision": seen(client, path)}
    needs.revise(need, need_content(title="同事写的名称"), by=cast.lin)
    answer = client.post(path, entered)
    assert answer.status_code == 422
    assert "我写的名称" in answer.content.decode()
    again = {**entered, "revision": answer.context["form"]["revision"].value()}
    assert client.post(path, again).status_code == 302
    need.refresh_from_db()
    assert need.title == "我写的名称"
