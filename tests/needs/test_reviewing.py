"""The second person: scores that open, comments that go back, and nobody who had a hand in the need."""

from __future__ import annotations

import pytest
from tests.cast import DEYANG, GOOD, POOR, YAAN, Cast, browser, need_content, told

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.casework import services as casework
from keqiao.casework.types import EndReason, StepContent
from keqiao.journal.models import Entry
from keqiao.needs import documents, policies, selectors, services
from keqiao.needs.models import Hand, Need
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership
from keqiao.places.models import Association
from keqiao.reviews import selectors as reviews
from keqiao.reviews.models import Review
from keqiao.reviews.types import Comment, Decision, Scores

pytestmark = pytest.mark.django_db


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def as_reviewer(person: Person, cast: Cast, code: str = YAAN) -> Person:
    """Return the person with a reviewer's role beside what the person is already."""
    access.grant(person, Role.REVIEWER, Association.objects.get(code=f"A-{code}"), by=cast.he)
    return fresh(person)


def waiting(cast: Cast) -> Need:
    return services.submit(cast.need(), by=cast.lin)


def again_in_review(need: Need) -> Need:
    """Put a need where a later revision of it would stand."""
    Need.objects.filter(pk=need.pk).update(state="review")
    need.refresh_from_db()
    return need


def may_not_review(person: Person, need: Need) -> None:
    assert not policies.may_review(person, need)
    assert need not in selectors.to_review(person)
    with pytest.raises(NotAllowed):
        services.approve(need, by=person, scores=GOOD)
    with pytest.raises(NotAllowed):
        services.send_back(need, by=person, **told("不该由我退"))


def test_a_need_is_opened_with_its_scores(cast: Cast) -> None:
    need = waiting(cast)
    seen = need.revision
    services.approve(need, by=cast.zheng, scores=GOOD, comments=[Comment("很好。", "targets")])
    kept = reviews.about(services.subject_of(need)).get()
    assert (kept.decision, kept.by, kept.revision) == (Decision.OPENED, cast.zheng, seen)
    assert (kept.scores, kept.said, kept.seen) == (GOOD, [Comment("很好。", "targets")], {})
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.actor_id) == ("need.opened", cast.zheng.pk)
    assert entry.data == {"scores": GOOD.by_criterion(), "comments": 1}


def test_a_need_goes_back_with_comments_on_its_fields(cast: Cast) -> None:
    need = waiting(cast)
    said = [Comment("写清每天出多少吨。", "wanted"), Comment("整条再读一遍。")]
    services.send_back(need, by=cast.zheng, scores=POOR, comments=said)
    assert (need.state, need.is_sent_back) == ("draft", True)
    kept = reviews.to_answer(services.subject_of(need))
    assert kept is not None
    assert (kept.said, kept.scores) == (said, POOR)
    assert kept.seen == documents.reviewed(need)
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.data["comments"]) == ("need.sent_back", 2)
    assert "吨" not in str(entry.data)


@pytest.mark.parametrize("scores", [Scores(0, 5, 5, 5), Scores(2, 2, 2, 3), Scores(9, 5, 5, 5)])
def test_what_is_not_enough_is_not_opened_and_leaves_nothing_behind(
    cast: Cast, scores: Scores
) -> None:
    need, before = waiting(cast), Entry.objects.count()
    with pytest.raises(Invalid):
        services.approve(need, by=cast.zheng, scores=scores)
    need.refresh_from_db()
    assert (need.state, Entry.objects.count(), Review.objects.count()) == ("review", before, 0)


def test_a_comment_on_a_field_that_a_need_has_not_is_refused(cast: Cast) -> None:
    need = waiting(cast)
    for field in ("state", "organisation", "\x00", "description"):
        with pytest.raises(Invalid):
            services.send_back(need, by=cast.zheng, **told("改", field))
    assert not Review.objects.exists()


def test_every_field_of_the_form_can_be_commented(cast: Cast) -> None:
    from keqiao.web.versions import NEED_FIELDS

    assert set(NEED_FIELDS) == set(documents.reviewed(cast.need()))


def test_a_second_round_is_a_second_review(cast: Cast) -> None:
    need = waiting(cast)
    services.send_back(need, by=cast.zheng, **told("请补充产量。", "wanted"))
    services.submit(services.revise(need, need_content(tried="试过。"), by=cast.lin), by=cast.lin)
    services.approve(need, by=cast.zheng, scores=GOOD)
    rows = reviews.about(services.subject_of(need))
    assert [row.decision for row in rows] == [Decision.OPENED, Decision.SENT_BACK]
    assert [row.seen for row in rows] == [{}, {}]


def test_who_was_the_broker_of_a_need_never_reviews_it(cast: Cast) -> None:
    need = cast.open_need()
    case = cast.case(need)
    wu = as_reviewer(cast.wu, cast)
    may_not_review(wu, again_in_review(need))
    Need.objects.filter(pk=need.pk).update(state="in_case")
    casework.end(case, EndReason.NO_FIT, StepContent(reason="没有合适的"), by=cast.wu)
    need.refresh_from_db()
    assert need.state == "open"
    may_not_review(fresh(wu), again_in_review(need))
    assert policies.may_review(cast.zheng, need)


def test_a_broker_to_whom_a_case_was_handed_over_does_not_review_its_need(cast: Cast) -> None:
    access.grant(cast.chen, Role.BROKER, Association.objects.get(code=f"A-{YAAN}"), by=cast.he)
    need = cast.open_need()
    case = cast.case(need)
    chen = fresh(cast.chen)
    casework.hand_over(case, chen, by=cast.wu)
    passed = Entry.objects.get(action="need.passed_on")
    assert (passed.actor_id, passed.data) == (cast.wu.pk, {"to": chen.pk})
    may_not_review(as_reviewer(chen, cast), again_in_review(need))
    may_not_review(as_reviewer(cast.wu, cast), need)


def test_who_revised_a_need_for_an_enterprise_and_left_it_does_not_review_it(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.zheng, by=cast.lin)
    need = cast.need()
    services.revise(need, need_content(title="郑立改过"), by=fresh(cast.zheng))
    services.submit(need, by=cast.lin)
    organisations.remove_member(
        Membership.objects.get(person=cast.zheng, organisation=cast.lithium), by=cast.lin
    )
    may_not_review(fresh(cast.zheng), need)


def test_a_hand_in_another_need_hinders_nobody(cast: Cast) -> None:
    cast.case()
    need = waiting(cast)
    wu = as_reviewer(cast.wu, cast)
    assert list(selectors.to_review(wu)) == [need]
    assert services.approve(need, by=wu, scores=GOOD).state == "open"


def test_whoever_writes_or_carries_has_one_hand_each(cast: Cast) -> None:
    need = cast.need()
    services.revise(need, need_content(), by=cast.lin)
    services.submit(need, by=cast.lin)
    services.approve(need, by=cast.zheng, scores=GOOD)
    cast.case(need)
    hands = Hand.objects.filter(need=need).values_list("person_id", flat=True)
    assert sorted(hands) == sorted([cast.lin.pk, cast.wu.pk])


def test_a_reviewer_of_another_area_does_not_review(cast: Cast) -> None:
    may_not_review(as_reviewer(cast.sun, cast, DEYANG), waiting(cast))


def test_a_comment_that_came_with_the_opening_reaches_the_author(cast: Cast) -> None:
    need = waiting(cast)
    services.approve(need, by=cast.zheng, scores=GOOD, comments=[Comment("请补附件。", "targets")])
    page = browser(cast.lin).get(f"/needs/{need.code}/private/").content.decode()
    assert "审核员通过时的意见" in page
    assert "请补附件。" in page
    assert "请补附件。" not in browser(cast.chen).get(f"/needs/{need.code}/").content.decode()
