"""Every move of an offer × everybody, and studios."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from tests.cast import DEYANG, GOOD, YAAN, Cast, offer_content, told

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.offers import documents, policies, selectors, services
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import MACHINE, State
from keqiao.offers.types import Evidence, EvidenceKind, StudioContent
from keqiao.ops.commands import tend

pytestmark = pytest.mark.django_db
EVERYBODY = ("lin", "zhou", "chen", "gu", "wu", "zheng", "sun", "he", "ji")
MOVES: dict[str, tuple[str, Callable[[Offer, Person], object], set[str]]] = {
    "revise": (
        "draft",
        lambda o, who: services.revise(o, offer_content(title="改过"), by=who),
        {"chen"},
    ),
    "submit": ("draft", lambda o, who: services.submit(o, by=who), {"chen"}),
    "approve": ("review", lambda o, who: services.approve(o, by=who, scores=GOOD), {"zheng"}),
    "send_back": (
        "review",
        lambda o, who: services.send_back(o, by=who, **told("写清指标。")),
        {"zheng"},
    ),
    "close": ("open", lambda o, who: services.close(o, by=who), {"chen"}),
}


def in_state(cast: Cast, state: str) -> Offer:
    offer = cast.offer()
    if state in {"review", "open", "closed"}:
        offer = services.submit(offer, by=cast.chen)
    if state in {"open", "closed"}:
        offer = services.approve(offer, by=cast.zheng, scores=GOOD)
    if state == "closed":
        offer = services.close(offer, by=cast.chen)
    return offer


@pytest.mark.parametrize("verb", MOVES)
def test_each_move_is_made_by_those_who_may_and_nobody_else(verb: str, cast: Cast) -> None:
    state, move, allowed = MOVES[verb]
    for name in EVERYBODY:
        offer = in_state(cast, state)
        before = Entry.objects.count()
        if name in allowed:
            move(offer, getattr(cast, name))
            offer.refresh_from_db()
            assert offer.state == MACHINE.moves[verb][1]
        else:
            with pytest.raises(NotAllowed):
                move(offer, getattr(cast, name))
            assert Entry.objects.count() == before


@pytest.mark.parametrize("verb", MOVES)
def test_no_move_is_made_from_a_wrong_state(verb: str, cast: Cast) -> None:
    _state, move, allowed = MOVES[verb]
    for state in ("draft", "review", "open", "closed"):
        if not MACHINE.allows(verb, state):
            offer = in_state(cast, state)
            with pytest.raises(WrongState):
                move(offer, getattr(cast, next(iter(allowed))))


def test_a_person_has_one_studio_and_an_organisation_may_have_several(cast: Cast) -> None:
    content = StudioContent(name="第二个", region_id=YAAN)
    with pytest.raises(services.HasStudio):
        services.found_studio(content, by=cast.chen)
    for _again in range(2):
        services.found_studio(content, by=cast.lin, organisation=cast.lithium)
    with pytest.raises(NotAllowed):
        services.found_studio(content, by=cast.zhou, organisation=cast.lithium)
    assert Studio.objects.filter(organisation=cast.lithium).count() == 2


def test_the_database_refuses_a_studio_of_two_or_none(cast: Cast) -> None:
    for owners in ({"person": cast.lin, "organisation": cast.lithium}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Studio.objects.create(code="S-TWO", name="两个", region_id=YAAN, **owners)


def test_a_studio_without_open_offers_is_known_to_its_owner_only(cast: Cast) -> None:
    code = cast.chen_studio.code
    assert selectors.studio(code, by=cast.chen) == cast.chen_studio
    with pytest.raises(Missing):
        selectors.studio(code, by=cast.gu)
    cast.open_offer()
    assert selectors.studio(code, by=AnonymousUser()) == cast.chen_studio


def test_evidence_and_industries_are_kept_and_replaced(cast: Cast) -> None:
    proof = (Evidence(EvidenceKind.PATENT, "示例专利一"), Evidence(EvidenceKind.CASE, "示例案例"))
    offer = cast.offer(evidence=proof, industry_ids=("C3011", "C3021"))
    assert [backing.text for backing in offer.backings.order_by("pk")] == ["示例专利一", "示例案例"]
    services.revise(offer, offer_content(evidence=proof[:1], industry_ids=("C3011",)), by=cast.chen)
    assert offer.backings.count() == 1
    assert [industry.pk for industry in offer.industries.all()] == ["C3011"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "magic"}, "kind"),
        ({"rights": "x"}, "rights"),
        ({"stage": 11}, "stage"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 51}, "capacity"),
        ({"region_id": ""}, "region"),
        ({"industry_ids": ("Z1",)}, "industries"),
        ({"evidence": (Evidence(EvidenceKind.PAPER, "长" * 201),)}, "evidence"),
        ({"description": "锂\x00渣"}, "description"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    changes: dict[str, object], field: str, cast: Cast
) -> None:
    with pytest.raises(Invalid) as refusal:
        cast.offer(**changes)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Offer.objects.exists()


def test_the_yes_no_answer_and_the_condition_on_rows_agree(cast: Cast) -> None:
    for state in ("draft", "review", "open", "closed"):
        in_state(cast, state)
    services.submit(cast.offer(region_id=DEYANG), by=cast.chen)
    for who in (AnonymousUser(), *(getattr(cast, name) for name in EVERYBODY)):
        listed = set(Offer.objects.filter(policies.visible_to(who)))
        assert listed == {offer for offer in Offer.objects.all() if policies.may_see(who, offer)}
        to_review = set(selectors.to_review(who))
        assert to_review == {
            offer
            for offer in Offer.objects.filter(state=State.REVIEW)
            if policies.may_review(who, offer)
        }


def test_an_offer_whose_time_has_run_out_is_closed_and_leaves_the_index(cast: Cast) -> None:
    offer = cast.open_offer()
    assert documents.open_codes() == [offer.code]
    assert offer.expires_on is not None
    assert tend.expire(offer.expires_on + datetime.timedelta(days=1)) == (0, 1)
    assert documents.open_codes() == []
    assert documents.entries([offer.code]) == {}


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"region": "510000"}, True),
        ({"region": "510100"}, False),
        ({"industry": "C30"}, True),
        ({"industry": "C26"}, False),
        ({"subject": "E"}, True),
        ({"kind": "result"}, True),
        ({"kind": "team"}, False),
        ({"stage": 7}, True),
    ],
)
def test_lists_are_narrowed_by_subtrees(
    narrowed: dict[str, object], *, found: bool, cast: Cast
) -> None:
    offer = cast.open_offer()
    rows = selectors.public(selectors.Filter(**narrowed))  # type: ignore[arg-type]
    assert (offer in rows) is found
