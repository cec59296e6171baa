"""Offers and studios: owners who left, old copies, evidence, limits, numbers of queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import GOOD, POOR, YAAN, Cast, offer_content, told

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.offers import documents, intake, policies, selectors, services
from keqiao.offers.models import Offer, Studio
from keqiao.offers.types import Evidence, EvidenceKind, StudioContent
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Standing
from keqiao.reviews import selectors as reviews
from keqiao.reviews.types import Comment, Scores
from keqiao.web.versions import OFFER_FIELDS

pytestmark = pytest.mark.django_db

CountQueries = Callable[[int], AbstractContextManager[object]]
STRANGER = AnonymousUser()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.phrase.text) for problem in refusal.value.problems]


def works(cast: Cast) -> Studio:
    """Return the studio of 雅安示例锂业."""
    content = StudioContent(name="锂业中试工作室", region_id=YAAN)
    return services.found_studio(content, by=cast.lin, organisation=cast.lithium)


def test_a_studio_of_an_organisation_is_run_by_its_members(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    offer = services.draft(offer_content(), studio=works(cast), by=cast.ji)
    assert selectors.get(offer.code, by=cast.lin) == offer
    services.submit(services.revise(offer, offer_content(stage=8), by=cast.lin), by=cast.ji)
    for visitor in (STRANGER, cast.zhou, cast.chen, cast.sun):
        with pytest.raises(Missing):
            selectors.get(offer.code, by=visitor)


def test_who_left_the_organisation_runs_its_studio_no_more(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    studio = works(cast)
    offer = services.draft(offer_content(), studio=studio, by=cast.ji)
    organisations.remove_member(Membership.objects.get(person=cast.ji), by=cast.lin)
    former = fresh(cast.ji)
    assert not selectors.of_person(former).exists()
    with pytest.raises(Missing):
        selectors.get(offer.code, by=former)
    with pytest.raises(NotAllowed):
        services.submit(offer, by=former)


def test_nobody_reviews_what_they_wrote_though_they_run_the_studio_no_more(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.zheng, by=cast.lin)
    offer = services.draft(offer_content(), studio=works(cast), by=cast.zheng)
    services.submit(offer, by=cast.lin)
    offer.refresh_from_db()
    organisations.remove_member(Membership.objects.get(person=cast.zheng), by=cast.lin)
    reviewer = fresh(cast.zheng)
    assert offer not in selectors.to_review(reviewer)
    assert not policies.may_review(reviewer, offer)
    with pytest.raises(NotAllowed):
        services.approve(offer, by=reviewer, scores=GOOD)


def test_public_facts_that_the_platform_loaded_are_reviewed_too(cast: Cast) -> None:
    content = StudioContent(name="公开成果", region_id=YAAN)
    studio = services.found_studio(content, by=None, organisation=cast.rival)
    offer = services.submit(services.draft(offer_content(), studio=studio, by=None), by=None)
    assert list(selectors.to_review(cast.zheng)) == [offer]
    assert services.approve(offer, by=cast.zheng, scores=GOOD).state == "open"


def test_nothing_of_an_unverified_organisation_is_opened(cast: Cast) -> None:
    offer = services.draft(offer_content(), studio=works(cast), by=cast.lin)
    services.submit(offer, by=cast.lin)
    Organisation.objects.filter(pk=cast.lithium.pk).update(standing=Standing.WAITING)
    offer = Offer.objects.get(pk=offer.pk)
    with pytest.raises(services.OrganisationNotVerified):
        services.approve(offer, by=cast.zheng, scores=GOOD)


def test_two_at_once_and_older_forms_are_told(cast: Cast) -> None:
    offer = cast.offer()
    twin = Offer.objects.get(pk=offer.pk)
    services.revise(offer, offer_content(title="同事先改了"), by=cast.chen)
    for revision in (None, 1, 0, 10**30):
        with pytest.raises(services.ChangedMeanwhile):
            services.revise(twin, offer_content(title="后来者"), by=cast.chen, revision=revision)
    twin.refresh_from_db()
    assert twin.title == "同事先改了"
    assert twin.industries.count() == 1


def test_nobody_opens_a_text_that_they_have_not_seen(cast: Cast) -> None:
    offer = services.submit(cast.offer(), by=cast.chen)
    seen = offer.revision
    services.send_back(offer, by=cast.zheng, **told("写清指标。"), revision=seen)
    services.submit(services.revise(offer, offer_content(title="换了"), by=cast.chen), by=cast.chen)
    offer.refresh_from_db()
    with pytest.raises(services.ChangedMeanwhile):
        services.approve(offer, by=cast.zheng, revision=seen, scores=GOOD)
    with pytest.raises(services.ChangedMeanwhile):
        services.send_back(offer, by=cast.zheng, **told("晚到"), revision=seen)
    assert (
        services.approve(offer, by=cast.zheng, revision=offer.revision, scores=GOOD).state == "open"
    )


def test_a_short_description_is_sent_home_before_review(cast: Cast) -> None:
    offer = cast.offer(description="会做。")
    with pytest.raises(Invalid) as refusal:
        services.submit(offer, by=cast.chen)
    assert problems(refusal) == [("description", intake.DESCRIPTION_NEEDED)]


def test_only_the_platform_says_that_time_has_run_out(cast: Cast) -> None:
    offer = cast.open_offer()
    with pytest.raises(NotAllowed):
        services.close(offer, by=cast.chen, reason="expired")
    with pytest.raises(NotAllowed):
        services.close(offer, by=None)
    with pytest.raises(WrongState):
        services.close(cast.offer(), by=None, reason="expired")
    services.close(offer, by=None, reason="expired")
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.actor_id, entry.data) == (
        "offer.closed",
        None,
        {"reason": "expired"},
    )


def test_everything_wrong_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        cast.offer(
            title="",
            description="\x00",
            region_id="\x00",
            subject_id="\ud800",
            industry_ids=("C3011", "\x00"),
            evidence=(Evidence(EvidenceKind.PAPER, "长" * 201),),
        )
    assert sorted({field for field, _text in problems(refusal)}) == [
        "description",
        "evidence",
        "industries",
        "region",
        "subject",
        "title",
    ]


def test_evidence_and_industries_have_limits(cast: Cast) -> None:
    many = tuple(Evidence(EvidenceKind.PAPER, f"论文{number}") for number in range(21))
    with pytest.raises(Invalid) as refusal:
        cast.offer(evidence=many, industry_ids=tuple(f"C{number}" for number in range(100_000)))
    assert {field for field, _text in problems(refusal)} == {"evidence", "industries"}


def test_evidence_of_an_unknown_kind_is_refused_and_empty_evidence_left_out(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        cast.offer(evidence=(Evidence("rumour", "听说"),))  # type: ignore[arg-type]
    assert [field for field, _text in problems(refusal)] == ["evidence"]
    offer = cast.offer(evidence=(Evidence("paper", " 论文 "), Evidence(EvidenceKind.CASE, " ")))  # type: ignore[arg-type]
    assert [(b.kind, b.text) for b in offer.backings.all()] == [("paper", "论文")]


def test_an_entry_lists_its_industries_in_one_order(cast: Cast) -> None:
    one = cast.offer(industry_ids=("C3011", "C2613"))
    other = cast.offer(industry_ids=("C2613", "C3011"))
    for offer in (one, other):
        assert documents.entry(offer).industries == ("C2613", "C3011")


@pytest.mark.parametrize("code", ["", "F-", "\x00", "\ud800", "F-锂渣", "F" * 9999])
def test_a_hostile_code_is_missing(cast: Cast, code: str) -> None:
    for visitor in (STRANGER, cast.he):
        with pytest.raises(Missing):
            selectors.get(code, by=visitor)
        with pytest.raises(Missing):
            selectors.studio(code, by=visitor)


@pytest.mark.parametrize(
    "narrowed",
    [
        {"region": "\x00"},
        {"region": "51%"},
        {"industry": "C30%"},
        {"subject": "\ud800"},
        {"kind": "\x00"},
        {"stage": 10**30},
    ],
)
def test_a_hostile_filter_finds_nothing(cast: Cast, narrowed: dict[str, object]) -> None:
    cast.open_offer()
    rows = selectors.public(selectors.Filter(**narrowed))  # type: ignore[arg-type]
    assert list(rows) == []


def test_nobody_else_revises_a_studio(cast: Cast) -> None:
    content = StudioContent(name="改名", region_id=YAAN)
    for person in (cast.gu, cast.lin, cast.wu, cast.he):
        with pytest.raises(NotAllowed):
            services.revise_studio(cast.chen_studio, content, by=person)
    services.revise_studio(cast.chen_studio, content, by=cast.chen)
    assert Studio.objects.get(pk=cast.chen_studio.pk).name == "改名"
    assert Entry.objects.latest("position").action == "studio.revised"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"about": "\u202e"}, "about"),
        ({"region_id": "\x00"}, "region"),
        ({"subject_id": "\x00"}, "subject"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_a_refused_revision_leaves_the_studio_as_it_was(
    cast: Cast, change: dict[str, object], field: str
) -> None:
    content = StudioContent(**{"name": "改名", "region_id": YAAN, **change})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal:
        services.revise_studio(cast.chen_studio, content, by=cast.chen)
    assert [name for name, _text in problems(refusal)] == [field]
    assert cast.chen_studio.name == "陈砚固废利用工作室"


def test_lists_cost_the_same_number_of_queries_however_long(
    cast: Cast, django_assert_num_queries: CountQueries
) -> None:
    for _number in range(3):
        cast.open_offer()
    for _number in range(3):
        services.submit(cast.offer(), by=cast.chen)
    expert, reviewer = fresh(cast.chen), fresh(cast.zheng)
    policies.run_by(expert)
    policies.reviewable_by(reviewer)

    def shown(offer: Offer) -> str:
        owner = offer.studio.person or offer.studio.organisation
        return f"{offer.studio.name} {owner} {offer.region} {offer.subject}"

    with django_assert_num_queries(1):
        assert len({offer.code: shown(offer) for offer in selectors.public()}) == 3
    with django_assert_num_queries(1):
        mine = list(selectors.of_person(expert))
        assert len([shown(offer) for offer in mine if policies.runs(expert, offer.studio)]) == 6
    with django_assert_num_queries(1):
        waiting = list(selectors.to_review(reviewer))
        may = [offer for offer in waiting if policies.may_review(reviewer, offer)]
        assert len([shown(offer) for offer in may]) == 3
    codes = documents.open_codes()
    with django_assert_num_queries(2):
        assert set(documents.entries(codes)) == set(codes)


def test_an_offer_is_opened_with_its_scores_and_goes_back_with_comments(cast: Cast) -> None:
    offer = services.submit(cast.offer(), by=cast.chen)
    services.send_back(offer, by=cast.zheng, **told("补上论文题目。", "evidence"))
    kept = reviews.to_answer(services.subject_of(offer))
    assert kept is not None
    assert (kept.said, kept.seen) == (
        [Comment("补上论文题目。", "evidence")],
        documents.reviewed(offer),
    )
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.data) == (
        "offer.sent_back",
        {"scores": POOR.by_criterion(), "comments": 1},
    )
    services.submit(offer, by=cast.chen)
    with pytest.raises(Invalid):
        services.approve(offer, by=cast.zheng, scores=Scores(3, 3, 3, 0))
    assert services.approve(offer, by=cast.zheng, scores=GOOD).state == "open"
    assert Entry.objects.latest("position").data == {"scores": GOOD.by_criterion(), "comments": 0}
    assert reviews.to_answer(services.subject_of(offer)) is None


def test_every_field_of_the_form_can_be_commented(cast: Cast) -> None:
    assert set(OFFER_FIELDS) == set(documents.reviewed(cast.offer()))
    offer = services.submit(cast.offer(), by=cast.chen)
    with pytest.raises(Invalid):
        services.send_back(offer, by=cast.zheng, **told("改", "wanted"))
