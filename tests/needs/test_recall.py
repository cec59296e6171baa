"""An owner takes back what was handed in or is open, corrects it and hands it in again; nobody finds it meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import GOOD, Cast, browser, need_content, told

from keqiao.api import feed
from keqiao.base.errors import NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import services as casework
from keqiao.journal.models import Entry
from keqiao.needs import services as needs
from keqiao.offers import services as offers
from keqiao.reactions import services as reactions
from keqiao.search import selectors as search

pytestmark = pytest.mark.django_db


def found(words: str, kind: str) -> list[str]:
    """Return the codes that the search finds, after the words have followed."""
    reactions.run("words")
    return [hit.key for hit in search.find(words, kinds=(kind,)).hits]


def test_an_open_need_is_taken_back_corrected_and_reviewed_anew(cast: Cast) -> None:
    need = cast.open_need()
    assert found("锂渣", "need") == [need.code]
    needs.recall(need, by=cast.lin)
    assert (need.state, need.opened_at, need.reviewed_by) == ("draft", None, None)
    assert found("锂渣", "need") == []
    assert Client().get(f"/needs/{need.code}/").status_code == 404
    moves, _reached, _is_last = feed.moves_after(0, 10)
    assert [one["state"] for one in feed.told(moves, "https://keqiao.example")] == ["withdrawn"]
    corrected = need_content(public_text="提锂产生的酸法锂渣需要消纳途径，已删去说错的话。")
    needs.revise(need, corrected, by=cast.lin)
    needs.approve(needs.submit(need, by=cast.lin), by=cast.zheng, scores=GOOD)
    assert found("锂渣", "need") == [need.code]
    assert Entry.objects.filter(action="need.recalled", subject_key=need.code).count() == 1


def test_a_need_that_waits_for_its_review_is_taken_back(cast: Cast) -> None:
    need = needs.submit(cast.need(), by=cast.lin)
    page = browser(cast.lin).get(f"/needs/{need.code}/private/").content.decode()
    assert need.public_text in page
    assert browser(cast.lin).post(f"/needs/{need.code}/recall/").status_code == 302
    need.refresh_from_db()
    assert need.state == "draft"
    with pytest.raises(WrongState):
        needs.send_back(need, by=cast.zheng, **told("请写指标。"))


def test_a_reviewer_whose_need_was_taken_back_meanwhile_is_told_so(
    cast: Cast, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    need = needs.submit(cast.need(), by=cast.lin)
    needs.recall(need, by=cast.lin)
    path, entered = f"/review/needs/{need.code}/", {**GOOD.by_criterion(), "decision": "approve"}
    answer = browser(cast.zheng).post(path, entered, follow=True)
    assert "作者已经撤回修改" in answer.content.decode()
    assert browser(cast.zheng).get(path).status_code == 404
    assert browser(cast.zhou).post(path, entered).status_code == 404


def test_nobody_else_takes_it_back_and_nobody_what_a_case_carries(cast: Cast) -> None:
    need = cast.open_need()
    for name in ("zhou", "chen", "wu", "zheng", "he"):
        with pytest.raises(NotAllowed):
            needs.recall(need, by=getattr(cast, name))
    casework.open_case([need], by=cast.wu)
    need.refresh_from_db()
    with pytest.raises(WrongState):
        needs.recall(need, by=cast.lin)


def test_the_form_of_what_is_not_a_draft_leads_to_its_page(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    shown = browser(cast.lin).get(f"/needs/{need.code}/edit/")
    assert shown.headers["Location"] == f"/needs/{need.code}/private/"
    shown = browser(cast.chen).get(f"/offers/{offer.code}/edit/")
    assert shown.headers["Location"] == f"/offers/{offer.code}/"


def test_an_open_offer_is_taken_back(cast: Cast) -> None:
    offer = cast.open_offer()
    assert found("锂渣", "offer") == [offer.code]
    with pytest.raises(NotAllowed):
        offers.recall(offer, by=cast.zheng)
    assert browser(cast.chen).post(f"/offers/{offer.code}/recall/").status_code == 302
    offer.refresh_from_db()
    assert (offer.state, found("锂渣", "offer")) == ("draft", [])
