"""Who sees which matches, and with which words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django.asserts import assertNumQueries
from tests.cast import GOOD, SECRET, Cast, offer_content

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Missing
from keqiao.engine import reasons
from keqiao.matching import selectors
from keqiao.matching.models import Run, Suggestion
from keqiao.needs.models import Need
from keqiao.needs.states import State
from keqiao.offers import services as offers
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
UNRELATED = {
    "title": "古琴减字谱的打谱",
    "wanted": "清末减字谱抄本需要打谱，请懂琴曲的人来看。",
    "public_title": "古琴减字谱的打谱",
    "public_text": "清末减字谱抄本需要打谱，请懂琴曲的人来看。",
    "keywords": ("古琴", "减字谱"),
    "tried": "",
    "targets": "",
    "limits": "",
    "industry_id": "R8810",
    "subject_id": "",
}


def test_the_owner_sees_who_can_help_and_why(cast: Cast) -> None:
    offer, need = cast.open_offer(), cast.open_need()
    reactions.run("default")
    found = selectors.suggestions_for_need(need, by=cast.lin)
    assert found.is_good
    assert [item.offer for item in found.items] == [offer]
    best = found.items[0]
    assert best.score == pytest.approx(sum(part.points for part in best.parts), abs=0.011)
    words = next(part for part in best.parts if part.code == "words")
    assert "锂渣" in reasons.sentence(words.reason)


@pytest.mark.parametrize("name", ["zhou", "chen", "sun", "ji"])
def test_nobody_else_learns_of_the_private_matches(cast: Cast, name: str) -> None:
    cast.open_offer()
    need = cast.open_need()
    reactions.run("default")
    for who in (getattr(cast, name), AnonymousUser()):
        with pytest.raises(Missing):
            selectors.suggestions_for_need(need, by=who)
    assert selectors.suggestions_for_need(need, by=cast.wu).items


def test_an_unanswered_need_is_told_so_with_what_is_missing(cast: Cast) -> None:
    cast.open_offer()
    need = cast.open_need(**UNRELATED)
    reactions.run("default")
    found = selectors.suggestions_for_need(need, by=cast.lin)
    assert not found.is_good
    said = " ".join(reasons.sentence(reason) for reason in found.missing)
    assert "减字谱" in said or "还没有可比的条目" in said


def test_the_expert_finds_the_need_on_the_desk_with_public_words_only(cast: Cast) -> None:
    accounts.consent(cast.chen, Purpose.SELECTION, by=cast.chen)
    secret_offer = cast.open_offer(
        description=f"我们熟悉{SECRET}，把酸法锂渣烘干磨细后作水泥混合材，做过千吨级试验。"
    )
    need = cast.open_need()
    reactions.run("default")
    suggested = selectors.needs_for_person(cast.chen)
    assert [(item.need, item.offer) for item in suggested] == [(need, secret_offer)]
    said = "".join(reasons.sentence(part.reason) for part in suggested[0].parts)
    assert SECRET not in said
    assert "七号" not in said
    private = selectors.suggestions_for_need(need, by=cast.lin).items[0]
    assert SECRET in "".join(reasons.sentence(part.reason) for part in private.parts)


def test_an_offer_that_opens_later_finds_the_need_too(cast: Cast) -> None:
    accounts.consent(cast.chen, Purpose.SELECTION, by=cast.chen)
    need = cast.open_need()
    reactions.run("default")
    assert selectors.needs_for_person(cast.chen) == []
    offer = cast.open_offer()
    reactions.run("default")
    assert [item.need for item in selectors.needs_for_person(cast.chen)] == [need]
    assert [i.offer for i in selectors.suggestions_for_need(need, by=cast.lin).items] == [offer]
    assert [item.need for item in selectors.needs_for_offer(offer, by=cast.chen)] == [need]


def test_one_switch_turns_personal_selection_off(cast: Cast) -> None:
    cast.open_offer()
    cast.open_need()
    reactions.run("default")
    assert selectors.needs_for_person(cast.chen) == []
    accounts.consent(cast.chen, Purpose.SELECTION, by=cast.chen)
    assert len(selectors.needs_for_person(cast.chen)) == 1
    accounts.withdraw(cast.chen, Purpose.SELECTION, by=cast.chen)
    assert selectors.needs_for_person(cast.chen) == []


def test_a_need_is_never_answered_by_its_own_organisation(cast: Cast) -> None:
    from keqiao.offers.types import StudioContent

    own = offers.found_studio(
        StudioContent(name="雅安示例锂业工作室", region_id="511800"),
        by=cast.lin,
        organisation=cast.lithium,
    )
    draft = offers.draft(offer_content(), studio=own, by=cast.lin)
    offers.approve(offers.submit(draft, by=cast.lin), by=cast.zheng, scores=GOOD)
    need = cast.open_need()
    reactions.run("default")
    assert selectors.suggestions_for_need(need, by=cast.lin).items == ()
    assert not Suggestion.objects.exists()


def test_the_desk_costs_a_fixed_number_of_queries(cast: Cast) -> None:
    accounts.consent(cast.chen, Purpose.SELECTION, by=cast.chen)
    cast.open_offer()
    for number in range(6):
        cast.open_need(public_title=f"锂渣的规模化消纳利用（{number}）")
    reactions.run("default")
    with assertNumQueries(3):
        assert len(selectors.needs_for_person(cast.chen)) == 6


def test_a_need_in_a_case_is_no_longer_suggested(cast: Cast) -> None:
    accounts.consent(cast.chen, Purpose.SELECTION, by=cast.chen)
    offer, need = cast.open_offer(), cast.open_need()
    reactions.run("default")
    Need.objects.filter(pk=need.pk).update(state=State.IN_CASE)
    assert selectors.needs_for_person(cast.chen) == []
    assert selectors.needs_for_offer(offer, by=cast.chen) == []
    assert selectors.suggestions_for_need(need, by=cast.wu).items


def test_an_offer_that_closes_makes_room_for_the_next(cast: Cast) -> None:
    need = cast.open_need()
    many = [cast.open_offer(title=f"锂渣微粉作水泥混合材（{number}）") for number in range(11)]
    reactions.run("default")
    first = selectors.suggestions_for_need(need, by=cast.lin).items
    assert len(first) == 10
    gone = first[0].offer
    offers.close(gone, by=cast.chen)
    reactions.run("default")
    left = {item.offer.pk for item in selectors.suggestions_for_need(need, by=cast.lin).items}
    assert left == {offer.pk for offer in many} - {gone.pk}


def test_after_an_upgrade_of_the_engine_everything_is_matched_anew(cast: Cast) -> None:
    cast.open_offer()
    cast.open_need()
    reactions.run("default")
    assert not reactions.match_anew_after_upgrade()
    Run.objects.update(engine="older")
    assert reactions.match_anew_after_upgrade()
    reactions.run("default")
    assert selectors.is_of_today()
    assert not reactions.match_anew_after_upgrade()


def test_private_words_stand_in_no_row_that_an_expert_is_shown(cast: Cast) -> None:
    cast.open_offer(description=f"我们熟悉{SECRET}，把酸法锂渣烘干磨细后作水泥混合材。")
    cast.open_need()
    reactions.run("default")
    for row in Suggestion.objects.all():
        assert "七号" not in str(row.public_parts)
        if row.run.subject_kind == "offer":
            assert "七号" not in f"{row.parts}{row.run.missing}"
