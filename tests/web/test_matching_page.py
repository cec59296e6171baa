"""Matching at the desk: refused forms stay whole, who was asked is seen, and weak answers stand apart."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser

from keqiao.base.errors import Invalid
from keqiao.casework.models import Case
from keqiao.engine.types import Part, Reason
from keqiao.invitations import services as invitations
from keqiao.invitations.models import Invitation
from keqiao.matching import services as matching
from keqiao.matching.models import Judgement, Suggestion
from keqiao.matching.types import Grade, RefusalReason, part_as_json
from keqiao.offers.models import Offer
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
FOLDED = "系统不算作匹配的"
FORMS = "邀请这个工作室，或写下我的判断"


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def offer(cast: Cast) -> Offer:
    """Return the offer of 陈砚 that the engine suggests for the need of the case."""
    return cast.open_offer()


@pytest.fixture
def case(cast: Cast, offer: Offer) -> Case:  # noqa: ARG001 - is there before the engine looks
    """Return a case of 吴桥 whose need the engine has compared."""
    made = cast.case()
    reactions.run("default")
    return made


def path_of(case: Case) -> str:
    return f"/cases/{case.code}/match/{case.concerns.get().need.code}/"


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def weaken() -> None:
    """Have the engine think little of everything that it suggested."""
    parts = [part_as_json(Part("words", 4.0, Reason("words.shared", {"terms": "锂渣"})))]
    Suggestion.objects.update(parts=parts, score=4.0)


def test_the_own_choice_keeps_all_that_was_entered(cast: Cast, case: Case, offer: Offer) -> None:
    entered = {"place": "own", "offer": offer.code, "grade": "0", "why": "长" * 501}
    page = browser(cast.wu).post(path_of(case), entered)
    own = page.content.decode().split("我自己的人选")[1].split("</form>")[0]
    assert page.status_code == 422
    for kept in (f'value="{offer.code}"', '<option value="0" selected', "长" * 501):
        assert kept in own
    assert 'href="#judge_own_why"' in page.content.decode()
    assert 'id="judge_own_why"' in own
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("code", ["F-00000000", "", "\x00", "〇", "<b>𠮷㐂</b>", "x" * 3000])
def test_an_offer_that_is_none_is_refused_at_the_own_choice(
    cast: Cast, case: Case, code: str
) -> None:
    entered = {"place": "own", "offer": code, "grade": "3", "why": "同行推荐"}
    page = browser(cast.wu).post(path_of(case), entered)
    own = page.content.decode().split("我自己的人选")[1].split("</form>")[0]
    assert page.status_code == 422
    assert "同行推荐" in own
    assert 'id="judge_own_offer-error"' in own
    assert "<b>" not in own


def test_a_refused_judgement_stays_in_the_form_of_its_offer(
    cast: Cast, case: Case, offer: Offer
) -> None:
    said = browser(cast.wu).post(path_of(case), {"offer": offer.code, "grade": "0"})
    page = said.content.decode()
    match = page.split(FORMS)[1].split("</li>")[0]
    assert said.status_code == 422
    assert '<option value="0" selected' in match
    assert f'href="#judge_{offer.code}_why"' in page
    assert page.count(f'id="judge_{offer.code}_why"') == 1
    assert "selected" not in page.split("我自己的人选")[1].split("</form>")[0].split("请选择")[1]


def test_a_refused_invitation_keeps_its_day_and_words(cast: Cast, case: Case, offer: Offer) -> None:
    late = in_days(400)
    entered = {"offer": offer.code, "due_on": late, "text": "请看𠮷田㐂的样品。"}
    said = browser(cast.wu).post(path_of(case), entered)
    match = said.content.decode().split(FORMS)[1].split("</li>")[0]
    assert said.status_code == 422
    assert f'value="{late}"' in match
    assert "请看𠮷田㐂的样品。" in match
    assert f'id="invite_{offer.code}_due_on-error"' in match
    assert not Invitation.objects.exists()


def test_no_two_fields_of_the_page_share_a_name_to_link_to(
    cast: Cast, case: Case, offer: Offer
) -> None:
    cast.open_offer(title="锂渣制砖", description="酸法锂渣压制免烧砖，强度达标，千吨级试验。")
    reactions.run("default")
    need = case.concerns.get().need
    matching.judge(need, offer, Grade.BEST, by=cast.wu)
    page = browser(cast.wu).get(path_of(case)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert page.count(FORMS) == 2


def test_who_was_asked_is_not_asked_again(cast: Cast, case: Case, offer: Offer) -> None:
    other = cast.open_offer(
        title="锂渣制砖", description="酸法锂渣压制免烧砖，强度达标，做过千吨级试验。"
    )
    reactions.run("default")
    need, client = case.concerns.get().need, browser(cast.wu)
    assert client.get(path_of(case)).content.decode().count("发出邀请") == 2
    due_on = timezone.localdate() + timedelta(days=7)
    sent = invitations.invite(case, need, offer.studio, due_on=due_on, offer=offer, by=cast.wu)
    page = client.get(path_of(case)).content.decode()
    assert page.count("已邀请：等待回复") == 2
    assert "发出邀请" not in page
    matching.judge(need, other, Grade.BEST, by=cast.wu)
    invitations.refuse(sent, RefusalReason.NO_CAPACITY, by=cast.chen)
    page = client.get(path_of(case)).content.decode()
    assert "已谢绝" in page.split("经纪人的判断")[1]
    assert "发出邀请" not in page


def test_a_withdrawn_invitation_may_be_sent_anew(cast: Cast, case: Case, offer: Offer) -> None:
    need = case.concerns.get().need
    due_on = timezone.localdate() + timedelta(days=7)
    sent = invitations.invite(case, need, offer.studio, due_on=due_on, by=cast.wu)
    invitations.withdraw(sent, by=cast.wu)
    page = browser(cast.wu).get(path_of(case)).content.decode()
    assert "已邀请：已收回" in page
    assert "发出邀请" in page


def test_weak_answers_are_folded_away(cast: Cast, case: Case, offer: Offer) -> None:
    assert FOLDED not in browser(cast.wu).get(path_of(case)).content.decode()
    weaken()
    page = browser(cast.wu).get(path_of(case)).content.decode()
    near, weak = page.split(FOLDED)
    assert offer.title not in near
    assert offer.title in weak
    assert '<details class="more">' in near
    refused = browser(cast.wu).post(path_of(case), {"offer": offer.code, "grade": "3"})
    assert '<details class="more" open>' in refused.content.decode()


def test_to_call_a_weak_answer_fitting_asks_for_the_reason(
    cast: Cast, case: Case, offer: Offer
) -> None:
    need = case.concerns.get().need
    weaken()
    with pytest.raises(Invalid):
        matching.judge(need, offer, Grade.BEST, by=cast.wu)
    assert not Judgement.objects.exists()
    matching.judge(need, offer, Grade.UNRELATED, by=cast.wu)
    kept = matching.judge(need, offer, Grade.BEST, why="做过同样的事", by=cast.wu)
    assert (kept.rank, kept.score) == (1, 4.0)
